"""How long search, facets and pages take on a made-up archive of any size.

    uv run python benchmarks/search.py [--articles 100000] [--archive DIR] [--json] [--queries 60] [--archives 12 [--whole]]

The archive (Zipf words, 4 kB a text; benchmarks/search_data.py) is made where DIR has none yet: a million articles take a
quarter of an hour and 14 GB.  Every query is new to the process, the file is in the system's cache.  Milliseconds of one
thread: percentiles of wall time, and of CPU time in brackets, which other work on the machine disturbs less.

With --archives each has so many articles, of a span of time of its own (DIR/00 is the latest), and what is measured is one
search over all beside the same search over the latest alone, or with --whole over one archive of as many articles as all:
a page of hits, best first and newest first.

Pages are asked of Datasette with our plugin, in this process, without a network; their weight is that of the search page
with its style sheets and scripts, each compressed by gzip.
"""

import argparse
import asyncio
import gzip
import json
import random
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote_plus, urljoin

from search_data import build
from sqlite_utils import Database

from newscrawler.search.export import ExportRequest, exported
from newscrawler.search.facets import facets
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, count_exactly, search
from newscrawler.search.several import page, parts_of
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.database.connect import connect_for_reading

COMMON = 0.2  # of the articles have a common word


def frequencies(db: Database, words: list[str]) -> dict[str, int]:
    """Word -> articles that have it, of a spread of ranks."""
    ranks = sorted({int(1.25**n) for n in range(60) if 1.25**n < len(words)})
    sql = "SELECT doc FROM articles_terms WHERE term = ?"
    found = {}
    for rank in ranks:
        for word in words[rank : rank + 3]:
            row = db.execute(sql, [word]).fetchone()
            found[word] = row[0] if row else 0
    return found


def queries(db: Database, words: list[str], number: int, seed: random.Random) -> dict[str, list[str]]:
    (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
    known = frequencies(db, words)
    common = [word for word, count in known.items() if count >= COMMON * articles]
    ordinary = [word for word, count in known.items() if 20 <= count < 0.05 * articles]
    every = [word for word in known if known[word]]
    filters = [
        "source:source-3",
        "lang:fr",
        "country:gb",
        'topic:"topic 3"',
        "mentions:FR",
        "since:2026-01-12 until:2026-08-20",
        "since:30d",
        "words:>300",
        "changed:yes",
        "site:source3.example OR source:source-4",
    ]

    def some(make) -> list[str]:
        made: dict[str, None] = {}
        for _ in range(50 * number):
            made.setdefault(make())
            if len(made) == number:
                break
        return list(made)

    return {
        "common word": some(lambda: seed.choice(common)),
        "ordinary": some(lambda: " ".join(seed.sample(ordinary, seed.choice([1, 1, 2])))),
        "two words, any": some(lambda: " ".join(seed.sample(every, 2))),
        "common word and a filter": some(lambda: f"{seed.choice(common)} {seed.choice(filters)}"),
        "ordinary word and two filters": some(lambda: " ".join([seed.choice(ordinary), *seed.sample(filters, 2)])),
        "brackets": some(lambda: "({} OR {}) -({} {})".format(*seed.sample(ordinary, 3), seed.choice(filters))),
        "near": some(lambda: "{} NEAR/5 {}".format(*seed.sample(ordinary + common, 2))),
        "phrase of two common words": some(lambda: '"{} {}"'.format(*seed.sample(common, 2))),
        "filters alone": some(lambda: " ".join(seed.sample(filters, seed.choice([1, 2])))),
        "beginning": some(lambda: f"{seed.choice(ordinary)[:6]}*"),
        "everything": [""],
    }


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Clock:
    """Wall and CPU milliseconds of calls, by name."""

    def __init__(self) -> None:
        self.wall: dict[str, list[float]] = {}
        self.cpu: dict[str, list[float]] = {}

    def time(self, name: str, call):
        wall, cpu = time.perf_counter(), time.process_time()
        result = call()
        self.cpu.setdefault(name, []).append(1000 * (time.process_time() - cpu))
        self.wall.setdefault(name, []).append(1000 * (time.perf_counter() - wall))
        return result

    def report(self) -> dict[str, dict[str, float]]:
        return {
            name: {
                "n": len(values),
                **{f"p{int(100 * p)}": round(percentile(values, p), 1) for p in (0.5, 0.95, 0.99)},
                **{f"cpu_p{int(100 * p)}": round(percentile(self.cpu[name], p), 1) for p in (0.5, 0.95)},
            }
            for name, values in self.wall.items()
        }


def measure(folder: Path, number: int) -> dict:
    db = connect_for_reading(folder)
    words = json.loads((folder / "words.json").read_text())
    seed = random.Random(3)
    clock, hits = Clock(), {}
    known = clock.time("vocabulary", lambda: vocabulary(db))
    asked = queries(db, words, number, seed)
    search(db, compile_query(words[500], known))  # statements and the file's first pages
    for kind, texts in asked.items():
        for text in texts:
            query = clock.time(f"{kind}: understood", lambda text=text: compile_query(text, known))
            clock.time(f"{kind}: page", lambda query=query: search(db, query))
            clock.time(f"{kind}: page, newest first", lambda query=query: search(db, query, Listing(newest=True)))
            found = clock.time(f"{kind}: facets and timeline", lambda query=query: facets(db, query, known))
            hits.setdefault(kind, []).append(found.total)
    (last,) = db.execute("SELECT max(id) FROM articles").fetchone()
    export = measure_export(
        db, compile_query(max(asked["common word"], key=lambda text: search_total(db, text, known)), known)
    )
    pages, weight = asyncio.run(web(folder, asked, [seed.randint(1, last) for _ in range(number)]))
    return {
        "articles": last,
        "median_hits": {kind: sorted(of)[len(of) // 2] for kind, of in hits.items()},
        "milliseconds": clock.report() | pages,
        "search_page_bytes_compressed": weight,
        "export": export,
    }


def measure_several(folders: list[Path], number: int, whole: Path | None = None) -> dict:
    """Milliseconds of a page of hits over all archives and over one, the latest or the whole, and what is between them."""
    archives = [(each, connect_for_reading(each)) for each in folders]
    one = [(whole, connect_for_reading(whole))] if whole else archives[:1]
    words = json.loads((folders[0] / "words.json").read_text())
    clock = Clock()
    for kind, texts in queries(one[0][1], words, number, random.Random(3)).items():
        for text in texts:
            for name, some in (("one", one), ("all", archives)):
                parts = clock.time(f"{kind}: understood, {name}", lambda some=some, text=text: parts_of(text, some))
                clock.time(f"{kind}: page, {name}", lambda parts=parts: page(parts))
                clock.time(f"{kind}: newest, {name}", lambda parts=parts: page(parts, Listing(newest=True)))
    told = clock.report()
    times = {
        name.removesuffix(", all"): {
            share: round(of[share] / max(0.1, told[name.replace(", all", ", one")][share]), 2)
            for share in ("cpu_p50", "cpu_p95", "p50", "p95")
        }
        for name, of in told.items()
        if name.endswith(", all")
    }
    return {"archives": len(folders), "milliseconds": told, "times_one": times}


def search_total(db: Database, text: str, known) -> int:
    return count_exactly(db, compile_query(text, known)).articles


def measure_export(db: Database, query) -> dict[str, float]:
    """All hits of a word, each copy, as rows with what is known of them: CPU seconds of 100,000, and memory that it took."""
    before, cpu, number = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time(), 0
    for _ in exported(db, ExportRequest(query, every_copy=True)):
        number += 1
    seconds = time.process_time() - cpu
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "rows": number,
        "cpu_seconds_of_100000": round(seconds * 100_000 / max(1, number), 1),
        "megabytes": round(grown, 1),
    }


async def web(folder: Path, asked: dict[str, list[str]], articles: list[int]) -> tuple[dict, int]:
    """Whole pages, as Datasette answers them, and the weight of one with all that it loads."""
    from datasette.app import Datasette

    settings = json.loads((folder / "settings.json").read_text()) if (folder / "settings.json").exists() else {}
    datasette = Datasette([str(folder / "news.db")], settings=settings)
    await datasette.invoke_startup()
    clock = Clock()

    async def get(kind: str, path: str):
        wall, cpu = time.perf_counter(), time.process_time()
        answer = await datasette.client.get(path)
        clock.cpu.setdefault(kind, []).append(1000 * (time.process_time() - cpu))
        clock.wall.setdefault(kind, []).append(1000 * (time.perf_counter() - wall))
        if answer.status_code != 200:
            sys.exit(f"{path} answered {answer.status_code}")
        return answer

    for path in ("/search?q=warm", f"/article/{articles[0]}", f"/story/{articles[0]}", "/"):
        await datasette.client.get(path)
    for kind in ("common word", "ordinary"):
        for text in asked[kind]:
            await get(f"web: search page, {kind}", f"/search?q={quote_plus(text)}")
    stories = connect_for_reading(folder)
    for article in articles:
        (story,) = stories.execute("SELECT story_id FROM articles WHERE id = ?", [article]).fetchone()
        await get("web: article page", f"/article/{article}")
        await get("web: story page", f"/story/{story}")
    for path in ("/", "/sources", "/source/source-3", "/health", "/runs"):
        for _ in range(5):
            await get(f"web: {path}", path)
    page = await datasette.client.get(f"/search?q={quote_plus(asked['common word'][0])}")
    loaded = re.findall(r'(?:<link[^>]*rel="stylesheet"[^>]*href|<script[^>]*src)="([^"]+)"', page.text)
    parts = [page.content, *[(await datasette.client.get(urljoin("/search", address))).content for address in loaded]]
    return clock.report(), sum(len(gzip.compress(part, 6)) for part in parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000, help="how many the archive has (default 100,000)")
    parser.add_argument("--archive", type=Path, help="a folder that keeps it; default: a new one, deleted afterwards")
    parser.add_argument("--queries", type=int, default=60, help="of each kind (default 60)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--archives", type=int, default=1, help="one search over so many of them (default 1)")
    parser.add_argument("--whole", action="store_true", help="with --archives: against one archive of them all")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = arguments.archive or Path(place) / "archive"
        if arguments.archives > 1:
            folders = [folder / f"{part:02}" for part in range(arguments.archives)]
            for part, each in enumerate(folders):
                if not (each / "words.json").exists():
                    build(each, arguments.articles, part=part, parts=arguments.archives)
            whole = folder / "whole" if arguments.whole else None
            if whole and not (whole / "words.json").exists():
                build(whole, arguments.articles * arguments.archives)
            print(json.dumps(measure_several(folders, arguments.queries, whole), indent=2))
            return
        if not (folder / "words.json").exists():
            build(folder, arguments.articles)
        result = measure(folder, arguments.queries)
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    print(
        f"{result['articles']:,} articles; a search page weighs {result['search_page_bytes_compressed']:,} bytes, compressed"
    )
    print(f"{'ms':<58} {'n':>4} {'p50':>8} {'p95':>8} {'p99':>8}   CPU p50      p95")
    for name, of in result["milliseconds"].items():
        print(f"{name:<58} {of['n']:>4} {of['p50']:>8} {of['p95']:>8} {of['p99']:>8} {of['cpu_p50']:>9} {of['cpu_p95']:>8}")
    print("export of {rows:,} rows: {cpu_seconds_of_100000} CPU s for 100,000, {megabytes} MB".format(**result["export"]))
    for kind, number in result["median_hits"].items():
        print(f"{kind}: {number:,} hits, median")


if __name__ == "__main__":
    main()
