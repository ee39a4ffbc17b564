"""What to ask for a source's past: endpoints and dates in, steps out.  Pure; `storage.sites.backfills` keeps them.

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

MAX_PAGES = 500  # of one listing or window
UNDATED_PAGES = 10  # of a list that dates nothing: nobody knows when it gets too old
MIN_WEEKS = 3  # a weekday is compared with itself if there are so many of it
MIN_EXPECTED = 3.0  # articles expected of a day: by chance it has none once in twenty times (Poisson)
MAX_SITEMAPS = 2_000
MAX_LASTMOD_LAG = timedelta(days=7)  # a lastmod may be so much later than the publication that we ask for
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
    usual = {name: value for name, value in endpoint.hints if not name.startswith("_")}
    if endpoint.kind == "wordpress" and "{" not in template:
        url = wordpress_address(template, start, end, page=page)
    else:
        url = expand(template, start, end, page=page, size=int(usual.get("page_size", PAGE_SIZE)))
    own = {"_template": template, "_since": start.isoformat(), "_until": end.isoformat(), "_page": str(page)}
    return Step(endpoint.kind, url, tuple(sorted((usual | own).items())))


def dates_of(step: Step) -> tuple[str, str] | None:
    """The first and last day that a step's address asks for; None where it names no dates."""
    template = step.hint("_template")
    if template is None or (step.kind != "wordpress" and granularity(template) is None):
        return None
    return step.hint("_since") or "", step.hint("_until") or ""


def day_of(link: Link, step: Step) -> str | None:
    """The day that a link is stated to be of: its date, its address, a template for that one day; else None."""
    if link.published:
        return link.published[:10]
    if (named := url_day(link.url)) is not None:
        return named
    one_day = granularity(step.hint("_template") or "") in ("day", "window") or step.kind == "wordpress"
    asked = dates_of(step)
    return asked[0] if asked and one_day and asked[0] == asked[1] else None


def counted_day(link: Link, step: Step) -> str | None:
    """The day that a link is counted under until its page states one: its own, else that of a lastmod that is believed."""
    modified = _modified_day(link, step)
    return day_of(link, step) or (modified[:10] if modified else None)


def is_undated(link: Link, step: Step) -> bool:
    """Whether neither a link nor the address that was asked says when it came out."""
    return day_of(link, step) is None and not _modified_day(link, step) and dates_of(step) is None


def _modified_day(link: Link, step: Step) -> str | None:
    return link.modified if step.hint("_lastmod") != "false" else None


def is_wanted(link: Link, step: Step, since: date, until: date, *, undated: bool = False) -> bool:
    """Whether a link may be of the dates asked for.  Where nothing dates it: those of listings, all if `undated`."""
    day = day_of(link, step)
    if day is not None:
        return since.isoformat() <= day <= until.isoformat()
    if modified := _modified_day(link, step):
        return since.isoformat() <= modified[:10] <= (until + MAX_LASTMOD_LAG).isoformat()
    return undated or step.kind == "listing" or dates_of(step) is not None


def follow(
    step: Step, found: Discovery, since: date, until: date, *, fresh: int | None = None, undated: bool = False
) -> list[Step]:
    """The further steps that an answer leads to.

    `fresh` is how many of its links no earlier page of the same list named: a page behind the last one is often the last,
    or the first, once more.  Lists that date nothing end after UNDATED_PAGES, unless `undated` ones are wanted.
    """
    if "sitemap" in step.kind and found.endpoints:
        kept = tuple((name, value) for name, value in step.hints if name == "_lastmod")
        children = [each for each in found.endpoints if _may_hold(each, since, until, believed=not kept)]
        return [Step("sitemap", each.url, kept) for each in children[:MAX_SITEMAPS]]
    template, page = step.hint("_template"), int(step.hint("_page") or 1)
    if template is None:
        following = found.endpoints[0].url if step.kind == "listing" and found.endpoints else None
        if following is None or not _goes_on(step, found, since, fresh=fresh, undated=undated):
            return []
        return [Step("listing", following, tuple(sorted({**dict(step.hints), "_page": str(page + 1)}.items())))]
    if not _goes_on(step, found, since, fresh=fresh, undated=undated) or not _is_full(step, template, found):
        return []
    start, end = (date.fromisoformat(step.hint(name) or "") for name in ("_since", "_until"))
    return [_page_step(step, template, start, end, page + 1)]


def _is_full(step: Step, template: str, found: Discovery) -> bool:
    """Whether a page holds as much as a page can, so that there may be another."""
    rows, size = found.rows if found.rows is not None else len(found.links), step.hint("page_size")
    if (step.kind == "wordpress" and "{" not in template) or "OFFSET" in placeholders(template):
        return rows >= int(size or PAGE_SIZE)
    return "PAGE" in placeholders(template) and rows >= int(size or 1)


def _goes_on(step: Step, found: Discovery, since: date, *, fresh: int | None, undated: bool) -> bool:
    """Whether what lies behind a page of a list may still be of the dates asked for."""
    if fresh == 0 and found.links:
        return False
    days = [day for link in found.links if (day := day_of(link, step))]
    if days:
        return max(days) >= since.isoformat()
    return undated or dates_of(step) is not None or int(step.hint("_page") or 1) < UNDATED_PAGES


def _may_hold(sitemap: Endpoint, since: date, until: date, *, believed: bool) -> bool:
    """Whether a sitemap of an index may name what came out then: by its lastmod, if believed, or a month in its name."""
    if believed and sitemap.modified and sitemap.modified[:10] < since.isoformat():
        return False  # nothing in it is newer
    month = url_month(sitemap.url)
    return month is None or (since.year, since.month) <= month <= (until.year, until.month)


def gaps(found: dict[str, int], days: list[date], *, pace: tuple[float, float] | None = None) -> set[str]:
    """The days without anything, on which the source mostly has something.

    `pace`: articles that the source's own rhythm lets expect on a working day and on a day of a weekend, None where it is
    not learnt.  A weekday that comes up often enough is compared with itself; else the pace tells, else its like.
    """
    if not any(found.values()):
        return {day.isoformat() for day in days}
    busy: dict[int, list[bool]] = {}
    for day in days:
        for group in (day.weekday(), 7 + (day.weekday() >= 5)):
            busy.setdefault(group, []).append(found.get(day.isoformat(), 0) > 0)

    def expected(day: date) -> bool:
        own, like = busy[day.weekday()], busy[7 + (day.weekday() >= 5)]
        if len(own) >= MIN_WEEKS:
            return any(own) and sum(own) * 2 >= len(own)
        if pace is not None:
            return pace[day.weekday() >= 5] >= MIN_EXPECTED
        return any(like) and sum(like) * 2 >= len(like)

    return {day.isoformat() for day in days if not found.get(day.isoformat()) and expected(day)}


def days_missed(step: Step, found: dict[str, int], days: list[date]) -> set[str]:
    """The days that a failed step leaves open: those it was asked for, else all on which nothing else was found."""
    asked = dates_of(step)
    if asked is not None:
        return {day.isoformat() for day in days if asked[0] <= day.isoformat() <= asked[1]}
    return set() if is_feed(step) else {day.isoformat() for day in days if not found.get(day.isoformat())}


def is_feed(step: Step) -> bool:
    """Feeds hold the latest only: they are asked, but no plan stands on them."""
    return step.kind in _FEEDS
