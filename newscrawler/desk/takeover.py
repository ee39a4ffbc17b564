"""Reviews of the desk, into the archive: by whoever writes it next."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawler.desk import marks, store
from newscrawler.errors import DeskError
from newscrawler.storage.articles import verdicts
from newscrawler.storage.database.identity import identity

if TYPE_CHECKING:
    from newscrawler.storage.archive import Archive

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Takeover:
    """How many reviews came into the archive; `outdated`: of articles that were reviewed in the archive after that."""

    taken: int = 0
    outdated: int = 0


def take_over(archive: Archive, identity: str, now: datetime) -> Takeover:
    """Write what the desk's reviews say into the archive, which is open for writing.  Raises DeskError.

    First the archive, then the desk: whatever ends this in between, the next time writes the same again.
    """
    with store.reading(archive.folder, identity) as desk:
        pending = marks.pending_reviews(desk) if desk is not None else []
    if not pending:
        return Takeover()
    known = dict(archive.db.execute("SELECT article_id, decided FROM reviews").fetchall())
    there = [
        each for each in pending if archive.db.execute("SELECT 1 FROM articles WHERE id = ?", [each.article_id]).fetchone()
    ]
    new = [each for each in there if known.get(each.article_id, "") <= each.at]
    with archive.transaction():
        for decision in (marks.KEEP, marks.DROP):
            verdicts.review(archive.db, [each.article_id for each in new if each.decision == decision], decision, now)
    with store.writing(archive.folder, identity) as desk:
        marks.taken_over(desk, pending, now)
    return Takeover(len(new), len(pending) - len(new))


def take_over_reviews(archive: Archive) -> None:
    """The same of an archive's own desk, now, for its writer; a desk that cannot be read stops nobody."""
    try:
        take_over(archive, identity(archive.db), datetime.now(UTC))
    except DeskError as error:
        log.warning("reviews of the desk were not taken over: %s", error)
