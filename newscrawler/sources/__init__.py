"""The catalogue: TOML text in, Sources out, with errors that name file, table and key.

`parse_catalogue` is pure; `shipped_catalogue` reads the files beside it, once, at the edge.
"""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree

from newscrawler import plugins
from newscrawler.errors import SourceError
from newscrawler.items import Endpoint, Source
from newscrawler.plugins import installed
from newscrawler.sources.country_codes import COUNTRIES
from newscrawler.sources.templates import PLACEHOLDERS, placeholders, unknown_placeholders
from newscrawler.urls import absolute, as_browsers_ask, bare_host, same_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCE_KINDS = (
    "government", "alliance", "wire", "newspaper", "broadcaster", "trade-press", "think-tank", "ngo", "aggregator",
)  # fmt: skip
ENDPOINT_KINDS = ("rss", "atom", "json-feed", "news-sitemap", "sitemap", "listing", "wordpress", "api")
# ready and unverified sources are asked; the others are kept with the reason, so that nobody adds them twice
SOURCE_STATES = ("ready", "unverified", "blocked", "dead", "disputed")
ENDPOINT_STATES = ("active", "blocked", "dead", "disputed")
ACCESS = ("open", "metered", "paywalled", "blocked", "geo-restricted", "login", "unknown")
# verified: answered a live test; specified: in a maintained crawler's own specification; configured: in a collector at
# work; listed: in public lists of feeds; unverified: known, not tested; added: tried by `newscrawler add`
EVIDENCE = (
    "verified",
    "specified",
    "configured",
    "listed",
    "unverified",
    "blocked",
    "disputed",
    "dead",
    "added",
    "imported",
)
HINTS = ("within", "pattern", "items", "link", "title", "published", "page_size")
# which kinds of endpoint read them; what nobody reads would only look like a hint
HINTS_OF = {"listing": {"within", "pattern", "page_size"}, "api": {"items", "link", "title", "published", "page_size"}}
KEEP = ("all", "relevant")
BY_HAND = "by-hand"  # the source of addresses that no source claims: no id for a catalogue
TAKEN_IN = "taken-in"  # the same of what others collected

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SEEN = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_SOURCE_KEYS = {
    "name", "home", "country", "languages", "kind", "keep", "endpoints", "topics", "access", "state", "note",
    "plain_http", "unverified_tls", "rights", "override",
}  # fmt: skip
_ENDPOINT_KEYS = {"kind", "url", "evidence", "seen", "state", *HINTS}


class _Table:
    """One table of a catalogue file, read key by key; every complaint says where it is."""

    def __init__(self, values: dict[str, Any], where: str, known: set[str]) -> None:
        self.values, self.where = values, where
        if unknown := sorted(set(values) - known):
            raise SourceError(f"{where}: unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")

    def complain(self, key: str, wanted: str) -> SourceError:
        if key not in self.values:
            return SourceError(f"{self.where}: key {key!r} is missing; give {wanted}")
        return SourceError(f"{self.where}: {key} = {self.values[key]!r} is not {wanted}")

    def text(self, key: str, wanted: str = "a text", *, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise self.complain(key, wanted)
        return value.strip()

    def flag(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.complain(key, "true or false")
        return value

    def number(self, key: str, least: int, most: int) -> int:
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.complain(key, f"a whole number from {least} to {most}")
        return value

    def one_of(self, key: str, choices: tuple[str, ...], *, default: str | None = None) -> str:
        value = self.text(key, f"one of {', '.join(choices)}", default=default)
        if value not in choices:
            raise self.complain(key, f"one of {', '.join(choices)}")
        return value

    def address(self, key: str) -> str:
        value = self.text(key, "an http or https address")
        if not re.match(r"https?://", value) or absolute(re.sub(r"[{}]", "", value), "") is None:
            raise self.complain(key, "an http or https address")
        return value

    def member(self, key: str, choices: frozenset[str], wanted: str) -> str | None:
        if key not in self.values:
            return None
        value = self.text(key, wanted)
        if value not in choices:
            raise self.complain(key, wanted)
        return value


def endpoint_kinds(asked: str) -> tuple[str, ...]:
    """The kinds that there are; packages are asked for theirs where `asked` is none of ours.

    Raises ConfigError for a package's that cannot be loaded.
    """
    return ENDPOINT_KINDS if asked in ENDPOINT_KINDS else (*ENDPOINT_KINDS, *installed(plugins.ENDPOINT_KINDS))


def _endpoint(values: object, where: str) -> Endpoint:
    if not isinstance(values, dict):
        raise SourceError(f"{where}: an endpoint is a table with kind and url")
    table = _Table(values, where, _ENDPOINT_KEYS)
    hints = {name: table.text(name) for name in HINTS if name in values and name != "page_size"}
    if "page_size" in values:
        hints["page_size"] = str(table.number("page_size", 1, 10_000))
    _check_hints(table, hints)
    seen = table.text("seen", "a date such as 2026-03-19 or 2026-03") if "seen" in values else None
    if seen is not None and not _SEEN.fullmatch(seen):
        raise table.complain("seen", "a date such as 2026-03-19 or 2026-03")
    url = table.address("url")
    if unknown := unknown_placeholders(url):
        raise table.complain(
            "url", f"an address of known placeholders; {{{unknown[0]}}} is none of {', '.join(PLACEHOLDERS)}"
        )
    return Endpoint(
        kind=table.one_of("kind", endpoint_kinds(str(values.get("kind")))),
        url=url,
        evidence=table.one_of("evidence", EVIDENCE) if "evidence" in values else None,
        seen=seen,
        state=table.one_of("state", ENDPOINT_STATES, default="active"),
        hints=tuple(sorted(hints.items())),
    )


def _check_hints(table: _Table, hints: dict[str, str]) -> None:
    kind = str(table.values.get("kind"))
    if kind in ENDPOINT_KINDS and (idle := sorted(set(hints) - HINTS_OF.get(kind, {"page_size"}))):
        fitting = [each for each in ENDPOINT_KINDS if idle[0] in HINTS_OF.get(each, {"page_size"})]
        raise SourceError(f"{table.where}: {idle[0]} is no hint for kind {kind!r}, but for {', '.join(fitting)}; remove it")
    if "page_size" in hints and not placeholders(str(table.values.get("url"))) & {"PAGE", "OFFSET"}:
        raise SourceError(f"{table.where}: page_size is for an address with {{PAGE}} or {{OFFSET}}; remove it")
    try:
        re.compile(hints.get("pattern", ""))
    except re.error as error:
        raise table.complain("pattern", f"a regular expression ({error})") from error
    if "within" in hints:
        try:
            etree.XPath(hints["within"])
        except etree.XPathError as error:
            raise table.complain("within", f"an XPath expression ({error})") from error


def _texts(table: _Table, key: str) -> tuple[str, ...]:
    values = table.values.get(key, [])
    if not isinstance(values, list) or not all(isinstance(each, str) and each.strip() for each in values):
        raise table.complain(key, 'a list of texts such as ["defence", "navy"]')
    return tuple(values)


def is_id(text: str) -> bool:
    """Whether a text may be the id of a source: a-z, 0-9 and dashes, and none that is ours."""
    return bool(_ID.fullmatch(text)) and text not in (BY_HAND, TAKEN_IN)


def _source(source_id: str, values: object, file: str) -> Source:
    where = f"{file}: [{source_id}]"
    if not _ID.fullmatch(source_id):
        raise SourceError(f"{where}: a source's id is made of a-z, 0-9 and dashes")
    if source_id in (BY_HAND, TAKEN_IN):
        raise SourceError(f"{where}: that id is ours, for what no source of a catalogue claims; choose another one")
    if not isinstance(values, dict):
        raise SourceError(f"{where}: a source is a table; write its keys below [{source_id}]")
    table = _Table(values, where, _SOURCE_KEYS)
    languages = values.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(tag, str) and _LANGUAGE.fullmatch(tag) for tag in languages):
        raise table.complain("languages", 'a list of BCP 47 tags such as ["en", "fr"]')
    endpoints = values.get("endpoints", [])
    if not isinstance(endpoints, list) or not endpoints:
        raise table.complain("endpoints", f"at least one [[{source_id}.endpoints]]")
    parsed = tuple(_endpoint(each, f"{where} endpoint {number}") for number, each in enumerate(endpoints, 1))
    addresses = [endpoint.url for endpoint in parsed]
    if twice := next((url for url in addresses if addresses.count(url) > 1), None):
        raise SourceError(f"{where}: the endpoint {twice} stands there twice; remove one")
    return Source(
        id=source_id,
        name=table.text("name"),
        home=table.address("home"),
        kind=table.one_of("kind", SOURCE_KINDS),
        keep=table.one_of("keep", KEEP, default="relevant"),
        country=table.member("country", COUNTRIES, "an ISO 3166-1 alpha-2 code such as FR"),
        languages=tuple(languages),
        endpoints=parsed,
        topics=_texts(table, "topics"),
        access=table.one_of("access", ACCESS, default="open"),
        state=table.one_of("state", SOURCE_STATES, default="ready"),
        note=table.text("note") if "note" in values else None,
        plain_http=table.flag("plain_http"),
        unverified_tls=table.flag("unverified_tls"),
        rights=table.text("rights", 'a text: "reserved", a licence such as "CC-BY-4.0", or the address of its terms')
        if "rights" in values
        else None,
        override=table.flag("override"),
    )


def speaks_for(source: Source, url: str) -> bool:
    """Whether an article at an address is of a source: its home or one of its endpoints is on the same site.

    >>> relay = Source("relay", "Relay", "https://relay.example/", "agency")
    >>> speaks_for(relay, "https://news.relay.example/1"), speaks_for(relay, "https://gazette.example/1")
    (True, False)
    """
    return any(same_site(url, each) for each in (source.home, *(endpoint.url for endpoint in source.endpoints)))


def unverified_hosts(sources: Iterable[Source]) -> frozenset[str]:
    """The hosts whose certificates are not verified, because a source that says so has its home or an endpoint there.

    >>> sorted(unverified_hosts([Source("g", "G", "https://gazette.example:8443/", "wire", unverified_tls=True)]))
    ['gazette.example']
    """
    return frozenset(
        urlsplit(as_browsers_ask(each)).hostname or ""
        for source in sources
        if source.unverified_tls
        for each in (source.home, *(endpoint.url for endpoint in source.endpoints))
    )


def speaks_https(source: Source, url: str) -> bool:
    """Whether an http address is on a host that the source itself names by https: then https is asked there.

    >>> gazette = Source("gazette", "Gazette", "https://www.gazette.example/", "wire")
    >>> [speaks_https(gazette, f"http://{each}/1") for each in ("gazette.example", "old.gazette.example")]
    [True, False]
    """
    stated = (source.home, *(endpoint.url for endpoint in source.endpoints))
    return not source.plain_http and any(each.startswith("https:") and bare_host(each) == bare_host(url) for each in stated)


def parse_catalogue(toml: str, file: str) -> tuple[Source, ...]:
    """The sources of one catalogue file, in its order.

    Raises SourceError, naming the file, the table and the key.
    """
    try:
        tables = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file}: not valid TOML: {error}") from error
    sources = tuple(_source(source_id, values, file) for source_id, values in tables.items())
    if not sources:
        raise SourceError(f"{file}: no source in it; `newscrawler help catalogue` shows what one looks like")
    return sources


def merge(*catalogues: tuple[str, tuple[Source, ...]]) -> tuple[Source, ...]:
    """One list of sources out of several (file, sources).  Raises SourceError where an id stands in two files."""
    files: dict[str, str] = {}
    merged: list[Source] = []
    for file, sources in catalogues:
        for source in sources:
            if source.id in files and source.override:
                merged = [each for each in merged if each.id != source.id]
            elif source.id in files:
                raise SourceError(
                    f"{file}: [{source.id}] stands in {files[source.id]} too; rename one of them, or say override = true"
                )
            files[source.id] = file
            merged.append(source)
    return tuple(merged)


@cache
def shipped_catalogue() -> tuple[Source, ...]:
    """The sources that come with newscrawler."""
    folder = resources.files(__name__) / "catalogue"
    files = sorted((each for each in folder.iterdir() if each.name.endswith(".toml")), key=lambda each: each.name)
    return merge(*((each.name, parse_catalogue(each.read_text(encoding="utf-8"), each.name)) for each in files))


def select(sources: tuple[Source, ...], names: Sequence[str]) -> tuple[Source, ...]:
    """The sources of these ids; all that are to be asked where none is named.  Raises SourceError for an unknown id."""
    if not names:
        return tuple(source for source in sources if source.is_asked)
    by_id = {source.id: source for source in sources}
    for name in names:
        if name not in by_id:
            close = get_close_matches(name, by_id, n=3)
            hint = f"; did you mean {', '.join(close)}?" if close else "; `newscrawler sources` lists them"
            raise SourceError(f"there is no source {name!r}{hint}")
    return tuple(by_id[name] for name in dict.fromkeys(names))
