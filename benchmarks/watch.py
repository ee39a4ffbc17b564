"""A simulated week of `newscrawler watch` over papers on localhost: memory, CPU seconds, endpoints that are late.

    python benchmarks/watch.py [--endpoints 1000] [--lively 50] [--days 7] [--only-304] [--json]

The clock jumps to whatever comes next, so that a week takes minutes.  Each paper has one feed, which answers 304 while
nothing is new; the lively ones publish an article every three hours.  `--lively 0` tells what looks alone cost: without
visits of known articles, which are requests of their own that no look asked for; `--only-304` what a 304 costs: a
quiet endpoint is asked less often than validators are trusted, so that half of an idle week is whole looks.  CPU seconds
are those of the process that crawls, from the end of its first simulated day on; the papers are served by this one.
Exit code 1 where memory grew by more than a tenth, an endpoint is late by more than an hour, or a thousand looks of an
otherwise idle week cost more than ten CPU seconds.
"""

import argparse
import json
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from watching import BEGAN, TRUSTING, Papers, week

GROWTH, LATE, CPU = 0.1, 3600.0, 10.0


def _looks(archive: Path, days: float) -> dict:
    """What the archive says of the looks at endpoints."""
    first = (BEGAN + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    ended = (BEGAN + timedelta(days=days)).isoformat().replace("+00:00", "Z")
    told = (BEGAN + timedelta(days=int(days))).isoformat().replace("+00:00", "Z")  # of whole days CPU seconds are known
    with closing(sqlite3.connect(archive / "news.db")) as db:
        one = lambda sql, *values: db.execute(sql, values).fetchone()[0]  # noqa: E731
        return {
            "looks": one("SELECT count(*) FROM polls"),
            "looks_after_a_day": one("SELECT count(*) FROM polls WHERE at >= ? AND at < ?", first, told),
            "unchanged": one("SELECT count(*) FROM polls WHERE status = 304"),
            "articles": one("SELECT count(*) FROM articles"),
            "never_asked": one("SELECT count(*) FROM endpoints WHERE last_polled IS NULL"),
            "latest": one(
                "SELECT coalesce(max(unixepoch(?) - unixepoch(next_poll)), 0) FROM endpoints WHERE next_poll <= ?",
                ended,
                ended,
            ),
        }


def measure(endpoints: int, lively: int, days: float, *, only_304: bool = False) -> dict:
    """All figures of one simulated week."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clock").write_text("0")
        if only_304:
            (folder / TRUSTING).touch()
        papers = Papers(folder, lively)
        load = os.getloadavg()[0]
        done = week(folder, papers, endpoints, days, *(() if lively else ("--set", "NEWSCRAWLER_REVISITS=0")))
        papers.shutdown()
        papers.server_close()
        by_day = [json.loads(line) for line in (folder / "days").read_text().splitlines()]
        looks = _looks(folder / "archive", days)
    cpu = by_day[-1]["cpu"] - by_day[0]["cpu"]
    return {
        "endpoints": endpoints,
        "lively": lively,
        "days": days,
        "exit_code": done.returncode,
        **looks,
        "memory_mb": [round(each["memory"] / 1e6, 1) for each in by_day],
        "growth": round(max(each["memory"] for each in by_day) / by_day[0]["memory"] - 1, 3),
        "cpu_seconds": round(cpu, 1),
        "cpu_seconds_a_thousand_looks": round(1000 * cpu / max(1, looks["looks_after_a_day"]), 2),
        "load": [round(load, 1), round(os.getloadavg()[0], 1)],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoints", type=int, default=1000)
    parser.add_argument("--lively", type=int, default=50, help="of them; articles and known articles cost CPU of their own")
    parser.add_argument("--days", type=float, default=7)
    parser.add_argument("--only-304", action="store_true", help="believe validators for the whole simulation")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.days < 2:
        parser.error(f"--days {options.days:g}: two or more, for the first one is not counted")
    if not 0 <= options.lively <= options.endpoints:
        parser.error(f"--lively {options.lively}: of {options.endpoints} endpoints")
    figures = measure(options.endpoints, options.lively, options.days, only_304=options.only_304)
    print(
        json.dumps(figures, indent=2) if options.json else "\n".join(f"{key:30} {value}" for key, value in figures.items())
    )
    is_well = (
        figures["exit_code"] == 0
        and figures["growth"] <= GROWTH
        and figures["never_asked"] == 0
        and figures["latest"] <= LATE
        and (options.lively or figures["cpu_seconds_a_thousand_looks"] <= CPU)
    )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
