"""Scrapy's own commands where ours knows better (COMMANDS_MODULE): a module a command, named as the command is."""
