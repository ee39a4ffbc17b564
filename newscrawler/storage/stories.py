"""Stories in SQLite: who joins which, what becomes one, who was first.  Called inside the archive's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.dedup.matching import site_of
from newscrawler.dedup.stories import Member, original

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from newscrawler.items import Match

_MEMBER = """
    SELECT articles.id, sources.name, articles.url, articles.published, articles.first_seen, articles.credit,
           articles.canonical
    FROM articles JOIN sources ON sources.id = articles.source_id WHERE articles.id = ?
"""


def begin(db: Database) -> int:
    """A new story, of one article that is still to be named."""
    story_id = db.execute("INSERT INTO stories (articles, sources) VALUES (1, 1)").lastrowid
    assert story_id is not None
    return story_id


def tell(db: Database, article_id: int, matches: Sequence[Match]) -> None:
    """Write down what an article shares with others, and whether that makes them one story."""
    db.conn.executemany(
        """
        INSERT INTO copies (article_id, other_id, relation, score, reason, shared, same_story) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (article_id, other_id) DO UPDATE SET relation = excluded.relation, score = excluded.score,
            reason = excluded.reason, shared = excluded.shared, same_story = excluded.same_story
        """,
        [(article_id, m.other.id, m.relation, m.score, m.reason, m.shared, int(m.same_story)) for m in matches],
    )


def unite(db: Database, ids: Iterable[int]) -> int:
    """Make one story of several: the oldest takes the others' articles, who keep a row that says where they went."""
    first, *others = sorted(set(ids))
    for other in others:
        db.execute("UPDATE articles SET story_id = ? WHERE story_id = ?", [first, other])
        db.execute(
            "UPDATE stories SET articles = 0, sources = 0, first_article_id = NULL, reason = NULL, merged_into = ? "
            "WHERE id = ? OR merged_into = ?",
            [first, other, other],
        )
    return first


def count(db: Database, story_id: int) -> None:
    db.execute(
        """
        UPDATE stories SET (articles, sources) = (
            SELECT count(*), count(DISTINCT source_id) FROM articles WHERE story_id = stories.id
        ) WHERE id = ?
        """,
        [story_id],
    )


def _member(db: Database, article_id: int) -> Member:
    number, source, url, published, first_seen, credit, canonical = db.execute(_MEMBER, [article_id]).fetchone()
    claimed = site_of(canonical) if canonical and urlsplit(canonical).scheme else None
    return Member(number, source, site_of(url), published, first_seen, credit, claimed)


def choose_original(db: Database, story_id: int, candidates: Iterable[int]) -> None:
    """Say who was first, given who may be: the one that held the place, the one that came, the ones that were united."""
    held = db.execute("SELECT first_article_id, reason FROM stories WHERE id = ?", [story_id]).fetchone()
    others = [_member(db, article_id) for article_id in sorted(set(candidates) - {held[0]})]
    holder, reason = (_member(db, held[0]), held[1]) if held[0] is not None else (others.pop(0), None)
    for challenger in others:
        holder, reason = original(holder, challenger, reason)
    db.execute("UPDATE stories SET first_article_id = ?, reason = ? WHERE id = ?", [holder.id, reason, story_id])


def join(db: Database, article_id: int, story_id: int, matches: Sequence[Match]) -> None:
    """An article that is in a story joins those of its matches; all of them become one."""
    tell(db, article_id, matches)
    if not any(match.same_story for match in matches):
        return
    ids = {story_id, *(m.other.story_id for m in matches if m.same_story and m.other.story_id is not None)}
    firsts = [
        row[0]
        for each in sorted(ids)
        for row in db.execute("SELECT first_article_id FROM stories WHERE id = ?", [each]).fetchall()
        if row[0] is not None
    ]
    story = unite(db, ids)
    count(db, story)
    choose_original(db, story, [article_id, *firsts])
