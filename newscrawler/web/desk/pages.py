"""The desk's own pages, and the address that takes what is posted to it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from datasette.utils.asgi import Response

from newscrawler.desk import corrections, marks, shelves
from newscrawler.desk.tokens import HOURS, TokenState
from newscrawler.errors import DeskBusy, DeskConflict, DeskError
from newscrawler.reports.events import event_row
from newscrawler.reports.headlines import Headline, headlines
from newscrawler.reports.leading import first_stories
from newscrawler.reports.review import DoubtfulArticle, doubtful_articles, doubtful_count
from newscrawler.reports.status import last_article_id
from newscrawler.search.saved import saved_search
from newscrawler.storage.meaning.event_numbers import current_event
from newscrawler.web import wording
from newscrawler.web.desk import actions as desk_actions
from newscrawler.web.desk import collection_files, event_corrections
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.desk import own as own_desk
from newscrawler.web.room import NotFound, cells_of
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawler.desk.corrections import Correction
    from newscrawler.desk.marks import Note, PendingReview
    from newscrawler.desk.shelves import Collection, DeskSearch, FollowedEvent
    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.desk.actions import Form
    from newscrawler.web.desk.own import Desk
    from newscrawler.web.room import Room

SHOWN = 50  # articles of a list
REVIEWED_AT_ONCE = 20
MOST_DOUBTFUL = 1_000  # that are counted
MOST_TITLE = 200  # characters of an event's title, by which the desk remembers it
CLOSED = "The desk is not open: `newscrawler serve --desk` opens it, for this machine alone."


@dataclass(frozen=True, slots=True)
class Contents:
    """All that lies on a desk."""

    kept: Sequence[int] = ()
    notes: Sequence[Note] = ()
    collections: Sequence[Collection] = ()
    searches: Sequence[DeskSearch] = ()
    pending: Sequence[PendingReview] = ()
    followed: Sequence[FollowedEvent] = field(default_factory=tuple)
    corrected: Sequence[Correction] = ()


EMPTY = Contents()


async def _desk(room: Room) -> Desk:
    """Raises NotFound where it is not open."""
    desk = await room.desk()
    if desk is None:
        raise NotFound(CLOSED)
    return desk


def _contents(db: Database) -> Contents:
    return Contents(
        marks.kept(db), marks.notes(db), shelves.collections(db), shelves.searches(db), marks.pending_reviews(db),
        shelves.followed(db), corrections.pending(db),
    )  # fmt: skip


def _told(db: Database, ids: Iterable[int]) -> dict[int, Headline]:
    return {each.id: each for each in headlines(db, list(dict.fromkeys(ids)), dropped=True)}


async def page(room: Room) -> Response:
    """What lies on the desk.  Raises NotFound where it is not open, DeskError where it cannot be read."""
    desk = await _desk(room)
    has = await desk.read(_contents, EMPTY)
    kept, notes = has.kept[:SHOWN], has.notes[:SHOWN]
    told = await room.read(_told, [*kept, *(each.article_id for each in notes)])
    context = {
        "title": "Your desk",
        "shown": [told[each] for each in kept if each in told],
        "noted": [(each, told.get(each.article_id)) for each in notes],
        "doubtful": await room.read(doubtful_count, MOST_DOUBTFUL),
        "events": await room.read(first_stories, [int(each.event) for each in has.followed]),
        "collection_path": lambda name, form="": room.path(collection_path(name, form)),
        "saved_path": lambda name: room.path(f"/saved/{quote(name, safe='')}"),
        "desk": await on_desk.on_desk(room, kept),
    }
    return await show(room, "own_desk.html", {**cells_of(has), **context}, current="desk")


def collection_path(name: str, form: str = "") -> str:
    return f"/desk/collection/{quote(name, safe='', errors='replace')}{form}"


def _doubtful(db: Database, decided: Sequence[int]) -> tuple[list[tuple[DoubtfulArticle, Headline]], int]:
    """(What is doubtful and not decided on the desk, as lists show it; how many in all, at most MOST_DOUBTFUL)."""
    known = set(decided)
    found = [each for each in doubtful_articles(db, REVIEWED_AT_ONCE + len(known)) if each.id not in known]
    told = _told(db, [each.id for each in found[:REVIEWED_AT_ONCE]])
    return [(each, told[each.id]) for each in found if each.id in told], doubtful_count(db, MOST_DOUBTFUL)


async def review(room: Room) -> Response:
    """The doubtful articles, to keep or to drop.  Raises NotFound where the desk is not open, DeskError."""
    desk = await _desk(room)
    pending = await desk.read(marks.pending_reviews, [])
    found, number = await room.read(_doubtful, [each.article_id for each in pending])
    told = await room.read(_told, [each.article_id for each in pending[-SHOWN:]])
    context = {
        "title": "To review",
        "doubtful": found,
        "weighed": wording.weighed,
        "number": max(0, number - len(pending)),
        "is_more": number >= MOST_DOUBTFUL,
        "pending": [(each, told.get(each.article_id)) for each in reversed(pending[-SHOWN:])],
        "waiting": len(pending),
        "desk": await on_desk.on_desk(room, [each.id for each, _ in found]),
    }
    return await show(room, "own_review.html", context, current="desk")


async def collection(room: Room, name: str, form: str | None = None) -> Response:
    """A collection as a page, a feed or a file.  Raises NotFound where there is none of that name, DeskError."""
    desk, name = await _desk(room), unquote(name)
    ids = await desk.read(shelves.collected, None, name)
    if ids is None:
        raise NotFound(f"There is no collection called {name[:80]!r} on this desk.")
    if form is not None:
        notes = {each.article_id: each.text for each in await desk.read(marks.notes, [])}
        own = collection_path(name, f".{form}")
        return await collection_files.answer(room, collection_files.Gathered(name, ids, notes), form, own)
    told = await room.read(_told, ids)
    context = {
        "title": name,
        "shown": [told[each] for each in ids if each in told],
        "forms": [
            (words, room.path(collection_path(name, f".{ending}")), kind) for ending, words, kind in collection_files.FORMS
        ],
        "desk": await on_desk.on_desk(room, ids),
    }
    return await show(room, "own_collection.html", context, current="desk")


async def act(room: Room) -> Response:
    """Do what a form asks for, and go back to its page; a script gets a sentence."""
    desk = await room.desk()
    form = desk_actions.Form("", "", {})
    if desk is None:
        return await _refused(room, form, CLOSED, 404)
    if (why := own_desk.refusal(room.request)) is not None:
        return await _refused(room, form, why, 403)
    try:
        form = desk_actions.parse(await _body(room))
        if (state := desk.token_state(form.token)) is not TokenState.GOOD:
            return await _refused(room, form, _EXPIRED if state is TokenState.EXPIRED else _WITHOUT, 403)
        await _check_name(room, form)
        form = await event_corrections.checked(room, form)
        said = await desk.write(desk_actions.perform, await _with_title(room, form), datetime.now(UTC))
        if form.verb == "save":  # what is there already is nothing new
            name = shelves.checked_name(form.fields.get("name", ""))
            await desk.write(shelves.look_at, name, await room.read(last_article_id), datetime.now(UTC))
    except DeskConflict as error:
        return await _refused(room, form, str(error), 409, error.there)
    except DeskBusy as error:
        return await _refused(room, form, f"{error}.", 503)
    except DeskError as error:
        return await _refused(room, form, str(error), 400)
    if _wants_json(room):
        return Response.json({"ok": True, "said": said})
    return Response.redirect(_back(room, form) + _place(form), status=303)


def _place(form: Form) -> str:
    """Where on its page a form stood, as far as that has a name."""
    if form.verb.removeprefix("un") in ("join", "back"):
        return "#said"
    article = form.about.partition(":")[0] or form.fields.get("article", "")
    return f"#a{article}" if article.isdigit() else ""


_EXPIRED = (
    f"This page was opened more than {HOURS} hours ago, or before the reading room was started anew, and may not write now. "
    "Nothing was changed. Go back, load the page again, and say it once more."
)
_WITHOUT = "This did not come from a page of this desk: it brings no token. Nothing was changed."


async def _body(room: Room) -> bytes:
    """Raises DeskError where it is too long."""
    body, more = b"", True
    while more:
        message = await room.request.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > desk_actions.MAX_BODY:
            raise DeskError(f"That is more than {desk_actions.MAX_BODY:,} bytes. Nothing was changed.")
    return body


def _title_of(db: Database, event: int) -> str:
    row = event_row(db, current_event(db, event) or 0)
    return (row.title or "") if row else ""


async def _with_title(room: Room, form: Form) -> Form:
    """A form that follows an event, with the title by which the desk remembers it."""
    event = form.about
    if form.verb != "follow" or not event.isascii() or not event.isdigit() or len(event) > 18:
        return form
    return replace(form, about=f"{event}:{(await room.read(_title_of, int(event)))[:MOST_TITLE]}")


async def _check_name(room: Room, form: Form) -> None:
    """Raises DeskError where a search is to be saved by a name that the archive has."""
    name = form.fields.get("name", "")
    if form.verb == "save" and name and await room.read(saved_search, name.strip()) is not None:
        raise DeskError(f"{name.strip()!r} is the name of a search that is saved in the archive; take another.")


def _wants_json(room: Room) -> bool:
    return "application/json" in (room.request.headers.get("accept") or "")


def _back(room: Room, form: Form) -> str:
    """The page that the form stood on, which is one of ours."""
    back = form.fields.get("back", "").partition("#")[0]
    return back if back.startswith("/") and not back.startswith(("//", "/\\")) else room.path("/desk")


async def _refused(room: Room, form: Form, why: str, status: int, there: str = "") -> Response:
    if _wants_json(room):
        return Response.json({"ok": False, "said": why}, status=status)
    context = {"title": "Not written", "message": why, "typed": form.typed, "there": there, "return": _back(room, form)}
    return await show(room, "own_refused.html", context, status=status, current="desk")
