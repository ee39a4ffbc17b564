"""CPU seconds and memory of `export`, by format, on a made-up archive (search_data.py).

    uv run benchmarks/export.py [--articles N] [--archive DIR] [--json]

Each format is written by a process of its own, whose CPU seconds and largest memory are the kernel's; once of a quarter of
the articles, and once of all of them: memory that is flat is the same for both.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import tempfile
import time
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from search_data import build

from newscrawler.export.formats import FORMATS
from newscrawler.export.target import text_file
from newscrawler.reports.articles import ids
from newscrawler.reports.whole_articles import whole_articles
from newscrawler.storage.database.connect import DATABASE, connect_for_reading

WRITTEN = ("jsonl", "csv", "parquet")


def written(folder: Path, name: str, target: Path, number: int) -> dict[str, float]:
    """CPU seconds, megabytes at most, and megabytes of the file of an export of so many articles."""
    form, began = FORMATS[name], time.process_time()
    with closing(connect_for_reading(folder)) as db:
        found = whole_articles(db, islice(ids(db), number))
        if form.as_text is not None:
            with text_file(target, zipped=False) as out:
                form.as_text(found, out)
        elif form.as_file is not None:
            form.as_file(found, target)
    cpu = time.process_time() - began
    return {
        "cpu": cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000,
        "size": target.stat().st_size / 1e6,
    }


def measured(folder: Path, number: int) -> dict[str, dict[str, float]]:
    """Of each format: CPU seconds, and the memory of a quarter and of the whole."""
    found: dict[str, dict[str, float]] = {}
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as place:
        for name in WRITTEN:
            told: list[dict[str, Any]] = []
            for part in (number // 4, number):
                target = Path(place) / f"articles.{name}"
                with context.Pool(1) as pool:  # a fresh process: its largest memory is that of this export
                    told.append(pool.apply(written, (folder, name, target, part)))
                target.unlink()
            quarter, whole = told
            found[name] = {
                "CPU s": round(whole["cpu"], 1),
                "MB of memory, a quarter": round(quarter["memory"]),
                "MB of memory": round(whole["memory"]),
                "MB written": round(whole["size"]),
            }
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000, help="how many the archive has (default 100,000)")
    parser.add_argument("--archive", type=Path, help="a folder that keeps it; default: a new one, deleted afterwards")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = options.archive or Path(folder) / "archive"
        if not (archive / DATABASE).exists():
            build(archive, options.articles)
        found = {"articles": options.articles} | measured(archive, options.articles)
    if options.json:
        print(json.dumps(found))
        return
    for name, told in found.items():
        print(f"{name:10} {told if isinstance(told, int) else '  '.join(f'{key} {value}' for key, value in told.items())}")


if __name__ == "__main__":
    main()
