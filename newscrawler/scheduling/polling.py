"""When to look at an endpoint again.  Pure: its rhythm, its hints and the time go in, a time comes out.

The rhythm is learnt from the endpoint's own history: how many links each look brought, by hour of the day, working
days apart from weekends, older weeks counting less.  With a rate r(t) of new links an hour, looks are spread as the
square root of r(t): of all ways to spend a number of requests over sources and hours that is the one with the least
mean delay (Lagrange; as for page freshness in Cho and Garcia-Molina, "Effective page refresh policies for Web
crawlers", 2003).  So the next look is when the integral of sqrt(r) since the last one reaches PACE.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FLOOR = timedelta(minutes=10)
CEILING = timedelta(hours=24)
FROZEN_CEILING = timedelta(days=7)  # for what has brought nothing for weeks
FIRST = timedelta(minutes=60)
BACKOFF = 2.0
FIRST_BACKOFF = timedelta(minutes=30)
LONGEST_HINT = timedelta(hours=1)  # a feed that says "daily" and brings news hourly is not believed
FULL_LOOK = timedelta(hours=20)  # a conditional look is trusted for so long

PACE = 0.62  # square root of links an hour, times hours: a link an hour is looked for every 37 minutes
HALF_LIFE = 14.0  # days after which a look counts half
BINS = 48  # hours of a working day, hours of a weekend day
PRIOR_HOURS = 1.0  # an hour of the week is believed as much as the whole week when it was watched so long
STEP = timedelta(minutes=5)
HOUR = timedelta(hours=1)
RECENT = 3.0  # hours in which a burst fades
MOST_EXCITED, LEAST_EXCITED = 6.0, 0.3
_STEP_HOURS = STEP / HOUR
_FADING = [math.exp(-(each * STEP / HOUR) / RECENT) for each in range(FROZEN_CEILING // STEP)]  # of a burst, by steps


def jitter(name: str) -> float:
    """A share of -.1 .. +.1 that is always the same for one name, so that hosts are not asked in step."""
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=2).digest()) / 0xFFFF * 0.2 - 0.1


def _bin(at: datetime) -> int:
    return at.hour + (24 if at.weekday() >= 5 else 0)


_WEEK = [hour + (24 if day >= 5 else 0) for day in range(7) for hour in range(24)]  # the bins from Monday on


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is known of an endpoint's pace: links and hours watched, for each of the BINS; newer ones count more.

    `excited` is how much more than expected the last hours brought, as a factor; `until` is what it was learnt up to.
    """

    links: tuple[float, ...] = (0.0,) * BINS
    hours: tuple[float, ...] = (0.0,) * BINS
    excited: float = 1.0
    until: datetime | None = None

    @property
    def watched(self) -> float:
        """Hours, older ones counting less."""
        return sum(self.hours)

    def mean_rate(self) -> float:
        """Links an hour over the whole week; a little more than nothing for what was hardly watched."""
        return (sum(self.links) + 0.1) / (self.watched + 2.4)

    def rate(self, at: datetime) -> float:
        """Links an hour that are expected at a time."""
        return self.rates((_bin(at),))[0]

    def rates(self, bins: Iterable[int]) -> list[float]:
        """The same of several times, each by its bin."""
        prior = PRIOR_HOURS * self.mean_rate()
        found = []
        for number in bins:
            day = number // 24 * 24
            before, after = (number - 1) % 24 + day, (number + 1) % 24 + day
            links = self.links[before] * 0.1 + self.links[number] * 0.8 + self.links[after] * 0.1
            hours = self.hours[before] * 0.1 + self.hours[number] * 0.8 + self.hours[after] * 0.1
            found.append((links + prior) / (hours + PRIOR_HOURS))
        return found

    def to_json(self) -> str:
        return json.dumps({
            "links": [round(each, 3) for each in self.links],
            "hours": [round(each, 3) for each in self.hours],
            "excited": round(self.excited, 3),
            "until": self.until.isoformat() if self.until else None,
        })  # fmt: skip

    @classmethod
    def from_json(cls, text: str | None) -> Rhythm:
        """A rhythm as `to_json` wrote it; a new one where it is None or of another version."""
        try:
            stated = json.loads(text or "")
            until = from_iso(stated["until"]) if stated["until"] else None
            links, hours = (tuple(map(float, stated[key])) for key in ("links", "hours"))
            rhythm = cls(links, hours, float(stated["excited"]), until)
        except (ValueError, KeyError, TypeError):
            return cls()
        return rhythm if len(links) == len(hours) == BINS else cls()


def _spread(since: datetime, until: datetime) -> list[tuple[int, float]]:
    """(bin, hours) of a stretch of time, both in UTC; a new feed's history is hundreds of whole hours."""
    first = min(until, since.replace(minute=0, second=0, microsecond=0) + HOUR)
    if since >= until:
        return []
    whole, rest = divmod(until - first, HOUR)
    start = first.weekday() * 24 + first.hour
    shares = [(_bin(since), (first - since) / HOUR)]
    shares += [(_WEEK[(start + each) % len(_WEEK)], 1.0) for each in range(whole)]
    return [*shares, (_bin(until), rest / HOUR)] if rest else shares


def learn(rhythm: Rhythm, now: datetime, links_new: int, published: Sequence[datetime] = ()) -> Rhythm:
    """The rhythm after a look at `now` that brought so many new links.

    `published`: when the links of the look say that they came out, as far as they do.  Those since the last look tell
    the hour; of a first look they are the history that the endpoint itself holds.
    """
    first = rhythm.until is None
    dated = sorted(at for at in published if at <= now)
    since = rhythm.until or (dated[0] if dated else now - timedelta(hours=1))
    since = max(since, now - timedelta(days=28))
    if since >= now:
        return replace(rhythm, until=now) if first else rhythm
    times = [at for at in dated if at > since]
    if not first:
        times = times[-links_new:] if links_new else []
    stretch = _spread(since, now)
    hours_passed = sum(share for _, share in stretch)
    fade = 0.5 ** (hours_passed / 24 / HALF_LIFE)
    links, hours = [each * fade for each in rhythm.links], [each * fade for each in rhythm.hours]
    middles = _middles(since, now)
    expected = sum(rhythm.rates(map(_bin, middles))) * hours_passed / len(middles)
    for number, share in stretch:
        hours[number] += share
    for at in times:
        links[_bin(at)] += 1.0
    undated = (0 if first and dated else max(0, links_new - len(times))) / max(hours_passed, 1e-6)
    if not first or not dated:
        for number, share in stretch:
            links[number] += undated * share
    calm = math.exp(-hours_passed / RECENT)
    surprise = (links_new + 0.5) / (expected + 0.5) if not first else 1.0
    excited = min(MOST_EXCITED, max(LEAST_EXCITED, calm * rhythm.excited + (1 - calm) * surprise))
    return Rhythm(tuple(links), tuple(hours), 1.0 if first else excited, now)


def _middles(since: datetime, until: datetime) -> list[datetime]:
    number = max(1, min(24, round((until - since) / timedelta(hours=1))))
    return [since + (until - since) * ((each + 0.5) / number) for each in range(number)]


def _ceiling(idle: timedelta) -> timedelta:
    """What has been silent for long is looked at less than daily, but never forgotten."""
    return min(FROZEN_CEILING, max(CEILING, idle / 10))


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint stands beside its rhythm.

    `failures` counts the failed looks in a row, this one included; each doubles the wait.  `hint` is what the endpoint says
    of itself (ttl, sy:updatePeriod, Cache-Control, Expires); `idle` how long nothing new came.
    """

    failures: int = 0
    hint: timedelta | None = None
    idle: timedelta = timedelta(0)


STEADY = Standing()


def next_interval(rhythm: Rhythm, now: datetime, standing: Standing = STEADY, *, pace: float = PACE) -> timedelta:
    """The time to wait, within FLOOR and the ceiling; a larger `pace` means fewer looks."""
    failures, hint = standing.failures, standing.hint
    if failures:
        return min(CEILING, FIRST_BACKOFF * BACKOFF ** min(failures - 1, 16))
    if rhythm.watched < 2.0:
        return min(CEILING, max(FLOOR, hint or FIRST))
    floor = max(FLOOR, min(hint or FLOOR, LONGEST_HINT))
    ceiling = _ceiling(standing.idle)
    return min(ceiling, max(floor, STEP * _steps(rhythm, now, pace, ceiling)))


def _steps(rhythm: Rhythm, now: datetime, pace: float, ceiling: timedelta) -> int:
    """How many STEPs it takes until the square roots of the rates add up to the pace, at most until the ceiling.

    In numbers alone: a day has 288 steps, and times cost more than all else of a look that brought nothing.
    """
    rates = rhythm.rates(range(BINS))
    start, past = now.weekday() * 24 + now.hour, now - now.replace(minute=0, second=0, microsecond=0)
    excess, most = rhythm.excited - 1.0, -(-ceiling // STEP)
    step, hour, gathered = 0, 0, 0.0
    while gathered < pace and step < most:
        rate = rates[_WEEK[(start + hour) % len(_WEEK)]]
        hour += 1
        end = min(most, -(-(HOUR * hour - past) // STEP))  # the first step that begins in another hour
        while gathered < pace and step < end:
            gathered += math.sqrt(rate * (1.0 + excess * _FADING[step])) * _STEP_HOURS
            step += 1
    return step


def next_poll(rhythm: Rhythm, now: datetime, standing: Standing = STEADY, *, name: str, pace: float = PACE) -> datetime:
    """When to look again: `now` plus the interval, with the jitter of `name` (the endpoint's address)."""
    return now + next_interval(rhythm, now, standing, pace=pace) * (1 + jitter(name))


def is_full_look(last_full: datetime | None, now: datetime, *, lying: bool) -> bool:
    """Whether to ask without validators: now and then, to see whether a 304 hid changes; always where it has.

    A look that a clock which ran ahead puts into the future says nothing.
    """
    return lying or last_full is None or not timedelta(0) <= now - last_full < FULL_LOOK
