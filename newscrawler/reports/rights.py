"""What is stated of the rights in an article, and what follows: for pages and commands.  Read-only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.rights.conclusion import Standing, conclude, for_us, told
from newscrawler.storage.articles.rights import all_stated, by_catalogue, of_site, origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.items.rights import Statement


@dataclass(frozen=True, slots=True)
class Rights:
    """What follows (None: nothing is stated), by which statement, and all statements, each in one line."""

    standing: Standing | None
    by: str | None
    stated: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.standing or 'nothing stated to us'}{f': {self.by}' if self.by else ''}"


def _rights(stated: tuple[Statement, ...], now: datetime) -> Rights:
    found = conclude(stated, now)
    lines = tuple(told(each) + ("" if each in for_us([each]) else ", which is not for us") for each in stated)
    return Rights(found.standing, told(found.by), lines) if found else Rights(None, None, lines)


def rights_of(db: Database, article_id: int, now: datetime) -> Rights | None:
    """Of an article; None where nothing at all is stated."""
    stated = all_stated(db, article_id)
    return _rights(stated, now) if stated else None


def rights_of_source(db: Database, source_id: str, now: datetime) -> Rights | None:
    """Of a source as a whole: by the files of its home's host and by the catalogue; None where nothing is stated."""
    row = db.execute("SELECT home, rights FROM sources WHERE id = ?", [source_id]).fetchone()
    if row is None:
        return None
    stated = (*of_site(db, origin_of(row[0])).of(row[0]), *by_catalogue(row[1]))
    return _rights(stated, now) if stated else None


def reserved_among(db: Database, ids: Sequence[int]) -> frozenset[int]:
    """Which of some articles are reserved."""
    rows = db.execute(
        "SELECT id FROM articles WHERE id IN (SELECT value FROM json_each(?)) AND rights = 'reserved'", [json.dumps(ids)]
    )
    return frozenset(row[0] for row in rows.fetchall())


@dataclass(frozen=True, slots=True)
class SourceRights:
    """What follows for a source as a whole, and its articles by what follows for each (None: nothing is stated)."""

    source_id: str
    rights: Rights | None
    articles: Mapping[str | None, int]


def rights_by_source(db: Database, now: datetime) -> list[SourceRights]:
    """The sources that the archive knows of which something is stated, or which have articles, by their id."""
    counts: dict[str, dict[str | None, int]] = {}
    for source_id, standing, number in db.execute(
        "SELECT source_id, rights, count(*) FROM articles GROUP BY 1, 2"
    ).fetchall():
        counts.setdefault(source_id, {})[standing] = number
    ids = [row[0] for row in db.execute("SELECT id FROM sources ORDER BY id").fetchall()]
    found = (SourceRights(each, rights_of_source(db, each, now), counts.get(each, {})) for each in ids)
    return [each for each in found if each.rights or each.articles]


def standings(db: Database, source_id: str) -> dict[str, int]:
    """How many articles of a source are reserved, under a licence or unknown."""
    rows = db.execute(
        "SELECT rights, count(*) FROM articles WHERE source_id = ? AND rights IS NOT NULL GROUP BY 1 ORDER BY 1", [source_id]
    )
    return {str(standing): int(number) for standing, number in rows.fetchall()}


@dataclass(frozen=True, slots=True)
class Reserving:
    """A source whose articles are reserved: how many, and by which statement the newest of them is, in one line."""

    source_id: str
    articles: int
    by: str | None


def all_standings(db: Database) -> dict[str, int]:
    """How many articles are reserved, under a licence or unknown."""
    rows = db.execute("SELECT rights, count(*) FROM articles WHERE rights IS NOT NULL GROUP BY 1 ORDER BY 1")
    return {str(standing): int(number) for standing, number in rows.fetchall()}


def reserving(db: Database, now: datetime, limit: int = 10) -> list[Reserving]:
    """The sources with the most reserved articles, the most first."""
    asked = """
        SELECT source_id, count(*), max(id) FROM articles WHERE rights = 'reserved'
        GROUP BY source_id ORDER BY count(*) DESC, source_id LIMIT ?
    """
    found = db.execute(asked, [limit]).fetchall()
    stated = ((source, number, rights_of(db, newest, now)) for source, number, newest in found)
    return [Reserving(source, number, rights.by if rights else None) for source, number, rights in stated]


def free_texts(db: Database, ids: Sequence[int]) -> dict[int, str]:
    """Article -> its text, of those whose licence lets everybody pass it on."""
    asked = "SELECT id, text FROM articles WHERE id IN (SELECT value FROM json_each(?)) AND rights = ?"
    return dict(db.execute(asked, [json.dumps(list(ids)), Standing.LICENCE.value]).fetchall())
