"""What leads the front page: the stories to which a window brought most, whoever was first, each once.  Read-only.

articles of a window -> their stories, ranked -> each under its first article, with what came to it
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.reports.headlines import ABOUT, Headline, headlines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlite_utils import Database

    from newscrawler.reports.windows import Window

LEADS, TOPICS, EACH_TOPIC = 7, 6, 4
BESIDE = 4  # stories of the same event that are named under one
SPARE = 3  # times as many are looked at, as some may have been dropped
OF_A_TOPIC = 40  # articles of a topic from which those to show are chosen
OLD_WEIGHT = 0.3  # the weight of what came lately and was published long before
UNJUDGED = 0.5  # the relevance of what nobody judged

# what came by several ...
_SEVERAL = """
    SELECT story_id,
           count(DISTINCT source_id) * max(coalesce(relevance, :unjudged))
           * iif(max(coalesce(published, '9')) < :news, :old, 1.0) AS weight,
           max(id)
    FROM articles INDEXED BY articles_for_front
    WHERE id BETWEEN :first AND :last AND type <> 'listing'
    GROUP BY story_id HAVING count(*) > 1 ORDER BY weight DESC LIMIT :limit
"""
# ... and by one: most stories are of one article, and grouping them all takes three times as long
_SINGLE = """
    SELECT story_id, coalesce(relevance, :unjudged) * iif(published < :news, :old, 1.0) AS weight, id
    FROM articles INDEXED BY articles_for_front
    WHERE id BETWEEN :first AND :last AND type <> 'listing' ORDER BY weight DESC, id DESC LIMIT :limit
"""
_BY_TOPIC = """
    WITH recent AS MATERIALIZED (
        SELECT topic_id, article_id, score FROM article_topics WHERE article_id BETWEEN :recent AND :last AND score >= :about
    ), sized AS MATERIALIZED (
        SELECT topic_id, count(*) AS size FROM recent GROUP BY topic_id ORDER BY size DESC, topic_id LIMIT :topics
    ), placed AS (
        SELECT topic_id, article_id, score, size,
               row_number() OVER (PARTITION BY topic_id ORDER BY score DESC, article_id DESC) AS place
        FROM recent JOIN sized USING (topic_id)
    )
    SELECT topics.label, placed.size, articles.story_id, articles.id
    FROM placed CROSS JOIN articles INDEXED BY articles_for_front ON articles.id = placed.article_id
    JOIN topics USING (topic_id)
    WHERE placed.place <= :each
    ORDER BY placed.size DESC, topic_id,
             placed.score * iif(coalesce(articles.published, '9') < :news, :old, 1.0) DESC, articles.id DESC
"""
_CAME = """
    SELECT story_id, count(*), max(id) FROM articles INDEXED BY articles_by_story
    WHERE story_id IN (SELECT value FROM json_each(:stories)) AND id BETWEEN :first AND :last GROUP BY story_id
"""
_ORIGINALS = """
    SELECT id, first_article_id FROM stories WHERE id IN (SELECT value FROM json_each(:stories))
"""


_EVENTS = """
    SELECT event_stories.story_id, event_stories.event_id
    FROM event_stories JOIN events ON events.id = event_stories.event_id
    WHERE event_stories.story_id IN (SELECT value FROM json_each(:stories)) AND events.stories > 1
"""
_FIRST_STORIES = """
    SELECT asked.id, told.first_story_id
    FROM events AS asked JOIN events AS told ON told.id = coalesce(asked.merged_into, asked.id)
    WHERE asked.id IN (SELECT value FROM json_each(:events)) AND told.first_story_id IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class LeadingStory:
    """A story of a window under its first article, or, where that is not to be shown, under the last that came.

    `came`: how many of its articles came in the window, `others_came`: without the one that is shown; `newest`: the last.
    `event`: what happened, where other stories tell of it, too; `beside`: those of them that would stand on the page.
    """

    headline: Headline
    is_first: bool
    came: int
    others_came: int
    newest: int
    event: int | None = None
    beside: tuple[LeadingStory, ...] = ()

    @property
    def others(self) -> int:
        """Articles that carry it beside the one that is shown."""
        return self.headline.carried_by - 1


@dataclass(frozen=True, slots=True)
class TopicStories:
    """A topic of a window: how many articles are about it (`count`), and the stories that say it most clearly."""

    label: str
    count: int
    stories: tuple[int, ...]


def leading_stories(db: Database, of: Window, limit: int = LEADS) -> list[int]:
    """The stories to which most sources added in the window, the more to the point the better; some to spare."""
    values = {
        "first": of.first, "last": of.last, "unjudged": UNJUDGED, "news": of.news_since, "old": OLD_WEIGHT,
        "limit": limit * SPARE,
    }  # fmt: skip
    several, single = (db.execute(sql, values).fetchall() for sql in (_SEVERAL, _SINGLE))
    weights = {story: (weight, newest) for story, weight, newest in [*reversed(single), *several]}
    return sorted(weights, key=weights.__getitem__, reverse=True)[: limit * SPARE]


def stories_by_topic(db: Database, of: Window) -> list[TopicStories]:
    """The topics that most of the window is about, with their stories, the clearest first."""
    rows = db.execute(
        _BY_TOPIC,
        {
            "recent": of.recent, "last": of.last, "about": ABOUT, "topics": TOPICS, "each": OF_A_TOPIC,
            "news": of.news_since, "old": OLD_WEIGHT,
        },
    )  # fmt: skip
    sizes: dict[str, int] = {}
    stories: dict[str, dict[int, None]] = defaultdict(dict)
    for label, size, story, _ in rows.fetchall():
        sizes[label] = size
        stories[label][story] = None
    return [TopicStories(label, size, tuple(stories[label])) for label, size in sizes.items()]


def told(db: Database, of: Window, stories: Iterable[int], hidden: Collection[int] = ()) -> dict[int, LeadingStory]:
    """Story -> as the page tells it; those of which every article was dropped or is `hidden` are left out."""
    asked = json.dumps(list(stories))
    came = {row[0]: row[1:] for row in db.execute(_CAME, {"stories": asked, "first": of.first, "last": of.last}).fetchall()}
    originals = dict(db.execute(_ORIGINALS, {"stories": asked}).fetchall())
    shown = _shown(db, {story: originals.get(story) for story in came}, hidden)
    shown |= _shown(db, {story: newest for story, (_, newest) in came.items() if story not in shown}, hidden)
    events: dict[int, int] = dict(db.execute(_EVENTS, {"stories": asked}).fetchall())
    found = {}
    for story, headline in shown.items():
        number, inside = came[story][0], of.first <= headline.id <= of.last
        first, newest = headline.id == originals.get(story), came[story][1]
        found[story] = LeadingStory(headline, first, number, number - inside, newest, events.get(story))
    return found


def _shown(db: Database, wanted: dict[int, int | None], hidden: Collection[int]) -> dict[int, Headline]:
    """Story -> the article wanted for it, where that can be shown."""
    ids = [each for each in wanted.values() if each is not None and each not in hidden]
    read = {each.id: each for each in headlines(db, ids) if _is_headline(each)}
    return {story: read[each] for story, each in wanted.items() if each in read}


def _is_headline(each: Headline) -> bool:
    return each.title is not None and each.type != "listing"


def once(told_: dict[int, LeadingStory], chosen: Sequence[Sequence[int]], most: Sequence[int]) -> list[list[LeadingStory]]:
    """Of several lists of stories the first so many of each that can be told and that no earlier list has.

    Of an event the first story stands for the others, which are `beside` it.
    """
    taken: set[int] = set()
    beside: dict[int, list[LeadingStory]] = {}  # event -> its other stories
    lists = []
    for stories, limit in zip(chosen, most, strict=True):
        free: list[LeadingStory] = []
        for story in (each for each in stories if each in told_ and each not in taken):
            event = told_[story].event
            if event is not None and event in beside:
                beside[event].append(told_[story])
            elif len(free) < limit:
                free.append(told_[story])
                beside |= {event: []} if event is not None else {}
            else:
                continue
            taken.add(story)
        lists.append(free)
    return [[replace(each, beside=tuple(beside.get(each.event or 0, ())[:BESIDE])) for each in free] for free in lists]


def first_stories(db: Database, events: Iterable[int]) -> dict[int, int]:
    """Event -> its earliest story, of the event that it was merged into where it was."""
    return dict(db.execute(_FIRST_STORIES, {"events": json.dumps(list(events))}).fetchall())
