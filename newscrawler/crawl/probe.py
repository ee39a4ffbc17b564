"""What a site publishes, found from one address: fetch, read, try, compare.  Knows neither Scrapy nor SQLite.

address --> a feed?  a sitemap?  a page: its feeds, those that it links, sitemaps by robots.txt, WordPress, sections
        --> each one tried --> what it yields --> the few worth following --> three articles of theirs
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urljoin

from newscrawler.discovery.autodiscovery import GUESSED_FEEDS, GUESSED_SITEMAPS, SiteClues, guesses, site_clues, with_headers
from newscrawler.discovery.inflate import inflated
from newscrawler.discovery.robots import parse_robots, robots_text
from newscrawler.errors import DENIED, DiscoveryError, Failure, FailureKind, NewscrawlerError, of_status
from newscrawler.items import Candidate, Discovery, Endpoint, Link, Page, Source
from newscrawler.sources.country_codes import COUNTRIES
from newscrawler.sources.templates import wordpress_address
from newscrawler.urls import absolute, bare_host, site_name, url_key


class SiteAccess(Protocol):
    """How a site is asked: `fetch` obeys robots.txt, `parse` and `prepare` may work elsewhere."""

    async def fetch(self, url: str) -> Page: ...
    async def parse(self, kind: str, page: Page) -> Discovery: ...
    async def prepare(self, page: Page) -> Candidate: ...


MAX_TRIALS = 30
MIN_ARTICLES = 5  # a listing with fewer is none
SAME = 0.9  # of its links are in another endpoint: it adds nothing
SAMPLES = 3
ROBOTS = (FailureKind.ROBOTS, FailureKind.ROBOTS_MISSING)
EMPTY = Failure(FailureKind.NO_LINKS, "it is empty")
EMPTY_SITEMAPS = Failure(FailureKind.NO_LINKS, "its sitemaps are empty")
FEEDS = ("rss", "atom", "json-feed")


@dataclass(frozen=True, slots=True)
class Trial:
    """One endpoint that was tried, and what it yields.  `failure` says why it is of no use."""

    kind: str
    url: str
    origin: str  # how it was found: announced, linked, guessed, robots.txt, section, given
    links: tuple[Link, ...] = field(default=(), repr=False)
    children: int = 0  # sitemaps of an index
    failure: Failure | None = None
    overlap: float = 0.0  # share of its links that a chosen endpoint before it has
    chosen: bool = False

    @property
    def newest(self) -> str | None:
        return max((link.published or link.modified or "" for link in self.links), default="") or None

    @property
    def oldest(self) -> str | None:
        return min((at for link in self.links if (at := link.published or link.modified)), default=None)


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a site after the tries."""

    source: Source
    trials: tuple[Trial, ...]
    samples: tuple[Candidate, ...] = ()

    @property
    def chosen(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.chosen)


class Probe:
    """Looks at one site."""

    def __init__(self, site: SiteAccess, now: datetime) -> None:
        self._site, self._now = site, now
        self._tried: dict[str, Trial] = {}

    async def look(self, url: str) -> Report:
        """Everything from one address: a home page, a feed, a sitemap or a listing.

        Raises NewscrawlerError where there is nothing to follow, saying why.
        """
        page = await self._site.fetch(url)
        _check(page, url)
        given = await self._as_endpoint(page)
        if given is not None:
            self._tried[url_key(given.url)] = given
            clues = await self._home_clues(page.url)
        else:
            clues = await self._clues(page)
            await self._try_all(page, clues)
        trials = _choose(list(self._tried.values()))
        if not any(trial.chosen for trial in trials):
            raise NewscrawlerError(f"there is nothing to follow at {url}: {_why_nothing(trials)}")
        source = _source(page.url, clues, trials)
        return Report(source, trials, await self._samples(trials))

    async def _as_endpoint(self, page: Page) -> Trial | None:
        """The trial of an address that is a feed or a sitemap itself."""
        head = _head(page.body)[:600].lower()
        if not head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf", b"{", b"<urlset", b"<sitemapindex", b"\xef\xbb\xbf<")):
            return None
        if b"<html" in head or b"<!doctype html" in head:
            return None
        for kind in ("rss", "news-sitemap"):
            found = await self._site.parse(kind, page)
            if found.failure is None and (found.links or found.endpoints):
                return await self._measured(Trial(_feed_kind(kind, page.body), page.url, "given"), found)
        return None

    async def _clues(self, page: Page) -> SiteClues:
        try:
            clues = await asyncio.to_thread(site_clues, page.body, page.url)
            return with_headers(clues, [value for name, value in page.headers if name.lower() == "link"], page.url)
        except DiscoveryError as error:
            raise NewscrawlerError(f"there is nothing to follow at {page.url}: it is {error}") from error

    async def _home_clues(self, url: str) -> SiteClues:
        """Of a feed's site: name and language, as far as its home page can be had."""
        page = await self._site.fetch(urljoin(url, "/"))
        try:
            return await asyncio.to_thread(site_clues, page.body, page.url) if page.status == 200 else SiteClues()
        except DiscoveryError:
            return SiteClues()

    async def _try_all(self, page: Page, clues: SiteClues) -> None:
        announced = [(feed.kind, feed.url, "announced") for feed in clues.feeds if not feed.comments]
        await self._try(announced)
        await self._try([("rss", url, "linked") for url in clues.linked_feeds[:10]])
        if not self._works(FEEDS):
            await self._try([(_kind_of(url), url, "guessed") for url in guesses(page.url, GUESSED_FEEDS)], enough=1)
        robots = await self._site.fetch(urljoin(page.url, "/robots.txt"))
        rules = parse_robots(robots_text(robots.body) if robots.status == 200 else "", page.url)
        maps = [*rules.sitemaps, *clues.sitemaps]
        maps.sort(key=lambda url: "news" not in url.lower())
        await self._try([("news-sitemap" if "news" in url.lower() else "sitemap", url, "robots.txt") for url in maps[:6]])
        if not self._works(("sitemap", "news-sitemap")):
            await self._try([("sitemap", url, "guessed") for url in guesses(page.url, GUESSED_SITEMAPS)], enough=1)
        if clues.wordpress and not self._works(FEEDS):
            await self._try([("wordpress", clues.wordpress, "announced")])
        found = await self._site.parse("listing", page)
        self._tried.setdefault(url_key(page.url), await self._measured(Trial("listing", page.url, "given"), found))
        if not self._works(FEEDS):
            await self._try([("listing", url, "section") for url in clues.sections[:5]])

    def _works(self, kinds: tuple[str, ...]) -> bool:
        return any(trial.kind in kinds and trial.failure is None for trial in self._tried.values())

    async def _try(self, wanted: list[tuple[str, str, str]], enough: int = MAX_TRIALS) -> None:
        """Try endpoints in turn, each address once, until `enough` of them work."""
        working = 0
        for kind, url, origin in wanted:
            key = url_key(url)
            if key in self._tried or len(self._tried) >= MAX_TRIALS or working >= enough:
                continue
            trial = await self._one(Trial(kind, url, origin))
            self._tried[key] = trial
            working += trial.failure is None

    async def _one(self, trial: Trial) -> Trial:
        address = (
            wordpress_address(trial.url, self._now.date(), self._now.date()) if trial.kind == "wordpress" else trial.url
        )
        if trial.kind == "wordpress":  # its latest posts, whenever they came out
            address = re.sub(r"[?&](?:after|before)=[^&]*", "", address)
        page = await self._site.fetch(address)
        if page.status != 200:
            return replace(trial, failure=_no_page(page))
        found = await self._site.parse(trial.kind, page)
        trial = replace(trial, kind=_feed_kind(trial.kind, page.body))
        return await self._measured(trial, found)

    async def _measured(self, trial: Trial, found: Discovery) -> Trial:
        if found.failure is not None:
            return replace(trial, failure=found.failure)
        if "sitemap" in trial.kind and found.endpoints:
            return await self._index(trial, found)
        if trial.kind == "listing" and len(found.links) < MIN_ARTICLES:
            return replace(trial, links=found.links, failure=Failure(FailureKind.NO_LINKS, "no list of articles"))
        return replace(trial, links=found.links, failure=None if found.links else EMPTY)

    async def _index(self, trial: Trial, found: Discovery) -> Trial:
        """An index yields what its newest sitemap yields."""
        newest = next((each for each in found.endpoints if "news" in each.url.lower()), found.endpoints[0])
        page = await self._site.fetch(newest.url)
        inner = Discovery(failure=_no_page(page))
        if page.status == 200:
            inner = await self._site.parse("sitemap", page)
        trial = replace(trial, kind="sitemap", children=len(found.endpoints), links=inner.links)
        return trial if inner.links else replace(trial, failure=inner.failure or EMPTY_SITEMAPS)

    async def _samples(self, trials: tuple[Trial, ...]) -> tuple[Candidate, ...]:
        best = next(trial for trial in trials if trial.chosen)
        newest = sorted(best.links, key=lambda link: link.published or link.modified or "", reverse=True)
        return tuple([await self._site.prepare(await self._site.fetch(link.url)) for link in newest[:SAMPLES]])


def _check(page: Page, url: str) -> None:
    """Raise NewscrawlerError where an address brought nothing that could be looked at."""
    if page.status is None:
        failure = _no_page(page)
        refused = failure.kind is FailureKind.ROBOTS
        raise NewscrawlerError(
            f"{url} forbids us by its robots.txt; respect that" if refused else f"{url}: {failure.reason}"
        )
    kind = of_status(page.status).kind
    if kind in DENIED:
        raise NewscrawlerError(f"{url} does not let us in (HTTP {page.status}); newscrawler walks around no block")
    if kind is FailureKind.BUSY:
        stated = page.header("retry-after")
        wait = f" ({stated if not stated.isdigit() else stated + ' seconds'})" if stated else ""
        raise NewscrawlerError(f"{url}: the host asks us to wait{wait} (HTTP {page.status}); try again then")
    if page.status != 200:
        raise NewscrawlerError(f"{url} answers HTTP {page.status}; check the address")
    if page.body[:5] == b"%PDF-" or "application/pdf" in (page.header("content-type") or ""):
        raise NewscrawlerError(f"{url} is a PDF; give the site's home page, a feed or a listing")


def _no_page(page: Page) -> Failure:
    """Why an address brought no page."""
    if page.failure is not None or page.status is None:
        return page.failure or Failure(FailureKind.NO_ANSWER, "no answer")
    return of_status(page.status)


def _why_nothing(trials: tuple[Trial, ...]) -> str:
    refused = sum(trial.failure is not None and trial.failure.kind in ROBOTS for trial in trials)
    tail = f"; robots.txt forbids {refused} of them" if refused else ""
    return f"no feed, no sitemap and no list of articles ({len(trials)} addresses tried{tail})"


def _head(body: bytes) -> bytes:
    """How an answer begins, unzipped; nothing of gzip that cannot be read."""
    try:
        return inflated(body)[:2_000].lstrip()
    except DiscoveryError:
        return b""


def _kind_of(url: str) -> str:
    return "json-feed" if url.endswith(".json") else "atom" if "atom" in url else "rss"


def _feed_kind(kind: str, body: bytes) -> str:
    """What a feed is, whatever it was announced as; robots.txt may name one as a sitemap."""
    head = _head(body)
    named_as_map = "sitemap" in kind and re.search(rb"<(?:rss|feed|rdf:rdf)[\s>]", head, re.IGNORECASE)
    if kind not in FEEDS and not named_as_map:
        return kind
    return "json-feed" if head[:1] == b"{" else "atom" if b"<feed" in head else "rss"


def _choose(trials: list[Trial]) -> tuple[Trial, ...]:
    """Mark the endpoints worth following: feeds, a news sitemap, and where there is neither a sitemap or a listing.

    What adds nothing to those chosen before it is left out.
    """
    order = {"rss": 0, "atom": 0, "json-feed": 0, "news-sitemap": 1, "wordpress": 2, "sitemap": 3, "listing": 4}
    ranked = sorted(trials, key=lambda each: (each.failure is not None, order[each.kind], -len(each.links)))
    seen: set[str] = set()
    chosen_kinds: set[str] = set()
    result = []
    for trial in ranked:
        keys = {url_key(link.url) for link in trial.links}
        overlap = len(keys & seen) / len(keys) if keys else 0.0
        wanted = trial.failure is None and overlap < SAME
        if trial.kind in ("sitemap", "wordpress", "listing") and trial.origin != "given":
            wanted = wanted and not chosen_kinds & {*FEEDS, "news-sitemap", "sitemap"}
        if trial.kind == "listing" and trial.origin == "given":
            wanted = wanted and not chosen_kinds
        if trial.kind == "listing" and wanted and "listing" in chosen_kinds and overlap > 0.5:
            wanted = False
        if wanted:
            seen |= keys
            chosen_kinds.add(trial.kind)
        result.append(replace(trial, overlap=round(overlap, 2), chosen=wanted))
    return tuple(result)


def _source(url: str, clues: SiteClues, trials: tuple[Trial, ...]) -> Source:
    host = bare_host(url).partition(":")[0]
    chosen = tuple(Endpoint(each.kind, each.url, evidence="added") for each in trials if each.chosen)
    language = clues.language.partition("-")[0].lower() if clues.language else None
    return Source(
        id=re.sub(r"[^a-z0-9]+", "-", (site_name(url) or host).lower()).strip("-") or "source",
        name=clues.name or host,
        home=absolute("/", url) or url,
        kind="newspaper",
        keep="relevant",
        country=_country(host, clues.language),
        languages=(language,) if language else (),
        endpoints=chosen,
    )


def _country(host: str, language: str | None) -> str | None:
    """The country that a host's top-level domain is of, else the region of the page's language; None: nobody says."""
    top = host.rpartition(".")[2].upper()
    top = "GB" if top == "UK" else top
    if top in COUNTRIES and top not in ("IO", "TV", "ME", "CO", "AI", "FM", "LY", "TO", "WS", "CC"):
        return top
    if host.endswith((".gov", ".mil")):
        return "US"
    region = (language or "").partition("-")[2].upper()
    return region if region in COUNTRIES else None
