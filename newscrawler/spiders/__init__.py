"""Spiders, nearly data: what to ask, and what to make of the answer."""
