"""Who carries an event: every article of its stories, copies too; who of a country or language was first, and silence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import records
from newscrawler.storage.meaning.events import believed_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

_CARRIERS = """
    SELECT press.story_id AS story, press.article_id AS article, press.source, press.country, press.language,
           articles.published, articles.first_seen, articles.title,
           iif(press.article_id <> press.original_id, publishers.name, NULL) AS copy_of
    FROM event_press AS press
    JOIN articles ON articles.id = press.article_id
    JOIN articles AS originals ON originals.id = press.original_id
    JOIN sources AS publishers ON publishers.id = originals.source_id
    WHERE press.event = :event
"""


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that carries an event; `copy_of`: the source whose text it has, None where it is the original."""

    story: int
    article: int
    source: str
    country: str | None
    language: str
    published: str | None
    first_seen: str
    title: str | None
    copy_of: str | None

    @property
    def at(self) -> str:
        """When it says that it was published, else when it came."""
        return self.published or self.first_seen


@dataclass(frozen=True, slots=True)
class First:
    """Who of a country or language was first: `of` is its code; `copy_of`: whose text that is, where it is another's."""

    of: str
    source: str
    at: str
    article: int
    title: str | None
    copy_of: str | None = None

    @property
    def who(self) -> str:
        """Who it was, in words, and whose text it is."""
        return f"{self.source}, a copy of {self.copy_of}" if self.copy_of else self.source


def carriers(db: Database, event: int) -> list[Carrier]:
    """The articles that carry an event, in order of time; of those of one time the original first."""
    found = records(db, Carrier, _CARRIERS, event=event)
    return sorted(
        found, key=lambda each: (believed_at(each.published, each.first_seen), each.copy_of is not None, each.article)
    )


def first_by(who: Iterable[Carrier], what: str) -> list[First]:
    """Who was first in each `country` or `language`, of carriers in order of time."""
    found: dict[str, First] = {}
    for each in who:
        if of := getattr(each, what):
            copy_of = each.copy_of if each.copy_of != each.source else None  # a newspaper's text under two addresses
            found.setdefault(of, First(of, each.source, each.at, each.article, each.title, copy_of))
    return list(found.values())


def without_press(db: Database, countries: Sequence[str]) -> list[str]:
    """Those of some countries (ISO 3166-1) that no article of the archive was published in: silence says nothing of them."""
    sql = """
        SELECT country FROM sources
        WHERE country IN (SELECT upper(value) FROM json_each(?))
          AND EXISTS (SELECT 1 FROM articles WHERE source_id = sources.id)
    """
    there = {row[0] for row in db.execute(sql, [json.dumps(list(countries))]).fetchall()}
    return [each for each in countries if each.upper() not in there]


def silence(db: Database, countries: Sequence[str]) -> str | None:
    """What is to be said where the archive has nothing of some countries' press; None where it has."""
    silent = ", ".join(without_press(db, countries)) if countries else ""
    return f"the archive has nothing that was published in {silent}: its silence says nothing" if silent else None
