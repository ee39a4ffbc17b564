"""A story: one text that several sources carry, over time, and what each of them added to it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Response
from markupsafe import Markup

from newscrawler.reports import articles
from newscrawler.reports.json_cells import moment
from newscrawler.revisions.additions import additions
from newscrawler.web import highlighting, svg
from newscrawler.web.views import NotThere, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.web.views import Room

PAGE = 20  # copies a page, as the words of each are compared
PASSAGES, LONGEST = 3, 240  # shown of what a copy added, and characters of each
BARS = 40
_HOURS = (1, 3, 6, 12, 24, 72, 168, 672, 8766)


def _read(db: Database, story_id: int, start: int) -> tuple[int, list[dict[str, Any]]]:
    """Where the story went, and all its articles; those of this page with what they added."""
    went = articles.where_story_went(db, story_id)
    members = articles.story(db, went) if went else []
    if not members or went is None:
        raise NotThere(f"There is no story {story_id} in this archive.")
    original = articles.text_of(db, members[0]["id"]) or {"text": ""}
    for each in members[start : start + PAGE]:
        text = (articles.text_of(db, each["id"]) or {"text": ""})["text"]
        each["added"] = additions(text, original["text"])
        each["left_out"] = additions(original["text"], text)
        each["later"] = highlighting.between(members[0]["published"], each["published"])
    return went, members


async def page(room: Room, id: str) -> Response:
    start = (number(room.argument("page", "1")) - 1) * PAGE
    went, articles = await room.read(_read, number(id), start)
    if went != number(id):
        return Response.redirect(room.path(f"/story/{went}"))
    shown = articles[start : start + PAGE]
    if not shown:
        raise NotThere(f"Story {went} has fewer pages than that.")
    context = {
        "title": articles[0]["title"] or "(no title)",
        "story": went,
        "articles": articles,
        "shown": shown,
        "original": articles[0],
        "sources": len({each["source"] for each in articles}),
        "plot": timeline(articles) if len(articles) > 1 else "",
        "page": start // PAGE + 1,
        "pages": -(-len(articles) // PAGE),
        "passages": PASSAGES,
        "longest": LONGEST,
    }
    return await room.page("story.html", context)


def timeline(articles: Sequence[dict[str, Any]]) -> Markup:
    """Copies over time as bars, of as many hours as make a readable number of bars; a day where only days are known."""
    stated = [(each, at) for each in articles if (at := moment(each["published"]) or moment(each["first_seen"]))]
    if len(stated) < 2:
        return Markup("")
    moments = sorted(at for _, at in stated)
    whole_days = any(len(each["published"] or each["first_seen"]) == 10 for each in articles)
    first, last = moments[0], moments[-1]
    least = 24 if whole_days else 1
    span = (last - first).total_seconds() / 3600
    hours = next((each for each in _HOURS if each >= least and span / each < BARS), _HOURS[-1])
    start = first.replace(minute=0, second=0, microsecond=0)
    start = start.replace(hour=start.hour - start.hour % min(hours, 24)) if hours < 24 else start.replace(hour=0)
    counts = [0] * (int((last - start) / timedelta(hours=hours)) + 1)
    for at in moments:
        counts[int((at - start) / timedelta(hours=hours))] += 1
    form = "%d %b %H:%M" if hours < 24 else "%d %b %Y"
    items = [
        svg.Bar((start + at * timedelta(hours=hours)).strftime(form), count) for at, count in enumerate(counts[-BARS * 3 :])
    ]
    scale = f"From (UTC), {hours} h each" if hours < 24 else f"From, {hours // 24} day{'s' * (hours > 24)} each"
    return svg.bars(
        items, title=f"Copies over time, as published{' (UTC)' * (hours < 24)}", unit="copies", kind="low", scale=scale
    )
