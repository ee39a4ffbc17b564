"""`python -m newscrawler`: the command, where the script is not on the PATH (cron, systemd)."""

from newscrawler.cli import main

main(prog_name="newscrawler")
