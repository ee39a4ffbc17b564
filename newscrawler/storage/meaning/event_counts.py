"""The SQL of what an event is counted by: its stories without those whose original a review dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

# beside event_evidence: a story of an event that counts and is shown
NOT_DROPPED = """
    NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = event_evidence.article_id AND reviews.decision = 'drop')
"""
_SETTLE = f"""
    UPDATE events SET
        (stories, languages, began, ended) = (
            SELECT count(*), count(DISTINCT nullif(language, '')),
                   strftime('%Y-%m-%dT%H:%M:%SZ', min(at) * 86400, 'unixepoch'),
                   strftime('%Y-%m-%dT%H:%M:%SZ', max(at) * 86400, 'unixepoch')
            FROM event_stories JOIN event_evidence USING (story_id) WHERE event_id = events.id AND {NOT_DROPPED}
        ),
        first_story_id = (
            SELECT story_id FROM event_stories JOIN event_evidence USING (story_id)
            WHERE event_id = events.id ORDER BY NOT ({NOT_DROPPED}), relation = 'beside', at, story_id LIMIT 1
        )
    WHERE id = :event
"""  # noqa: S608 ours
MOST_STORIES = 1_000  # of an event that are looked for by its number
_STORIES = f"""
    SELECT story_id FROM event_stories JOIN event_evidence USING (story_id)
    WHERE event_id = (SELECT coalesce(merged_into, id) FROM events WHERE id = ?) AND {NOT_DROPPED}
    ORDER BY story_id DESC LIMIT ?
"""  # noqa: S608 ours


def settle(db: Database, event: int) -> None:
    """Count an event's stories and languages without what a review dropped, and say from when to when it was."""
    db.execute(_SETTLE, {"event": event})


def settle_reviewed(db: Database, article: int) -> None:
    """Count the event anew whose story an article is, of which a person said that it is to be dropped or kept."""
    rows = db.execute(
        "SELECT event_id FROM event_evidence JOIN event_stories USING (story_id) WHERE article_id = ?", [article]
    )
    for (event,) in rows.fetchall():
        settle(db, event)


def stories_of_event(db: Database, number: int) -> list[int]:
    """The stories of an event, or of the one that it is part of now, the last first; none where there is no such event."""
    return [row[0] for row in db.conn.execute(_STORIES, [number, MOST_STORIES])]
