"""verify: whether records, texts and what is read of pages are what the archive says; the same of a snapshot's files."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli import options
from newscrawler.cli.output import printable
from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

    from newscrawler.reprocess.verify import Difference

DIFFERS = 3


@click.command()
@click.argument("target", metavar="[ID|SNAPSHOT|WARC]", required=False)
@options.archive_option
@click.option("--all", "everything", is_flag=True, help="Verify every record and text of the archive.")
@click.option("--extract", is_flag=True, help="Read the pages anew, too, and compare what they say to this version.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def verify(target: str | None, folder: Path | None, everything: bool, extract: bool, as_json: bool) -> None:
    """Say whether an article, the archive, a snapshot or a WARC file is what it says it is. Changes nothing.

    \b
    newscrawler verify 4711                      records and texts of its states
    newscrawler verify 4711 --extract            and whether this version still reads it so
    newscrawler verify --all                     every record of every WARC file, every text
    newscrawler verify corpus.jsonl.gz.snapshot.json
    newscrawler verify others.warc.gz            every record of a WARC file, whoever wrote it

    Digests are computed from the bytes, hashes from the words. What differs is a line each, with file and offset, or article
    and the version that had read it; then the exit code is 3.
    """
    if (target is None) != everything:
        raise click.UsageError("name an article, a snapshot's file, a WARC file, or --all")
    if target is not None and not target.isdecimal():
        if extract:
            raise click.UsageError("--extract is about pages of the archive; a file has none")
        of_file: Counter[str] = Counter()
        _tell(_of_file(Path(target), of_file), of_file, as_json=as_json)
        return
    checked: Counter[str] = Counter()
    folder = options.archive_folder(folder)
    db = options.open_for_reading(folder)
    found = (
        _of_archive(db, folder, extract, checked) if target is None else _of_article(db, folder, target, extract, checked)
    )
    _tell(found, checked, as_json=as_json)


def _of_file(path: Path, checked: Counter[str]) -> Iterator[Difference]:
    """A snapshot by its name, else a WARC file."""
    from newscrawler.export.snapshot import ENDING
    from newscrawler.reprocess.verify import check_warc

    if ".warc" not in path.name or path.name.endswith(ENDING):
        checked["snapshot"] = 1
        yield from _of_snapshot(path)
        return

    def count(number: int) -> None:
        checked["records"] += number

    yield from check_warc(path, count)


def _of_snapshot(path: Path) -> Iterator[Difference]:
    from newscrawler.export.snapshot import differences
    from newscrawler.reprocess.verify import Difference, What

    yield from (Difference(What.FILE, str(path), each) for each in differences(path))


def _of_article(db: Database, folder: Path, target: str, extract: bool, checked: Counter[str]) -> Iterator[Difference]:
    from newscrawler.crawl.pool import Pool
    from newscrawler.reprocess import verify as checks
    from newscrawler.storage.archive import PAGES
    from newscrawler.storage.articles.cells import reading_of
    from newscrawler.storage.articles.pages import pages_of_article
    from newscrawler.storage.articles.pages_to_reread import of_article

    key = int(target)
    if not 0 < key < 2**63 or reading_of(db, key) is None:
        raise ArchiveError(f"there is no article {target}; `newscrawler search` shows the ids")
    checked["records"] = len(pages_of_article(db, key))
    yield from checks.check_article(db, folder / PAGES, key)
    checked["articles"] = 1
    if extract:
        capture = of_article(db, key)
        if capture is None:
            raise ArchiveError(f"article {key} has no stored page")
        with Pool(1) as pool:
            yield from filter(None, checks.check_readings(db, folder / PAGES, pool, [capture], datetime.now(UTC)))
        checked["readings"] = 1


def _of_archive(db: Database, folder: Path, extract: bool, checked: Counter[str]) -> Iterator[Difference]:
    from tqdm import tqdm

    from newscrawler.crawl.pool import Pool
    from newscrawler.reports.status import article_count
    from newscrawler.reprocess import verify as checks
    from newscrawler.storage.archive import PAGES
    from newscrawler.storage.database.content_checks import how_many

    records, texts = how_many(db)
    total = records + texts + (article_count(db) if extract else 0)
    with tqdm(total=total, unit="check", disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
        yield from checks.check_records(db, folder / PAGES, _counting(bar, checked, "records"))
        yield from checks.check_texts(db, progress=_counting(bar, checked, "texts"))
        if extract:
            count = _counting(bar, checked, "readings")
            with Pool(len(os.sched_getaffinity(0))) as pool:
                captures = checks.all_captures(db)
                for found in checks.check_readings(db, folder / PAGES, pool, captures, datetime.now(UTC)):
                    count(1)
                    if found:
                        yield found


def _counting(bar: Any, checked: Counter[str], name: str) -> Callable[[int], None]:
    def count(number: int) -> None:
        checked[name] += number
        bar.update(number)

    return count


def _tell(found: Iterator[Difference], checked: Counter[str], *, as_json: bool) -> None:
    """Print what differs as it is found, then how much was looked at.  Exits with 3 where anything differs."""
    differences = []
    for each in found:
        differences.append(each)
        if not as_json:
            click.echo(printable(f"{each.what:<8} {each.place}: {each.detail}"))
    if as_json:
        told = {"checked": checked, "differences": [asdict(each) for each in differences]}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    looked = ", ".join(f"{count:,} {name.removesuffix('s') if count == 1 else name}" for name, count in checked.items())
    number = len(differences)
    end = f"{number} {'differs' if number == 1 else 'differ'}" if number else "all as they should be"
    click.echo(f"{looked}: {end}", err=True)
    if differences:
        sys.exit(DIFFERS)


COMMANDS = [verify]
