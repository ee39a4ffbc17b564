"""The SQL of verdicts and reviews: what the lexicon says of an article, and what a person said, which holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.dates import iso
from newscrawler.errors import ArchiveError
from newscrawler.storage.articles.cells import as_json
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.articles.matched_terms import places_of
from newscrawler.storage.meaning.event_counts import settle_reviewed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlite_utils import Database

    from newscrawler.items import TermMatch, Verdict

MAX_MATCHES = 200  # kept of an article: a long text may hold a thousand


def as_stored(match: TermMatch) -> dict[str, object]:
    """A match as `verdicts.matches` has it: parts of the article where the term does not stand are left out."""
    places: dict[str, object] = {
        name: at for name, at in (("title", match.title), ("lead", match.lead), ("body", match.body)) if at
    }
    weight = int(match.weight) if match.weight == int(match.weight) else match.weight  # two bytes less, thousands of times
    return {"term": match.term, "language": match.language, "topic": match.topic_id, "weight": weight, **places}


def keep(db: Database, article_id: int, verdict: Verdict, now: datetime) -> None:
    """Write a verdict in the place of the last one.  What a person said stays.

    A new article may have one: its number may be that of an article which another program deleted, and nothing else of it.
    """
    db.execute("DELETE FROM article_topics WHERE article_id = ?", [article_id])
    db.execute("DELETE FROM mentions WHERE article_id = ?", [article_id])
    db.conn.executemany(
        """
        INSERT INTO topics (topic_id, label, scheme) VALUES (?, ?, ?)
        ON CONFLICT (topic_id) DO UPDATE SET label = excluded.label, scheme = excluded.scheme
        WHERE label <> excluded.label OR scheme <> excluded.scheme
        """,
        [(each.topic_id, each.label, each.scheme) for each in verdict.topics],
    )
    db.conn.executemany(
        "INSERT INTO article_topics (article_id, topic_id, score, terms) VALUES (?, ?, ?, ?)",
        [(article_id, each.topic_id, each.score, as_json(each.terms)) for each in verdict.topics],
    )
    db.conn.executemany(
        "INSERT INTO mentions (article_id, kind, code, name, count, main) VALUES (?, ?, ?, ?, ?, ?)",
        [(article_id, each.kind, each.code, each.name, each.count, each.main) for each in verdict.mentions],
    )
    db.execute(
        """
        INSERT OR REPLACE INTO article_verdicts (article_id, decision, defence, diplomacy, reason, lexicon, judged, places)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            article_id,
            verdict.decision,
            verdict.defence,
            verdict.diplomacy,
            verdict.reason,
            verdict.lexicon,
            iso(now),
            places_of(db, verdict.matches[:MAX_MATCHES]),
        ],
    )


def review(db: Database, ids: Iterable[int], decision: str, now: datetime) -> int:
    """Remember what a person says of articles; how many.  Raises ArchiveError where there is no such article."""
    number = 0
    for article_id in ids:
        known = 0 < article_id < 2**63 and db.execute("SELECT 1 FROM articles WHERE id = ?", [article_id]).fetchone()
        if not known:
            raise ArchiveError(f"there is no article {article_id}; `newscrawler review` shows the ids")
        db.execute(
            "INSERT OR REPLACE INTO reviews (article_id, decision, decided) VALUES (?, ?, ?)",
            [article_id, decision, iso(now)],
        )
        relabel(db, [article_id])
        settle_reviewed(db, article_id)
        number += 1
    return number
