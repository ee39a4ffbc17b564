"""extract --batch: one JSON object a page, as benchmarks read them."""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict, deque
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.cli.unpack import read_page_file, unpacked
from newscrawler.errors import ExtractionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.crawl.workers import Examiner
    from newscrawler.items import Article
    from newscrawler.markup.site_lines import SiteProfile

UNKNOWN = "https://unknown.invalid/"  # the address of a page that came without one
MAX_BATCH = 2_000_000_000  # bytes of a file of records

Row = dict[str, Any]


def local_date(article: Article) -> str | None:
    """When it was published, in the zone that it was stated in."""
    if not article.published or not article.published_zone:
        return article.published
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{article.published_zone}").tzinfo
    return datetime.fromisoformat(article.published).astimezone(zone).isoformat()


def _lines(path: Path) -> list[str]:
    """Lines of a file, gzipped or not, or of standard input.  U+2028 inside a string ends none."""
    name = "standard input" if str(path) == "-" else str(path)
    if name == str(path):
        raw = read_page_file(path, MAX_BATCH)
    else:
        raw = unpacked(sys.stdin.buffer.read(MAX_BATCH + 1), name, MAX_BATCH)
    try:
        return raw.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ExtractionError(
            f"{name}: no UTF-8 text ({error.reason} at byte {error.start}); a JSON object a line is"
        ) from error


def _records(path: Path) -> Iterator[Row | str]:
    """The records of a file, and of each line that is none the reason why."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield f"{path}, line {number}: not JSON ({error})"
            continue
        yield (
            record
            if _is_record(record)
            else f"{path}, line {number}: a record needs `id` and `html`, a path beside the file"
        )


def _is_record(record: object) -> bool:
    return isinstance(record, dict) and isinstance(record.get("html"), str) and "id" in record


def _address(record: Row) -> str | None:
    """Where a record says that its page is from; None where that is no address of the web."""
    from newscrawler.urls import absolute

    stated = record.get("url")
    return absolute(stated, "") if isinstance(stated, str) else None


def _host(record: Row) -> str:
    from newscrawler.urls import host_of

    address = _address(record)
    return host_of(address) if address else ""


def print_batch(path: Path, *, learn: bool) -> None:
    """Print one JSON object a page, in the order of the records, as soon as it is known.

    `learn`: a page waits for the others of its host, for what recurs over them is learnt from all of them first.
    Raises ExtractionError at the end where lines were no records; the others are printed.
    """
    from newscrawler.crawl.workers import Examiner

    read = list(_records(path))
    if not read:
        raise ExtractionError(f"{path}: holds no record")
    broken = [each for each in read if isinstance(each, str)]
    for each in broken:
        click.echo(f"newscrawler: {each}", err=True)
    records = [each for each in read if not isinstance(each, str)]
    folder = Path() if str(path) == "-" else path.parent
    failures = 0
    with Examiner() as examine:
        for row, failure in _rows(records, folder, examine, learn=learn):
            if failure:
                failures += 1
                click.echo(f"{row['id']}: no article: {failure}", err=True)
            click.echo(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace"))
    click.echo(f"{len(records)} pages, {failures} without an article", err=True)
    if broken:
        raise ExtractionError(f"{path}: {len(broken)} of {len(read)} lines are no records")


def _rows(records: list[Row], folder: Path, examine: Examiner, *, learn: bool) -> Iterator[tuple[Row, str | None]]:
    """(what is printed of a page, why it has no article), in the order of the records."""
    from newscrawler.markup.site_lines import learn_profiles, strip_profile

    hosts = [_host(record) if learn else "" for record in records]
    missing = Counter(filter(None, hosts))
    known: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)
    profiles: dict[str, SiteProfile] = {}
    waiting: deque[tuple[Row, str | None, str]] = deque()
    for record, host in zip(records, hosts, strict=True):
        row, failure = _predicted(record, folder, examine)
        waiting.append((row, failure, host))
        if host:
            missing[host] -= 1
            if row["body"]:
                known[host].append((host, _address(record) or "", row["body"]))
            if not missing[host]:
                profiles |= learn_profiles(known.pop(host, []))
        while waiting and not missing[waiting[0][2]]:
            row, failure, host = waiting.popleft()
            if host in profiles and row["body"]:
                row["body"] = strip_profile(row["body"], profiles[host])[0]
            yield row, failure


def _predicted(record: Row, folder: Path, examine: Examiner) -> tuple[Row, str | None]:
    try:
        found = examine(read_page_file(folder / record["html"]), _address(record) or UNKNOWN, datetime.now(UTC), "text/html")
        article, failure = found.article, found.failure and found.failure.reason
    except ExtractionError as error:
        article, failure = None, str(error)
    if article is None:
        return {"id": record["id"], "title": None, "authors": [], "date": None, "body": ""}, failure or "no text"
    return {
        "id": record["id"], "title": article.title, "authors": list(article.authors), "date": local_date(article),
        "body": article.text, **({"updates": [asdict(each) for each in article.updates]} if article.updates else {}),
    }, None  # fmt: skip
