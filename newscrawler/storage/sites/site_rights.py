"""What a crawl brings to the rights of sites: their tdmrep.json, the catalogue's word when it begins, dates that came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso, iso
from newscrawler.items.rights import RightsKind
from newscrawler.rights.conclusion import Standing
from newscrawler.storage.articles.rights import conclude_articles, conclude_site, conclude_source, of_site, rights_of_files
from newscrawler.storage.articles.withdrawal import withdraw

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from newscrawler.items import Source
    from newscrawler.storage.archive import Archive

TDMREP_LIFETIME = timedelta(days=7)
TDMREP_RETRY = timedelta(days=1)  # of a host that did not answer
MAX_BODY = 200_000  # characters of a tdmrep.json that are kept; a longer one is read as none


def tdmrep_is_due(archive: Archive, origin: str, now: datetime) -> bool:
    """Whether a host's tdmrep.json is to be asked: once a week, once a day where no answer came."""
    row = archive.db.execute("SELECT asked, status FROM tdmrep WHERE origin = ?", [origin]).fetchone()
    if row is None:
        return True
    is_answer = row[1] is not None and row[1] < 500 and row[1] != 429
    return not timedelta(0) <= now - from_iso(row[0]) < (TDMREP_LIFETIME if is_answer else TDMREP_RETRY)


def save_tdmrep(archive: Archive, origin: str, now: datetime, status: int | None, body: bytes) -> None:
    """Keep what a host answered; where no answer came, what it said before stays."""
    with archive.transaction():
        db = archive.db
        before = of_site(db, origin)
        text = body.decode("utf-8-sig", "replace") if status == 200 and len(body) <= MAX_BODY else None
        is_file = text is not None and bool(rights_of_files(None, text, origin).tdm)
        is_answer = status is not None and status < 500 and status != 429
        db.execute(
            """
            INSERT INTO tdmrep (origin, asked, status, body) VALUES (:origin, :asked, :status, :body)
            ON CONFLICT (origin) DO UPDATE SET asked = :asked, status = :status, body = iif(:is_answer, :body, body)
            """,
            {
                "origin": origin,
                "asked": iso(now),
                "status": status,
                "body": text.replace("\x00", "") if text is not None and is_file else None,
                "is_answer": is_answer,
            },
        )
        if of_site(db, origin) != before:
            conclude_site(db, origin, now)


def begin(archive: Archive, sources: Iterable[Source], now: datetime, respect: frozenset[str]) -> int:
    """Take up what the catalogue says of its sources, and the dates that have come; of how many articles the text went.

    What is past its `unavailable_after` is reserved; its text goes where `respect` names that.
    """
    with archive.transaction():
        db = archive.db
        for source in sources:
            values = {"rights": source.rights, "id": source.id}
            if db.execute("UPDATE sources SET rights = :rights WHERE id = :id AND rights IS NOT :rights", values).rowcount:
                conclude_source(db, source.id, now)
        due = db.execute("SELECT id, rights, withdrawn FROM articles WHERE unavailable_after <= ?", [iso(now)]).fetchall()
        conclude_articles(db, [key for key, rights, _ in due if rights != Standing.RESERVED], now)
        going = [key for key, _, withdrawn in due if withdrawn is None and RightsKind.UNAVAILABLE.value in respect]
        for article_id in going:
            withdraw(db, article_id, now)
        return len(going)
