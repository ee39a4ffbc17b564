"""Lists of sites that others made: OPML, CSV, Media Cloud's collections, addresses one a line.  Pure: bytes in, rows out.

Media Cloud exports the sources of a collection as CSV and gives them out as JSON (https://www.mediacloud.org/documentation):
label, homepage, pub_country (publication_country in CSV), primary_language; its feeds as JSON with url.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.sources import COUNTRIES
from newscrawler.sources.write import free_id, from_opml
from newscrawler.text import clean_line
from newscrawler.urls import absolute, site_of, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_ROWS = 100_000
_FEED = ("feed", "feed_url", "xmlurl", "rss", "rss_url")
_HOME = ("homepage", "home", "htmlurl", "website", "site", "url", "domain", "address")
_NAME = ("label", "title", "name", "source")
_COUNTRY = ("country", "pub_country", "publication_country")
_LANGUAGE = ("language", "primary_language", "languages", "lang")


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site as a list names it: a home page, a feed, or both; what the list does not say is None."""

    home: str | None
    feed: str | None = None
    name: str | None = None
    country: str | None = None
    language: str | None = None


def read_rows(body: bytes, file: str) -> tuple[list[SiteRow], list[str]]:
    """(sites, what was left out and why) of CSV with a header, Media Cloud's JSON, or addresses one a line.

    Raises SourceError where it is none of them, naming the file.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text; save it as that") from error
    rows: list[SiteRow] = []
    left: list[str] = []
    for number, stated in enumerate(_stated(text, file), 1):
        if number > MAX_ROWS:
            raise SourceError(f"{file}: more than {MAX_ROWS:,} rows; take it in parts")
        row = _row(stated)
        if row is None:
            left.append(f"row {number}: no http or https address in it")
        else:
            rows.append(row)
    return rows, left


def _stated(text: str, file: str) -> Iterator[Mapping[str, Any]]:
    if text.lstrip()[:1] in ("[", "{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{file}: not valid JSON: {error}") from error
        listed = document.get("results", document.get("sources")) if isinstance(document, dict) else document
        if not isinstance(listed, list):
            raise SourceError(f'{file}: no list of sources in it, as Media Cloud gives it: a list, or one under "results"')
        yield from (_lower(each) if isinstance(each, dict) else {"address": each} for each in listed)
        return
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if lines and _is_header(lines[0]):
        try:
            yield from map(_lower, csv.DictReader(io.StringIO("\n".join(lines)), dialect=_dialect(lines[0])))
        except csv.Error as error:
            raise SourceError(f"{file}: not valid CSV: {error}") from error
        return
    yield from ({"address": line.strip()} for line in lines)


def _lower(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name).strip().lower().replace(" ", "_"): value for name, value in row.items()}


def _is_header(line: str) -> bool:
    names = {name.strip(' "').lower().replace(" ", "_") for name in re.split(r"[,;\t]", line)}
    return bool(names & {*_FEED, *_HOME})


def _dialect(header: str) -> type[csv.Dialect]:
    class Found(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Found


def _row(stated: Mapping[str, Any]) -> SiteRow | None:
    def first(names: tuple[str, ...]) -> str | None:
        found = (clean_line(value, 2000) for name in names if isinstance(value := stated.get(name), str))
        return next(filter(None, found), None)

    feed, home = first(_FEED), first(_HOME)
    country, language = first(_COUNTRY), first(_LANGUAGE)
    feed = _address(feed) if feed else None
    home = _address(home) if home else None
    if feed is None and home is None:
        return None
    return SiteRow(
        home,
        feed,
        first(_NAME),
        country.upper() if country and country.upper() in COUNTRIES else None,  # Media Cloud's have three letters
        language.lower() if language and re.fullmatch(r"[A-Za-z]{2,3}", language) else None,
    )


def _address(text: str) -> str | None:
    if "://" not in text and not re.fullmatch(r"[\w.-]+\.\w{2,}(?:[/:].*)?", text):
        return None
    return absolute(text if "://" in text else f"https://{text}", "")


def from_list(body: bytes, file: str, known: Iterable[Source]) -> tuple[list[Source], list[str], int]:
    """(new sources, what was left out and why, how many sites have no feed) of a list of any of these kinds.

    Feeds that `known` sources have are left out.  Raises SourceError where it is no such list.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return *from_opml(body, file, known), 0
    rows, left = read_rows(body, file)
    if not rows:
        raise SourceError(f"{file}: not OPML, nor CSV with a header or Media Cloud's JSON: there is no address in it")
    known = list(known)
    keys = {url_key(endpoint.url): source.id for source in known for endpoint in source.endpoints}
    ids, made, without = {source.id for source in known}, [], 0
    for row in rows:
        if row.feed is None:
            without += 1
        elif (has := keys.get(url_key(row.feed))) is not None:
            left.append(f"{row.feed}: {has} has it")
        else:
            source = _source(row, row.feed, ids)
            made.append(source)
            ids.add(source.id)
            keys[url_key(row.feed)] = source.id
    return made, left, without


def _source(row: SiteRow, feed: str, taken: set[str]) -> Source:
    home = row.home or absolute("/", feed) or feed
    name = row.name or site_of(home)
    return Source(
        id=free_id(name if re.search(r"[a-z0-9]", name.lower()) else site_of(home), taken),
        name=name,
        home=home,
        kind="newspaper",
        country=row.country,
        languages=(row.language,) if row.language else (),
        endpoints=(Endpoint("rss", feed, evidence="imported"),),
    )
