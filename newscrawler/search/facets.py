"""What hits are made of: sources, countries, languages, topics, names, months, and how their number ran over time.

Exact where there are few hits.  Of many, every k-th article's are looked at and multiplied: `sampled` says so.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from newscrawler.search.query import SINGLE, TYPES, Filter, Query, compile_query, without
from newscrawler.search.ranking import last_hits, matching
from newscrawler.search.vocabulary import ArchiveVocabulary, country_name, vocabulary
from newscrawler.storage.labels import DROPPED, EVERY, JOIN, LANGUAGE, SOURCE, TIME, TYPE, token

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlite_utils import Database

SAMPLE_SIZE = 2_500  # articles looked at, about; a share of a tenth is within half a hundredth then
EXACT_BELOW = 3_000  # hits: of fewer, all are looked at
DENSE_ABOVE, BLOCKS = 200_000, 300  # hits that are too many to count; spans of arrival to look at instead
MAX_VALUES = 12  # values of a field
MAX_BUCKETS = 64
MONTH_LENGTH, DAY_LENGTH = 8, 11  # lengths of tokens of time
FIELDS = ("source", "country", "lang", "type", "topic", "mentions", "month")

_TYPES = {token(TYPE, each): each for each in TYPES}

# the labels of one hit in :step, and the number of all, in one walk.  Numbers are given in the order of arrival: the
# product takes from every hour alike, whatever its rhythm
_SAMPLED_LABELS = """
    SELECT count(*), group_concat(
        CASE WHEN (articles_fts.rowid * 2654435761 & 4294967295) % :step = 0 THEN (
            SELECT labels FROM articles INDEXED BY articles_in_stories WHERE id = articles_fts.rowid
        ) END, ' ')
    FROM articles_fts WHERE {where}
"""
_BLOCKS = """
    SELECT articles_fts.rowid FROM json_each(:lows) AS low
    CROSS JOIN articles_fts ON {where} AND articles_fts.rowid BETWEEN low.value AND low.value + :more
"""
_ENDS = """
    SELECT (SELECT day FROM days WHERE articles > 0 ORDER BY day LIMIT 1),
           (SELECT day FROM days WHERE articles > 0 ORDER BY day DESC LIMIT 1)
"""
_LABELS = """
    SELECT group_concat(labels, ' ') FROM articles INDEXED BY articles_in_stories
    WHERE id IN (SELECT value FROM json_each(:ids))
"""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a field, as it is typed in a query; how many hits have it."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of days, both included; `share` is of all articles of the span, None where there is none."""

    start: date
    end: date
    count: int
    share: float | None


@dataclass(frozen=True, slots=True)
class Timeline:
    unit: str  # day, week, month or year
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts are of one hit in `sampled` at most, multiplied, where that is more than 1; `total` where it is `estimated`.

    Of a field that an article has one value of (source, country, lang, type), and that the query filters by, the other
    values count, too: what would be found with them instead.
    """

    total: int
    sampled: int
    estimated: bool
    fields: dict[str, list[Value]]
    timeline: Timeline


@dataclass(frozen=True, slots=True)
class _Sample:
    total: int
    step: int
    tokens: Counter[str]
    estimated: bool = False

    def by_day(self) -> dict[date, int]:
        found = ((each, count) for each, count in self.tokens.items() if each[0] == TIME and len(each) == DAY_LENGTH)
        return {day: count * self.step for each, count in found if (day := _day(each[1:].replace(JOIN, "-")))}


def _sample(db: Database, query: Query) -> _Sample:
    if not query.fts:
        return _Sample(0, 1, Counter())
    if query.everything:
        return _sample_of_all(db)
    ids = last_hits(db, query, EXACT_BELOW)
    if len(ids) < EXACT_BELOW:
        return _sample_of_labels(len(ids), 1, db.conn.execute(_LABELS, {"ids": json.dumps(ids)}).fetchone()[0])
    # as dense as the last ones: if they were denser than most, the sample is too small, and the hits few enough for another
    about = len(ids) * _last(db) // (ids[0] - ids[-1] + 1)
    if about > DENSE_ABOVE and query.plain:
        sample = _in_blocks(db, query, about)
        if sample.total > DENSE_ABOVE / 4:
            return sample
    sample = _walk_sample(db, query, math.ceil(about / SAMPLE_SIZE))
    if sample.step > 1 and sample.total < sample.step * SAMPLE_SIZE / 3:
        sample = _walk_sample(db, query, math.ceil(sample.total / SAMPLE_SIZE))
    return sample


def _walk_sample(db: Database, query: Query, step: int) -> _Sample:
    where, values = matching(query)
    total, labels = db.conn.execute(_SAMPLED_LABELS.format(where=where), {**values, "step": step}).fetchone()
    return _sample_of_labels(total, step, labels)


def _in_blocks(db: Database, query: Query, about: int) -> _Sample:
    """A sample of hits that are many: those of BLOCKS short spans of arrival, one at a random place of each equal part.

    Costs the same however many there are.
    """
    part = max(1, _last(db) // BLOCKS)
    length = max(1, min(part, SAMPLE_SIZE * part // max(1, about // BLOCKS) // BLOCKS))
    lows = [each * part + (each * 2654435761 % 2**32) * (part - length) // 2**32 + 1 for each in range(BLOCKS)]
    where, values = matching(query)
    ids = [
        row[0]
        for row in db.conn.execute(_BLOCKS.format(where=where), {**values, "lows": json.dumps(lows), "more": length - 1})
    ]
    step = max(1, round(part / length))
    labels = db.conn.execute(_LABELS, {"ids": json.dumps(ids)}).fetchone()[0]
    return replace(_sample_of_labels(len(ids) * step, step, labels), estimated=True)


def _sample_of_labels(total: int, step: int, labels: str | None) -> _Sample:
    return _Sample(total, step, Counter(labels.split(" ") if labels else ()))


def _sample_of_all(db: Database) -> _Sample:
    """No need to walk the index: numbers are given in order, and days are counted as articles come."""
    (total,) = db.conn.execute("SELECT coalesce(sum(articles), 0) FROM days").fetchone()
    (dropped,) = db.conn.execute("SELECT count(*) FROM reviews WHERE decision = 'drop'").fetchone()
    step = 1 if total < EXACT_BELOW else math.ceil(total / SAMPLE_SIZE)
    (labels,) = db.conn.execute(_LABELS, {"ids": json.dumps(list(range(step, _last(db) + 1, step)))}).fetchone()
    return _sample_of_labels(total - dropped, step, " ".join(_without_dropped((labels or "").split(f"{EVERY} "))))


def _without_dropped(labels: list[str]) -> list[str]:
    """Labels of single articles that no review dropped."""
    dropped = token(DROPPED, "x")
    return [each.strip() for each in labels if each.strip() and dropped not in each]


def _last(db: Database) -> int:
    last: int = db.conn.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    return last


def facets(db: Database, query: Query, known: ArchiveVocabulary | None = None) -> Facets:
    """All of a query's facets and its timeline.  `known`: the archive's vocabulary, if the caller has it."""
    known = known or vocabulary(db)
    sample = _sample(db, query)
    found, step = _fields(sample, known), sample.step
    for name in SINGLE:
        if any(each.field == name and not each.negative for each in query.filters):
            wider = _sample(db, compile_query(_without_field(query, name), known))
            found[name] = _with_alternatives(found[name], _fields(wider, known)[name])
            step = max(step, wider.step)
    shown = {name: values[:MAX_VALUES] for name, values in found.items()}
    return Facets(sample.total, step, sample.estimated, shown, _timeline(db, query, sample, known))


def _without_field(query: Query, name: str) -> str:
    """A query without its filters by a field; those that are an alternative to something stay."""
    text = query.text
    for each in sorted(query.filters, key=lambda one: -one.start):
        if each.field == name and not each.negative and _is_apart(query.text, each):
            text = without(text, each)
    return text


def _is_apart(text: str, of: Filter) -> bool:
    beside = [*text[: of.start].split()[-1:], *text[of.end :].split()[:1]]
    return not {"OR", "|"} & set(beside)


def _with_alternatives(hits: list[Value], others: list[Value]) -> list[Value]:
    """Values of the hits themselves and those that would be alternatives, the commonest first; the hits' are all shown."""
    counted = {each.value for each in hits}
    more = [each for each in others if each.value not in counted][: max(0, MAX_VALUES - len(hits))]
    return sorted([*hits[:MAX_VALUES], *more], key=lambda each: -each.count)


def _fields(sample: _Sample, known: ArchiveVocabulary) -> dict[str, list[Value]]:
    countries: Counter[str] = Counter()
    country_of = {token(SOURCE, source): country for source, _, country in known.of_sources}
    found: dict[str, list[Value]] = {name: [] for name in FIELDS}
    for each, count in sample.tokens.most_common():
        if country := country_of.get(each):
            countries[country] += count
        if each in known.named:
            name, value, label = known.named[each]
            found[name].append(Value(value, label, count * sample.step))
        elif each[0] == LANGUAGE:
            found["lang"].append(Value(each[1:], each[1:], count * sample.step))
        elif each in _TYPES:
            found["type"].append(Value(_TYPES[each], _TYPES[each], count * sample.step))
        elif each[0] == TIME and len(each) == MONTH_LENGTH:
            month = f"{each[1:5]}-{each[6:]}"
            found["month"].append(Value(month, month, count * sample.step))
    found["country"] = [
        Value(each.lower(), country_name(each), count * sample.step) for each, count in countries.most_common()
    ]
    found["month"].sort(key=lambda each: each.value, reverse=True)
    return found


def timelines(db: Database, queries: Sequence[Query], known: ArchiveVocabulary | None = None) -> list[Timeline]:
    """The timelines of several queries over the same spans of days, to compare them."""
    known = known or vocabulary(db)
    samples = [_sample(db, query) for query in queries]
    counts = [sample.by_day() for sample in samples]
    spans = [_span(db, query, each) for query, each in zip(queries, counts, strict=True) if each]
    if not spans:
        return [Timeline("day", ()) for _ in queries]
    span = min(first for first, _ in spans), max(last for _, last in spans)
    unit = _unit(*span)
    return [
        Timeline(unit, _buckets(each, _base(db, query, known, *span), span, unit))
        for query, each in zip(queries, counts, strict=True)
    ]


def _timeline(db: Database, query: Query, sample: _Sample, known: ArchiveVocabulary) -> Timeline:
    counts = sample.by_day()
    if not counts:
        return Timeline("day", ())
    span = _span(db, query, counts)
    unit = _unit(*span)
    return Timeline(unit, _buckets(counts, _base(db, query, known, *span), span, unit))


def _buckets(counts: Mapping[date, int], base: Mapping[date, int], span: tuple[date, date], unit: str) -> tuple[Bucket, ...]:
    of_span: Counter[date] = Counter()
    for day, number in counts.items():
        of_span[_start(day, unit)] += number
    of_base: Counter[date] = Counter()
    for day, number in base.items():
        of_base[_start(day, unit)] += number
    buckets = []
    start = _start(span[0], unit)
    while start <= span[1]:
        after = _next(start, unit)
        count, every = of_span[start], of_base[start]
        # both may be estimates
        share = min(1.0, count / every) if every else None
        buckets.append(Bucket(start, after - timedelta(days=1), count, share))
        start = after
    return tuple(buckets)


def _span(db: Database, query: Query, counts: Mapping[date, int]) -> tuple[date, date]:
    """The days to show: those asked for, quiet ones too, as far as the archive goes; else from the first hit to the last.

    A few stray dates of other ages are left to the counts.
    """
    days = sorted(counts)
    first, last = days[0], days[-1]
    if query.since or query.until:
        ends = [_day(each or "") for each in db.conn.execute(_ENDS).fetchone()]
        if query.since is not None:
            first = min(first, max(query.since, ends[0] or first))
        if query.until is not None:
            last = max(last, min(query.until, ends[1] or last))
    if query.since is None and len(days) > 1:
        total, cut = sum(counts.values()), 0
        for day in days:
            cut += counts[day]
            if cut > total / 200:  # half a hundredth
                break
            first = day
        first = first if (last - first).days < (last - days[0]).days / 2 else days[0]
    return first, last


def _base(db: Database, query: Query, known: ArchiveVocabulary, first: date, last: date) -> dict[date, int]:
    """Articles a day that could have been hits: all, or those that the query's filters leave."""
    if query.filters_only:
        filters = compile_query(query.filters_only, known)
        # with no words in the query this is the query itself, and its share of itself tells nothing
        if query.words or query.marks:
            return _sample(db, filters).by_day()
    rows = db.conn.execute(
        "SELECT day, articles FROM days WHERE day BETWEEN ? AND ?",
        [_start(first, "year").isoformat(), _next(_start(last, "year"), "year").isoformat()],
    )
    return {day: number for each, number in rows if (day := _day(each))}


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _unit(first: date, last: date) -> str:
    days = (last - first).days + 1
    if days <= MAX_BUCKETS:
        return "day"
    if days <= 7 * MAX_BUCKETS:
        return "week"
    return "month" if days <= 31 * 2 * MAX_BUCKETS else "year"


def _start(day: date, unit: str) -> date:
    match unit:
        case "week":
            return day - timedelta(days=day.weekday()) if day > date(1, 1, 7) else day
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def _next(start: date, unit: str) -> date:
    match unit:
        case "week":
            return start + timedelta(days=7)
        case "month":
            return (start.replace(day=28) + timedelta(days=4)).replace(day=1)
        case "year":
            return date(min(start.year + 1, date.max.year), 1, 1)
    return start + timedelta(days=1)
