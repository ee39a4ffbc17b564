"""What search reads beside an article's own columns: its words with letters folded, where the tokenizer needs that.

Also how an archive that an earlier version filled comes to it (migrations m012_letters, m014_marks).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.storage.articles.copies import MAX_PER_SHINGLE
from newscrawler.text import content_hash, search_form, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

_BATCH = 1_000
_CLEANED = {"articles": ("title", "lead", "text"), "revisions": ("title", "text")}


def search_columns(
    title: str | None, lead: str | None, text: str | None, authors: str | None, updates: str | None
) -> dict[str, str | None]:
    """The columns of `articles` that only search reads; NULL where its own columns say the same.

    `updates`: the column, JSON.  The entries of a live blog stand in no other column that search reads.
    """
    form = search_form("\n".join(filter(None, (title, lead, text))))
    entries = _entries(updates)
    return {
        "segmented": "\n".join(filter(None, (form, search_form(entries) or entries))) or None,
        "title_segmented": search_form(title or ""),
        "authors_segmented": search_form(authors or ""),
    }


def _entries(updates: str | None) -> str:
    if not updates or updates == "[]":
        return ""
    try:
        stored = json.loads(updates)
    except (ValueError, RecursionError):  # another program wrote it
        return ""
    found = (
        part
        for each in (stored if isinstance(stored, list) else ())
        if isinstance(each, dict)
        for part in (each.get("title"), each.get("text"))
    )
    return "\n".join(part for part in found if isinstance(part, str) and part)


def fold_letters(db: Database) -> None:
    """Fill the columns of `search_columns` for all articles.  Runs in the caller's transaction."""
    columns = "title, lead, text, authors, updates, segmented, title_segmented"
    for rows in _batches(db, "articles", columns):
        changed = []
        for id_, title, lead, text, authors, updates, *old in rows:
            new = search_columns(title, lead, text, authors, updates)
            if [*old, None] != list(new.values()):
                changed.append((*new.values(), id_))
        update = "UPDATE articles SET segmented = ?, title_segmented = ?, authors_segmented = ? WHERE id = ?"
        db.conn.executemany(update, changed)


def respell(db: Database, is_concerned: Callable[[str], bool]) -> None:
    """Take what nobody sees out of stored texts, and name anew those that `words` reads otherwise than it did.

    `is_concerned`: whether it reads a text otherwise.
    The publisher changed none of their words: without this the next visit would find a revision.
    """
    reworded: list[tuple[int, str]] = []
    for table, columns in _CLEANED.items():
        sets = ", ".join(f"{column} = ?" for column in columns)
        for rows in _batches(db, table, f"{', '.join(columns)}, content_hash"):
            for id_, *values, old in rows:
                if not any(value and is_concerned(value) for value in values):
                    continue
                seen = [visible(value) if value else value for value in values]
                new = content_hash(seen[-1]) if seen[-1] else old  # an article that is gone has a revision without text
                db.execute(f"UPDATE {table} SET {sets}, content_hash = ? WHERE id = ?", [*seen, new, id_])  # noqa: S608 ours
                if table == "articles" and new != old:
                    reworded.append((id_, seen[-1]))
    _fingerprint_anew(db, reworded)


def _fingerprint_anew(db: Database, reworded: list[tuple[int, str]]) -> None:
    """Fingerprints of texts whose words are others now; of articles with the very same words, the first keeps them."""
    db.conn.executemany("DELETE FROM fingerprints WHERE article_id = ?", [(id_,) for id_, _ in reworded])
    for id_, text in reworded:
        twin = "SELECT 1 FROM articles WHERE content_hash = (SELECT content_hash FROM articles WHERE id = ?) AND id < ?"
        if not db.execute(twin, [id_, id_]).fetchone():
            db.conn.executemany(
                "INSERT OR IGNORE INTO fingerprints (hash, article_id) SELECT :hash, :id "
                "WHERE (SELECT count(*) FROM fingerprints WHERE hash = :hash) < :most",
                [{"hash": each, "id": id_, "most": MAX_PER_SHINGLE} for each in sorted(fingerprints(shingled(text)))],
            )


def _batches(db: Database, table: str, columns: str) -> Iterator[list[Any]]:
    last = 0
    sql = f"SELECT id, {columns} FROM {table} WHERE id > ? ORDER BY id LIMIT {_BATCH}"  # noqa: S608 ours
    while rows := db.execute(sql, [last]).fetchall():
        yield rows
        last = rows[-1][0]
