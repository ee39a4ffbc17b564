"""Lists of sites that others made: OPML, CSV, Media Cloud's collections, addresses one a line.  Pure: bytes in, rows out.

Feed readers write OPML (http://opml.org/spec2.opml): an outline with xmlUrl is a feed, one with htmlUrl or url alone a
site, one without any a folder.  Media Cloud exports the sources of a collection as CSV and gives them out as JSON (https://www.mediacloud.org/documentation):
label, homepage, pub_country (publication_country in CSV), primary_language; its feeds as JSON with url.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lxml import etree

from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.sources.country_codes import country_code
from newscrawler.sources.write import free_id
from newscrawler.text import clean_line
from newscrawler.urls import absolute, bare_host, site_of, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MAX_ROWS = 100_000
_FEED = ("feed", "feed_url", "xmlurl", "rss", "rss_url")
_HOME = ("homepage", "home", "htmlurl", "website", "site", "url", "domain", "address")
_NAME = ("label", "title", "name", "source", "text")
_COUNTRY = ("country", "pub_country", "publication_country")
_LANGUAGE = ("language", "primary_language", "languages", "lang")
_OF_OUTLINES = frozenset({"xmlurl", "htmlurl", "url", "title", "text", "language", "type"})


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A site as a list names it: a home page, a feed, or both; what the list does not say is None."""

    home: str | None
    feed: str | None = None
    name: str | None = None
    country: str | None = None
    language: str | None = None


@dataclass(slots=True)
class Listed:
    """The sites of a list; what was `left` out and why; `unread`: countries that it states by no code of ISO 3166-1."""

    rows: list[SiteRow] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)

    def take(self, stated: Mapping[str, Any]) -> SiteRow | None:
        """One row of it; None where no address is in it."""

        def first(names: tuple[str, ...]) -> str | None:
            found = (clean_line(value, 2000) for name in names if isinstance(value := stated.get(name), str))
            return next(filter(None, found), None)

        feed = _address(first(_FEED))
        home, language, country = _address(first(_HOME), feed or ""), first(_LANGUAGE), first(_COUNTRY)
        if feed is None and home is None:
            return None
        code = country_code(country) if country else None
        if country and code is None:
            self.unread.add(country)
        known_language = language.lower() if language and re.fullmatch(r"[A-Za-z]{2,3}", language) else None
        self.rows.append(SiteRow(home, feed, first(_NAME), code, known_language))
        return self.rows[-1]


def read_list(body: bytes, file: str) -> Listed:
    """OPML, CSV with a header, Media Cloud's JSON, or addresses one a line.

    Raises SourceError where it is none of them, naming the file.
    """
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return _read_opml(body, file)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text; save it as that") from error
    listed = Listed()
    for number, (place, stated) in enumerate(_stated(text, file), 1):
        if number > MAX_ROWS:
            raise SourceError(f"{file}: more than {MAX_ROWS:,} rows; take it in parts")
        if listed.take(stated) is None:
            listed.left.append(f"{place}: no http or https address in it")
    return listed


def _read_opml(body: bytes, file: str) -> Listed:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"{file}: not OPML: {error}") from error
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise SourceError(f"{file}: not OPML: the root element is no <opml>")
    listed = Listed()
    for outline in root.iter("{*}outline", "outline"):
        stated = {name: value for name, value in _lower(dict(outline.attrib)).items() if name in _OF_OUTLINES}
        addresses = {name: stated[name] for name in ("xmlurl", "htmlurl", "url") if stated.get(name, "").strip()}
        if not addresses:
            continue
        if stated.get("type", "").lower() == "include" and "xmlurl" not in addresses:
            listed.left.append(f"{addresses.get('url')}: another list; import it by itself")
            continue
        row = listed.take(stated)
        wrong = row is None or ("xmlurl" in addresses and row.feed is None)
        listed.left += [f"{next(iter(addresses.values()))}: no http or https address"] if wrong else []
    # an & that somebody wrote as it is costs a piece of its address, a download that broke off all that follows
    for fault in [each for each in parser.error_log if each.level_name == "FATAL"][:1]:
        why = clean_line(fault.message, 100)
        listed.left.append(
            f"what may be lost at line {fault.line}, where it is not well-formed XML ({why}): compare the file"
        )
    return listed


def _stated(text: str, file: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What each row of a list states, and where it stands in the file."""
    if text.lstrip()[:1] in ("[", "{"):
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"{file}: not valid JSON: {error}") from error
        listed = document.get("results", document.get("sources")) if isinstance(document, dict) else document
        if not isinstance(listed, list):
            raise SourceError(f'{file}: no list of sources in it, as Media Cloud gives it: a list, or one under "results"')
        for number, each in enumerate(listed, 1):
            yield f"entry {number}", _lower(each) if isinstance(each, dict) else {"address": each}
        return
    lines = {number: line for number, line in enumerate(text.splitlines(), 1) if line.strip() and not line.startswith("#")}
    numbers, said = list(lines), list(lines.values())
    if said and _is_header(said[0]):
        try:
            rows = csv.DictReader(io.StringIO("\n".join(said)), dialect=_dialect(said[0]))
            for row in rows:
                yield f"line {numbers[rows.line_num - 1]}", _lower(row)
        except csv.Error as error:
            raise SourceError(f"{file}: not valid CSV: {error}") from error
        return
    yield from ((f"line {number}", {"address": line.strip()}) for number, line in lines.items())


def _lower(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name).strip().lower().replace(" ", "_"): value for name, value in row.items()}


def _is_header(line: str) -> bool:
    names = {name.strip(' "').lower().replace(" ", "_") for name in re.split(r"[,;\t]", line)}
    return bool(names & {*_FEED, *_HOME})


def _dialect(header: str) -> type[csv.Dialect]:
    class Found(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Found


def _address(text: str | None, base: str = "") -> str | None:
    if not text:
        return None
    if "://" in text or (base and text.startswith("/")):
        return absolute(text, base)
    return absolute(f"https://{text}", "") if re.fullmatch(r"[\w.-]+\.\w{2,}(?:[/:].*)?", text) else None


@dataclass(frozen=True, slots=True)
class Taken:
    """What becomes of a list: new sources, what is `known` and as what, home pages of sites without a feed in it."""

    sources: list[Source] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    without_feed: list[str] = field(default_factory=list)


def from_list(listed: Listed, known: Iterable[Source]) -> Taken:
    """The sources that a list makes: of its feeds, those that no `known` source has."""
    known = list(known)
    taken = Taken()
    keys = {url_key(endpoint.url): source.id for source in known for endpoint in source.endpoints}
    hosts = {bare_host(source.home): source.id for source in known}
    ids = {source.id for source in known}
    for row in listed.rows:
        if row.feed is None:
            continue
        if (has := keys.get(url_key(row.feed))) is not None:
            taken.known.append(f"{row.feed}: {has} has it")
            continue
        source = _source(row, row.feed, ids)
        taken.sources.append(source)
        ids.add(source.id)
        keys[url_key(row.feed)] = source.id
        hosts.setdefault(bare_host(source.home), source.id)
    for home in dict.fromkeys(row.home for row in listed.rows if row.feed is None and row.home):
        if (has := hosts.get(bare_host(home))) is not None:
            taken.known.append(f"{home}: {has} is of that site")
        else:
            taken.without_feed.append(home)
    return taken


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
