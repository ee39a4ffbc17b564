"""What leads the front page as a feed: a story, or all of an event, is one entry, which is updated when more take it up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.export import feeds
from newscrawler.reports import leading
from newscrawler.reports.articles import arrivals
from newscrawler.reports.windows import WindowRequest, window
from newscrawler.storage.database.identity import identity
from newscrawler.web.files import search_files

if TYPE_CHECKING:
    from datasette.utils.asgi import Response

    from newscrawler.reports.leading import LeadingStory
    from newscrawler.storage.database.sqlite import Database
    from newscrawler.web.room import Room

STORIES = 20  # of a feed


def _stories(db: Database) -> list[tuple[LeadingStory, str]]:
    """The stories that lead, each with when its last article came."""
    of = window(db, WindowRequest())
    if of is None:
        return []
    stories = leading.leading_stories(db, of, STORIES)
    (led,) = leading.once(leading.told(db, of, stories), [stories], [STORIES])
    shown = sorted(led, key=lambda each: -each.newest)
    came = arrivals(db, [each.newest for each in shown])
    return [(each, came[each.newest]) for each in shown]


def _words(story: LeadingStory) -> str:
    """What its entry says: who was first, how many others, how it begins unless that is reserved."""
    first = f"First in {story.headline.source}" if story.is_first else f"In {story.headline.source}"
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
            title=each.headline.title or "(no title)",
            source=each.headline.source,
            text=_words(each),
            published=each.headline.published,
            first_seen=came,
            language=each.headline.language,
            topics=each.headline.topics,
        )
        for each, came in await room.read(_stories)
    ]
    made = feeds.Feed(
        (archive, "today"), f"Today · {room.title}", room.absolute("/"), room.absolute(f"/today.{form}"),
        entries,
        f"The {STORIES} stories that lead the front page",
    )  # fmt: skip
    return search_files.answer(room, made, form)
