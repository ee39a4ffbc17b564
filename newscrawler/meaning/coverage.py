"""Which languages have vectors, by measurement, and what the vectors of each have in common."""

from __future__ import annotations

import base64
import json
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SAME = {"nb": "no", "nn": "no"}


@dataclass(frozen=True, slots=True)
class Coverage:
    """`languages`: code -> how often a headline's nearest neighbour is its translation (languages.toml).

    `means`: code -> the mean of its vectors as half floats; "" is that of all languages.
    """

    version: int
    languages: Mapping[str, float]
    means: Mapping[str, bytes] = field(repr=False)

    def language(self, tag: str | None) -> str | None:
        """The covered language that a BCP 47 tag names.

        >>> Coverage(1, {"en": 1.0}, {}).language("en-GB"), Coverage(1, {"en": 1.0}, {}).language("is")
        ('en', None)
        """
        base = (tag or "").partition("-")[0].lower()
        base = SAME.get(base, base)
        return base if base in self.languages else None


def parse_coverage(languages: str, means: str) -> Coverage:
    """Out of the texts of languages.toml and means.json."""
    table = tomllib.loads(languages)
    covered = {code: row["nearest"] for code, row in table["language"].items() if row["nearest"] >= table["least"]}
    stored = {code: base64.b64decode(text) for code, text in json.loads(means).items()}
    return Coverage(table["version"], covered, stored)


@cache
def shipped_coverage() -> Coverage:
    """What comes with newscrawler; read once, at the edge."""
    folder = resources.files("newscrawler.meaning")
    return parse_coverage(*((folder / name).read_text(encoding="utf-8") for name in ("languages.toml", "means.json")))
