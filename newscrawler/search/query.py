"""The query language: what a person typed -> FTS5 expressions.  Pure; no input raises.

    words                 all of them, in any order      "a phrase"   these words in this order
    minister*             any ending                     -word        without it (NOT word)
    this OR that          either                         title:word   in the headline
    source:bbc-news       by its id or name              country:fr   of publishers in France
    lang:fr               in French                      topic:sanctions
    mentions:ukraine      a country, organisation, ...   by:"jane doe"
    since:7d until:2026-11-20                            story:42     the copies of one story
    type:opinion

Values of one field that an article can have only one of (source, country, lang, type) are alternatives; all else must hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from newscrawler.search.date_ranges import date_tokens, parse_date_range
from newscrawler.search.fts import all_spellings, either, term_of
from newscrawler.search.vocabulary import MAX_ENDINGS, NOTHING, Vocabulary
from newscrawler.storage import labels
from newscrawler.text import has_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_TERMS = 60
FIELDS = {
    "title": "title", "source": "source", "country": "country", "lang": "lang", "language": "lang", "topic": "topic",
    "mentions": "mentions", "by": "by", "author": "by", "since": "since", "until": "until", "story": "story", "type": "type",
}  # fmt: skip
SINGLE = ("source", "country", "lang", "type")  # an article has one of each
TYPES = ("article", "live", "opinion", "press-release", "listing", "video")

_TOKEN = re.compile(
    r'(?P<minus>-)?(?:(?P<field>[A-Za-z]+):(?=[^\s"]|"[^"]*"))?(?:"(?P<phrase>[^"]*)"(?P<star>\*)?|(?P<word>[^\s"]+))'
)
_UNPRINTABLE = re.compile("[\x00\ud800-\udfff\ue000-\ue00f]")
_NOTHING = '""'


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that holds: `text` as typed, at [start, end) of the query; `label` to show."""

    field: str
    value: str
    label: str
    text: str
    start: int
    end: int
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, understood.

    `fts` is the FTS5 expression of all of it ("" finds nothing), `words` of what has to be ranked by ("": nothing has),
    `marks` of any word, for snippets; `story` is a number of `stories`; `remarks` say what was not understood.
    """

    text: str
    fts: str
    words: str = ""
    marks: str = ""
    filters: tuple[Filter, ...] = ()
    remarks: tuple[str, ...] = ()
    story: int | None = None
    everything: bool = False
    since: date | None = None
    until: date | None = None
    plain: bool = True  # of single words, none of which is to be left out: cheap to ask again

    @property
    def without_dates(self) -> str:
        """The query without its dates."""
        text = self.text
        for each in sorted(self.filters, key=lambda one: -one.start):
            if each.field in ("since", "until"):
                text = without(text, each)
        return text

    @property
    def filters_only(self) -> str:
        """The filters alone, without dates: what a share is a share of."""
        kept = [each.text for each in self.filters if each.field in (*SINGLE, "topic", "mentions")]
        return " ".join(kept)


@dataclass(slots=True)
class _Reading:
    """A query while it is read: groups of alternatives, (expression, whether it is of words)."""

    groups: list[list[tuple[str, bool]]] = field(default_factory=list)
    single: dict[str, list[str]] = field(default_factory=dict)
    without: list[str] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    since: date | None = None
    until: date | None = None
    story: int | None = None
    terms: int = 0
    either: bool = False
    negate: bool = False
    plain: bool = True
    last: str | None = None  # the field, if what came last was a filter of one that an article has one of

    def take(self, expression: str, *, words: bool, negative: bool) -> None:
        if negative:
            self.without.append(expression)
        elif self.either and self.groups:
            self.groups[-1].append((expression, words))
        else:
            self.groups.append([(expression, words)])
        if words and not negative:
            self.marks.append(expression)
        self.either, self.last = False, None

    def join(self) -> None:
        """What comes next is an alternative to what came last."""
        if self.last:  # a filter that was to be an alternative to those of its own field
            self.groups.append([(self.single[self.last].pop(), False)])
        self.either, self.last = bool(self.groups), None


@dataclass(frozen=True, slots=True)
class _Token:
    """A word, phrase or filter as it was typed: `field`: whose filter it is, None for words; `typed`: where it stands."""

    typed: re.Match[str]
    field: str | None
    value: str
    negative: bool = False

    @property
    def quoted(self) -> bool:
        return self.typed["phrase"] is not None

    def as_filter(self, label: str) -> Filter:
        assert self.field is not None
        start, end = self.typed.span()
        return Filter(self.field, self.value, label, self.typed[0], start, end, self.negative)


def compile_query(text: str, vocabulary: Vocabulary = NOTHING, *, today: date | None = None) -> Query:
    r"""Compile what a person typed.  Never raises.

    >>> compile_query("mine-hunting o'brien").words
    '"mine-hunting" AND "o\'brien"'
    >>> compile_query('nato OR otan -sport minist*').words
    '("nato" OR "otan") AND "minist"*'
    >>> compile_query('" - {').remarks
    ('left out: " - {',)
    """
    # same lengths, so that places in it are places in what was typed
    typed = _UNPRINTABLE.sub(" ", text)
    read = _Reading()
    left_out: list[str] = []
    # a quotation mark that nothing closes is a mark, not the start of a phrase
    if typed.count('"') % 2:
        head, _, tail = typed.rpartition('"')
        typed, left_out = f"{head} {tail}", ['"']
    today = today or datetime.now(UTC).date()
    for found in _TOKEN.finditer(typed):
        if not _read(read, found, vocabulary, today):
            left_out.append(found[0])
    if any(character in word for word in typed.split() for character in (word[0], word[-1]) if character in "()"):
        read.remarks.append("brackets do not group: OR joins the word before it with the word after it")
    if read.either or read.negate:
        left_out.append("OR" if read.either else "NOT")
    if left_out:
        read.remarks.append(f"left out: {' '.join(left_out[:20])}")
    return replace(_compose(read, today), text=text)


def _read(read: _Reading, found: re.Match[str], vocabulary: Vocabulary, today: date) -> bool:
    """Take one token; False where nothing can be made of it."""
    quoted = found["phrase"] is not None
    value = found["phrase"] if quoted else found["word"]
    name = FIELDS.get((found["field"] or "").lower())
    if found["field"] and name is None:
        value = f"{found['field']}:{value}"
    if not quoted and not name and not found["minus"] and value in ("OR", "AND", "NOT", "|"):
        if value in ("OR", "|"):
            read.join()
        read.negate = value == "NOT"
        return value not in ("OR", "|") or read.either
    token = _Token(found, name, value, bool(found["minus"]) or read.negate)
    read.negate = False
    if not any(character.isalnum() for character in value) or read.terms >= MAX_TERMS:
        return False
    read.terms += 1
    if not quoted and not name and FIELDS.get(value.removesuffix(":").lower()) and value.endswith(":"):
        read.remarks.append(f"{value} was left out: it needs a value, with no space before it")
    elif name in (None, "title", "by"):
        _read_words(read, token, vocabulary)
    elif name in ("since", "until", "story"):
        _read_singular(read, token, today)
    else:
        _read_value(read, token, vocabulary)
    return True


def _read_singular(read: _Reading, token: _Token, today: date) -> None:
    """A filter that cannot be turned round."""
    if token.negative:
        instead = {"since": "until:", "until": "since:"}.get(token.field or "", "the other words of what you look for")
        read.remarks.append(f"{token.typed[0]} was left out: {token.field}: cannot be turned round; use {instead}")
    elif token.field == "story":
        _read_story(read, token)
    else:
        _read_date(read, token, today)


def _read_words(read: _Reading, token: _Token, vocabulary: Vocabulary) -> None:
    value, name = token.value, token.field
    prefix = bool(token.typed["star"]) or (not token.quoted and value.endswith("*"))
    column = {None: "", "title": "title", "by": "authors"}[name]
    if not token.quoted and "*" in value.rstrip("*"):
        read.remarks.append(f"{value}: a star stands for any ending, at the end of a word only")
    term = _endings(read, value, column, vocabulary) if prefix else all_spellings(value, column, vocabulary)
    read.plain &= not prefix and len(words(value)) == 1
    # what a slash joins are two words; but an address is a phrase
    apart = [] if token.quoted or ":" in value else [each for each in value.split("/") if words(each)]
    if len(apart) > 1 and not read.either:
        for each in apart:
            known = all_spellings(each, column, vocabulary) or term_of(each, column)
            read.take(known, words=name != "by", negative=token.negative)
    else:
        read.take(term or term_of(value, column, prefix=prefix), words=name != "by", negative=token.negative)
    if name:
        read.filters.append(token.as_filter(value))
    elif token.typed["field"] and not token.quoted and not value.startswith(("http", "www")):
        read.remarks.append(f"{token.typed['field']}: is no field; {value} was looked for as words")


def _endings(read: _Reading, value: str, column: str, vocabulary: Vocabulary) -> str | None:
    """A beginning as the words that begin so: their lists FTS5 reads from the end, those of a beginning whole."""
    value = value.rstrip("*")
    if len(value) < 3 and not has_unspaced(value):
        read.remarks.append(f"{value}* was looked for as the word {value}: three letters or more can be a beginning")
        return term_of(value, column)
    known = vocabulary.endings(value) if value and not has_unspaced(value) and len(words(value)) == 1 else None
    if not known:
        return None
    if len(known) > MAX_ENDINGS:
        read.remarks.append(f"{value}* has many endings: the {MAX_ENDINGS} commonest were looked for")
    return either(term_of(each, column) for each in known[:MAX_ENDINGS])


def _read_date(read: _Reading, token: _Token, today: date) -> None:
    span = parse_date_range(token.value, today)
    if span is None:
        wanted = "neither a date (2026-11-01, 2026-11, 2026) nor a span (7d, 2w, 6m, 1y)"
        read.remarks.append(f"{token.typed[0]} was left out: {token.value} is {wanted}")
    elif token.field == "since":
        read.since = span[0]
        read.filters.append(token.as_filter(f"since {span[0]}"))
    else:
        read.until = span[1]
        read.filters.append(token.as_filter(f"until {span[1]}"))


def _read_story(read: _Reading, token: _Token) -> None:
    if not token.value.isdecimal() or len(token.value) > 18:
        wanted = "a story has a number, as `newscrawler search` and the web show it"
        read.remarks.append(f"{token.typed[0]} was left out: {wanted}")
        return
    read.story = int(token.value)
    read.filters.append(token.as_filter(f"story {read.story}"))


def _look_up(name: str, value: str, vocabulary: Vocabulary) -> Sequence[tuple[str, str]]:
    """(token, label) of what a filter's value names in the archive."""
    if name == "type":
        return [(labels.token(labels.TYPE, value), value)] if value.lower() in TYPES else []
    look_up = {
        "source": vocabulary.sources, "country": vocabulary.countries, "lang": vocabulary.languages,
        "topic": vocabulary.topics, "mentions": vocabulary.mentions,
    }[name]  # fmt: skip
    return look_up(value)


def _read_value(read: _Reading, token: _Token, vocabulary: Vocabulary) -> None:
    """A filter whose value the archive has to know."""
    name, value = token.field or "", token.value
    known = _look_up(name, value, vocabulary)
    if not known:
        read.remarks.append(f"{token.typed[0]} finds nothing: {_UNKNOWN[name].format(value)}")
    expression = either([f'"{each}"' for each, _ in known]) if known else _NOTHING
    names = list(dict.fromkeys(label for _, label in known))
    label = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    read.filters.append(token.as_filter(label or value))
    if name in SINGLE and not token.negative and not read.either:
        read.single.setdefault(name, []).append(expression)
        read.last = name
    else:
        read.take(expression, words=False, negative=token.negative)


_UNKNOWN = {
    "source": "no source of the archive has {} in its id or name",
    "country": "no source of the archive is in a country called {}",
    "lang": "{} is no language of the archive; use a code such as en, fr or uk",
    "topic": "no topic of the archive has {} in its name",
    "mentions": "nothing that the archive knows by name is called {}",
    "type": f"a type is one of {', '.join(TYPES)}, not {{}}",
}


def _compose(read: _Reading, today: date) -> Query:
    groups = [*read.groups, *([(each, False) for each in known] for known in read.single.values() if known)]
    parts = [either(expression for expression, _ in group) for group in groups]
    if read.since or read.until:
        spans = date_tokens(read.since, read.until, today)
        parts.append(either(f'"{each}"' for each in spans) if spans else _NOTHING)
        if not spans:
            read.remarks.append("nothing is since a day after until")
    worded = [group for group in groups if any(words for _, words in group)]
    # an article that has a group's filter instead of its words would be lost by ranking by words
    mixed = any(not words for group in worded for _, words in group)
    ranking = " AND ".join(either(expression for expression, _ in group) for group in worded)
    everything = not parts and not read.without and read.story is None
    positive = " AND ".join(parts) or f'"{labels.EVERY}"'
    dropped = f'"{labels.token(labels.DROPPED, "x")}"'
    nothing = any(part == _NOTHING for part in parts)
    fts = "" if nothing or (read.remarks and everything) else f"({positive}) NOT {either([*read.without, dropped])}"
    plain = read.plain and not read.without and read.terms <= 8
    return Query(
        "", fts, "" if mixed else ranking, either(read.marks) if read.marks else "", tuple(read.filters),
        tuple(read.remarks), read.story, everything and bool(fts), read.since, read.until, plain,
    )  # fmt: skip


def filter_text(name: str, value: str) -> str:
    """A filter as one types it.

    >>> filter_text("mentions", "United Kingdom"), filter_text("lang", "fr")
    ('mentions:"United Kingdom"', 'lang:fr')
    """
    value = value.replace('"', " ").strip()
    return f'{name}:"{value}"' if not value or re.search(r"\s", value) else f"{name}:{value}"


def with_filter(text: str, name: str, value: str) -> str:
    """A query with one filter more; dates and stories take the place of the ones that are there.

    >>> with_filter("frigates since:2026-01-01", "since", "7d")
    'frigates since:7d'
    """
    query = compile_query(text)
    if name in ("since", "until", "story"):
        for each in sorted((each for each in query.filters if each.field == name), key=lambda one: -one.start):
            text = without(text, each)
    if any(each.field == name and each.value == value and not each.negative for each in query.filters):
        return " ".join(text.split())
    return " ".join(f"{text} {filter_text(name, value)}".split())


def without(text: str, taken: Filter) -> str:
    """A query with one of its filters taken out.

    >>> query = compile_query("frigates lang:fr baltic")
    >>> without(query.text, query.filters[0])
    'frigates baltic'
    """
    return " ".join(f"{text[: taken.start]} {text[taken.end :]}".split())
