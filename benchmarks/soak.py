"""Crawls demo and hostile hosts again and again while processes are killed, disks fill and clocks step; are promises kept?

    python benchmarks/soak.py [--minutes 2] [--seed N] [--trouble NAME[=N]]... [--json]

Prints a line for each round, and at the end what was lost (0), stored twice (0), said falsely of papers that never changed
a word (0), the slowest stop, and memory over time.  Exit code 1 where a promise broke.  `--trouble` makes the same ones by
turns; `--trouble kill=20 --trouble "full disk=10"` makes so many of each and ends, whatever the minutes.
The rounds are those of tests/hostile/rounds.py; with the right to mount one, the archive lies on a small disk of its own.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "hostile"))

from rounds import TROUBLES, Rounds


def _told(rounds, seconds: float, last: bool) -> dict:
    """What came of it all, as one record."""
    stops = [each.stopping for each in rounds.rounds if each.stopping is not None]
    counts = {name: sum(each.trouble == name for each in rounds.rounds) for name in TROUBLES}
    return {
        "seconds": round(seconds),
        "rounds": len(rounds.rounds),
        "troubles": {name: count for name, count in counts.items() if count},
        "published": len(rounds.published),
        "lost": len(rounds.lost()) if last else None,
        "twice": len(rounds.twice()),
        "false_revisions": len(rounds.false_revisions()),
        "damaged": rounds.unreadable(),
        "slowest_stop": round(max(stops, default=0.0), 1),
        "peak_mb": [round(each.peak) for each in rounds.rounds],
        "broken": [each for done in rounds.rounds for each in done.broken],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=None, help="of the troubles; one of the clock's where it is not given")
    parser.add_argument("--rounds", type=int, default=None, help="at most so many")
    parser.add_argument(
        "--trouble", type=_counted, action="append", default=[], metavar="NAME[=N]", help="; ".join(TROUBLES)
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    seed = time.time_ns() % 1_000_000 if options.seed is None else options.seed
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, _world(Path(folder), seed) as rounds:
        for trouble in _troubles(options.trouble):
            is_over = time.monotonic() - began >= 60 * options.minutes and not any(number for _, number in options.trouble)
            if is_over or len(rounds.rounds) == options.rounds:
                break
            done = rounds.run(trouble)
            if not options.json:
                stop = f", stopped in {done.stopping:.1f} s" if done.stopping is not None else ""
                print(
                    f"{len(rounds.rounds):4}  {done.trouble:22} exit {done.exit_code:3}  {done.seconds:5.1f} s  "
                    f"{done.peak:4.0f} MB{stop}{''.join(f'{chr(10)}      BROKEN {each}' for each in done.broken)}",
                    flush=True,
                )
        rounds.finish()
        told = {"seed": seed, **_told(rounds, time.monotonic() - began, last=True)}
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        print(*(f"{name}: {value}" for name, value in told.items()), sep="\n")
    kept = not (told["lost"] or told["twice"] or told["false_revisions"] or told["damaged"] or told["broken"])
    return 0 if kept else 1


def _counted(text: str) -> tuple[str, int]:
    """(a trouble, how often) as `--trouble` has them; 0: as long as there is time."""
    name, _, number = text.partition("=")
    if name not in TROUBLES:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(TROUBLES)}")
    return name, int(number or 0)


def _troubles(asked: list[tuple[str, int]]) -> Iterator[str | None]:
    """The trouble of each round; None: one that chance draws."""
    if counted := [name for name, number in asked for _ in range(number)]:
        return iter(counted)
    return itertools.cycle([name for name, _ in asked] or [None])


def _world(folder: Path, seed: int) -> Rounds:
    try:
        return Rounds(folder / "disk", seed, small_disk=True)
    except OSError:
        return Rounds(folder / "plain", seed)


if __name__ == "__main__":
    sys.exit(main())
