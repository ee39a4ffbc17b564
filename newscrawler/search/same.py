"""What of several archives is the same.

An article is its address (`articles.url_key`), as within an archive, where a text that changed is another state of it.
Stories of two archives are one where an article is of both.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.search import ranking
from newscrawler.search.parts import by_part, each_told, together
from newscrawler.storage.database.sqlite_errors import explain_errors

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence
    from pathlib import Path

    from newscrawler.search.parts import Found, Part

Story = tuple[int, int]  # (which part, the number of a story there)
BATCH = 500  # articles or addresses that are asked for at once

_KEYS = "SELECT id, url_key FROM articles WHERE id IN (SELECT value FROM json_each(:these))"
_KEYS_AND_STORIES = "SELECT url_key, story_id FROM articles WHERE id IN (SELECT value FROM json_each(:these))"
_AT_KEYS = "SELECT id, url_key, story_id FROM articles WHERE url_key IN (SELECT value FROM json_each(:these))"


@dataclass(slots=True)
class Groups:
    """Things that are joined two by two, and which are one by that.

    >>> groups = Groups()
    >>> groups.join("a", "b"), groups.join("c", "b"), groups.join("a", "c")
    (True, True, False)
    >>> groups.of("a") == groups.of("c"), groups.of("x")
    (True, 'x')
    """

    _above: dict[Hashable, Hashable] = field(default_factory=dict)

    def of(self, each: Hashable) -> Hashable:
        """The one that stands for all of its group; itself where it was never joined."""
        while (above := self._above.get(each, each)) != each:
            self._above[each] = self._above.get(above, above)
            each = above
        return each

    def join(self, one: Hashable, other: Hashable) -> bool:
        """Whether they were apart."""
        first, second = self.of(one), self.of(other)
        if first == second:
            return False
        self._above[second] = first
        return True


@dataclass(slots=True)
class Shared:
    """How many hits parts have, what is in several counted once, and which those are."""

    articles: int = 0
    stories: int = 0
    key_of: dict[Found, str] = field(default_factory=dict)  # of articles that are hits of several parts
    parts_of: dict[str, list[int]] = field(default_factory=dict)  # address -> of which
    groups: Groups = field(default_factory=Groups)  # of stories


def shared(parts: Sequence[Part]) -> Shared:
    """Goes once over all hits of all parts; what is kept in memory is a number for each address."""
    told = Shared()
    addresses: set[int] = set()
    repeated: dict[str, None] = {}
    for part in parts:
        stories: set[int] = set()
        for ids in _batches(_every_hit(part)):
            for key, story in part.rows(_KEYS_AND_STORIES, ids):
                stories.add(story)
                number = hash(key)
                if number in addresses:
                    repeated[key] = None
                addresses.add(number)
                told.articles += 1
        told.stories += len(stories)
    for keys in _batches(repeated):
        _join(told, _hits_at(parts, keys))
    return told


def _every_hit(part: Part) -> Iterator[int]:
    with explain_errors(part.file):
        yield from ranking.every_hit(part.db, part.query)


def _batches(values: Iterable[object]) -> Iterable[list[object]]:
    values = iter(values)
    return iter(lambda: list(itertools.islice(values, BATCH)), [])


def _hits_at(parts: Sequence[Part], keys: Iterable[object]) -> dict[str, list[tuple[int, int, int]]]:
    """Address -> (part, article, story) of the hits there."""
    asked = list(keys)
    found: dict[str, list[tuple[int, int, int]]] = {}
    for number, hits in enumerate(together(parts, _hits_of, [asked] * len(parts))):
        for article, key, story in hits:
            found.setdefault(key, []).append((number, article, story))
    return found


def _hits_of(part: Part, keys: Sequence[object]) -> list[tuple[int, str, int]]:
    rows = part.rows(_AT_KEYS, keys) if keys else []
    hits = part.hits_among([row[0] for row in rows]) if rows and part.query.fts else set()
    return [(article, key, story) for article, key, story in rows if article in hits]


def _join(told: Shared, at: dict[str, list[tuple[int, int, int]]]) -> None:
    for key, (first, *others) in at.items():
        if others:
            told.articles -= len(others)
            told.key_of |= {(part, article): key for part, article, _ in (first, *others)}
            told.parts_of[key] = [part for part, *_ in (first, *others)]
            for part, _, story in others:
                told.stories -= told.groups.join((first[0], first[2]), (part, story))


def also_in(parts: Sequence[Part], found: Sequence[Found]) -> dict[Found, tuple[Path, ...]]:
    """Hits -> the folders of other archives in which the same articles are hits, too."""
    if len(parts) == 1:
        return {}
    keys = each_told(parts, by_part(found), _KEYS)
    at: dict[str, list[int]] = {}
    for number, part in enumerate(parts):
        # an address is one article of an archive: of its own hits it is known that they are there
        for _, key, _ in part.asked(_hits_of, [key for each, key in keys.items() if each[0] != number]):
            at.setdefault(key, []).append(number)
    return {each: tuple(parts[other].folder for other in at.get(keys.get(each, ""), ())) for each in found}
