"""What to ask for a source's past: endpoints and dates in, steps out.  Pure; `storage.backfills` keeps them.

date templates   an address for each day, month or year
WordPress, APIs  a window at a time, page after page
sitemaps         an index leads to those of its sitemaps that may hold the dates
listings         page after page, until what they name is older
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newscrawler.discovery.urlshape import url_day, url_month
from newscrawler.sources.templates import PAGE_SIZE, expand, granularity, placeholders, spans, wordpress_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newscrawler.items import Discovery, Endpoint, Link

MAX_PAGES = 100  # of one listing or window
MAX_SITEMAPS = 2_000
LATE = timedelta(days=7)  # a lastmod may be so much later than the publication that we ask for
_FEEDS = ("rss", "atom", "json-feed")


@dataclass(frozen=True, slots=True)
class Step:
    """One address to ask.  `hints` are the catalogue's, and for pages what leads to the next: template, page, window."""

    kind: str
    url: str
    hints: tuple[tuple[str, str], ...] = ()

    def hint(self, name: str) -> str | None:
        return dict(self.hints).get(name)


def plan(endpoints: Iterable[Endpoint], since: date, until: date) -> list[Step]:
    """The first steps for some dates, both included.  Of endpoints that are not asked: none."""
    steps = [step for each in endpoints if each.state == "active" for step in _steps(each, since, until)]
    return list({step.url: step for step in steps}.values())


def _steps(endpoint: Endpoint, since: date, until: date) -> Iterator[Step]:
    if endpoint.kind == "wordpress" and "{" not in endpoint.url:
        for start, end in spans(since, until, "month"):
            yield _page_step(endpoint, endpoint.url, start, end, 1)
        return
    unit = granularity(endpoint.url)
    if unit is None:
        if placeholders(endpoint.url):
            yield _page_step(endpoint, endpoint.url, since, until, 1)
        else:
            yield Step(endpoint.kind, endpoint.url, endpoint.hints)
        return
    for start, end in spans(since, until, unit):
        yield _page_step(endpoint, endpoint.url, start, end, 1)


def _page_step(endpoint: Endpoint | Step, template: str, start: date, end: date, page: int) -> Step:
    wordpress = endpoint.kind == "wordpress" and "{" not in template
    url = wordpress_address(template, start, end, page=page) if wordpress else expand(template, start, end, page=page)
    own = {"_template": template, "_since": start.isoformat(), "_until": end.isoformat(), "_page": str(page)}
    usual = {name: value for name, value in endpoint.hints if not name.startswith("_")}
    return Step(endpoint.kind, url, tuple(sorted((usual | own).items())))


def day_of(link: Link, step: Step) -> str | None:
    """The day that a link is stated to be of: its date, its address, a template for that one day; else None."""
    if link.published:
        return link.published[:10]
    if (named := url_day(link.url)) is not None:
        return named
    start, end = step.hint("_since"), step.hint("_until")
    return start if start and start == end else None


def wanted(link: Link, step: Step, since: date, until: date) -> bool:
    """Whether a link may be of the dates asked for.  Where nothing dates it, it is only if the address asked does."""
    day = day_of(link, step)
    if day is not None:
        return since.isoformat() <= day <= until.isoformat()
    if link.modified:
        return since.isoformat() <= link.modified[:10] <= (until + LATE).isoformat()
    return step.kind == "listing" or bool(step.hint("_since"))


def follow(step: Step, found: Discovery, since: date, until: date) -> list[Step]:
    """The further steps that an answer leads to."""
    if "sitemap" in step.kind:
        children = [each for each in found.endpoints if _may_hold(each, since, until)]
        return [Step("sitemap", each.url) for each in children[:MAX_SITEMAPS]]
    page = int(step.hint("_page") or 1)
    if page >= MAX_PAGES:
        return []
    template = step.hint("_template")
    if template is not None:
        pages = step.kind == "wordpress" or placeholders(template) & {"PAGE", "OFFSET"}
        if pages and len(found.links) >= PAGE_SIZE:
            start, end = (date.fromisoformat(step.hint(name) or "") for name in ("_since", "_until"))
            return [_page_step(step, template, start, end, page + 1)]
        return []
    if step.kind == "listing" and found.endpoints:
        days = [day for link in found.links if (day := day_of(link, step))]
        if not days or max(days) >= since.isoformat():
            hints = {**dict(step.hints), "_page": str(page + 1)}
            return [Step("listing", found.endpoints[0].url, tuple(sorted(hints.items())))]
    return []


def _may_hold(sitemap: Endpoint, since: date, until: date) -> bool:
    """Whether a sitemap of an index may name what came out then: by its lastmod, or a month in its name."""
    if sitemap.modified and sitemap.modified[:10] < since.isoformat():
        return False  # nothing in it is newer
    month = url_month(sitemap.url)
    return month is None or (since.year, since.month) <= month <= (until.year, until.month)


def gaps(found: dict[str, int], days: list[date]) -> set[str]:
    """The days without anything, of weekdays on which the source mostly has something."""
    busy: dict[int, list[bool]] = {}
    for day in days:
        busy.setdefault(day.weekday(), []).append(found.get(day.isoformat(), 0) > 0)
    return {
        day.isoformat()
        for day in days
        if not found.get(day.isoformat())
        and sum(busy[day.weekday()]) * 2 >= len(busy[day.weekday()])
        and any(busy[day.weekday()])
    } | ({day.isoformat() for day in days} if not any(found.values()) else set())


def is_feed(step: Step) -> bool:
    """Feeds hold the latest only: they are asked, but no plan stands on them."""
    return step.kind in _FEEDS
