"""Names of countries and parts of the world, as a whole text: "Ukraine", "Vereinigte Staaten", "中国"."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources


@cache
def shipped_territories() -> frozenset[str]:
    """The names in `territories.json`, in small letters."""
    text = (resources.files(__package__) / "territories.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)["names"])


def is_territory(text: str) -> bool:
    """Whether a text is the name of a country or a part of the world in one of 62 languages, and nothing else.

    >>> is_territory("Vereinigte Staaten"), is_territory("Südkorea"), is_territory("Ana Lind"), is_territory("Chad")
    (True, True, False, False)
    """
    return text.casefold().strip().replace("\u2019", "'") in shipped_territories()
