"""Pages a second: `reprocess --extract` beside a bare process pool over `extract`, in the same run, on the same pages.

    uv run benchmarks/reprocess.py DATA_DIR [--pages N] [--rounds N] [--json]

The pages are filed into an archive first.  The bare pool has the bytes in memory; reprocess reads them from WARC, learns
and looks up host profiles, judges, decides by what the archive knows, and commits.  `changed`: every text differs from what
was stored, so that every row is written; `unchanged`: none does.  The rounds take turns, the median is told.

    uv run benchmarks/reprocess.py DATA_DIR --against WHEEL --web NEWSWEB.py [--rounds N]

Another build beside this one (crawl.py): each crawls the pages of DATA_DIR and goes over its own archive by the command,
`--extract --judge`, in turn; its start counts.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawl import ROOT, count, crawl, installed, measure, served
from labelled_pages import page_bytes, read_pages

from newscrawler.crawl.pool import Pool, Result
from newscrawler.crawl.tasks import start_worker, work_examination, work_page
from newscrawler.errors import ExtractionError
from newscrawler.extraction import extract
from newscrawler.items import Lease, Link, Page, Source
from newscrawler.reprocess.keepers import Writing
from newscrawler.reprocess.run import Run
from newscrawler.reprocess.stages import Stage, Wanted
from newscrawler.reprocess.verify import check_records, check_texts
from newscrawler.reprocess.work import judge_anew
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.reprocessings import Reprocessing
from newscrawler.storage.articles.texts_to_judge import JudgedArticle
from newscrawler.storage.database.connect import connect_for_reading
from newscrawler.storage.sites.sources import sync_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADERS = (("Content-Type", "text/html; charset=utf-8"),)
Bytes = list[tuple[str, bytes]]


def pages_of(folder: Path, number: int) -> Bytes:
    """(address, bytes) of labelled pages."""
    records = read_pages(folder, parts=frozenset(range(4)))[:number]
    return [(each.get("url") or f"https://gazette.example/{place}", page_bytes(each)) for place, each in enumerate(records)]


def fill(folder: Path, pages: Bytes) -> int:
    """File the pages; how many are articles.  Runs in a process of its own, as `start_worker` limits it."""
    start_worker()
    with Archive.open(folder) as archive:
        sync_sources(archive, [Source("any", "Any", "https://gazette.example/", "newspaper", keep="all")])
        for url, body in pages:
            with archive.transaction():
                archive.frontier.push([Link(url)], "any", None, NOW)
            (key,) = archive.db.execute("SELECT max(id) FROM links").fetchone()
            archive.file([work_page(Page(Lease(key, "any", url), url, NOW, 200, HEADERS, body), None)])
        return int(archive.db.execute("SELECT count(*) FROM articles").fetchone()[0])


def extract_one(page: tuple[str, bytes]) -> float:
    """The CPU seconds of a page."""
    began = time.process_time()
    with suppress(ExtractionError):
        extract(page[1], page[0], NOW, content_type="text/html; charset=utf-8")
    return time.process_time() - began


def bare(
    pages: Bytes,
    workers: int,
    each: Callable[[tuple[str, bytes]], float] = extract_one,
    start: Callable[[], object] = start_worker,
) -> tuple[float, float]:
    """(seconds, CPU seconds of all processes) of a bare pool over a function of a page, its start left out."""
    with multiprocessing.get_context("spawn").Pool(workers, start) as pool:
        pool.map(each, pages[: 4 * workers], chunksize=4)
        began, cpu = time.perf_counter(), time.process_time()
        spent = sum(pool.imap(each, pages))
        return time.perf_counter() - began, spent + time.process_time() - cpu


class Counting:
    """A pool whose CPU seconds are counted."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self.cpu = pool, 0.0

    def run(self, function: Callable[..., Any], tasks: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """The pool's results."""
        for result in self._pool.run(function, tasks):
            self.cpu += result.cpu
            yield result


def reprocessed(folder: Path, pages: Bytes, workers: int, *, changed: bool) -> tuple[float, float]:
    """(seconds, CPU seconds of all processes) of a going over, its start left out."""
    with Archive.open(folder) as archive, Pool(workers) as pool:
        if changed:
            with archive.transaction():
                archive.db.execute("UPDATE articles SET text = text || ' Otherwise.', content_hash = 'x' || id")
        warm = [(url, body, NOW, "text/html") for url, body in pages[: 4 * workers]]
        list(pool.run(work_examination, [(body, url, now, kind) for url, body, now, kind in warm]))
        list(pool.run(judge_anew, [([JudgedArticle(0, "A", None, "The navy.", "en", "page", None)],)] * 400 * workers))
        counted = Counting(pool)
        run = Run(Writing(archive), counted, Reprocessing(0, "", "articles", 0, {}), NOW)
        began, cpu = time.perf_counter(), time.process_time()
        run._read(Wanted(extract=True), Stage.ARTICLES)
        return time.perf_counter() - began, counted.cpu + time.process_time() - cpu


def verified(folder: Path) -> float:
    """Pages a CPU second of `verify --all`: every record read with its digests, every text hashed."""
    with closing(connect_for_reading(folder)) as db:
        (pages,) = db.execute("SELECT count(*) FROM pages").fetchone()
        began = time.process_time()
        assert not list(check_records(db, folder / "pages"))
        list(check_texts(db))
        return float(pages) / (time.process_time() - began)


def beside(wheel: Path, web: Path, pages: Path, rounds: int) -> None:
    """Print what a going over costs each of two builds, round by round, and the median of this one's share."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        builds = {"base": installed(wheel, work / "base"), "this": installed(ROOT, work / "this")}
        with served(web, pages, work) as environment:
            for name, python in builds.items():
                command = crawl(python, work, f"{name}-archive")
                subprocess.run(command, env=environment, cwd=work, check=False, capture_output=True)
        shares = []
        for turn in range(rounds):
            rates = {}
            for name in sorted(builds, reverse=bool(turn % 2)):
                archive = work / f"{name}-{turn}"
                shutil.copytree(work / f"{name}-archive", archive)
                command = [builds[name], "-m", "newscrawler", "reprocess", "--extract", "--judge", "--archive", str(archive)]
                found = measure(command, environment)
                rates[name] = count(archive / "news.db") / found["cpu"]
                print(f"{turn} {name}: {rates[name]:.1f} articles a CPU second, {found}")
            shares.append(round(rates["this"] / rates["base"], 2))
        print(f"articles a CPU second, this build / base: {statistics.median(shares)} (round by round: {shares})")


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the labelled pages")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--against", type=Path, metavar="WHEEL", help="another build, turn by turn, and nothing else")
    parser.add_argument("--web", type=Path, help="the program that serves recorded pages, for --against")
    options = parser.parse_args()
    if options.against:
        if options.web is None:
            parser.error("--against needs --web, the program that serves the pages to both builds")
        beside(options.against.resolve(), options.web.resolve(), options.data.resolve(), options.rounds)
        return
    pages, workers = pages_of(options.data, options.pages), len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            articles = pool.apply(fill, (archive, pages))
        found: dict[str, list[float]] = {"bare": [], "unchanged": [], "changed": [], "verified a CPU second": []}
        for _ in range(options.rounds):
            found["verified a CPU second"].append(verified(archive))
            for name, (seconds, cpu), number in (
                ("bare", bare(pages, workers), len(pages)),
                ("unchanged", reprocessed(archive, pages, workers, changed=False), articles),
                ("changed", reprocessed(archive, pages, workers, changed=True), articles),
            ):
                found[name].append(number / seconds)
                found.setdefault(f"{name}, CPU ms a page", []).append(cpu * 1_000 / number)
    told = {name: round(statistics.median(each), 1) for name, each in found.items()}
    for name in ("unchanged", "changed"):
        told[f"{name} / bare, pages a second"] = round(told[name] / told["bare"], 3)
        told[f"{name} / bare, pages a CPU second"] = round(told["bare, CPU ms a page"] / told[f"{name}, CPU ms a page"], 3)
    told |= {"pages": len(pages), "articles": articles, "processes": workers}
    print(json.dumps(told) if options.json else "\n".join(f"{name:40} {value}" for name, value in told.items()))


if __name__ == "__main__":
    main()
