"""Alerts that reach people: what is new, as a message, through a channel, once."""
