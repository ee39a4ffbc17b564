"""Events: one happening over time with who told of it first and what each language's press adds; lists, and blind spots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from newscrawler.dates import iso, read_moment
from newscrawler.export import feeds
from newscrawler.reports import event_press, events
from newscrawler.reports.event_facts import Difference, differences, fact_in_words
from newscrawler.search.vocabulary import country_name, language_name
from newscrawler.sources.country_codes import Countries, at_odds, country_codes
from newscrawler.storage.database.identity import identity
from newscrawler.storage.meaning.corrections import said_of
from newscrawler.storage.meaning.event_numbers import current_event
from newscrawler.storage.meaning.events import how_many_waiting
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.desk.event_corrections import OnEvent, on_event, said_on_desk
from newscrawler.web.drawing.lanes import Mark, lanes
from newscrawler.web.files import citations, search_files
from newscrawler.web.room import BadRequest, NotFound, number
from newscrawler.web.views import show

if TYPE_CHECKING:
    from markupsafe import Markup
    from sqlite_utils import Database

    from newscrawler.desk.corrections import Correction
    from newscrawler.reports.event_press import Carrier
    from newscrawler.reports.events import Addition, EventRow, EventStory
    from newscrawler.storage.meaning.corrections import Said
    from newscrawler.web.room import Room

DAYS, MOST_DAYS = 7, 36_600
SHOWN = 50
LISTED = 100  # stories of the list to paste
ENTRIES = 100  # stories of an event's feed, the last
FEEDS = (("Atom", "atom"), ("JSON Feed", "feed.json"))
MOST_COUNTRIES = 20
MOST_LANGUAGES = 20


@dataclass(frozen=True, slots=True)
class _Event:
    row: EventRow
    stories: list[EventStory]
    added: list[Addition]
    differing: list[Difference]
    press: list[Carrier]
    followed_by: list[tuple[int, str | None]]
    said: list[Said]
    on_desk: OnEvent
    nearby: list[tuple[int, str]]
    titles: dict[int, str]

    @property
    def told(self) -> list[EventStory]:
        """Its stories without those that the reader took out."""
        return _without(self.stories, self.on_desk)

    @property
    def carriers(self) -> list[Carrier]:
        """Who carries the stories that are told."""
        told = {each.story for each in self.told}
        return [each for each in self.press if each.story in told]


def _without(stories: list[EventStory], on_desk: OnEvent) -> list[EventStory]:
    return [each for each in stories if each.article not in on_desk.parted]


def _read(db: Database, event: int, pending: list[Correction], *, for_desk: bool) -> _Event:
    """The event that a number leads to now.  Raises NotFound where it never was one's, or it has no stories.

    `pending`: what the reader said and the archive does not know yet; `for_desk`: with what may be the same.
    """
    current = current_event(db, event)
    row = events.event_row(db, current) if current else None
    if row is None:
        raise NotFound(f"There is no event {event} in this archive.")
    stories, on_desk = events.event_stories(db, row.id), on_event(pending, row.id)
    told = _without(stories, on_desk)
    others = {each for pair in on_desk.joined for each in pair if each != row.id}
    rows = {each: events.event_row(db, current_event(db, each) or 0) for each in others}
    return _Event(
        row, stories, events.additions(db, told), differences(db, told), event_press.carriers(db, row.id),
        events.followed_by(db, row.id), said_of(db, row.id), on_desk, events.nearby(db, row, stories) if for_desk else [],
        {each: (found.title if found else None) or f"event {each}" for each, found in rows.items()},
    )  # fmt: skip


async def page(room: Room, id: str, form: str | None = None) -> Response:
    """An event, or its stories as a feed; one that was united leads to the other.

    Raises NotFound for one that is not there.
    """
    pending = [] if form else await said_on_desk(room)
    has_desk = not form and await room.desk() is not None
    found = await room.read(_read, number(id), pending, for_desk=has_desk)
    row, stories = found.row, found.stories
    address = f"/event/{row.id}"
    if row.id != number(id):
        return Response.redirect(room.path(f"{address}.{form}" if form else address))
    if form:
        return await _story_feed(room, row, stories, form)
    context = {
        "title": row.title or "(no title)",
        "event": row,
        "stories": stories,
        "added": found.added,
        "followed_by": found.followed_by,
        "differing": [(fact_in_words(each.fact), each.told) for each in found.differing],
        "desk": await on_desk.on_desk(room, [each.article for each in stories]),
        "firsts": [(what, event_press.first_by(found.carriers, what)) for what in ("language", "country")],
        "said": found.said,
        "on_desk": found.on_desk,
        "joined": [(one, other, other if one == row.id else one) for one, other in found.on_desk.joined],
        "titles": found.titles,
        "nearby": found.nearby,
        "names": {"language": language_name, "country": country_name},
        "plot": _plot(stories),
        "citation": citations.event_in_words(row, stories, room.title, iso(datetime.now(UTC))[:10]),
        "listed": citations.event_as_list(found.told[:LISTED]),
    }
    return await show(room, "event.html", context, current="events")


def _plot(stories: list[EventStory]) -> Markup:
    marks = [
        Mark(each.language, each.at, f"{each.source}: {each.title or '(no title)'}", f"#a{each.article}") for each in stories
    ]
    return lanes(marks, {each.lane: language_name(each.lane) for each in marks}, "Who told of it when, by language")


async def _story_feed(room: Room, row: EventRow, stories: list[EventStory], form: str) -> Response:
    """The stories of an event, the last first: who told of it, in which language, and why each is there."""
    archive, address = await room.read(identity), f"/event/{row.id}"
    entries = [
        feeds.Entry(
            id=feeds.permanent(archive, f"story {each.story}"),
            page=room.absolute(f"/article/{each.article}"),
            url=each.url,
            title=each.title or "(no title)",
            source=each.source,
            text=f"{each.relation}: {each.reason}",
            published=each.at,
            first_seen=each.at,
            language=each.language or None,
        )
        for each in reversed(stories[-ENTRIES:])
    ]
    made = feeds.Feed(
        (archive, f"event {row.id}"), f"{row.title or 'An event'} · {room.title}",
        room.absolute(address), room.absolute(f"{address}.{form}"), entries, "Who tells of this event",
    )  # fmt: skip
    return search_files.answer(room, made, form)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which events: of how many days, told by the press of any of some countries, and by that of none of others; or told
    in all of some languages.

    `unheeded`: what else the address says, and what to write instead.
    """

    days: int
    by: tuple[str, ...]
    not_by: tuple[str, ...]
    languages: tuple[str, ...]
    unheeded: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        if self.languages:
            return f"Events told in {' and '.join(map(language_name, self.languages))}"
        by, not_by = (list(map(country_name, each)) for each in (self.by, self.not_by))
        if by:
            return f"What the press of {' or '.join(by)} tells{f' and that of {_each(not_by)} does not' if not_by else ''}"
        return f"What the press of {_each(not_by)} does not tell" if not_by else "Events"

    @property
    def query(self) -> str:
        stated = {
            "days": str(self.days) if self.days != DAYS else "", "by": ",".join(self.by), "not_by": ",".join(self.not_by),
            "languages": ",".join(self.languages),
        }  # fmt: skip
        told = urlencode({name: value for name, value in stated.items() if value}, safe=",")
        return f"?{told}" if told else ""


def _each(names: list[str]) -> str:
    return " and ".join(names)


def _asked(room: Room) -> Asked:
    asked = room.argument("days", str(DAYS))
    are_days = asked.isdecimal() and len(asked) < 6
    days = min(max(int(asked), 1), MOST_DAYS) if are_days else DAYS
    told = {name: ",".join(room.arguments(name))[:200].strip() for name in ("by", "not_by", "languages")}
    by, not_by = (country_codes(told[name]) for name in ("by", "not_by"))
    languages, others = events.language_codes(told["languages"])
    no_country = [*by.unknown, *not_by.unknown]
    no_country += [told[name] for name, found in (("by", by), ("not_by", not_by)) if found == Countries()]
    beside = languages if by.known or not_by.known else []
    both = by.known if at_odds(by.known, not_by.known) else ()
    unheeded = (
        ("" if are_days else asked, "Days are a number, such as 7."),
        (room.argument("since"), "Days are counted back from today: days=7."),
        (
            ", ".join(dict.fromkeys(filter(None, no_country))),
            "Countries are named by their codes (ISO 3166-1), such as FR or FR,DE.",
        ),
        (f"not by {', '.join(both)}" if both else "", "The press of a country cannot tell of a thing and not tell of it."),
        (
            ", ".join(others) or ("" if languages else told["languages"]),
            "Languages are named by their codes (ISO 639), such as fr or fr,ja.",
        ),
        (", ".join(beside), "Ask for countries or for languages; leave one out."),
    )
    return Asked(
        days, by.known[:MOST_COUNTRIES], tuple(each for each in not_by.known if each not in both)[:MOST_COUNTRIES],
        () if beside else tuple(languages[:MOST_LANGUAGES]), tuple((what[:60], why) for what, why in unheeded if what),
    )  # fmt: skip


async def listing(room: Room, form: str | None = None) -> Response:
    """Events of some days; with `by` or `not_by` those that the press of some countries tells of, or of others does not;
    with `languages` those that are told in all of some.

    Raises BadRequest where a feed is asked for what is not heeded.
    """
    asked = _asked(room)
    if form and asked.unheeded:  # a feed has no place for a remark, and its reader would take all events for some
        raise BadRequest(" ".join(f"Not heeded: {what}. {why}" for what, why in asked.unheeded))
    since = events.of_last_days(asked.days, datetime.now(UTC))
    if asked.by or asked.not_by:
        found = await room.read(events.blind_spots, asked.by, asked.not_by, since, SHOWN)
    else:
        found = await room.read(events.events_since, since, asked.languages, SHOWN)
    if form:
        return await _event_feed(room, asked, found, form)
    silent = await room.read(event_press.without_press, [*asked.by, *asked.not_by])
    unspoken = [] if found else await room.read(events.without_stories, asked.languages)
    last = None if found else await room.read(events.last_day)
    feed_paths = [(kind, room.path(f"/events.{form}{asked.query}")) for kind, form in FEEDS]
    context = {
        "title": "Events", "events": found, "heading": asked.title, "days": asked.days,
        "by": ",".join(asked.by), "not_by": ",".join(asked.not_by), "languages": ",".join(asked.languages),
        "unheeded": asked.unheeded,
        "silent": " or ".join(map(country_name, silent)),
        "unspoken": " or ".join(map(language_name, unspoken)), "feeds": feed_paths,
        "last": last, "days_to_last": _days_since(last), "waiting": 0 if found else await room.read(how_many_waiting),
    }  # fmt: skip
    return await show(room, "events.html", context, current="events")


def _days_since(day: str | None) -> int | None:
    """How many days ago a day was; None where that is none."""
    moment = read_moment(day)
    return None if moment is None else (datetime.now(UTC) - moment).days


async def _event_feed(room: Room, asked: Asked, found: list[EventRow], form: str) -> Response:
    """Events as a feed: one entry each, whatever number of stories tell of it."""
    archive = await room.read(identity)
    entries = [
        feeds.Entry(
            id=feeds.permanent(archive, f"event {each.id}"),
            page=room.absolute(f"/event/{each.id}"),
            url=room.absolute(f"/event/{each.id}"),
            title=each.title or "(no title)",
            source=room.title,
            text=f"{each.stories} stories{f' ({each.spoken})' if each.spoken else ''}",
            published=each.began,
            first_seen=each.ended,
            language=each.title_language or None,
        )
        for each in sorted(found, key=lambda each: each.ended, reverse=True)
    ]
    made = feeds.Feed(
        (archive, " ".join(["events", ",".join(asked.by), ",".join(asked.not_by), *asked.languages])),
        f"{asked.title} · {room.title}",
        room.absolute(f"/events{asked.query}"), room.absolute(f"/events.{form}{asked.query}"), entries,
        "An entry for each event",
    )  # fmt: skip
    return search_files.answer(room, made, form)
