"""The front page: what came in lately, by topic and by story, what was rewritten, what fails.  Read-only.

It looks at one window of time only (windows.py).  All that it says is of that window, and the page says which window it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso
from newscrawler.reports import leading
from newscrawler.reports.id_ranges import boundaries
from newscrawler.reports.windows import Window, WindowRequest, window
from newscrawler.storage.database.rows import number, record, records

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlite_utils import Database

    from newscrawler.reports.leading import LeadingStory

REVISIONS, DAYS = 6, 30
MOST_TOLD = 12  # stories of a topic that are read, as some stand elsewhere on the page
WHATEVER = WindowRequest()  # the shortest window that makes a page


@dataclass(frozen=True, slots=True)
class Section:
    """A topic: `count`: the articles about it among the window's newest, of which some stories are shown."""

    label: str
    count: int
    stories: tuple[LeadingStory, ...]


@dataclass(frozen=True, slots=True)
class CountryCount:
    """How many articles name a country (ISO 3166-1 alpha-2)."""

    code: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an article's text; `difference`: in characters, None where it was not compared."""

    id: int
    article_id: int
    seen: str
    change: str
    reason: str | None
    title: str | None
    source_id: str
    source: str
    language: str | None
    difference: int | None = None


@dataclass(frozen=True, slots=True)
class GoneArticle:
    id: int
    title: str | None
    language: str | None
    gone_since: str
    source_id: str
    source: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A finding that still holds: a row of the view `troubles`."""

    first_seen: str
    last_seen: str
    source_id: str
    source: str
    kind: str
    detail: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Troubles:
    """The newest of the findings, how many there are, and how many endpoints fail."""

    newest: tuple[Trouble, ...]
    findings: int
    failing: int


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """Articles, stories and sources of a window, and changes since it began."""

    articles: int
    stories: int
    sources: int
    changes: int


@dataclass(frozen=True, slots=True)
class LastRun:
    id: int
    started: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What a window brought.  `days`: (day, articles published on it)."""

    window: Window
    counts: WindowCounts
    days: tuple[tuple[str, int], ...]
    leads: tuple[LeadingStory, ...]
    sections: tuple[Section, ...]
    countries: tuple[CountryCount, ...]
    revisions: tuple[Change, ...]
    gone: tuple[GoneArticle, ...]

    @property
    def shown(self) -> list[int]:
        """The articles that stand on the page as headlines."""
        stories = [*self.leads, *(each for section in self.sections for each in section.stories)]
        return [each.headline.id for each in stories]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`edition`: None where the archive is empty; `run`: None where nothing was crawled yet."""

    run: LastRun | None
    troubles: Troubles
    edition: Edition | None


def per_day(db: Database, until: str, days: int) -> list[tuple[str, int]]:
    """(day, articles that are of it) for so many days up to the day of `until`: published then, or else first seen."""
    last = from_iso(until).date()
    days_shown = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
    counted = dict(db.execute("SELECT day, articles FROM days WHERE day >= ?", [days_shown[0]]).fetchall())
    return [(day, counted.get(day, 0)) for day in days_shown]


def countries(db: Database, first: int) -> list[CountryCount]:
    """Countries that the articles from `first` on name, by how many do."""
    return records(
        db,
        CountryCount,
        """
        SELECT code, name, count(*) AS articles FROM mentions
        WHERE article_id >= :first AND +kind = 'country' GROUP BY code ORDER BY articles DESC, name
        """,
        first=first,
    )


def biggest_revisions(db: Database, since: str, limit: int = REVISIONS) -> list[Change]:
    """Articles whose text grew or shrank most lately, in characters; of the last 200 changes."""
    return records(
        db,
        Change,
        """
        WITH changed AS MATERIALIZED (
            SELECT id, article_id, seen, change, reason, length(text) AS characters FROM revisions
            WHERE change <> 'new' AND change IN ('revised', 'corrected') AND seen >= :since ORDER BY seen DESC LIMIT 200
        ), compared AS (
            SELECT changed.*, characters - (
                SELECT length(before.text) FROM revisions AS before
                WHERE before.article_id = changed.article_id AND before.id < changed.id
                  AND before.change NOT IN ('gone', 'restored') ORDER BY before.id DESC LIMIT 1
            ) AS difference
            FROM changed
        )
        SELECT compared.id, compared.article_id, compared.seen, compared.change, compared.reason, compared.difference,
               articles.title, articles.source_id, articles.language, sources.name AS source
        FROM compared JOIN articles ON articles.id = compared.article_id JOIN sources ON sources.id = articles.source_id
        ORDER BY compared.change = 'corrected' DESC, abs(compared.difference) DESC, compared.id DESC LIMIT :limit
        """,
        since=since,
        limit=limit,
    )


def gone(db: Database, since: str, limit: int = 5) -> list[GoneArticle]:
    """Articles that were taken away since then, the last first."""
    return records(
        db,
        GoneArticle,
        """
        SELECT articles.id, articles.title, articles.language, articles.gone_since, articles.source_id,
               sources.name AS source
        FROM articles JOIN sources ON sources.id = articles.source_id
        WHERE articles.gone_since >= :since ORDER BY articles.gone_since DESC LIMIT :limit
        """,
        since=since,
        limit=limit,
    )


def _troubles(db: Database) -> Troubles:
    counted = db.execute("SELECT (SELECT count(*) FROM troubles), (SELECT count(*) FROM endpoints WHERE state = 'failing')")
    findings, failing = counted.fetchone()
    return Troubles(tuple(troubles(db, 6)), findings, failing)


def troubles(db: Database, limit: int) -> list[Trouble]:
    """The findings that still hold, the newest first."""
    return records(
        db,
        Trouble,
        "SELECT first_seen, last_seen, source_id, source, kind, detail, url FROM troubles LIMIT :limit",
        limit=limit,
    )


def _counts(db: Database, of: Window) -> WindowCounts:
    articles, stories, sources = db.execute(
        """
        SELECT count(*), count(DISTINCT story_id), count(DISTINCT source_id)
        FROM articles INDEXED BY articles_for_front WHERE id BETWEEN ? AND ?
        """,
        [of.first, of.last],
    ).fetchone()
    changes = number(db, "SELECT count(*) FROM revisions WHERE change <> 'new' AND seen >= :since", since=of.since)
    return WindowCounts(articles, stories, sources, changes)


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Articles that a front page does not show: what was `dropped`, and stories under what was `seen`."""

    dropped: Collection[int] = ()
    seen: Collection[int] = ()


NOTHING_UNWANTED = Unwanted()


def front_page(db: Database, asked: WindowRequest = WHATEVER, unwanted: Unwanted = NOTHING_UNWANTED) -> FrontPage:
    """All of the front page."""
    last_run = record(db, LastRun, "SELECT id, started FROM runs ORDER BY id DESC LIMIT 1")
    of = window(db, asked)
    return FrontPage(last_run, _troubles(db), None if of is None else _edition(db, of, unwanted))


def _edition(db: Database, of: Window, unwanted: Unwanted) -> Edition:
    leads, topics = leading.leading_stories(db, of), leading.stories_by_topic(db, of)
    lists = [leads, *(each.stories[:MOST_TOLD] for each in topics)]
    told = leading.told(db, of, dict.fromkeys(chain.from_iterable(lists)), unwanted.dropped)
    told = {story: each for story, each in told.items() if each.headline.id not in unwanted.seen}
    shown = leading.once(told, lists, [leading.LEADS, *[leading.EACH_TOPIC] * len(topics)])
    sections = (Section(each.label, each.count, tuple(has)) for each, has in zip(topics, shown[1:], strict=True))
    return Edition(
        window=of,
        counts=_counts(db, of),
        days=tuple(per_day(db, of.until, DAYS)),
        leads=tuple(shown[0]),
        sections=tuple(each for each in sections if each.stories),
        countries=tuple(countries(db, of.recent)),
        revisions=tuple(biggest_revisions(db, of.since)),
        gone=tuple(gone(db, of.since)),
    )


def daily_by_source(db: Database, until: str, days: int) -> dict[str, list[int]]:
    """Source -> articles that came on each of so many days up to the day of `until`, the oldest day first."""
    last = from_iso(until).date()
    starts = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -2, -1)]
    bounds = boundaries(db, "articles", starts)
    counted: dict[str, list[int]] = defaultdict(lambda: [0] * days)
    counting = "SELECT source_id, count(*) FROM articles WHERE id >= ? AND id < ? GROUP BY +source_id"
    for day, ends in enumerate(pairwise(bounds)):
        for source, articles in db.execute(counting, ends).fetchall():
            counted[source][day] = articles
    return counted
