"""What leads the front page as a feed: a story, or all of an event, is one entry, which is updated when more take it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.export import feeds
from newscrawler.reports import leading
from newscrawler.reports.articles import arrivals
from newscrawler.reports.events import titles
from newscrawler.reports.windows import WindowRequest, window
from newscrawler.storage.database.identity import identity
from newscrawler.web.files import search_files

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.reports.leading import LeadingStory
    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.room import Room

STORIES = 20  # of a feed


def _stories(db: Database) -> list[tuple[LeadingStory, str, tuple[str, str | None]]]:
    """The stories that lead, each with when its last article came and (title, its language): of its event, if any."""
    of = window(db, WindowRequest())
    if of is None:
        return []
    stories = leading.leading_stories(db, of, STORIES)
    (led,) = leading.once(leading.told(db, of, stories), [stories], [STORIES])
    shown = sorted(led, key=lambda each: -each.newest)
    came = arrivals(db, [each.newest for each in shown])
    of_events = titles(db, [each.event for each in shown if each.event is not None])
    own = [(each.headline.title or "(no title)", each.headline.language) for each in shown]
    named = [of_events.get(each.event or 0, title) for each, title in zip(shown, own, strict=True)]
    return [(each, came[each.newest], title) for each, title in zip(shown, named, strict=True)]


def _words(story: LeadingStory, title: str) -> str:
    """What its entry says: who was first, how many others, how it begins unless that is reserved.

    Its own headline, too, where it stands under another `title`, its event's.
    """
    own = story.headline.title
    told = f"{story.headline.source}: {own}" if own and own != title else story.headline.source
    first = f"First in {told}" if story.is_first else f"In {told}"
    others = f"; {story.others} other{'s' * (story.others != 1)} since" if story.others else ""
    beside = [f"{each.headline.source}: {each.headline.title}" for each in story.beside]
    event = f" Also of this event: {'; '.join(beside)}." if beside else ""
    return f"{first}{others}. {'' if story.headline.reserved else story.headline.summary}{event}".strip()


async def page(room: Room, form: str) -> Response:
    """The feed, `form` atom or feed.json."""
    archive = await room.read(identity)
    entries = [
        feeds.Entry(
            id=feeds.permanent(archive, f"story {each.headline.story_id}"),
            page=room.absolute(f"/story/{each.headline.story_id}"),
            url=each.headline.url,
            title=title,
            source=each.headline.source,
            text=_words(each, title),
            published=each.headline.published,
            first_seen=came,
            language=language or None,
            topics=each.headline.topics,
        )
        for each, came, (title, language) in await room.read(_stories)
    ]
    made = feeds.Feed(
        (archive, "today"), f"Today · {room.title}", room.absolute("/"), room.absolute(f"/today.{form}"),
        entries,
        f"The {STORIES} stories that lead the front page",
    )  # fmt: skip
    return search_files.answer(room, made, form)
