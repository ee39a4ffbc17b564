"""Silent edits, corrections, deletions: what publishers changed after we had it, the changed words inline; feeds of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newscrawler.export import feeds
from newscrawler.reports.changes import KINDS, PublishedChange, Wanted, changing_sources, published_changes
from newscrawler.reports.rights import reserved_among
from newscrawler.revisions.worddiff import ADDED, REMOVED, Paragraph, word_diff
from newscrawler.storage.database.identity import identity
from newscrawler.web.drawing import highlighting
from newscrawler.web.files.search_files import answer
from newscrawler.web.guard.withheld import withheld
from newscrawler.web.room import NotFound
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from datasette.utils.asgi import Response

    from newscrawler.web.room import Room

PAGE_SIZE, FEED_ENTRIES, MAX_PAGES = 20, 50, 100
MAX_DAYS, DAYS = 3_650, 30
PARAGRAPHS, MAX_PIECE = 4, 240  # changed paragraphs shown of a change, and characters of what stayed between two changes
TITLES = {
    "silent-edits": (
        "Silent edits", "Articles whose words were changed while the page states no date of modification, or an older one."
    ),
    "corrections": (
        "Corrections", "Articles that were changed and carry a correction notice that was not there before."
    ),
    "deletions": ("Deletions", "Articles that their publisher took away after we had them; their text is kept here."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change, the paragraphs that differ, shortened, and how many more do."""

    change: PublishedChange
    headline: tuple[Paragraph, ...]
    paragraphs: tuple[Paragraph, ...]
    more: int
    reserved: bool = False


def _shown(change: PublishedChange) -> ShownChange:
    if change.change == "gone" or change.before_text is None:
        return ShownChange(change, (), (), 0)
    title = word_diff(change.before_title or "", change.title or "")
    differ = [each for each in word_diff(change.before_text, change.text) if each.changed]
    return ShownChange(
        change, tuple(title), tuple(_shortened(each) for each in differ[:PARAGRAPHS]), max(0, len(differ) - PARAGRAPHS)
    )


def _shortened(paragraph: Paragraph) -> Paragraph:
    """A paragraph whose long unchanged stretches are cut in their middle.

    >>> [len(text) for _, text in _shortened(Paragraph((("same", "x" * 900), ("added", "y")))).pieces]
    [241, 1]
    """
    return Paragraph(tuple((how, text if how in (ADDED, REMOVED) else _cut(text)) for how, text in paragraph.pieces))


def _cut(text: str) -> str:
    half = MAX_PIECE // 2
    return text if len(text) <= MAX_PIECE else f"{text[:half]}…{text[-half:]}"


def _all_shown(changes: Sequence[PublishedChange], reserved: Collection[int]) -> list[ShownChange]:
    """Changes as they are shown; of articles that are `reserved` without their words."""
    return [ShownChange(each, (), (), 0, reserved=True) if each.article_id in reserved else _shown(each) for each in changes]


def _whole_number(text: str, usual: int, most: int) -> int:
    return min(most, max(1, int(text))) if text.isascii() and text.isdigit() and len(text) < 9 else usual


async def page(room: Room, kind: str, form: str | None = None) -> Response:
    """The changes of a kind as a page, or as a feed (`form`: atom, feed.json).  Raises NotFound for a kind that is none."""
    if kind not in KINDS:
        raise NotFound(f"There is no list called {kind[:40]!r}.")
    source, days = room.argument("source"), _whole_number(room.argument("days"), DAYS, MAX_DAYS)
    if form is not None:
        return await _feed(room, Wanted(kind, source, days, FEED_ENTRIES), form)
    at = _whole_number(room.argument("page"), 1, MAX_PAGES)
    found = await room.read(published_changes, Wanted(kind, source, days, PAGE_SIZE + 1, (at - 1) * PAGE_SIZE))
    sources = await room.read(changing_sources)
    # long texts take a while, and others wait for the loop
    found, more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    shown = await asyncio.to_thread(_all_shown, found, await withheld(room, [each.article_id for each in found]))
    context = {
        "title": TITLES[kind][0],
        "about": TITLES[kind][1],
        "kind": kind,
        "kinds": [(each, room.path(_address(each, source, days)), TITLES[each][0]) for each in KINDS],
        "changes": shown,
        "sources": sources,
        "source": source,
        "known": source in {"", *(each for each, _ in sources)},
        "days": days,
        "page": at,
        "more": more and at < MAX_PAGES,
        "to": lambda number: room.path(_address(kind, source, days, page=number)),
        "feeds": [(each, room.path(_address(kind, source, days, f".{each}"))) for each in ("atom", "feed.json")],
        "direction": highlighting.direction,
    }
    return await show(room, "changes.html", context, current="changes")


def _address(kind: str, source: str, days: int, form: str = "", page: int = 1) -> str:
    stated = {"source": source, "days": str(days) if days != DAYS else "", "page": str(page) if page > 1 else ""}
    query = urlencode({name: value for name, value in stated.items() if value}, errors="replace")
    return f"/{kind}{form}{'?' if query else ''}{query}"


async def _feed(room: Room, wanted: Wanted, form: str) -> Response:
    found = await room.read(published_changes, wanted)
    archive, reserved = await room.read(identity), await room.read(reserved_among, [each.article_id for each in found])
    address = _address(wanted.kind, wanted.source, wanted.days)
    entries = [_entry(room, each, archive) for each in await asyncio.to_thread(_all_shown, found, reserved)]
    title, about = TITLES[wanted.kind]
    own = _address(wanted.kind, wanted.source, wanted.days, f".{form}")
    feed = feeds.Feed(
        (archive, address),
        f"{title} · {room.title}",
        room.absolute(address),
        room.absolute(own),
        entries,
        about,
    )
    return answer(room, feed, form)


def _entry(room: Room, shown: ShownChange, archive: str) -> feeds.Entry:
    change = shown.change
    return feeds.Entry(
        id=feeds.permanent(archive, f"revision {change.id}"),
        page=room.absolute(change_address(change)),
        url=change.url,
        title=change.title or change.article_title or "(no title)",
        source=change.source,
        text="\n".join(filter(None, (change.reason, *(_in_words(each) for each in shown.paragraphs)))),
        published=change.published,
        first_seen=change.seen,
        language=change.language,
    )


def change_address(change: PublishedChange) -> str:
    """Where a change is to be seen: the diff, or the state of being gone."""
    if change.change == "gone" or change.before_id is None:
        return f"/article/{change.article_id}/at/{change.id}"
    return f"/article/{change.article_id}/diff?from={change.before_id}&to={change.id}"


def _in_words(paragraph: Paragraph) -> str:
    """A changed paragraph in plain text, as the command prints it."""
    marks = {REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
    return "".join(f"{marks.get(how, ('', ''))[0]}{text}{marks.get(how, ('', ''))[1]}" for how, text in paragraph.pieces)
