"""show --provenance: where each field of an article comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newscrawler.cli.output import printable
from newscrawler.reports.rights import rights_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.reports.rights import Rights
    from newscrawler.reprocess.provenance import FieldTrace, Provenance

SHOWN = 100  # characters of a value


def print_provenance(db: Database, folder: Path, article_id: int, *, as_json: bool) -> None:
    """Print it.  Raises ArchiveError where the article has no stored page, or that cannot be read."""
    from newscrawler.crawl.pool import Pool
    from newscrawler.reprocess.provenance import provenance
    from newscrawler.storage.archive import PAGES

    with Pool(1) as pool:
        found = provenance(db, folder / PAGES, pool, article_id)
    rights = rights_of(db, article_id, datetime.now(UTC))
    if as_json:
        whole = asdict(found) | {"rights": asdict(rights) if rights else None}
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(map(printable, (*_lines(found), *_rights(rights)))))


def _rights(rights: Rights | None) -> Iterator[str]:
    """What follows, and each statement that was made of it."""
    if rights is not None:
        yield ""
        yield f"rights     {rights}"
        yield from (f"  stated   {line}" for line in rights.stated)


def _lines(found: Provenance) -> Iterator[str]:
    page, confirmed = found.page, found.confirmed
    yield f"article    {found.article_id} {found.url}"
    yield f"capture    page {page.id}, fetched {page.fetched}, HTTP {page.status}, {page.content_type or 'no type stated'}"
    yield f"record     pages/{page.warc_file} offset {page.warc_offset} length {page.warc_length}"
    yield f"digest     {page.digest}"
    if confirmed.times:
        yield f"confirmed  {confirmed.times} times, last {confirmed.last}"
    yield f"read by    {f'newscrawler {found.read_by}' if found.read_by else 'a newscrawler that did not say which'}"
    for each in found.fields:
        yield ""
        yield from _field(each, found)


def _field(trace: FieldTrace, found: Provenance) -> Iterator[str]:
    yield f"{trace.field:<10} {_short(trace.value) or 'nothing that was stated is believed'}"
    if trace.origin:
        where = str(trace.place) if trace.place else _elsewhere(trace.origin, found)
        yield f"  from     {trace.origin}: {where}"
    if trace.until:
        yield f"  until    {trace.until}"
    if trace.today is not None:
        yield f"  today    {_short(trace.today) or 'nothing'}"
    for claim in trace.claims:
        where = str(claim.place) if claim.place else _elsewhere(claim.origin, found)
        value = "" if claim.agrees else f" {_short(claim.value)}"
        yield f"  {'agrees' if claim.agrees else 'rival':<8} {claim.origin}:{value} ({where})"


def _elsewhere(origin: str, found: Provenance) -> str:
    """Where a claim is from that does not stand on the page."""
    if origin in ("feed", "sitemap"):
        return f"not of the page, but {found.endpoint or 'of an endpoint that is not known any more'}"
    if origin == "address":
        return f"in its address, {found.page.url}"
    return "not found as it is stated"


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
