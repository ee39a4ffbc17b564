"""The store of fingerprints: hash -> articles, written many to a page.  Called inside the archive's transaction.

Hashes lie evenly over all numbers: in order of them alone, each of an article's 25 would change a page of its own.  So a
fingerprint goes three ways, and is in one table at a time; the view `fingerprints` is all of them:

    recent_fingerprints     a row an article, as it came; whoever asks has them in memory, by hash
    gathered_fingerprints   by hash: RECENT_ARTICLES at once, when so many have come
    settled_fingerprints    by hash: slice after slice of what is gathered, and so for good

It is a log-structured merge tree (O'Neil and others 1996) that is merged in slices, so that none takes long.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from newscrawler.storage.database.rows import version
from newscrawler.storage.database.sqlite import times_undone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlite_utils import Database

RECENT_ARTICLES = 1_024
GATHERED_ROWS = 400_000  # some 16,000 articles'
SLICES = 32  # of all hashes; one holds as many rows as 1,024 articles have when its turn comes
_LEAST, _WIDTH = -(2**31), 2**32 // SLICES
_BY_HASH = ("gathered_fingerprints", "settled_fingerprints")
# of what another program may have written: only what can be a fingerprint
_RECENT_ROWS = """
    SELECT value, article_id FROM recent_fingerprints, json_each(iif(json_valid(hashes), hashes, '[]'))
    WHERE type = 'integer' AND value BETWEEN -2147483648 AND 2147483647
"""


class _Recent:
    """What is in `recent_fingerprints`, by hash; true until something is undone, and for a reader until somebody writes."""

    def __init__(self, db: Database) -> None:
        self.undone, self.version = times_undone(db), version(db)
        self.articles_of: dict[int, tuple[int, ...]] = {}
        self.articles = {article for (article,) in db.conn.execute("SELECT article_id FROM recent_fingerprints")}
        for value, article in db.conn.execute(_RECENT_ROWS):
            self.articles_of[value] = (*self.articles_of.get(value, ()), article)

    def holds(self, db: Database) -> bool:
        # in a transaction of the one writer nobody else brings any: events that are made beside it would count as such
        return self.undone == times_undone(db) and (db.conn.in_transaction or self.version == version(db))

    def put(self, article_id: int, came: Iterable[int], went: Iterable[int] = ()) -> None:
        of, alone = self.articles_of, (article_id,)
        self.articles.add(article_id)
        for value in came:
            of[value] = of[value] + alone if value in of else alone
        for value in went:
            of[value] = tuple(each for each in of[value] if each != article_id)


_RECENT: WeakKeyDictionary[Database, _Recent] = WeakKeyDictionary()  # by connection


def _recent(db: Database) -> _Recent:
    there = _RECENT.get(db)
    if there is None or not there.holds(db):
        there = _RECENT[db] = _Recent(db)
    return there


def articles_of(db: Database, hashes: Iterable[int], before: int) -> dict[int, list[int]]:
    """Fingerprint -> ids of the articles that carry it, below `before`."""
    asked = list(hashes)
    found: dict[int, list[int]] = {value: [] for value in asked}
    if not asked:
        return found
    # few lengths, so that SQLite knows the statement
    padded = asked + asked[-1:] * (-len(asked) % 16)
    marks = ",".join(f"?{number}" for number in range(2, len(padded) + 2))
    parts = (f"SELECT hash, article_id FROM {table} WHERE hash IN ({marks}) AND article_id < ?1" for table in _BY_HASH)  # noqa: S608
    for value, article in db.conn.execute(" UNION ALL ".join(parts), (before, *padded)):
        found[value].append(article)
    recent = _recent(db).articles_of
    for value in found.keys() & recent.keys():
        found[value] += (article for article in recent[value] if article < before)
    # an article's new text may have what of an old one, which was taken otherwise, is in another table still
    return {value: list(dict.fromkeys(articles)) if len(articles) > 1 else articles for value, articles in found.items()}


def of_article(db: Database, article_id: int, hashes: Iterable[int]) -> set[int]:
    """Which of some fingerprints are kept of an article; nothing is remembered of an archive that somebody sent."""
    asked = set(hashes)
    which = "hash IN (SELECT value FROM json_each(?1)) AND article_id = ?2"
    parts = (f"SELECT hash FROM {table} WHERE {which}" for table in _BY_HASH)  # noqa: S608
    rows = db.conn.execute(" UNION ALL ".join(parts), (json.dumps(sorted(asked)), article_id))
    return {value for (value,) in rows} | (asked & _recent_of(db, article_id))


def add(db: Database, article_id: int, hashes: Iterable[int]) -> None:
    """Keep fingerprints of an article that are not kept yet."""
    recent = _recent(db)
    there = _recent_of(db, article_id) if article_id in recent.articles else set()
    came = set(hashes) - there
    if not came:
        return
    _write(db, article_id, there | came)
    recent.put(article_id, came)
    if len(recent.articles) >= RECENT_ARTICLES:
        _gather(db)


def take(db: Database, article_id: int, hashes: Iterable[int]) -> bool:
    """Take fingerprints of an article away; whether any was there."""
    recent, values, there = _recent(db), sorted(hashes), _recent_of(db, article_id)
    went = there.intersection(values)
    if went:
        _write(db, article_id, there - went)
        recent.put(article_id, (), went)
    rows = [(value, article_id) for value in values]
    settled = (
        db.conn.executemany(f"DELETE FROM {table} WHERE hash = ? AND article_id = ?", rows).rowcount  # noqa: S608
        for table in _BY_HASH
    )
    return sum(settled) + len(went) > 0


def take_all(db: Database) -> None:
    """Take the fingerprints of all articles away."""
    for table in ("recent_fingerprints", *_BY_HASH):
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    _RECENT.pop(db, None)


def _recent_of(db: Database, article_id: int) -> set[int]:
    return {value for value, _ in db.conn.execute(f"{_RECENT_ROWS} AND article_id = ?", [article_id])}


def _write(db: Database, article_id: int, hashes: set[int]) -> None:
    if hashes:
        written = f"[{','.join(map(str, sorted(hashes)))}]"  # as JSON, in a third of an encoder's time
        db.execute("INSERT OR REPLACE INTO recent_fingerprints (article_id, hashes) VALUES (?, ?)", [article_id, written])
    else:
        db.execute("DELETE FROM recent_fingerprints WHERE article_id = ?", [article_id])


def _gather(db: Database) -> None:
    """Bring what is recent among what is gathered."""
    db.execute(f"INSERT OR IGNORE INTO gathered_fingerprints (hash, article_id) {_RECENT_ROWS} ORDER BY 1, 2")
    (newest,) = db.execute("SELECT max(article_id) FROM recent_fingerprints").fetchone()
    db.execute("DELETE FROM recent_fingerprints")
    _RECENT.pop(db, None)
    settle(db, newest // RECENT_ARTICLES)


def settle(db: Database, turn: int) -> None:
    """Let slices of what is gathered settle, from one whose turn it is on, until no more than GATHERED_ROWS are left."""
    for step in range(SLICES):
        (rows,) = db.execute("SELECT count(*) FROM gathered_fingerprints").fetchone()
        if rows <= GATHERED_ROWS:
            return
        least = _LEAST + (turn + step) % SLICES * _WIDTH
        slice_ = [least, least + _WIDTH - 1]
        db.execute(
            "INSERT OR IGNORE INTO settled_fingerprints (hash, article_id) "
            "SELECT hash, article_id FROM gathered_fingerprints WHERE hash BETWEEN ? AND ?",
            slice_,
        )
        db.execute("DELETE FROM gathered_fingerprints WHERE hash BETWEEN ? AND ?", slice_)
