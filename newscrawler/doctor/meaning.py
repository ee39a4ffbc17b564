"""Vectors that are there, and whether this installation can go on with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.doctor.findings import Finding, FindingKind
from newscrawler.meaning import encoder
from newscrawler.storage.meaning import vectors

if TYPE_CHECKING:
    from sqlite_utils import Database


def look(db: Database) -> list[Finding]:
    """An archive with vectors where what makes them is missing or is another; nothing of one without."""
    if not vectors.is_any(db):
        return []
    name = encoder.encoder_name()
    if name is None:
        detail = f"the archive has vectors, and what comes now gets none; {encoder.no_vectors()}"
    elif vectors.encoder_id(db, name) is None:
        detail = f"all were made by another encoder than {name}; `newscrawler reprocess --vectors` makes them anew"
    else:
        return []
    return [Finding(FindingKind.VERSION, "vectors", detail, remark=True)]
