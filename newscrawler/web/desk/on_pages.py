"""What of the desk stands on other pages: marks beside articles, a note, collections, and whether the desk has a trouble.

A desk that cannot be read or written never takes a page away: the page says so and is as without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newscrawler.desk import marks, shelves
from newscrawler.desk.marks import NO_MARK, Mark, Note
from newscrawler.errors import DeskError
from newscrawler.web.desk import own as own_desk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.desk.own import Desk
    from newscrawler.web.room import Room


@dataclass(frozen=True, slots=True)
class OnDesk:
    """The desk as a page's template sees it.  `back`: the page's own address, to come back to after a post."""

    token: str
    back: str
    trouble: str = ""
    marks: Mapping[int, Mark] = field(default_factory=dict)
    followed: frozenset[str] = frozenset()

    def mark(self, article_id: int) -> Mark:
        return self.marks.get(article_id, NO_MARK)

    def follows(self, event: int) -> bool:
        return str(event) in self.followed


@dataclass(frozen=True, slots=True)
class ArticleOnDesk:
    """What the reader keeps of one article; `names`: of all collections, `within`: of those that it is in."""

    note: Note | None = None
    names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


NO_ARTICLE = ArticleOnDesk()


@dataclass(frozen=True, slots=True)
class _Shown:
    """What of a desk a page shows: marks of its articles, events that are followed."""

    marks: Mapping[int, Mark] = field(default_factory=dict)
    followed: frozenset[str] = frozenset()


def _shown(db: Database, ids: Sequence[int]) -> _Shown:
    return _Shown(marks.marks(db, ids), frozenset(each.event for each in shelves.followed(db)))


def bare(room: Room, desk: Desk, trouble: str = "", found: _Shown | None = None) -> OnDesk:
    """The desk on a page without marks, or with what was `found`."""
    shown = found or _Shown()
    query = room.request.query_string
    base = room.path("/").rstrip("/")
    return OnDesk(desk.token(), f"{base}{_local(room)}{'?' if query else ''}{query}", trouble, shown.marks, shown.followed)


def _local(room: Room) -> str:
    """The path of a request below Datasette's base_url."""
    base = str(room.datasette.setting("base_url")).rstrip("/")
    return str(room.request.path).removeprefix(base) or "/"


async def on_desk(room: Room, ids: Sequence[int], *, opened: int | None = None, trouble: str = "") -> OnDesk | None:
    """The desk with the marks of some articles; None where it is not open.  What the reader has `opened` is seen."""
    desk = await room.desk()
    if desk is None:
        return None
    try:
        if opened is not None and own_desk.is_readers_own(room.request):
            await desk.write(marks.see, opened, datetime.now(UTC))
    except DeskError as error:
        trouble = str(error)
    try:
        found = await desk.read(_shown, _Shown(), ids)
    except DeskError as error:
        return bare(room, desk, str(error))
    return bare(room, desk, trouble, found)


def _article(db: Database, article_id: int) -> ArticleOnDesk:
    names = tuple(each.name for each in shelves.collections(db))
    return ArticleOnDesk(marks.note(db, article_id), names, tuple(shelves.collections_of(db, article_id)))


async def article_on_desk(room: Room, article_id: int) -> ArticleOnDesk:
    """What the reader keeps of an article; nothing where the desk is not open or cannot be read."""
    desk = await room.desk()
    if desk is None:
        return NO_ARTICLE
    try:
        return await desk.read(_article, NO_ARTICLE, article_id)
    except DeskError:  # which on_desk says
        return NO_ARTICLE
