"""What topics are called, beside their own labels, so that people find them by the word of their language."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def shipped_topic_names() -> dict[str, tuple[str, ...]]:
    """Topic id -> its names in all languages of topic_names.toml."""
    file = resources.files(__package__ or "newscrawler.relevance") / "topic_names.toml"
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        topic: tuple(name.strip() for text in names.values() for name in text.split(",")) for topic, names in table.items()
    }
