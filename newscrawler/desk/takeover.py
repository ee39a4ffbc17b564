"""Reviews and corrections of the desk, into the archive: by whoever writes it next."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawler.desk import corrections, marks, store
from newscrawler.errors import ArchiveError, DeskError
from newscrawler.storage.articles import verdicts
from newscrawler.storage.database.identity import identity
from newscrawler.storage.meaning import corrections as stored
from newscrawler.storage.meaning.event_numbers import current_event

if TYPE_CHECKING:
    from newscrawler.desk.corrections import Correction
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.database.sqlite import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Takeover:
    """How many reviews came into the archive; `outdated`: of articles that were reviewed in the archive after that.

    `corrected`: what was said of events and is followed; `refused`: why the rest is not.
    """

    taken: int = 0
    outdated: int = 0
    corrected: int = 0
    refused: tuple[str, ...] = ()


def take_over(archive: Archive, identity: str, now: datetime) -> Takeover:
    """Write what the desk says into the archive, which is open for writing.  Raises DeskError.

    First the archive, then the desk: whatever ends this in between, the next time writes the same again.
    """
    with store.reading(archive.folder, identity) as desk:
        reviews = marks.pending_reviews(desk) if desk is not None else []
        said = corrections.pending(desk) if desk is not None else []
    if not reviews and not said:
        return Takeover()
    with archive.transaction():
        new = _review(archive.db, reviews, now)
        followed = [(each, _follow(archive.db, each, now)) for each in said]
    with store.writing(archive.folder, identity) as desk:
        marks.taken_over(desk, reviews, now)
        corrections.taken_over(desk, followed, now)
    refused = tuple(why for _, why in followed if why is not None)
    return Takeover(new, len(reviews) - new, len(followed) - len(refused), refused)


def _review(db: Database, reviews: list[marks.PendingReview], now: datetime) -> int:
    """Write reviews of articles that are there and were not reviewed since; how many."""
    known = dict(db.execute("SELECT article_id, decided FROM reviews").fetchall())
    there = [each for each in reviews if db.execute("SELECT 1 FROM articles WHERE id = ?", [each.article_id]).fetchone()]
    new = [each for each in there if known.get(each.article_id, "") <= each.at]
    for decision in (marks.KEEP, marks.DROP):
        verdicts.review(db, [each.article_id for each in new if each.decision == decision], decision, now)
    return len(new)


def _follow(db: Database, said: Correction, now: datetime) -> str | None:
    """Do what was said of an event, whose stories then wait to be looked at; why that cannot be, None where it can."""
    try:
        if said.kind == corrections.BACK:
            if not stored.was_taken_back(db, said.about):  # by the command meanwhile, or by us before we were killed
                stored.take_back(db, said.about, now)
        elif said.kind == stored.PART:
            stored.part(db, current_event(db, said.event) or said.event, [said.about], now)
        else:
            one, other = (current_event(db, each) or each for each in (said.event, said.about))
            stored.join(db, one, other, now)
    except ArchiveError as error:
        return str(error)
    return None


def take_over_from_desk(archive: Archive) -> None:
    """The same of an archive's own desk, now, for its writer; a desk that cannot be read stops nobody."""
    try:
        done = take_over(archive, identity(archive.db), datetime.now(UTC))
    except DeskError as error:
        log.warning("what was said on the desk was not taken over: %s", error)
        return
    for each in done.refused:
        log.warning("what was said of an event on the desk is not followed: %s", each)
