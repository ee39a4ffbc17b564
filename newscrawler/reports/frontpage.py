"""The front page: what came in lately, by topic and by story, what was rewritten, what fails.  Read-only.

It looks at the newest articles only: those of the last day before the newest one, or of a longer span where a day brought
little.  All that it says is of that window, and the page says which window it is.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawler.dates import iso
from newscrawler.reports.id_ranges import boundaries, first_id, rows
from newscrawler.reports.json_cells import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlite_utils import Database

SPANS = ((timedelta(days=1), "24 hours"), (timedelta(days=7), "7 days"), (timedelta(days=30), "30 days"))
ENOUGH = 12  # articles that make a front page
MOST = 5_000  # articles that a window holds at most
LEADS, TOPICS, A_TOPIC, REVISIONS, DAYS = 7, 6, 4, 6, 30
OLD = 0.3  # the weight of what came lately and was published long before
ABOUT = 0.3  # the score from which an article is about a topic, as in the canned queries


@dataclass(frozen=True, slots=True)
class Window:
    """The articles from `first` on; `words`: how long that is, for people; `cut`: there were more of them than MOST."""

    first: int
    since: str
    until: str
    words: str
    cut: bool


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def window(db: Database) -> Window | None:
    """The shortest of SPANS before the newest article that holds ENOUGH; None where there is no article."""
    newest = db.execute(
        "SELECT id, first_seen FROM articles WHERE id > (SELECT max(id) FROM articles) - 50 ORDER BY id DESC"
    ).fetchall()
    until = next((stamp for _, stamp in newest if moment(stamp)), None)
    if until is None:
        return None
    last = newest[0][0]
    first, since, words = 1, "", ""
    for span, words in SPANS:  # noqa: B007 the last one that was looked at is what the window is
        since = iso(_moment(until) - span)
        first = first_id(db, "articles", since)
        if last - first + 1 >= ENOUGH:
            break
    cut = last - first >= MOST
    return Window(last - MOST + 1 if cut else first, since, until, words, cut)


def headlines(db: Database, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What a list shows of articles, by id; what a review dropped is left out."""
    found = rows(
        db,
        """
        SELECT articles.id, articles.title, articles.lead, substr(articles.text, 1, 400) AS beginning, articles.url,
               articles.published, articles.first_seen, articles.language, articles.type, articles.word_count,
               articles.source_id, sources.name AS source, sources.country, articles.story_id,
               stories.articles AS carried_by, stories.sources AS carriers, articles.gone_since,
               (SELECT json_group_array(label) FROM (
                   SELECT topics.label FROM article_topics JOIN topics USING (topic_id)
                   WHERE article_id = articles.id AND score >= :about ORDER BY score DESC LIMIT 3
               )) AS topics
        FROM articles
        JOIN sources ON sources.id = articles.source_id
        JOIN stories ON stories.id = articles.story_id
        WHERE articles.id IN (SELECT value FROM json_each(:ids))
          AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = articles.id AND reviews.decision = 'drop')
        """,
        ids=json.dumps(list(ids)),
        about=ABOUT,
    )
    for each in found:
        each["topics"] = json.loads(each["topics"])
        beginning = each.pop("beginning").partition("\n")[0]
        each["summary"] = each["lead"] or beginning
    return {each["id"]: each for each in found}


def per_day(db: Database, until: str, days: int) -> list[tuple[str, int]]:
    """(day, articles that are of it) for so many days up to the day of `until`: published then, or else first seen."""
    last = _moment(until).date()
    wanted = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
    counted = dict(db.execute("SELECT day, articles FROM days WHERE day >= ?", [wanted[0]]).fetchall())
    return [(day, counted.get(day, 0)) for day in wanted]


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
        {"first": of.first, "lately": _lately(of), "old": OLD, "leads": LEADS},
    ).fetchall()
    return [row[0] for row in found]


def _lately(of: Window) -> str:
    """What was published before came late, by a sitemap or a backfill: it is no news."""
    return iso(_moment(of.since) - timedelta(days=3))


def _by_topic(db: Database, of: Window, shown: Sequence[int]) -> list[dict[str, Any]]:
    """The topics that most of the window is about, each with the articles that say it most clearly, one a story."""
    found = db.execute(
        """
        SELECT article_topics.topic_id, article_topics.article_id,
               article_topics.score * iif(articles.published < :lately, :old, 1.0), articles.story_id
        FROM article_topics JOIN articles ON articles.id = article_topics.article_id
        WHERE article_topics.article_id >= :first AND article_topics.score >= :about
        """,
        {"first": of.first, "lately": _lately(of), "old": OLD, "about": ABOUT},
    ).fetchall()
    sizes = Counter(row[0] for row in found)
    labels = dict(db.execute("SELECT topic_id, label FROM topics").fetchall())
    by_topic = defaultdict(list)
    for topic, article, score, story in found:
        by_topic[topic].append((score, article, story))
    taken, sections = set(shown), []
    for topic, size in sizes.most_common(TOPICS):
        chosen: dict[int, int] = {}  # story -> article
        for _, article, story in sorted(by_topic[topic], reverse=True):
            if article not in taken and len(chosen) < A_TOPIC:
                chosen.setdefault(story, article)
        taken.update(chosen.values())
        sections.append({"topic_id": topic, "label": labels[topic], "count": size, "ids": list(chosen.values())})
    return sections


def countries(db: Database, first: int) -> list[dict[str, Any]]:
    """Countries that the articles from `first` on name, by how many do; `about`: how many are about it."""
    return rows(
        db,
        """
        SELECT code, name, count(*) AS articles, sum(main) AS about FROM mentions
        WHERE article_id >= :first AND +kind = 'country' GROUP BY code ORDER BY articles DESC, name
        """,
        first=first,
    )


def biggest_revisions(db: Database, since: str, limit: int = REVISIONS) -> list[dict[str, Any]]:
    """Articles whose text grew or shrank most lately, in characters; of the last 200 changes."""
    return rows(
        db,
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
        SELECT compared.*, articles.title, articles.source_id, articles.language, sources.name AS source
        FROM compared JOIN articles ON articles.id = compared.article_id JOIN sources ON sources.id = articles.source_id
        ORDER BY compared.change = 'corrected' DESC, abs(compared.difference) DESC, compared.id DESC LIMIT :limit
        """,
        since=since,
        limit=limit,
    )


def gone(db: Database, since: str, limit: int = 5) -> list[dict[str, Any]]:
    """Articles that were taken away since then, the last first."""
    return rows(
        db,
        """
        SELECT articles.id, articles.title, articles.language, articles.gone_since, articles.source_id,
               sources.name AS source
        FROM articles JOIN sources ON sources.id = articles.source_id
        WHERE articles.gone_since >= :since ORDER BY articles.gone_since DESC LIMIT :limit
        """,
        since=since,
        limit=limit,
    )


def _trouble(db: Database) -> dict[str, Any]:
    found = rows(db, "SELECT * FROM troubles LIMIT 6")
    counted = db.execute("SELECT (SELECT count(*) FROM troubles), (SELECT count(*) FROM endpoints WHERE state = 'failing')")
    findings, failing = counted.fetchone()
    return {"newest": found, "findings": findings, "failing": failing}


def _counts(db: Database, of: Window) -> dict[str, int]:
    """Articles, stories and sources of the window, and changes since it began."""
    articles, stories, sources = db.execute(
        "SELECT count(*), count(DISTINCT story_id), count(DISTINCT source_id) FROM articles WHERE id >= ?", [of.first]
    ).fetchone()
    changes = db.execute("SELECT count(*) FROM revisions WHERE change <> 'new' AND seen >= ?", [of.since]).fetchone()[0]
    return {"articles": articles, "stories": stories, "sources": sources, "changes": changes}


def front_page(db: Database) -> dict[str, Any]:
    """All of the front page; `window` is None and the rest is left out where the archive is empty."""
    last_run = next(iter(rows(db, "SELECT * FROM runs ORDER BY id DESC LIMIT 1")), None)
    begun: dict[str, Any] = {"window": window(db), "run": last_run, "trouble": _trouble(db)}
    of = begun["window"]
    if of is None:
        return begun
    leads = _leads(db, of)
    sections = _by_topic(db, of, leads)
    found = headlines(db, [*leads, *(each for section in sections for each in section["ids"])])
    for section in sections:
        section["articles"] = [found[each] for each in section["ids"] if each in found]
    return {
        **begun,
        "counts": _counts(db, of),
        "days": per_day(db, of.until, DAYS),
        "leads": [found[each] for each in leads if each in found],
        "sections": [section for section in sections if section["articles"]],
        "countries": countries(db, of.first),
        "revisions": biggest_revisions(db, of.since),
        "gone": gone(db, of.since),
    }


def daily_by_source(db: Database, until: str, days: int) -> dict[str, list[int]]:
    """Source -> articles that came on each of so many days up to the day of `until`, the oldest day first."""
    last = _moment(until).date()
    starts = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -2, -1)]
    bounds = boundaries(db, "articles", starts)
    counted: dict[str, list[int]] = defaultdict(lambda: [0] * days)
    counting = "SELECT source_id, count(*) FROM articles WHERE id >= ? AND id < ? GROUP BY +source_id"
    for day, ends in enumerate(pairwise(bounds)):
        for source, number in db.execute(counting, ends).fetchall():
            counted[source][day] = number
    return counted
