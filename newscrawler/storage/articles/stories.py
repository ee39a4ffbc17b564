"""Stories in SQLite: who joins which, what becomes one, who was first.  Called inside the archive's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.dedup.matching import host_name
from newscrawler.dedup.stories import Member, original
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.meaning import events

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

    from newscrawler.items import Match

MAX_MEMBERS = 60  # of a story are asked who was first: the earliest to arrive, and whoever just came
_MEMBERS = """
    SELECT articles.id, sources.name, articles.url, articles.published, articles.first_seen, articles.credit,
           articles.canonical
    FROM articles JOIN sources ON sources.id = articles.source_id
    WHERE articles.id IN (SELECT id FROM articles WHERE story_id = :story ORDER BY id LIMIT :members)
       OR (articles.id = :also AND articles.story_id = :story)
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
        moved = [row[0] for row in db.execute("SELECT id FROM articles WHERE story_id = ?", [other]).fetchall()]
        db.execute("UPDATE articles SET story_id = ? WHERE story_id = ?", [first, other])
        relabel(db, moved)
        db.execute(
            "UPDATE stories SET articles = 0, sources = 0, first_article_id = NULL, reason = NULL, merged_into = ? "
            "WHERE id = ? OR merged_into = ?",
            [first, other, other],
        )
        events.forget_story(db, other, first)
    return first


def _member(row: tuple[int, str, str, str | None, str, str | None, str | None]) -> Member:
    number, source, url, published, first_seen, credit, canonical = row
    claimed = host_name(canonical) if canonical and urlsplit(canonical).scheme else None
    return Member(number, source, host_name(url), published, first_seen, credit, claimed)


def settle(db: Database, story_id: int, also: int | None = None) -> None:
    """Count a story's articles and sources, and say which is the original and why; `also`: who just came."""
    db.execute(
        """
        UPDATE stories SET (articles, sources) = (
            SELECT count(*), count(DISTINCT source_id) FROM articles WHERE story_id = stories.id
        ) WHERE id = ?
        """,
        [story_id],
    )
    rows = db.execute(_MEMBERS, {"story": story_id, "members": MAX_MEMBERS, "also": also}).fetchall()
    first, reason = original([_member(row) for row in rows])
    db.execute("UPDATE stories SET first_article_id = ?, reason = ? WHERE id = ?", [first.id, reason, story_id])


def leave(db: Database, article_id: int, story_id: int, matches: Sequence[Match]) -> None:
    """An article whose new words are none of its story's goes to the story of its matches, or to one of its own."""
    found = next((match.other.story_id for match in matches if match.same_story), None)
    db.execute("UPDATE articles SET story_id = ? WHERE id = ?", [found or begin(db), article_id])
    relabel(db, [article_id])
    db.execute("UPDATE stories SET first_article_id = NULL WHERE id = ?", [story_id])
    settle(db, story_id)
    now_in = db.execute("SELECT story_id FROM articles WHERE id = ?", [article_id]).fetchone()[0]
    settle(db, now_in, article_id)
    db.execute("UPDATE copies SET same_story = 0 WHERE article_id = :id OR other_id = :id", {"id": article_id})
    join(db, article_id, now_in, matches)


def join(db: Database, article_id: int, story_id: int, matches: Sequence[Match]) -> None:
    """An article that is in a story joins those of its matches; all of them become one."""
    tell(db, article_id, matches)
    if not any(match.same_story for match in matches):
        return
    ids = {story_id, *(m.other.story_id for m in matches if m.same_story and m.other.story_id is not None)}
    settle(db, unite(db, ids), article_id)
