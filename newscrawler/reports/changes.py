"""What publishers changed after we had it: silent edits, corrections, deletions, the last first.  Read-only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.storage.database.rows import records

if TYPE_CHECKING:
    from sqlite_utils import Database

KINDS = ("silent-edits", "corrections", "deletions")
_BEFORE = """
    SELECT {value} FROM revisions AS before
    WHERE before.article_id = revisions.article_id AND before.id < revisions.id AND before.change NOT IN ('gone', 'doubtful')
    ORDER BY before.id DESC LIMIT 1
"""
_UNCHANGED = "coalesce(before.last_seen, before.seen)"
_NEWEST = "SELECT max(seen) FROM revisions WHERE change <> 'new'"
_CONDITIONS = {
    # the page states no date of modification, or one from before we last saw it unchanged
    "silent-edits": f"""
        revisions.change IN ('revised', 'corrected')
        AND (articles.modified IS NULL OR articles.modified <= ({_BEFORE.format(value=_UNCHANGED)}))
    """,
    "corrections": "revisions.change = 'corrected'",
    # it is gone still
    "deletions": """
        revisions.change = 'gone' AND articles.gone_since IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM revisions AS later WHERE later.article_id = articles.id AND later.id > revisions.id
                        AND later.change = 'gone')
    """,
}
_CHANGES = f"""
    SELECT revisions.id, revisions.article_id, revisions.seen, revisions.change, revisions.reason, articles.url,
           articles.language, articles.published, sources.id AS source_id, sources.name AS source,
           articles.title AS article_title, revisions.title, revisions.text, articles.gone_reason,
           ({_BEFORE.format(value="before.id")}) AS before_id, ({_BEFORE.format(value="before.title")}) AS before_title,
           ({_BEFORE.format(value="before.text")}) AS before_text,
           ({_BEFORE.format(value=_UNCHANGED)}) AS unchanged_until
    FROM revisions
    JOIN articles ON articles.id = revisions.article_id
    JOIN sources ON sources.id = articles.source_id
    WHERE revisions.change <> 'new' AND {{condition}}
      AND (:source = '' OR articles.source_id = :source)
      AND revisions.seen >= strftime('%Y-%m-%dT%H:%M:%SZ', ({_NEWEST}), '-' || :days || ' days')
    ORDER BY revisions.seen DESC, revisions.id DESC LIMIT :limit OFFSET :offset
"""  # noqa: S608 ours
_SOURCES = """
    SELECT sources.id, sources.name FROM sources
    WHERE EXISTS (SELECT 1 FROM articles JOIN revisions ON revisions.article_id = articles.id
                  WHERE articles.source_id = sources.id AND revisions.change IN ('revised', 'corrected', 'gone'))
    ORDER BY sources.name
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes: of a kind, of a source ("": of all), of the last days before the newest change."""

    kind: str
    source: str = ""
    days: int = 30
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class PublishedChange:
    """A change with the words before and after it; `before_id`: the state before, None where there is none.

    Of a deletion `text` is empty, and the words before are those that the article keeps.
    """

    id: int
    article_id: int
    seen: str
    change: str
    reason: str | None
    url: str
    language: str | None
    published: str | None
    source_id: str
    source: str
    article_title: str | None
    title: str | None
    text: str = field(repr=False)
    gone_reason: str | None
    before_id: int | None
    before_title: str | None
    before_text: str | None = field(repr=False)
    unchanged_until: str | None


def published_changes(db: Database, wanted: Wanted) -> list[PublishedChange]:
    """The changes that are wanted, the last first.  Raises KeyError for a kind that is none of KINDS."""
    sql = _CHANGES.format(condition=_CONDITIONS[wanted.kind])
    asked = {"source": wanted.source, "days": wanted.days, "limit": wanted.limit, "offset": wanted.offset}
    return records(db, PublishedChange, sql, **asked)


def changing_sources(db: Database) -> list[tuple[str, str]]:
    """(id, name) of the sources that changed or took away anything."""
    return [(row[0], row[1]) for row in db.execute(_SOURCES).fetchall()]
