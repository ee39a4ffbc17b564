"""Stories put into events, outside the way of a crawl: those that wait, in order of time, a few a transaction.

What is looked at is a window of days around each story, whatever the size of the archive.  Whoever is stopped goes on
there: a story waits until its decision is committed.  How much a word says, and what all vectors have in common, hang on
what the window has read so far: it is read anew for each WHOLE times READ articles, which are decided on whole or not at
all, where nobody writes beside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawler.events.decisions import (
    COMPARED,
    NO_CORRECTIONS,
    REACH,
    UNITES,
    Decision,
    Relation,
    are_one,
    asked_of,
    decide,
    elsewhere,
    going_on,
    is_two,
    matters,
    other_camp,
    said_one,
)
from newscrawler.events.evidence import Evidence, as_row, codes_of
from newscrawler.events.pairs import shipped_weights
from newscrawler.events.said import HEADLINE, opening, said_codes, stems_of
from newscrawler.events.standing import edition_name, is_bare_list
from newscrawler.events.window import Window
from newscrawler.meaning import encoder
from newscrawler.storage.database.rows import version
from newscrawler.storage.meaning import corrections, event_numbers, events, vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlite_utils import Database

    from newscrawler.events.decisions import EventState
    from newscrawler.events.window import Likeness
    from newscrawler.storage.meaning.events import Ungrouped
    from newscrawler.storage.writing import Writing

READ = 1_000  # articles that are read at once, and put in order of time
WHOLE = 10  # times so many that are decided on whole or not at all: some forty seconds
TOGETHER = 6  # stories a transaction: whoever writes beside this one waits no longer than that
MOST_STORIES = 60_000  # in a window: some 300 MB of memory at most
ENOUGH = 1_000  # vectors that tell what those of some days have in common: where a window has fewer, earlier ones do, too
AHEAD = 3.0  # days that are read beyond the reach at once
FOUND_ONE = "it began an event of its own, which a story that is like both showed to be this one"


def encoder_compared(db: Database) -> int:
    """Whose vectors count for events: this installation's, or the latest that are there where it makes none; 0: nobody's."""
    if name := encoder.encoder_name():
        return vectors.encoder_id(db, name) or 0
    there = vectors.first_and_last_encoder(db) if encoder.compares() else None
    return there[1] if there else 0


def not_compared(db: Database) -> str:
    """Why vectors that are there do not count for events, and what to do; "" where all of them do."""
    there = vectors.first_and_last_encoder(db)
    if there is None or there[0] == encoder_compared(db):
        return ""
    if encoder.encoder_name() is None:
        return f"the archive has vectors that do not count here; {encoder.no_vectors()}"
    return "vectors here were made by another encoder and do not count; `newscrawler reprocess --vectors` makes them anew"


class Grouping:
    """Stories going into events, with the window in which they are looked for."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.encoder = encoder_compared(db)
        self._corrected = corrections.any_corrections(db)
        self._window = Window(shipped_weights())
        self._span = (0.0, 0.0)
        self._looked_at: list[Evidence] = []  # and not written yet
        self.home: int | None = None  # the event that stories go back to where they are like it

    def _reach(self, at: float) -> Window:
        """The window, with all that is near a time."""
        since, until = self._span
        if not since <= at - REACH <= at + REACH <= until:
            self._span = since, until = at - REACH, at + REACH + AHEAD
            found = events.evidence_between(self._db, self.encoder, since, until, MOST_STORIES)
            few = max(0, ENOUGH - sum(row[-1] is not None for row in found))
            before = events.vectors_before(self._db, self.encoder, since, few) if few else []
            self._window = Window(shipped_weights(), [*found, *map(as_row, self._looked_at)], before)
        return self._window

    def hear(self) -> None:
        """Heed what people said of events since this was made."""
        self._corrected = corrections.any_corrections(self._db)

    def look(self, one: Evidence) -> list[Likeness]:
        """What a story has in common with those near it, the likest first; from now on it is found by others.

        Reads what lies around its time where that is not at hand, writes nothing.
        """
        window = self._reach(one.at)
        window.forget(one.story)
        likenesses = [each for each in window.near(one, REACH) if each.other.is_news]
        window.add(one)
        self._looked_at.append(one)
        return likenesses

    def keep(self, one: Evidence, likenesses: Sequence[Likeness]) -> Decision:
        """Decide on a story by what it has in common with others, and write that; what it shows of others, too."""
        decision, event, states = self._decide(one, likenesses)
        if self._corrected:
            self._bring_joined(one.story)
        if decision.event is None:
            for story in elsewhere(likenesses, states, event):
                self._ask_again(story, event)
        elif decision.relation is Relation.SAME and not decision.unites:
            state = next(each for each in states.values() if each.id == event)
            state = replace(state, stories=state.stories - {one.story})  # it may be looked at once more
            if camp := other_camp(likenesses, state):
                self._part_camps(one, state, camp)
        if one.is_news:
            for later, shown in going_on(one, event, likenesses, states).items():
                events.follow(self._db, later, shown)
        return decision

    def _decide(self, one: Evidence, likenesses: Sequence[Likeness]) -> tuple[Decision, int, dict[int, EventState]]:
        """(what becomes of a story, its event, story -> the event that each had before)."""
        said = corrections.corrections_of(self._db, one.story) if self._corrected else NO_CORRECTIONS
        alike = [each.other.story for each in likenesses if matters(each)]
        states = events.states_of(self._db, [*alike, *said.together])
        decision = decide(one, likenesses, states, said)
        if self.home is not None:
            of_home = [each for each in likenesses if getattr(states.get(each.other.story), "id", None) == self.home]
            back = decide(one, of_home, states, said)
            decision = back if back.event == self.home else decision
        event = events.keep(self._db, one, decision)
        self._unite(event, decision, {state.id: state for state in states.values()})
        return decision, event, states

    def _bring_joined(self, story: int) -> None:
        """Have the stories that a person joined with one leave the events that they found while it was not there."""
        event = events.event_of(self._db, story)
        for other in sorted(corrections.corrections_of(self._db, story).together):
            if events.event_of(self._db, other) not in (None, event):
                for one in events.evidence_of(self._db, self.encoder, [other]):
                    events.keep(self._db, one, Decision(Relation.JOINED, said_one(story), event))

    def part_together(self, event: int, stories: Sequence[int]) -> None:
        """Make one event of stories that a person took out of another one, which follows that where it is nearly like it."""
        first, *rest = found = events.evidence_of(self._db, self.encoder, stories)
        events.part_from(self._db, event, [each.story for each in found], f"the first of {len(found)} stories that are one")
        number = events.event_of(self._db, first.story)
        for each in rest:
            events.keep(self._db, each, Decision(Relation.JOINED, said_one(first.story), number))
        likenesses = [each for each in self.look(first) if each.other.story not in stories]
        states = events.states_of(self._db, [each.other.story for each in likenesses])
        decision = decide(first, likenesses, states, corrections.corrections_of(self._db, first.story).without(stories))
        if decision.relation is Relation.FOLLOWS and number is not None:
            events.follow(self._db, number, decision)

    def decide_again(self, one: Evidence) -> None:
        """Take a story out of its event, and decide on it as if it came now."""
        events.take_out(self._db, one.story)
        self._decide(one, self.look(one))

    def _ask_again(self, story: int, event: int) -> None:
        """Have a story leave an event that it has little in common with, now that one came that is like it, in `event`."""
        state = events.states_of(self._db, [story]).get(
            story
        )  # as it is by now: what was asked before this may have left it
        if state is None or state.id == event or len(state.stories) == 1 or self._are_apart(event, state.id):
            return
        asked, rest = self._some(state, frozenset({story}))
        margins = [score for (score,) in self._compared(rest, asked)]
        if asked_of(margins, len(rest)) < UNITES:
            self.decide_again(asked[0])

    def _part_camps(self, one: Evidence, state: EventState, camp: frozenset[int]) -> None:
        """Have one of two camps leave an event, where they have little in common and each is one: not that of its first."""
        there, here = self._some(state, camp)
        here = [*here, one]
        within = [score for each in (there, here) for score in self._compared(each, each)]
        if not is_two(self._compared(there, here), within):
            return
        own = event_numbers.own_story(self._db, state.id)
        first = min([*there, *here], key=lambda each: (each.story != own, each.at, each.story))
        leaving = sorted(here if first in there else there, key=lambda each: (each.at, each.story))
        ids = [each.story for each in leaving]
        if not self._are_joined(ids, state.stories | {one.story}):
            reason = f"apart from event {state.id}, most of which is not like these, as story {one.story} showed"
            events.part_from(self._db, state.id, ids, reason)

    def _are_joined(self, some: Sequence[int], stories: frozenset[int]) -> bool:
        """Whether a person said that some stories are of one event with others of it."""
        rest = stories.difference(some)
        return self._corrected and any(corrections.corrections_of(self._db, each).together & rest for each in some)

    def _some(self, state: EventState, chosen: frozenset[int]) -> tuple[list[Evidence], list[Evidence]]:
        """The stories of an event in order of time: those chosen, and the rest."""
        found = events.evidence_of(self._db, self.encoder, sorted(state.stories))
        return [each for each in found if each.story in chosen], [each for each in found if each.story not in chosen]

    def _compared(self, some: Sequence[Evidence], others: Sequence[Evidence]) -> list[list[float]]:
        """How like stories are, a row for each of some; none is compared with itself."""
        return [[self._window.compare(a, b).score for b in others if b.story != a.story] for a in some]

    def kept(self) -> None:
        """What was looked at is written, and can be read with the rest."""
        self._looked_at.clear()

    def _unite(self, event: int, decision: Decision, states: dict[int, EventState]) -> None:
        """Let one story that is like two events make one of them, where all of the two are alike."""
        for other in decision.unites:
            if other == event or self._are_apart(event, other):
                continue
            if are_one(self._scores(states[event], states[other])):
                events.unite(self._db, [event, other], reason=FOUND_ONE)

    def _are_apart(self, one: int, other: int) -> bool:
        if not self._corrected:
            return False
        ids = events.stories_of(self._db, other)
        return any(corrections.corrections_of(self._db, story).apart & ids for story in events.stories_of(self._db, one))

    def _scores(self, one: EventState, other: EventState) -> list[list[float]]:
        some = [sorted(state.stories)[-COMPARED:] for state in (one, other)]
        found = events.evidence_of(self._db, self.encoder, [*some[0], *some[1]])
        return self._compared(*([each for each in found if each.story in ids] for ids in some))


def evidence_of(story: Ungrouped, vector: bytes | None) -> Evidence:
    """What a story says, from its original."""
    language, at = (story.language or "").partition("-")[0].lower(), story.at
    title, words = stems_of(story.title, story.lead, story.text, language)
    return Evidence(
        story.story,
        at,
        language,
        story.source,
        words,
        title,
        (*codes_of(story.named), *said_codes(opening(story.title, story.lead, story.text), language, at)),
        has_text=len(words) > len(title) + HEADLINE,
        is_news=story.type not in events.NOT_NEWS
        and edition_name(story.title, language) is None
        and not is_bare_list(story.text),
        vector=vector,
    )


def group(
    archive: Writing, progress: Callable[[int], object] = lambda number: None, grouping: Grouping | None = None
) -> Counter[str]:
    """Put the stories that wait into events; how many of each relation.

    WHOLE times what is read at once is one transaction that begins with a window of its own: whoever is stopped goes on from
    there to the very same.  `grouping`: that of before, beside a writer: transactions are short then, and an article that
    waits for its vector, too, is left waiting.  Raises ArchiveError where the archive cannot be written.
    """
    counts: Counter[str] = Counter()
    if grouping is not None:
        grouping.hear()
        while _put_some(archive, grouping, counts, progress, encoded=encoder.is_there()):
            pass
        return counts
    goes_on = True
    while goes_on:
        with archive.transaction():
            of_its_own = Grouping(archive.db)
            goes_on = all(_put_some(archive, of_its_own, counts, progress) for _ in range(WHOLE))
    return counts


def _put_some(
    archive: Writing, grouping: Grouping, counts: Counter[str], progress: Callable[[int], object], *, encoded: bool = False
) -> bool:
    """Decide on as many as are read at once; whether there were any.  `encoded`: none that waits for its vector, too."""
    articles, due = _due(archive, encoded=encoded)
    progress(articles - sum(len(each.articles) for each in due))
    for start in range(0, len(due), TOGETHER):
        part = due[start : start + TOGETHER]
        counts.update(_put(archive, grouping, part))
        progress(sum(len(each.articles) for each in part))
    return articles > 0


def look_again(archive: Writing, articles: Sequence[int], home: int | None = None) -> None:
    """Decide anew on the stories of some articles, in order of time, in the transaction that is open; `home`: the event that
    they go back to where they are like it, be they more like another one.
    """
    grouping = Grouping(archive.db)
    grouping.home = home
    due = sorted(events.stories_as_they_are(archive.db, articles), key=lambda each: (each.at, each.story))
    for each in due:
        _put(archive, grouping, [each])


def _due(archive: Writing, *, encoded: bool) -> tuple[int, list[Ungrouped]]:
    """(how many articles wait, their stories that say something new, in order of time); the rest waits no more."""
    with archive.transaction():
        articles, found = events.waiting(archive.db, READ, encoded=encoded)
        read = events.articles_read(archive.db, [each.story for each in found])
        # a copy that came to a story changes nothing that the story says
        due = [each for each in found if read.get(each.story) != each.article or each.article in each.articles]
        events.wait_no_more(archive.db, set(articles).difference(*(each.articles for each in due)))
    return len(articles), sorted(due, key=lambda each: (each.at, each.story))


def _put(archive: Writing, grouping: Grouping, part: Sequence[Ungrouped]) -> list[str]:
    """Decide on some stories in one short transaction; the relation of each.

    What takes time comes before it.  A story that was written meanwhile by whoever writes beside this one waits on.
    """
    db = archive.db
    seen = version(db)
    blobs = vectors.vectors_of(db, grouping.encoder, [each.article for each in part])
    looked = [(each, one, grouping.look(one)) for each in part for one in [evidence_of(each, blobs.get(each.article))]]
    made = []
    with archive.transaction():
        now = None if version(db) == seen else _as_they_are(db, part)
        for story, one, likenesses in looked:
            if now is None or now.get(story.story) == story:
                events.keep_evidence(db, story, one)
                made.append(grouping.keep(one, likenesses).relation.value)
                events.wait_no_more(db, story.articles)
                if story.article not in story.articles:  # a copy that came to the front: the original is behind it
                    events.original_waits_no_more(db, story.article, encoded=encoder.is_there())
    grouping.kept()
    return made


def _as_they_are(db: Database, part: Sequence[Ungrouped]) -> dict[int, Ungrouped]:
    found = events.stories_as_they_are(db, [article for each in part for article in each.articles])
    return {each.story: each for each in found}


def regroup(archive: Writing, progress: Callable[[int], object] = lambda number: None) -> tuple[Counter[str], int]:
    """Make all events anew, in order of arrival; (how many of each relation, stories that changed their event).

    One transaction: an interruption changes nothing.  A number leads to the event that its own story is in.
    """
    with archive.transaction():
        last, numbers = event_numbers.last_number(archive.db), event_numbers.set_aside(archive.db)
        before = events.forget_all(archive.db)
        counts = group(archive, progress)
        event_numbers.give_back(archive.db, numbers, last)
        moved = events.moved_since(archive.db, before)
    return counts, moved


def relations(counts: Counter[str]) -> str:
    """Counts in one line for people."""
    new = counts[Relation.FIRST] + counts[Relation.FOLLOWS]
    return f"{counts.total():,} stories: {counts.total() - new:,} joined an event, {new:,} began one"
