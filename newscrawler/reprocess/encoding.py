"""Vectors made of what articles say, outside the way of a crawl: those that wait, a batch a transaction.

Whoever is stopped goes on there: an article waits until its vector is committed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.meaning import encoder
from newscrawler.storage.database.rows import version
from newscrawler.storage.meaning import vector_file, vectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.storage.writing import Writing

BATCH = 64  # articles encoded at once


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: `made` vectors, `without` one by language or for want of words.  `missing`: why none were made.

    `late`: stories that had been put into events before their original had its first vector.
    """

    made: int = 0
    without: int = 0
    missing: str | None = None
    late: int = 0

    @property
    def came_late(self) -> str:
        """What is to be done about stories that were put into events without a vector; "" where none was."""
        if not self.late:
            return ""
        were, they, them = ("story was", "it", "it") if self.late == 1 else ("stories were", "they", "them")
        late = f"{self.late:,} {were} put into events before {they} had a vector"
        return f"{late}; `newscrawler events --rebuild` decides on {them} anew"


def make_vectors(archive: Writing, progress: Callable[[int], object] = lambda number: None) -> Made:
    """Make the vectors that wait, and bring the file of signs up to date.  Without the extra nothing is done, and said.

    Raises ArchiveError where the archive cannot be written, OSError where the file cannot.
    """
    name = encoder.encoder_name()
    if name is None:
        return Made(missing=encoder.no_vectors())
    made = without = late = 0
    while batch := vectors.waiting(archive.db, BATCH):
        seen = version(archive.db)
        found = encoder.encode([(each.title, each.lead, each.text, each.language) for each in batch])
        with archive.transaction():
            # what a crawl has written meanwhile waits on, as what it says now
            now = batch if version(archive.db) == seen else vectors.waiting(archive.db, BATCH)
            kept = [(each.id, vector) for each, vector in zip(batch, found, strict=True) if each in now]
            late += vectors.grouped_without(archive.db, [article for article, vector in kept if vector is not None])
            vectors.keep(archive.db, vectors.name_encoder(archive.db, name), kept)
        none = sum(vector is None for _, vector in kept)
        made, without = made + len(kept) - none, without + none
        progress(len(kept))
    vector_file.bring_up_to_date(archive.folder, archive.db, name)
    return Made(made, without, late=late)


def ask_for_all(archive: Writing) -> int:
    """Let all articles wait that have no vector by the encoder that is installed; how many wait then."""
    name = encoder.encoder_name()
    if name is None:
        return 0
    with archive.transaction():
        vectors.ask_for_all(archive.db, vectors.name_encoder(archive.db, name))
    return vectors.how_many_waiting(archive.db)
