"""Address keys of an archive that an earlier rule of `urls.url_key` made, by the rule of today.

Nothing is deleted.  Where two rows meet under one key, one has it: the row that had it already, else the first.  The
other keeps its old key, under which nothing will ask for it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

_BATCH = 10_000

_SAME_ARTICLE = """
    UPDATE links SET state = 'done', article_id = articles.id,
                     reason = 'unchanged: same address key as article ' || articles.id
    FROM articles
    WHERE articles.url_key = links.url_key AND links.state = 'pending' AND links.article_id IS NULL
"""
_SAME_LINK = """
    UPDATE links SET state = 'done', article_id = first.article_id,
                     reason = 'unchanged: same address key as link ' || first.id
    FROM links AS first
    WHERE links.id = ? AND first.url_key = ? AND links.state = 'pending' AND links.article_id IS NULL
      AND first.state IN ('pending', 'done')  -- where one address failed, the other may not
"""


def rekey(db: Database) -> None:
    """Give all articles and links the keys of today; a pending link whose article or twin is there is done.

    Runs in the caller's transaction.
    """
    _rekey_table(db, "articles")
    met = _rekey_table(db, "links")
    db.execute(_SAME_ARTICLE)
    db.conn.executemany(_SAME_LINK, met)


def _rekey_table(db: Database, table: str) -> list[tuple[int, str]]:
    """The rows that could not have their key, (id, key), because another row has it."""
    update = f"UPDATE OR IGNORE {table} SET url_key = ? WHERE id = ?"  # noqa: S608 ours
    waiting = [(row, key) for row, key in _changed_keys(db, table) if not db.execute(update, [key, row]).rowcount]
    # a key may be free once the row that had it has moved on
    while waiting:
        still = [(row, key) for row, key in waiting if not db.execute(update, [key, row]).rowcount]
        if len(still) == len(waiting):
            break
        waiting = still
    return waiting


def _changed_keys(db: Database, table: str) -> Iterator[tuple[int, str]]:
    """(id, key of today) of the rows whose key is another one, in order."""
    last = 0
    sql = f"SELECT id, url, url_key FROM {table} WHERE id > ? ORDER BY id LIMIT {_BATCH}"  # noqa: S608 ours
    while rows := db.execute(sql, [last]).fetchall():
        for row, url, old in rows:
            if (key := url_key(url)) != old:
                yield row, key
        last = rows[-1][0]
