"""How long search, facets and pages take on a made-up archive of any size.

    uv run python benchmarks/search.py [--articles 100000] [--archive DIR] [--json] [--queries 60]

The archive (Zipf words, 4 kB a text; benchmarks/search_data.py) is made where DIR has none yet: a million articles take a
quarter of an hour and 14 GB.  Every query is new to the process, the file is in the system's cache.  Milliseconds of one
thread: percentiles of wall time, and of CPU time in brackets, which other work on the machine disturbs less.

Pages are asked of Datasette with our plugin, in this process, without a network; their weight is that of the search page
with its style sheets and scripts, each compressed by gzip.
"""

import argparse
import asyncio
import gzip
import json
import random
import re
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote_plus, urljoin

from search_data import build
from sqlite_utils import Database

from newscrawler.search.facets import facets
from newscrawler.search.query import compile_query
from newscrawler.search.ranking import Listing, search
from newscrawler.search.vocabulary import vocabulary
from newscrawler.storage.connect import connect_for_reading

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
    pages, weight = asyncio.run(web(folder, asked, [seed.randint(1, last) for _ in range(number)]))
    return {
        "articles": last,
        "median_hits": {kind: sorted(of)[len(of) // 2] for kind, of in hits.items()},
        "milliseconds": clock.report() | pages,
        "search_page_bytes_compressed": weight,
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
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = arguments.archive or Path(place) / "archive"
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
    for kind, number in result["median_hits"].items():
        print(f"{kind}: {number:,} hits, median")


if __name__ == "__main__":
    main()
