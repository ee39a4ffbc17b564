"""What becomes of a story: it joins an event, begins one, or begins one that follows another.  One function, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from newscrawler.events.evidence import Evidence
    from newscrawler.events.window import Likeness

REACH = 7.0  # days in which stories are looked at
PATIENCE, LONGEST_PATIENCE = 2.5, 5.0  # days after its last story in which an event takes another one
ASKED = 20  # of an event's stories, at most, have to say the same, and half of them where it has fewer
SILENT = -3.0  # what a story of an event counts that has nothing in common with the new one
FOLLOWS = -1.0  # what an event that is over has to score: days speak against it already
# what one that still takes stories has to score, and days since its last one, where a newcomer goes on from it
GOES_ON, A_DAY = -0.5, 1.0
LATER_ON = -1.5  # what its nearest story has to score, the days left out, where the newcomer tells of a later day
UNITES = -0.75  # what a second event has to score, and the two events with each other on the average: many say so
COMPARED = 8  # stories of each of two events
PARTS = -2.0  # what two camps of an event score with each other at most where they are two events
FEW = 12  # stories of an event, up to which one that comes late may show that another is not of it
ASKED_AGAIN = 3  # stories of other events, at most, that are asked whether they are of the newcomer's
MANY = 3  # events that a digest tells of one after another
IN_COMMON, OWN = 0.12, 0.6  # words shared with each, and the part of these that it shares with no other of them


class Relation(StrEnum):
    """What a story is to its event.  The values are kept in `event_stories.relation`."""

    FIRST = "first"
    SAME = "same"  # it tells of it, too
    FOLLOWS = "follows"  # the first of an event that goes on from another one
    BESIDE = "beside"  # a live blog, list or digest that tells of it among other things, and welds nothing
    JOINED = "joined"  # a person said so


@dataclass(frozen=True, slots=True)
class EventState:
    """An event as a decision sees it: which stories it has, and from when to when (days since 1970)."""

    id: int
    stories: frozenset[int]
    first: float
    last: float

    @property
    def patience(self) -> float:
        """How many days after its last story it takes another: as its own rhythm says.

        >>> EventState(1, frozenset({1}), 10.0, 10.0).patience, EventState(1, frozenset({1, 2}), 10.0, 14.0).patience
        (2.5, 4.5)
        """
        return min(LONGEST_PATIENCE, PATIENCE + (self.last - self.first) / 2)

    def takes(self, at: float) -> bool:
        """Whether a story of a time may be of it."""
        return self.first - self.patience <= at <= self.last + self.patience


@dataclass(frozen=True, slots=True)
class Corrections:
    """What a person said: stories that a story is never with, and those that it is always with."""

    apart: frozenset[int] = frozenset()
    together: frozenset[int] = frozenset()

    def without(self, stories: Collection[int]) -> Corrections:
        """What was said of others than some."""
        return Corrections(self.apart.difference(stories), self.together.difference(stories))


NO_CORRECTIONS = Corrections()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a story: `event` is the one that it joins, None: it begins one; `follows`: what that goes on from.

    `unites`: events that turn out to be the same as the one joined; `score`: what speaks for it; `other`: the likest story.
    """

    relation: Relation
    reason: str
    event: int | None = None
    follows: int | None = None
    score: float | None = None
    other: int | None = None
    unites: tuple[int, ...] = ()


@dataclass(slots=True)
class _Scored:
    state: EventState
    likest: Likeness
    nearest: Likeness
    margins: list[float] = field(default_factory=list)
    is_parted: bool = False  # a person said that the newcomer is not of it

    @property
    def kin(self) -> float:
        """How near its nearest story is, whatever the days: what goes on from an event tells of it in half a sentence."""
        return self.nearest.kin

    @property
    def score(self) -> float:
        return asked_of(self.margins, len(self.state.stories))


def asked_of(margins: Sequence[float], stories: int) -> float:
    """What speaks for a story's being of an event of so many: the mean of its likest stories' margins, or SILENT of those
    that say nothing in common.

    >>> asked_of([2.0, 1.0], 2), asked_of([2.0, 1.0], 3), asked_of([2.0], 4)
    (2.0, 1.5, -0.5)
    """
    asked = max(1, min(ASKED, math.ceil(stories / 2)))
    best = sorted(margins, reverse=True)[:asked]
    return (sum(best) + SILENT * (asked - len(best))) / asked


def _scored(likenesses: Sequence[Likeness], events: Mapping[int, EventState], apart: Collection[int]) -> list[_Scored]:
    """Events with what speaks for each, the likest first.  `events`: story -> its event."""
    found: dict[int, _Scored] = {}
    for each in likenesses:
        state = events.get(each.other.story)
        if state is None:
            continue
        scored = found.get(state.id)
        if scored is None:
            parted = bool(apart) and not state.stories.isdisjoint(apart)
            scored = found[state.id] = _Scored(state, each, each, is_parted=parted)
        scored.nearest = max(scored.nearest, each, key=lambda each: each.kin)
        scored.margins.append(max(SILENT, each.score))
    return sorted(found.values(), key=lambda each: (-each.score, each.state.id))


def matters(likeness: Likeness) -> bool:
    """Whether a decision has to know the event of a story that a new one was compared with: silence counts without it."""
    return likeness.kin > SILENT or likeness.shared >= IN_COMMON


def said_one(story: int) -> str:
    """Why a story is in an event that a person joined; `story`: another one of it."""
    return f"a person said that it is of one event with story {story}"


def _digested(one: Evidence, likenesses: Sequence[Likeness], events: Mapping[int, EventState]) -> set[int]:
    """The events that a story tells of one after another, as a digest does; none of most stories.

    With each it shares words that it shares with no other of them, and with none much more than with the rest.
    """
    if not one.has_text:
        return set()
    found: set[int] = set()
    taken: set[str] = set()
    most = 0.0
    for each in sorted(likenesses, key=lambda each: (-each.shared, each.other.story)):
        state = events.get(each.other.story)
        if each.shared < max(IN_COMMON, most / 2):
            break
        if state is None or state.id in found or not state.takes(one.at):
            continue
        squares = {word: weight * weight for word, weight in each.words.items()}
        own = sum(square for word, square in squares.items() if word not in taken)
        if own >= OWN * sum(squares.values()):
            most = most or each.shared
            found.add(state.id)
            taken |= squares.keys()
    return found if len(found) >= MANY else set()


def decide(
    one: Evidence,
    likenesses: Sequence[Likeness],
    events: Mapping[int, EventState],
    corrections: Corrections = NO_CORRECTIONS,
) -> Decision:
    """Say which event a story is of, and why.  Reads nothing, writes nothing."""
    for story in sorted(corrections.together):
        if story in events:
            return Decision(Relation.JOINED, said_one(story), events[story].id)
    scored = _scored(likenesses, events, corrections.apart)
    of = {each.state.id: each for each in scored if not each.is_parted}
    if digested := _digested(one, likenesses, {story: state for story, state in events.items() if state.id in of}):
        best = next(each for each in of.values() if each.state.id in digested)
        reason = f"tells of {len(digested)} events or more one after another: {best.likest.reason}"
        return Decision(Relation.BESIDE, reason, best.state.id, None, best.score, best.likest.other.story)
    open_ = [each for each in of.values() if each.state.takes(one.at)]
    if open_ and open_[0].score > 0:
        best = open_[0]
        relation = Relation.SAME if one.is_news else Relation.BESIDE
        seconds = [each.state.id for each in open_[1:] if one.is_news and each.score > UNITES]
        return Decision(
            relation, best.likest.reason, best.state.id, None, best.score, best.likest.other.story, tuple(seconds[:2])
        )
    over = [each for each in scored if one.is_news and _is_gone_on_from(each, one)]
    if over:
        best = max(over, key=lambda each: (each.kin, -each.state.id))
        return _going_on_from(best.state.id, best.nearest, best.nearest.other.story)
    return Decision(Relation.FIRST, "no event is like enough" if likenesses else "nothing like it near in time")


def _is_gone_on_from(scored: _Scored, one: Evidence) -> bool:
    """Whether an event that a story is not of is what it goes on from: it is over, or a day ago, and nearly like it."""
    days = one.at - scored.state.last
    if days > 0 and scored.nearest.is_later:
        return scored.kin > LATER_ON
    if scored.state.takes(one.at):
        return days >= (0 if scored.is_parted else A_DAY) and scored.kin > GOES_ON
    return days > 0 and scored.kin > FOLLOWS


def _going_on_from(event: int, nearest: Likeness, other: int) -> Decision:
    reason = f"goes on from event {event}: {nearest.reason}"
    return Decision(Relation.FOLLOWS, reason, None, event, nearest.kin, other)


def going_on(
    one: Evidence, event: int, likenesses: Sequence[Likeness], events: Mapping[int, EventState]
) -> dict[int, Decision]:
    """Events, all of whose stories are later, that go on from what a story of an event tells."""
    found: dict[int, Decision] = {}
    for each in sorted(likenesses, key=lambda each: (-each.kin, each.other.story)):
        state = events.get(each.other.story)
        if state is not None and state.id != event and state.first > one.at and each.is_later and each.kin > LATER_ON:
            found.setdefault(state.id, _going_on_from(event, each, one.story))
    return found


def elsewhere(likenesses: Sequence[Likeness], events: Mapping[int, EventState], event: int) -> list[int]:
    """Those stories most like one that are in another event than it is now: do they belong there?"""
    alike = [
        (each.other.story, events[each.other.story]) for each in likenesses if each.score > 0 and each.other.story in events
    ]
    return [story for story, state in alike if state.id != event and 1 < len(state.stories) < FEW][:ASKED_AGAIN]


def other_camp(likenesses: Sequence[Likeness], state: EventState) -> frozenset[int]:
    """Stories of the event that a story joined that are not like it, where they are most of it: are there two camps?

    None of large events.
    """
    if not 2 < len(state.stories) < FEW:
        return frozenset()
    camp = state.stories - {each.other.story for each in likenesses if each.score > 0}
    return camp if len(state.stories) / 2 < len(camp) < len(state.stories) else frozenset()


def are_one(scores: Sequence[Sequence[float]]) -> bool:
    """Whether two events are one, by the scores of their pairs of stories (a row a story of one of them)."""
    return _mean(scores) > UNITES


def is_two(across: Sequence[Sequence[float]], within: Sequence[Sequence[float]]) -> bool:
    """Whether the two camps of an event tell of two happenings, by the scores of pairs across them and within."""
    return _mean(across) < PARTS and _mean(within) > 0


def _mean(scores: Sequence[Sequence[float]]) -> float:
    clipped = [max(SILENT, min(-SILENT, score)) for row in scores for score in row]
    return sum(clipped) / len(clipped) if clipped else SILENT
