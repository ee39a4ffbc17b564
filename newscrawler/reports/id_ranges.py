"""Windows of time over tables that only grow: ids are in order of arrival, so that a window is a range of ids.

No page looks at a whole table: it looks at the range between two ids, found by halving.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

# what is found by halving: each column says when the row was written
_ARRIVAL = {"polls": "at", "links": "discovered", "revisions": "seen"}


def first_id(db: Database, table: str, since: str) -> int:
    """The first id of a table's rows that came at `since` or later; one more than the last where none did.

    Some 20 look-ups in a table of a million rows.  Raises KeyError for a table that does not grow in order of time.
    """
    if table == "articles":  # which have an index for it
        found = db.execute("SELECT id FROM articles WHERE first_seen >= ? ORDER BY first_seen LIMIT 1", [since]).fetchone()
        return int(found[0] if found else db.execute("SELECT coalesce(max(id), 0) + 1 FROM articles").fetchone()[0])
    column = _ARRIVAL[table]
    # in one SELECT, min and max would read the whole table
    ends = f"SELECT coalesce((SELECT min(id) FROM {table}), 1), coalesce((SELECT max(id) FROM {table}), 0) + 1"  # noqa: S608
    low, high = db.execute(ends).fetchone()
    probe = f"SELECT id, {column} FROM {table} NOT INDEXED WHERE id >= ? ORDER BY id LIMIT 1"  # noqa: S608 names of ours
    while low < high:
        middle = (low + high) // 2
        found = db.execute(probe, [middle]).fetchone()
        if found is None or found[1] >= since:
            high = middle
        else:
            low = found[0] + 1
    return int(low)


def boundaries(db: Database, table: str, stamps: Sequence[str]) -> list[int]:
    """`first_id` of each of several moments."""
    return [first_id(db, table, stamp) for stamp in stamps]
