"""What hits are made of: sources, countries, languages, topics, names, months, and how their number ran over time.

Exact where there are few hits.  Of many, every k-th article's are looked at and multiplied: `sampled` says so.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from newscrawler.search.filters import SINGLE
from newscrawler.search.ranking import LOOKED_AT, count_exactly, last_hits, matching, newest
from newscrawler.search.timeline import (
    Timeline,
    buckets_of,
    day_of,
    next_start,
    start_of,
    strays_of,
    unit_of,
    without_strays,
)
from newscrawler.search.vocabulary import ArchiveVocabulary, country_name, vocabulary
from newscrawler.storage.articles.labels import ARTICLE_TYPES, DROPPED, EVERY, JOIN, LANGUAGE, TIME, TYPE, token
from newscrawler.storage.database.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

    from newscrawler.search.places import Newest
    from newscrawler.search.query import Query

SAMPLE_SIZE = 1_600  # articles looked at, about; the standard error of a tenth is three quarters of a hundredth
EXACT_BELOW = LOOKED_AT  # hits: of fewer, all are looked at
DENSE_ABOVE, BLOCKS = 200_000, 300  # hits that are too many to count; spans of arrival to look at instead
# numbers are given in the order of arrival: the product takes from every hour alike, whatever its rhythm
SPREAD, SPREAD_MASK = 2654435761, 2**32 - 1
MAX_VALUES = 12  # values of a field
MONTH_LENGTH, DAY_LENGTH = 8, 11  # lengths of tokens of time
FIELDS = ("source", "country", "lang", "type", "topic", "mentions", "month")

_TYPES = {token(TYPE, each): each for each in ARTICLE_TYPES}

# of hits below a number: the labels of one in :step, and the number of all, in one walk
_SAMPLED_LABELS = f"""
    SELECT count(*), group_concat(
        CASE WHEN (articles_fts.rowid * {SPREAD} & {SPREAD_MASK}) % :step = 0 THEN (
            SELECT substr(labels, instr(labels, :every)) FROM articles INDEXED BY articles_in_stories
            WHERE id = articles_fts.rowid
        ) END, ' ')
    FROM articles_fts WHERE {{where}} AND articles_fts.rowid < :below
"""  # noqa: S608 ours
_BLOCKS = """
    SELECT articles_fts.rowid FROM json_each(:lows) AS low
    CROSS JOIN articles_fts ON {where} AND articles_fts.rowid BETWEEN low.value AND low.value + :more
"""
_ENDS = """
    SELECT (SELECT day FROM days WHERE articles > 0 ORDER BY day LIMIT 1),
           (SELECT day FROM days WHERE articles > 0 ORDER BY day DESC LIMIT 1)
"""
_LABELS = """
    SELECT group_concat(substr(labels, instr(labels, :every)), ' '), count(DISTINCT story_id)
    FROM articles INDEXED BY articles_in_stories WHERE id IN (SELECT value FROM json_each(:ids))
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field, as it is typed in a query; how many hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts are of one hit in `sampled` at most, multiplied, where that is more than 1; `total` where it is `estimated`.

    Of a field that an article has one value of (source, country, lang, type), and that the query filters by, the other
    values count, too: what would be found with them instead.  `stories`: of how many stories they are, None where nobody
    counted; `others`: values of a field beside those that are listed.
    """

    total: int
    sampled: int
    estimated: bool
    fields: dict[str, list[Value]]
    timeline: Timeline
    stories: int | None = None
    others: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sample:
    """Labels of one hit in `step`, each with how many of these have it; `total` hits, where not `estimated`.

    `stories`: of how many stories the hits are, None where nobody counted.
    """

    total: int
    step: int
    tokens: Counter[str]
    estimated: bool = False
    stories: int | None = None

    def by_day(self) -> dict[date, int]:
        found = ((each, count) for each, count in self.tokens.items() if each[0] == TIME and len(each) == DAY_LENGTH)
        return {day: count * self.step for each, count in found if (day := day_of(each[1:].replace(JOIN, "-")))}


def sample_of(db: Database, query: Query, last: Newest | None = None) -> Sample:
    """The labels of a query's hits, of all where they are few.  `last`: its `ranking.newest`, if the caller has it."""
    if not query.fts:
        return Sample(0, 1, Counter(), stories=0)
    if query.everything and not query.like:
        return _sample_of_all(db, query)
    if last is None and query.like:
        last = newest(db, query)
    ids = last.ids if last else last_hits(db, query, EXACT_BELOW)
    if len(ids) < EXACT_BELOW or query.like:
        labels, stories = _labels(db, ids)
        return replace(_sample_of_labels(len(ids), 1, labels), stories=stories)
    # as dense as the last ones: if they were denser than most, the sample is too small, and the hits few enough for another
    about = len(ids) * _last(db) // (ids[0] - ids[-1] + 1)
    if about > DENSE_ABOVE and query.plain:
        sample = _in_blocks(db, query, about)
        if sample.total > DENSE_ABOVE / 4:
            return sample
    sample = _walk_sample(db, query, math.ceil(about / SAMPLE_SIZE), ids)
    if sample.step > 1 and sample.total < sample.step * SAMPLE_SIZE / 3:
        sample = _walk_sample(db, query, math.ceil(sample.total / SAMPLE_SIZE), ids)
    return sample


def _walk_sample(db: Database, query: Query, step: int, last: Sequence[int]) -> Sample:
    """A sample of all hits; the index is walked for those only that arrived before the `last` ones."""
    where, values = matching(query)
    asked = {**values, "step": step, "every": EVERY, "below": last[-1]}
    before, labels = db.conn.execute(_SAMPLED_LABELS.format(where=where), asked).fetchone()
    taken = [each for each in last if (each * SPREAD & SPREAD_MASK) % step == 0]
    return _sample_of_labels(before + len(last), step, f"{labels or ''} {_labels(db, taken)[0]}")


def _in_blocks(db: Database, query: Query, about: int) -> Sample:
    """A sample of hits that are many: those of BLOCKS short spans of arrival, one at a random place of each equal part.

    Costs the same however many there are.
    """
    part = max(1, _last(db) // BLOCKS)
    length = max(1, min(part, SAMPLE_SIZE * part // max(1, about // BLOCKS) // BLOCKS))
    lows = [each * part + (each * SPREAD & SPREAD_MASK) * (part - length) // 2**32 + 1 for each in range(BLOCKS)]
    where, values = matching(query)
    ids = [
        row[0]
        for row in db.conn.execute(_BLOCKS.format(where=where), {**values, "lows": json.dumps(lows), "more": length - 1})
    ]
    step = max(1, round(part / length))
    return replace(_sample_of_labels(len(ids) * step, step, _labels(db, ids)[0]), estimated=True)


def _labels(db: Database, ids: Sequence[int]) -> tuple[str, int]:
    """(The labels of some articles that facets count, as one text; how many stories they are of)."""
    labels, stories = db.conn.execute(_LABELS, {"ids": json.dumps(list(ids)), "every": EVERY}).fetchone()
    return labels or "", stories


def _sample_of_labels(total: int, step: int, labels: str | None) -> Sample:
    return Sample(total, step, Counter((labels or "").split()))  # an article may have none


def _sample_of_all(db: Database, query: Query) -> Sample:
    """No need to walk the index: numbers are given in order, and days are counted as articles come."""
    (total,) = db.conn.execute("SELECT coalesce(sum(articles), 0) FROM days").fetchone()
    (dropped,) = db.conn.execute("SELECT count(*) FROM reviews WHERE decision = 'drop'").fetchone()
    step = 1 if total < EXACT_BELOW else math.ceil(total / SAMPLE_SIZE)
    labels, _ = _labels(db, range(step, _last(db) + 1, step))
    sample = _sample_of_labels(total - dropped, step, " ".join(_without_dropped(labels.split(f"{EVERY} "))))
    return sample if step > 1 else replace(sample, stories=count_exactly(db, query).stories)


def _without_dropped(labels: list[str]) -> list[str]:
    """Labels of single articles that no review dropped."""
    dropped = token(DROPPED, "x")
    return [each.strip() for each in labels if each.strip() and dropped not in each]


def _last(db: Database) -> int:
    last: int = db.conn.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return last


def facets(db: Database, query: Query, known: ArchiveVocabulary | None = None, last: Newest | None = None) -> Facets:
    """All of a query's facets and its timeline.

    `known`: the archive's vocabulary, `last`: the query's `ranking.newest`, if the caller has them.
    """
    known = known or vocabulary(db)
    sample = sample_of(db, query, last)
    found, step = _fields(sample, known), sample.step
    for name in SINGLE:
        if name in found and name in query.widened and not query.like:
            wider = sample_of(db, query.asking(query.widened[name]))
            found[name] = _with_alternatives(found[name], _fields(wider, known)[name])
            step = max(step, wider.step)
    shown = {name: values[:MAX_VALUES] for name, values in found.items()}
    others = {name: len(values) - len(shown[name]) for name, values in found.items()}
    timeline = _timeline(db, query, sample)
    return Facets(sample.total, step, sample.estimated, shown, timeline, sample.stories, others)


def _with_alternatives(hits: list[Value], others: list[Value]) -> list[Value]:
    """Values of the hits themselves and those that would be alternatives, the commonest first; the hits' are all shown."""
    counted = {each.value for each in hits}
    more = [each for each in others if each.value not in counted][: max(0, MAX_VALUES - len(hits))]
    return sorted([*hits[:MAX_VALUES], *more], key=lambda each: -each.count)


def _fields(sample: Sample, known: ArchiveVocabulary) -> dict[str, list[Value]]:
    countries: Counter[str] = Counter()
    found: dict[str, list[Value]] = {name: [] for name in FIELDS}
    for each, count in sample.tokens.most_common():
        if each[0] == TIME:  # most of them are days
            if len(each) == MONTH_LENGTH:
                month = f"{each[1:5]}-{each[6:]}"
                found["month"].append(Value(month, month, count * sample.step))
            continue
        if country := known.country_of.get(each):
            countries[country] += count
        if each in known.named:
            name, value, label = known.named[each]
            found[name].append(Value(value, label, count * sample.step))
        elif each[0] == LANGUAGE:
            found["lang"].append(Value(each[1:], each[1:], count * sample.step))
        elif each in _TYPES:
            found["type"].append(Value(_TYPES[each], _TYPES[each], count * sample.step))
    found["country"] = [
        Value(each.lower(), country_name(each), count * sample.step) for each, count in countries.most_common()
    ]
    found["month"].sort(key=lambda each: each.value, reverse=True)
    return found


def timelines(db: Database, queries: Sequence[Query]) -> list[Timeline]:
    """The timelines of several queries over the same spans of days, to compare them."""
    samples = [sample_of(db, query) for query in queries]
    counts = [sample.by_day() for sample in samples]
    spans = [_span(db, query, each) for query, each in zip(queries, counts, strict=True) if each]
    if not spans:
        return [Timeline("day", ()) for _ in queries]
    span = min(first for first, _ in spans), max(last for _, last in spans)
    unit = unit_of(*span)
    return [
        Timeline(unit, buckets_of(each, _base(db, query, *span), span, unit), strays_of(each, span))
        for query, each in zip(queries, counts, strict=True)
    ]


def _timeline(db: Database, query: Query, sample: Sample) -> Timeline:
    counts = sample.by_day()
    if not counts:
        return Timeline("day", ())
    span = _span(db, query, counts)
    unit = unit_of(*span)
    return Timeline(unit, buckets_of(counts, _base(db, query, *span), span, unit), strays_of(counts, span))


def _span(db: Database, query: Query, counts: Mapping[date, int]) -> tuple[date, date]:
    """The days to show: those asked for, quiet ones too, as far as the archive goes; else from the first hit to the last.

    A few stray dates of other ages are left out at the ends that nobody asked for.
    """
    first, last = without_strays(counts)
    if query.since or query.until:
        ends = [day_of(each or "") for each in db.conn.execute(_ENDS).fetchone()]
        if query.since is not None:
            first = min(min(counts), max(query.since, ends[0] or min(counts)))
        if query.until is not None:
            last = max(max(counts), min(query.until, ends[1] or max(counts)))
    return first, last


def _base(db: Database, query: Query, first: date, last: date) -> dict[date, int]:
    """Articles a day that could have been hits: all, or those that the query's filters leave."""
    # with no words in the query its filters are the query itself, and its share of itself tells nothing
    if query.base and (query.words or query.marks or query.like):
        return sample_of(db, query.asking(query.base)).by_day()
    rows = plain_rows(
        db,
        "SELECT day, articles FROM days WHERE day BETWEEN ? AND ?",
        [start_of(first, "year").isoformat(), next_start(start_of(last, "year"), "year").isoformat()],
    )
    return {day: number for each, number in rows if (day := day_of(each))}
