"""Stories put into events, outside the way of a crawl: those that wait, in order of time, a batch a transaction.

What is looked at is a window of days around each story, whatever the size of the archive.  Whoever is stopped goes on
there: a story waits until its decision is committed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from newscrawler.events.decisions import COMPARED, REACH, Relation, are_one, decide
from newscrawler.events.evidence import Evidence, codes_of, stems_of
from newscrawler.events.window import Window, shipped_weights
from newscrawler.meaning import encoder
from newscrawler.storage import events, vectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database

    from newscrawler.events.decisions import Decision, EventState
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.events import Ungrouped

BATCH = 1_000  # articles that are looked at in a transaction
MOST_STORIES = 60_000  # in a window: some 300 MB of memory at most
AHEAD = 3.0  # days that are read beyond the reach at once


class Grouping:
    """Stories going into events, with the window in which they are looked for."""

    def __init__(self, db: Database) -> None:
        self._db = db
        name = encoder.encoder_name()
        self.encoder = (vectors.encoder_id(db, name) if name else None) or 0
        self._corrected = events.any_corrections(db)
        self._window = Window(shipped_weights())
        self._span = (0.0, 0.0)

    def _reach(self, at: float) -> Window:
        """The window, with all that is near a time."""
        since, until = self._span
        if not since <= at - REACH <= at + REACH <= until:
            self._span = since, until = at - REACH, at + REACH + AHEAD
            found = events.evidence_between(self._db, self.encoder, since, until, MOST_STORIES)
            self._window = Window(shipped_weights(), found)
        return self._window

    def place(self, one: Evidence) -> Decision:
        """Decide on a story, and keep it."""
        window = self._reach(one.at)
        window.forget(one.story)
        likenesses = [each for each in window.near(one, REACH) if each.other.is_news]
        corrections = events.corrections_of(self._db, one.story) if self._corrected else None
        asked = [each.other.story for each in likenesses]
        states = events.states_of(self._db, [*asked, *(corrections.together if corrections else ())])
        decision = decide(one, likenesses, states, corrections) if corrections else decide(one, likenesses, states)
        event = events.keep(self._db, one, decision)
        window.add(one)
        self._unite(event, decision, {state.id: state for state in states.values()})
        return decision

    def _unite(self, event: int, decision: Decision, states: dict[int, EventState]) -> None:
        """Let one story that is like two events make one of them, where all of the two are alike."""
        for other in decision.unites:
            if other == event or self._are_apart(event, other):
                continue
            if are_one(self._scores(states[event], states[other])):
                events.unite(self._db, [event, other])

    def _are_apart(self, one: int, other: int) -> bool:
        if not self._corrected:
            return False
        ids = events.stories_of(self._db, other)
        return any(events.corrections_of(self._db, story).apart & ids for story in events.stories_of(self._db, one))

    def _scores(self, one: EventState, other: EventState) -> list[list[float]]:
        some = [sorted(state.stories)[-COMPARED:] for state in (one, other)]
        found = {each.story: each for each in events.evidence_of(self._db, self.encoder, [*some[0], *some[1]])}
        return [
            [self._window.compare(found[a], found[b]).score for b in some[1] if b in found] for a in some[0] if a in found
        ]


def evidence_of(story: Ungrouped, vector: bytes | None) -> Evidence:
    """What a story says, from its original."""
    title, words = stems_of(story.title, story.lead, story.text)
    return Evidence(
        story.story,
        story.at,
        (story.language or "").partition("-")[0].lower(),
        story.source,
        words,
        title,
        codes_of(story.named),
        has_text=len(words) > len(title) + 3,
        is_news=story.type not in events.NOT_NEWS,
        vector=vector,
    )


def group(archive: Archive, progress: Callable[[int], object] = lambda number: None) -> Counter[str]:
    """Put the stories that wait into events; how many of each relation.

    Raises ArchiveError where the archive cannot be written.
    """
    counts: Counter[str] = Counter()
    grouping = Grouping(archive.db)
    while True:
        with archive.transaction():
            articles, found = events.waiting(archive.db, BATCH)
            counts.update(_batch(archive.db, grouping, articles, found))
            events.wait_no_more(archive.db, articles)
        if not articles:
            return counts
        progress(len(articles))


def _batch(db: Database, grouping: Grouping, articles: list[int], found: list[Ungrouped]) -> list[str]:
    read = events.articles_read(db, [each.story for each in found])
    waiting = set(articles)
    # a copy that came to a story changes nothing that the story says
    due = [each for each in found if read.get(each.story) != each.article or each.article in waiting]
    blobs = vectors.vectors_of(db, grouping.encoder, [each.article for each in due])
    made = []
    for story in sorted(due, key=lambda each: (each.at, each.story)):
        one = evidence_of(story, blobs.get(story.article))
        events.keep_evidence(db, story, one)
        made.append(grouping.place(one).relation.value)
    return made


def regroup(archive: Archive, progress: Callable[[int], object] = lambda number: None) -> tuple[Counter[str], int]:
    """Make all events anew, in order of arrival; (how many of each relation, stories that changed their event).

    One transaction: an interruption changes nothing.  An event keeps the number that its first story's event had.
    """
    counts: Counter[str] = Counter()
    with archive.transaction():
        before = events.forget_all(archive.db)
        grouping = Grouping(archive.db)
        while (batch := events.waiting(archive.db, BATCH))[0]:
            articles, found = batch
            counts.update(_batch(archive.db, grouping, articles, found))
            events.wait_no_more(archive.db, articles)
            progress(len(articles))
        moved = events.keep_numbers(archive.db, before)
    return counts, moved


def relations(counts: Counter[str]) -> str:
    """Counts in one line for people."""
    new = counts[Relation.FIRST] + counts[Relation.FOLLOWS]
    return f"{counts.total():,} stories: {counts.total() - new:,} joined an event, {new:,} began one"
