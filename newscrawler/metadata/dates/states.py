"""Dates of publication in a page's scripts: its application's state, and what it tells those who count its readers.

A key that says "published" counts wherever it stands, as long as all of them are of one day.  Where they are of several, and
for keys that say "created" or "date" alone, the object counts that has the headline or the page's own address.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newscrawler.markup.elements import Elements

MAX_DATES = 12
MAX_MENTIONS = 6  # of the headline in one script
OBJECT = 20_000  # characters between a headline and the date in its object
SHORTEST = 8  # characters of a headline or an address's last part that is one article's
_VALUE = (
    r"""\\*["']?\s*[:=]\s*\\*["']?(?P<value>(?:19|20)\d\d-?[01]\d-?[0-3]\d[\dT:.+Z-]*(?:\s\d\d:\d\d(?::\d\d)?)?|"""
    r"""1\d{9}(?:\d{3})?(?=[,}\s"'\\;]))"""
)
_PUBLISHED = re.compile(
    r"(?<!un)(?<!re)(?<!last)(?<!last_)(?:date_?published|first_?publish(?:ed)?(?:_?(?:date|at))?|"
    rf"publish(?:ed|ing)?_?(?:date(?:_?time)?|time|at|on)|published|publication_?(?:date|time)|pub_?date|posted_?(?:at|on|date)){_VALUE}",
    re.IGNORECASE,
)
_ANY = re.compile(rf"(?<![a-z_])(?:creat(?:ed?|ion)_?(?:date|at|on|time)|date|post_?date){_VALUE}", re.IGNORECASE)
_STEMS = ("publish", "publication", "pubdate", "pub_date", "posted", "creat", "date")  # one of them in each key


def read_state_dates(elements: Elements, headings: Iterable[str], address: str | None) -> tuple[str, ...]:
    """The dates of publication that scripts state, as they stand: the article's own alone, where that is known.

    `headings`: what the page shows as its h1s; `address`: its path.
    """
    own = [name for each in (*headings, _last_part(address)) for name in _as_scripts_write(each)]
    stated: list[str] = []
    for script in elements.of("script"):
        text = script.text or ""
        lower = text.lower()
        if not any(map(lower.__contains__, _STEMS)):  # many times as fast as the patterns
            continue
        published = list(itertools.islice(_PUBLISHED.finditer(text), MAX_DATES))
        places = list(_mentions(text, own))
        for found in (published, _ANY.finditer(text) if places else ()):
            if beside := _beside(text, itertools.islice(found, MAX_DATES), places):
                return (beside,)
        stated += (each["value"] for each in published)
    return tuple(stated[:MAX_DATES])


def _last_part(address: str | None) -> str:
    return (address or "").rstrip("/").rpartition("/")[2]


def _as_scripts_write(name: str) -> Iterator[str]:
    """A name, and the same with its letters beyond ASCII as JSON may have them."""
    if len(name) >= SHORTEST:
        yield name
        if not name.isascii():
            yield json.dumps(name)[1:-1]


def _mentions(text: str, names: Sequence[str]) -> Iterator[int]:
    """Where a script has one of these names as a whole value."""
    for name in names:
        at = -1
        for _ in range(MAX_MENTIONS):
            at = text.find(name, at + 1)
            if at < 0:
                break
            if text[at - 1] in "\"'/" and text[at + len(name) : at + len(name) + 1] in ("\\", '"', "'", "/"):
                yield at


def _beside(text: str, dates: Iterable[re.Match[str]], places: Sequence[int]) -> str | None:
    """The first date that stands in the object in which the article is named."""
    return next((each["value"] for each in dates if any(_in_one_object(text, each.start(), at) for at in places)), None)


def _in_one_object(text: str, one: int, other: int) -> bool:
    """Whether two places of a script are of one object: every brace between them is closed, none of theirs is."""
    first, last = sorted((one, other))
    if last - first > OBJECT:
        return False
    depth = 0
    for each in _BRACES.finditer(text, first, last):
        depth += 1 if each[0] == "{" else -1
        if depth < 0:
            return False
    return depth == 0


_BRACES = re.compile(r"[{}]")
