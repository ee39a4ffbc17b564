"""How soon a published article is discovered, for the same number of requests: newscrawler's rule against two others.

    uv run python benchmarks/polling.py [--sources 200] [--days 60] [--seed 1] [--quick] [--json]

Publication times of SOURCES sources are made up, seeded: busy and quiet ones (a lognormal spread of rates), by day and
by night, with and without weekends, in bursts, some that die on the way, some dead from the start.  A policy sees what a
crawl sees: at each look, how many links are new and when they say that they came out.

The others are a fixed interval for all, and the rule of Common Crawl's news crawler (90 minutes to 90 days, a look
without news makes the wait half as long again, one with news a fifth shorter).  That rule settles where two looks in
three bring something, whatever its limits: it cannot be made to ask more.  So there are two rounds, and in each all
make the same number of requests: as many as our rule makes, and as many as the news crawler's makes.
"""

import argparse
import heapq
import json
import math
import random
import sys
from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from newscrawler.scheduling.polling import PACE, Rhythm, Standing, learn, next_poll

START = datetime(2026, 3, 2, tzinfo=UTC)
HELD = 40  # items that a feed holds


def publications(rng: random.Random, days: int) -> list[float]:
    """Hours of one source's articles: a Poisson process thinned by hour and day, with bursts."""
    kind = rng.choices(("office", "day", "flat", "bursty", "dead"), (0.35, 0.3, 0.12, 0.15, 0.08))[0]
    per_day = min(300.0, rng.lognormvariate(math.log(6), 1.5)) if kind != "dead" else 0.0
    if kind == "office":
        per_day = min(per_day, 40.0)
    shift, weekend = rng.uniform(-8, 12), rng.choice((0.05, 0.3, 0.8))
    end = days * 24 * (rng.random() if rng.random() < 0.08 else 1.0)
    times: list[float] = []
    at, excited, top = 0.0, 0.0, per_day / 24 * 8 + 1e-9
    while at < end and per_day:
        at += rng.expovariate(top)
        excited *= math.exp(-(at - (times[-1] if times else at)) / 2) if kind == "bursty" else 0.0
        if rng.random() < min(1.0, per_day / 24 * _weight(kind, at + shift, weekend) * (1 + excited) / top):
            times.append(at)
            excited = min(6.0, excited + 1.5)
    return [each for each in times if each < end]


def _weight(kind: str, at: float, weekend: float) -> float:
    hour, day = at % 24, int(at // 24) % 7
    share = weekend if day >= 5 else 1.0
    if kind == "office":
        return share * (2.4 if 8 <= hour < 18 else 0.02)
    if kind == "day":
        return share * (0.15 + 1.7 * max(0.0, math.sin(math.pi * (hour - 5) / 18)))
    return share


class Fixed:
    def __init__(self, scale: float) -> None:
        self.hours = scale

    def __call__(self, at: float, new: list[float]) -> float:
        return at + self.hours


class NewsCrawl:
    """Apache StormCrawler's adaptive scheduler as news-crawl sets it."""

    def __init__(self) -> None:
        self.hours = 1.5

    def __call__(self, at: float, new: list[float]) -> float:
        self.hours = min(90 * 24, max(1.5, self.hours * (0.8 if new else 1.5)))
        return at + self.hours


class Ours:
    def __init__(self, pace: float = PACE) -> None:
        self.pace, self.rhythm, self.newest = pace, Rhythm(), 0.0

    def __call__(self, at: float, new: list[float]) -> float:
        now = START + timedelta(hours=at)
        self.rhythm = learn(self.rhythm, now, len(new), [START + timedelta(hours=each) for each in new])
        self.newest = new[-1] if new else self.newest
        idle = timedelta(hours=at - self.newest)
        return (next_poll(self.rhythm, now, Standing(idle=idle), name="one", pace=self.pace) - START) / timedelta(hours=1)


def simulate(sources: list[list[float]], policies: list, hours: float) -> tuple[int, list[float]]:
    """(requests, delays in hours)."""
    requests, delays = 0, []
    looks = [(number / len(sources), number) for number in range(len(sources))]
    seen = [0] * len(sources)
    heapq.heapify(looks)
    while looks:
        at, number = heapq.heappop(looks)
        if at > hours:
            continue
        times = sources[number]
        upto = bisect_right(times, at)
        new = times[max(seen[number], upto - HELD) : upto]
        requests += 1
        delays += [at - each for each in times[seen[number] : upto]]
        seen[number] = upto
        heapq.heappush(looks, (policies[number](at, new), number))
    delays += [hours - each for times, first in zip(sources, seen, strict=True) for each in times[first:]]
    return requests, delays


def paced(make, wanted: int, sources: list, hours: float) -> tuple[int, list[float]]:
    """The policy at the pace that makes as many requests as wanted, within half a percent."""
    low, high = 0.05, 50.0
    for _ in range(14):
        middle = math.sqrt(low * high)
        found = simulate(sources, [make(middle) for _ in sources], hours)
        if abs(found[0] - wanted) <= 0.005 * wanted:
            break
        low, high = (middle, high) if found[0] > wanted else (low, middle)
    return found


def figures(requests: int, delays: list[float]) -> dict:
    ordered = sorted(delays)
    mean = sum(ordered) / len(ordered) * 60
    return {
        "requests": requests,
        "articles": len(ordered),
        "mean_minutes": round(mean, 1),
        "p95_minutes": round(ordered[int(0.95 * len(ordered))] * 60, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=200, help="how many sources  [default: 200]")
    parser.add_argument("--days", type=int, default=60, help="how long  [default: 60]")
    parser.add_argument("--seed", type=int, default=1, help="of the publication times  [default: 1]")
    parser.add_argument("--quick", action="store_true", help="40 sources, 20 days: a look in seconds, no figure to quote")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    options = parser.parse_args()
    if options.sources < 1 or options.days < 2:
        parser.error("give 1 source and 2 days at least")
    if options.quick:
        options.sources, options.days = min(options.sources, 40), min(options.days, 20)
    rng = random.Random(options.seed)
    sources = [publications(rng, options.days) for _ in range(options.sources)]
    print(f"simulating {options.sources} sources over {options.days} days ...", file=sys.stderr)
    hours, one = options.days * 24.0, [None] * options.sources
    ours = simulate(sources, [Ours() for _ in one], hours)
    if not ours[1]:
        parser.error("no source publishes anything; give more sources or another seed")
    rule = simulate(sources, [NewsCrawl() for _ in one], hours)
    print(f"{ours[0]} requests by our rule, {rule[0]} by news-crawl's; pacing the others to these ...", file=sys.stderr)
    rounds = {
        "as our rule asks": {"newscrawler": ours, "fixed interval": paced(Fixed, ours[0], sources, hours)},
        "as news-crawl's rule asks": {
            "newscrawler": paced(Ours, rule[0], sources, hours),
            "fixed interval": paced(Fixed, rule[0], sources, hours),
            "news-crawl's rule": rule,
        },
    }
    result = {name: {policy: figures(*found) for policy, found in each.items()} for name, each in rounds.items()}
    for each in result.values():
        for values in each.values():
            values["mean_against_fixed"] = round(values["mean_minutes"] / each["fixed interval"]["mean_minutes"], 3)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for title, each in result.items():
        print(f"requests: {title}")
        for name, values in each.items():
            print(f"  {name:<20}" + "  ".join(f"{key} {value}" for key, value in values.items()))


if __name__ == "__main__":
    main()
