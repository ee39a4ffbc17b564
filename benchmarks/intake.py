"""`import` of a WARC file: pages a second beside a bare process pool, in the same run, and its memory.

    uv run benchmarks/intake.py DATA_DIR [--pages N] [--rounds N] [--json]      against the ceiling
    uv run benchmarks/intake.py DATA_DIR --records 10000 [--json]               memory, on the way and at the end

The pages are written into a WARC file first, as a crawler does.  The bare pools have the bytes in memory, one over
`extract`, one over all that a crawl's worker does with a page.  Import reads the file, judges, decides by what the archive
knows, writes WARC records of its own and commits.  The rounds take turns, the median is told.  For memory the pages are
repeated under other addresses.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reprocess import HEADERS, Bytes, bare, pages_of

from newscrawler.crawl.pool import Pool, Result
from newscrawler.crawl.tasks import shared_lexicon, start_worker, work_examination, work_page
from newscrawler.intake.files import FileKind, items
from newscrawler.intake.run import Intake, Report
from newscrawler.items import Lease, Page, Source
from newscrawler.reprocess.work import judge_anew
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import imports
from newscrawler.storage.articles.texts_to_judge import JudgedArticle
from newscrawler.storage.sites.publishers import Publishers
from newscrawler.storage.warc.records import make_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANY = Source("any", "Any", "https://gazette.example/", "newspaper", keep="all")


class Counting(Pool):
    """A pool whose CPU seconds are counted."""

    cpu = 0.0

    def run(
        self,
        function: Callable[..., Any],
        tasks: Iterable[tuple[Any, ...]],
        weight: Callable[[tuple[Any, ...]], int] = lambda arguments: 0,
    ) -> Iterator[Result]:
        """The pool's results."""
        for result in super().run(function, tasks, weight):
            self.cpu += result.cpu
            yield result


def write_warc(path: Path, pages: Bytes, number: int) -> None:
    """So many pages, repeated under other addresses where there are fewer."""
    with path.open("wb") as file:
        for place in range(number):
            _, body = pages[place % len(pages)]
            url = f"https://gazette.example/{place}"
            page = Page(Lease(0, "any", url), url, NOW, 200, HEADERS, b"")
            file.write(make_record(replace(page, body=body))[0])


def memory() -> tuple[float, float]:
    """Resident megabytes: of this process, and of its largest child."""

    def resident(process: str) -> float:
        try:
            return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
        except (OSError, IndexError):
            return 0.0

    children = [each for task in Path("/proc/self/task").glob("*/children") for each in task.read_text().split()]
    return resident("self"), max(map(resident, children), default=0.0)


def in_every_language() -> list[JudgedArticle]:
    """Articles by which a process reads the lexicon of every language: its start, which is not measured."""
    return [JudgedArticle(0, "A", None, "The navy.", each, "page", None) for each in sorted(shared_lexicon().languages())]


def start_judging() -> None:
    """What a process of a bare pool does before its first page."""
    start_worker()
    judge_anew(in_every_language())


def imported(
    file: Path, workers: int, pages: Bytes, source: Source
) -> tuple[float, float, list[tuple[float, float]], dict[str, int]]:
    """(seconds, CPU seconds of all processes, memory on the way, what became of the records) of an import."""
    seen: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, Archive.open(Path(folder)) as archive, Counting(workers) as pool:
        list(pool.run(work_examination, [(body, url, NOW, "text/html") for url, body in pages[: 4 * workers]]))
        list(pool.run(judge_anew, [(in_every_language(),)] * 60 * workers))
        report = Report(progress=lambda number: seen.append(memory()))
        intake = Intake(archive, pool, Publishers([source]), NOW, report)
        with archive.transaction():
            at = imports.begin(archive.db, {"file": "x", "kind": "warc", "size": 0, "digest": ""}, {}, NOW)
        pool.cpu = 0.0
        began, cpu = time.perf_counter(), time.process_time()
        with file.open("rb") as stream:
            at = intake.take(FileKind.WARC, items(FileKind.WARC, stream, file), at)
        return time.perf_counter() - began, pool.cpu + time.process_time() - cpu, seen, at.counts


def work_one(page: tuple[str, bytes]) -> float:
    """The CPU seconds of all that a crawl's worker does with a page: read, judged, fingerprinted, made a WARC record."""
    began = time.process_time()
    work_page(Page(Lease(0, "any", page[0]), page[0], NOW, 200, HEADERS, page[1]), ANY)
    return time.process_time() - began


def against_ceiling(pages: Bytes, workers: int, rounds: int) -> dict[str, object]:
    """Pages a second and a CPU second, beside bare pools over `extract` and over all that a crawl's worker does.

    Every page is kept, or those that are about our subject, as `import` does it.
    """
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.warc.gz"
        write_warc(file, pages, len(pages))
        for _ in range(rounds):
            for name, (seconds, cpu, *_rest) in (
                ("extract", bare(pages, workers)),
                ("work", bare(pages, workers, work_one, start_judging)),
                ("all", imported(file, workers, pages, ANY)),
                ("relevant", imported(file, workers, pages, replace(ANY, keep="relevant"))),
            ):
                found.setdefault(name, []).append(len(pages) / seconds)
                found.setdefault(f"{name}, CPU ms a page", []).append(cpu * 1_000 / len(pages))
    told = {name: round(statistics.median(each), 1) for name, each in found.items()}
    for kept, name in product(("all", "relevant"), ("extract", "work")):
        told[f"{kept} / {name}, pages a second"] = round(told[kept] / told[name], 3)
        spent, ceiling = told[f"{kept}, CPU ms a page"], told[f"{name}, CPU ms a page"]
        told[f"{kept} / {name}, pages a CPU second"] = round(ceiling / spent, 3)
    return told | {"pages": len(pages), "processes": workers, "load": round(os.getloadavg()[0], 1)}


def of_many(pages: Bytes, workers: int, number: int) -> dict[str, object]:
    """Memory of an import of many records, by quarters of the way."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pages.warc.gz"
        write_warc(file, pages, number)
        seconds, cpu, seen, counts = imported(file, workers, pages, ANY)
    parts = [seen[len(seen) * quarter // 4 : len(seen) * (quarter + 1) // 4] for quarter in range(4)]
    return {
        "records": number,
        "MB of the largest worker, by quarters": [round(max(worker for _, worker in part)) for part in parts],
        "MB of the process that files, by quarters": [round(max(own for own, _ in part)) for part in parts],
        "CPU ms a record": round(cpu * 1_000 / number, 1),
        "seconds": round(seconds),
        "counts": counts,
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder with the labelled pages")
    parser.add_argument("--pages", type=int, default=400)
    parser.add_argument("--records", type=int, help="measure the memory of an import of so many")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    pages, workers = pages_of(options.data, options.pages), len(os.sched_getaffinity(0))
    many = options.records
    found = of_many(pages, workers, many) if many else against_ceiling(pages, workers, options.rounds)
    print(json.dumps(found) if options.json else "\n".join(f"{name:44} {value}" for name, value in found.items()))


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn", force=True)
    main()
