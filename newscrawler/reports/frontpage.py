"""The front page: what came in lately, by topic and by story, what was rewritten, what fails.  Read-only.

It looks at the newest articles only: those of the last day before the newest one, or of a longer span where a day brought
little.  All that it says is of that window, and the page says which window it is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso, iso, read_moment
from newscrawler.reports.headlines import ABOUT, Headline, headlines
from newscrawler.reports.id_ranges import boundaries, first_id
from newscrawler.storage.rows import number, record, records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlite_utils import Database

SPANS = ((timedelta(days=1), "24 hours"), (timedelta(days=7), "7 days"), (timedelta(days=30), "30 days"))
MIN_ARTICLES = 12  # articles that make a front page
MAX_ARTICLES = 5_000  # articles that a window holds at most
LEADS, TOPICS, EACH_TOPIC, REVISIONS, DAYS = 7, 6, 4, 6, 30
OLD_WEIGHT = 0.3  # the weight of what came lately and was published long before


@dataclass(frozen=True, slots=True)
class Window:
    """The articles from `first` on.

    `words`: how long that is, for people; `cut`: there were more of them than MAX_ARTICLES.
    """

    first: int
    since: str
    until: str
    words: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A topic: `count`: the window's articles about it, of which some are shown."""

    label: str
    count: int
    articles: tuple[Headline, ...]


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
    leads: tuple[Headline, ...]
    sections: tuple[Section, ...]
    countries: tuple[CountryCount, ...]
    revisions: tuple[Change, ...]
    gone: tuple[GoneArticle, ...]


@dataclass(frozen=True, slots=True)
class FrontPage:
    """`edition`: None where the archive is empty; `run`: None where nothing was crawled yet."""

    run: LastRun | None
    troubles: Troubles
    edition: Edition | None


def window(db: Database) -> Window | None:
    """The shortest of SPANS before the newest article that holds MIN_ARTICLES; None where there is no article."""
    newest = db.execute(
        "SELECT id, first_seen FROM articles WHERE id > (SELECT max(id) FROM articles) - 50 ORDER BY id DESC"
    ).fetchall()
    until = next((stamp for _, stamp in newest if read_moment(stamp)), None)
    if until is None:
        return None
    last = newest[0][0]
    first, since, words = 1, "", ""
    for span, words in SPANS:  # noqa: B007 the last one that was looked at is what the window is
        since = iso(from_iso(until) - span)
        first = first_id(db, "articles", since)
        if last - first + 1 >= MIN_ARTICLES:
            break
    cut = last - first >= MAX_ARTICLES
    return Window(last - MAX_ARTICLES + 1 if cut else first, since, until, words, cut)


def per_day(db: Database, until: str, days: int) -> list[tuple[str, int]]:
    """(day, articles that are of it) for so many days up to the day of `until`: published then, or else first seen."""
    last = from_iso(until).date()
    days_shown = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
    counted = dict(db.execute("SELECT day, articles FROM days WHERE day >= ?", [days_shown[0]]).fetchall())
    return [(day, counted.get(day, 0)) for day in days_shown]


def _leads(db: Database, of: Window) -> list[int]:
    """Originals of the window: carried by many, relevant, and news; what is carried twice and off-topic is no lead."""
    found = db.execute(
        """
        SELECT articles.id FROM articles CROSS JOIN stories ON stories.id = articles.story_id
        WHERE articles.id >= :first AND stories.first_article_id = articles.id
          AND articles.type <> 'listing' AND articles.title IS NOT NULL
        ORDER BY stories.sources * coalesce(articles.relevance, 0.5)
                 * iif(articles.published < :lately, :old, 1.0) DESC, articles.id DESC
        LIMIT :leads
        """,
        {"first": of.first, "lately": _news_since(of), "old": OLD_WEIGHT, "leads": LEADS},
    ).fetchall()
    return [row[0] for row in found]


def _news_since(of: Window) -> str:
    """What was published before came late, by a sitemap or a backfill: it is no news."""
    return iso(from_iso(of.since) - timedelta(days=3))


@dataclass(frozen=True, slots=True)
class _Topic:
    """A topic of the window, before its articles are read: how many are about it, and the ids of those to show."""

    label: str
    count: int
    ids: tuple[int, ...]


def _by_topic(db: Database, of: Window, shown: Sequence[int]) -> list[_Topic]:
    """The topics that most of the window is about, each with the articles that say it most clearly, one a story."""
    found = db.execute(
        """
        SELECT article_topics.topic_id, article_topics.article_id,
               article_topics.score * iif(articles.published < :lately, :old, 1.0), articles.story_id
        FROM article_topics JOIN articles ON articles.id = article_topics.article_id
        WHERE article_topics.article_id >= :first AND article_topics.score >= :about
        """,
        {"first": of.first, "lately": _news_since(of), "old": OLD_WEIGHT, "about": ABOUT},
    ).fetchall()
    sizes = Counter(row[0] for row in found)
    labels = dict(db.execute("SELECT topic_id, label FROM topics").fetchall())
    by_topic = defaultdict(list)
    for topic, article, score, story in found:
        by_topic[topic].append((score, article, story))
    taken, topics = set(shown), []
    for topic, size in sizes.most_common(TOPICS):
        chosen: dict[int, int] = {}  # story -> article
        for _, article, story in sorted(by_topic[topic], reverse=True):
            if article not in taken and len(chosen) < EACH_TOPIC:
                chosen.setdefault(story, article)
        taken.update(chosen.values())
        topics.append(_Topic(labels[topic], size, tuple(chosen.values())))
    return topics


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
        "SELECT count(*), count(DISTINCT story_id), count(DISTINCT source_id) FROM articles WHERE id >= ?", [of.first]
    ).fetchone()
    changes = number(db, "SELECT count(*) FROM revisions WHERE change <> 'new' AND seen >= :since", since=of.since)
    return WindowCounts(articles, stories, sources, changes)


def front_page(db: Database) -> FrontPage:
    """All of the front page."""
    last_run = record(db, LastRun, "SELECT id, started FROM runs ORDER BY id DESC LIMIT 1")
    of = window(db)
    return FrontPage(last_run, _troubles(db), None if of is None else _edition(db, of))


def _edition(db: Database, of: Window) -> Edition:
    leads = _leads(db, of)
    topics = _by_topic(db, of, leads)
    sections = (Section(each.label, each.count, tuple(headlines(db, each.ids))) for each in topics)
    return Edition(
        window=of,
        counts=_counts(db, of),
        days=tuple(per_day(db, of.until, DAYS)),
        leads=tuple(headlines(db, leads)),
        sections=tuple(each for each in sections if each.articles),
        countries=tuple(countries(db, of.first)),
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
