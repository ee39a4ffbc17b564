"""What is wrong with sources, and what got well, as a feed: for who wants to hear of it and not to look."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawler.export import feeds
from newscrawler.reports.frontpage import Trouble, troubles
from newscrawler.reports.health import Recovery, last_change, recovered
from newscrawler.storage.database.identity import identity
from newscrawler.web import wording
from newscrawler.web.files import search_files

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.room import Room

ENTRIES = 100  # findings that hold; besides them what got well in a week


def _told(db: Database, now: datetime) -> list[tuple[str, Trouble | Recovery]]:
    """(when it began or ended, what), the latest first."""
    found: list[tuple[str, Trouble | Recovery]] = [(each.first_seen, each) for each in troubles(db, ENTRIES)]
    found += [(each.resolved, each) for each in recovered(db, now)]
    return sorted(found, key=lambda each: each[0], reverse=True)


def _entry(room: Room, archive: str, at: str, each: Trouble | Recovery) -> feeds.Entry:
    is_over, page = isinstance(each, Recovery), room.absolute(f"/source/{each.source_id}")
    kind = wording.finding(each.kind)
    address = (each.url if isinstance(each, Trouble) else None) or ""
    return feeds.Entry(
        id=feeds.permanent(
            archive, f"finding {'resolved' if is_over else 'found'} {at} {each.source_id} {each.kind} {address}"
        ),
        page=page,
        url=address or page,
        title=f"{each.source}: well again ({kind})" if is_over else f"{each.source}: {kind}",
        source=each.source,
        text=each.detail,
        published=at,
        first_seen=at,
        language="en",
    )


async def page(room: Room, form: str) -> Response:
    """The feed, `form` atom or feed.json."""
    archive = await room.read(identity)
    entries = [_entry(room, archive, at, each) for at, each in await room.read(_told, datetime.now(UTC))]
    made = feeds.Feed(
        (archive, "health"), f"Health of sources · {room.title}", room.absolute("/health"),
        room.absolute(f"/health.{form}"), entries, "What is wrong with sources, and what got well within a week",
        await room.read(last_change),
    )  # fmt: skip
    return search_files.answer(room, made, form)
