"""A story: one text that several sources carry, over time, and what each of them added to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from datasette.utils.asgi import Response
from markupsafe import Markup

from newscrawler.dates import read_moment
from newscrawler.reports import stories
from newscrawler.reports.articles import current_text
from newscrawler.revisions.additions import Additions, additions
from newscrawler.web import wording
from newscrawler.web.desk import on_pages as on_desk
from newscrawler.web.drawing import highlighting, svg
from newscrawler.web.guard.withheld import withheld
from newscrawler.web.room import NotFound, number
from newscrawler.web.views import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

    from newscrawler.reports.stories import StoryMember
    from newscrawler.web.room import Room

PAGE_SIZE = 20  # copies a page, as the words of each are compared
CUT = 10  # one in so many words left out make a cut
MAX_PASSAGES, MAX_PASSAGE = 3, 240  # shown of what a copy added, and characters of each
BARS = 40
_BIN_HOURS = (1, 3, 6, 12, 24, 72, 168, 672, 8766)


@dataclass(frozen=True, slots=True)
class Copy:
    """An article of a story beside its original: how long after it (`later`), and the words that each has alone."""

    article: StoryMember
    later: str | None
    added: Additions
    left_out: Additions

    @property
    def cut(self) -> bool:
        """Whether it is a shortened original: it leaves out a tenth of that and more."""
        return not self.article.original and self.left_out.words * CUT >= max(1, self.left_out.of)


@dataclass(frozen=True, slots=True)
class Handling:
    """What the articles of a page did with the text: (what, who did), nothing that nobody did."""

    added: tuple[StoryMember, ...]
    cut: tuple[StoryMember, ...]
    corrected: tuple[StoryMember, ...]
    changed: tuple[StoryMember, ...]

    @property
    def lines(self) -> list[tuple[str, tuple[StoryMember, ...]]]:
        told = (
            ("Added words of their own", self.added), ("Cut it by a tenth and more", self.cut),
            ("Corrected it, and say so", self.corrected), ("Changed it without a word", self.changed),
        )  # fmt: skip
        return [(what, who) for what, who in told if who]


@dataclass(frozen=True, slots=True)
class _Story:
    id: int
    members: list[StoryMember]  # as they state that they were published
    original: StoryMember
    copies: list[Copy]  # of one page


def _read(db: Database, story_id: int, start: int) -> _Story:
    """The story that this one is part of now.  Raises NotFound where there is none of that number."""
    current = stories.current_id(db, story_id)
    members = stories.members(db, current) if current else []
    if not members or current is None:
        raise NotFound(f"There is no story {story_id} in this archive.")
    original = members[0]
    ordered = sorted(members, key=lambda each: (each.stated, each.id))
    text = _text(db, original.id)
    copies = [_copy(db, each, original, text) for each in ordered[start : start + PAGE_SIZE]]
    return _Story(current, ordered, original, copies)


def _handling(copies: Sequence[Copy]) -> Handling:
    return Handling(
        added=tuple(each.article for each in copies if each.added.passages and not each.article.original),
        cut=tuple(each.article for each in copies if each.cut),
        corrected=tuple(each.article for each in copies if each.article.corrections),
        changed=tuple(each.article for each in copies if each.article.changes > each.article.corrections),
    )


def _copy(db: Database, member: StoryMember, original: StoryMember, original_text: str) -> Copy:
    text = _text(db, member.id)
    later = highlighting.time_between(original.published, member.published)
    return Copy(member, later, additions(text, original_text), additions(original_text, text))


def _without_words(copy: Copy) -> Copy:
    """What it added as a number of words alone."""
    return replace(copy, added=replace(copy.added, passages=()))


def _text(db: Database, article_id: int) -> str:
    found = current_text(db, article_id)
    return found.text if found else ""


async def page(room: Room, id: str) -> Response:
    """A story; one that was merged leads to the other.  Raises NotFound for one that is not there."""
    start = (number(room.argument("page", "1")) - 1) * PAGE_SIZE
    story = await room.read(_read, number(id), start)
    if story.id != number(id):
        return Response.redirect(room.path(f"/story/{story.id}"))
    if not story.copies:
        raise NotFound(f"Story {story.id} has fewer pages than that.")
    articles = story.members
    reserved = await withheld(room, [each.article.id for each in story.copies])
    context = {
        "title": story.original.title or "(no title)",
        "story": story.id,
        "articles": articles,
        "shown": [_without_words(each) if each.article.id in reserved else each for each in story.copies],
        "original": story.original,
        "handling": _handling(story.copies).lines,
        "shared": wording.shared,
        "desk": await on_desk.on_desk(room, [each.article.id for each in story.copies]),
        "sources": len({each.source for each in articles}),
        "plot": timeline(articles) if len(articles) > 1 else "",
        "page": start // PAGE_SIZE + 1,
        "pages": -(-len(articles) // PAGE_SIZE),
        "passages": MAX_PASSAGES,
        "longest": MAX_PASSAGE,
    }
    return await show(room, "story.html", context)


def timeline(articles: Sequence[StoryMember]) -> Markup:
    """Copies over time as bars, of as many hours as make a readable number of bars; a day where only days are known."""
    moments = sorted(at for each in articles if (at := read_moment(each.published) or read_moment(each.first_seen)))
    if len(moments) < 2:
        return Markup("")
    whole_days = any(len(each.published or each.first_seen) == 10 for each in articles)
    first, last = moments[0], moments[-1]
    least = 24 if whole_days else 1
    span = (last - first).total_seconds() / 3600
    hours = next((each for each in _BIN_HOURS if each >= least and span / each < BARS), _BIN_HOURS[-1])
    start = first.replace(minute=0, second=0, microsecond=0)
    start = start.replace(hour=start.hour - start.hour % min(hours, 24)) if hours < 24 else start.replace(hour=0)
    counts = [0] * (int((last - start) / timedelta(hours=hours)) + 1)
    for at in moments:
        counts[int((at - start) / timedelta(hours=hours))] += 1
    form = "%Y-%m-%d %H:%M" if hours < 24 else "%Y-%m-%d"
    items = [
        svg.Bar((start + at * timedelta(hours=hours)).strftime(form), count) for at, count in enumerate(counts[-BARS * 3 :])
    ]
    scale = f"From (UTC), {hours} h each" if hours < 24 else f"From, {hours // 24} day{'s' * (hours > 24)} each"
    title = f"Copies over time, as published{' (UTC)' * (hours < 24)}"
    return svg.bars(items, svg.Caption(title, unit="copies", scale=scale), kind="low")
