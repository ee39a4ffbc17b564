"""The query language: what a person typed -> FTS5 expressions.  Pure; no input raises.

    words                 all of them, in any order      "a phrase"   these words in this order
    minister*             any ending                     -word        without it (NOT word)
    this OR that          either                         (a b) OR c   what is within brackets is one
    a NEAR/5 b            at most five words between     "a b"~5      the same of a phrase's words
    title:word            in the headline                by:"jane doe"
    source:bbc-news       by its id or name              country:fr   of publishers in France
    kind:think-tank       of such publishers             site:gov.uk  at addresses there
    lang:fr               in French                      topic:sanctions
    mentions:ukraine      a country, organisation, ...   type:opinion
    since:7d until:2026-11-20                            story:42     the copies of one story
    words:>300            so long                        paywall:no
    changed:7d            edited since                   gone:yes     taken away by its publisher

Values of one field that an article can have only one of (filters.SINGLE) are alternatives; all else must hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from newscrawler.dates import NO_DAY, parse_date_range
from newscrawler.meaning.encoder import MISSING, is_there
from newscrawler.search import syntax
from newscrawler.search.date_ranges import date_tokens
from newscrawler.search.editing import without
from newscrawler.search.filters import SINGLE, read_value, shortened
from newscrawler.search.fts import FINDS_NOTHING, all_spellings, either, labelled, near_of, term_of
from newscrawler.search.vocabulary import MAX_ENDINGS, NOTHING, Vocabulary
from newscrawler.storage.articles import labels
from newscrawler.text import has_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newscrawler.search.syntax import Node, Term

DATES = ("since", "until")
COLUMNS = {None: "", "title": "title", "by": "authors"}
MAX_CHEAP_TERMS = 8
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that holds: `text` as typed, at [start, end) of the query; `label` to show.

    `apart`: it stands by itself, and is neither within brackets nor an alternative to something else.
    """

    field: str
    value: str
    label: str
    text: str
    start: int
    end: int
    negative: bool = False
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, understood.

    `fts` is the FTS5 expression of all of it ("" finds nothing), `words` of what has to be ranked by ("": nothing has),
    `marks` of any word, for snippets; `remarks` say what was not understood, `meant` are queries that may have been meant.
    `base` is the expression of the filters alone, without dates ("": there are none), `widened` that of all but the filters
    by a field which an article has one of, by field.
    """

    text: str
    fts: str
    words: str = ""
    marks: str = ""
    filters: tuple[Filter, ...] = ()
    remarks: tuple[str, ...] = ()
    everything: bool = False
    since: date | None = None
    until: date | None = None
    plain: bool = True  # of single words, none of which is to be left out: cheap to ask again
    base: str = ""
    widened: Mapping[str, str] = field(default_factory=dict)
    meant: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()  # single words that have to be there, as typed
    beside_words: str = ""  # what hits by meaning have to fulfil: all filters, and not the words, which find in another way
    like: tuple[str, ...] = ()  # texts, or numbers of articles, that hits are to be like: all else has to hold besides

    @property
    def of_story(self) -> bool:
        """Whether it asks for a story: whoever does so wants all of it."""
        return any(each.field in ("story", "event") and not each.negative for each in self.filters)

    @property
    def without_dates(self) -> str:
        """The query without its dates."""
        text = self.text
        for each in sorted(self.filters, key=lambda one: -one.start):
            if each.field in DATES:
                text = without(text, each)
        return text

    def asking(self, fts: str) -> Query:
        """Another expression, of which all hits count alike; cheap to ask again."""
        return replace(self, fts=fts, words="", marks="", everything=False, plain=True, like=())


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a query as FTS5: `words`, of what it is to be ranked by; `field`, where it is of filters by it alone.

    `mixed`: who has one of its filters need not have its words.
    """

    fts: str
    words: str = ""
    negative: bool = False
    field: str | None = None
    mixed: bool = False


@dataclass(slots=True)
class _Reader:
    """A query while it is compiled."""

    text: str
    vocabulary: Vocabulary
    today: date
    filters: list[Filter] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    meant: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    like: list[str] = field(default_factory=list)
    number: int = 0
    plain: bool = True

    def conjunction(self, parts: Sequence[Node], *, negative: bool = False, apart: bool = False) -> list[_Piece]:
        """The pieces that all have to hold; values of a field that an article has one of are alternatives among them."""
        pieces: list[_Piece] = []
        single: dict[str, list[str]] = {}
        dates: list[Term] = []
        for each in parts:
            if isinstance(each, syntax.Term) and each.field in DATES:
                dates.append(each)
                continue
            piece = self.piece(each, negative=negative, apart=apart)
            if piece is None:
                continue
            if isinstance(each, syntax.Term) and each.field in SINGLE and not piece.negative:
                single.setdefault(each.field, []).append(piece.fts)
            else:
                pieces.append(piece)
        pieces += [_Piece(either(known), field=name) for name, known in single.items()]
        return pieces + self._dates(dates, negative=negative, apart=apart)

    def piece(self, node: Node, *, negative: bool = False, apart: bool = False) -> _Piece | None:
        """A part of the tree; None where nothing can be made of it."""
        match node:
            case syntax.Not():
                # a filter that is left out by itself can be taken out as one that is asked for can
                of = self.piece(node.of, negative=not negative, apart=apart)
                return of and replace(of, negative=not of.negative, words="")
            case syntax.Term():
                return self._term(node, negative=negative, apart=apart)
            case syntax.Near():
                return self._near(node, negative=negative)
            case syntax.Any():
                return self._any([self.piece(each, negative=negative) for each in node.parts])
            case syntax.All():
                return _whole(self.conjunction(node.parts, negative=negative))

    def _any(self, alternatives: Sequence[_Piece | None]) -> _Piece | None:
        found = [each for each in alternatives if each is not None]
        if not found:
            return None
        self.plain &= not any(each.negative for each in found)
        expression = either(_asserted(each) for each in found)
        worded = [each for each in found if each.words]
        mixed = any(each.mixed for each in found) or 0 < len(worded) < len(found)
        ranked = either(each.words for each in worded) if worded else ""
        fields = {each.field for each in found if not each.negative}
        return _Piece(expression, ranked, field=fields.pop() if len(fields) == 1 else None, mixed=mixed)

    def _term(self, term: Term, *, negative: bool, apart: bool) -> _Piece | None:
        self.number += 1
        if term.field in DATES:
            return self._alone(term, negative=negative)
        if term.field == "like":
            self._like(term, negative=negative, apart=apart)
            return None
        if term.field in COLUMNS:
            return self._words(term, negative=negative, apart=apart)
        return self._value(term, negative=negative, apart=apart)

    def _alone(self, term: Term, *, negative: bool) -> _Piece | None:
        found = self._dates([term], negative=negative, apart=False)
        return found[0] if found else None

    def _like(self, term: Term, *, negative: bool, apart: bool) -> None:
        """What hits are to be like: no word of the index, and never an alternative to one."""
        if negative or not apart:
            self.remarks.append(f"{shortened(term.text)} was left out: like: stands by itself, without - or OR")
        elif not is_there():
            self.remarks.append(f"{shortened(term.text)} was left out: {MISSING}")
        else:
            self.like.append(term.value)
            self._note(term, f"like {shortened(term.value)}", negative=False, apart=True)

    def _words(self, term: Term, *, negative: bool, apart: bool) -> _Piece:
        column, value = COLUMNS[term.field], term.value
        if not term.quoted and "*" in value.rstrip("*"):
            self.remarks.append(f"{value}: a star stands for any ending, at the end of a word only")
        expression = self._expression(term, column)
        one = not term.prefix and not term.quoted and len(words(value)) == 1
        self.plain &= one
        if term.field:
            self._note(term, value, negative=negative, apart=apart)
        elif term.unknown and not term.quoted and not value.startswith(("http", "www")):
            self.remarks.append(f"{term.unknown}: is no field; {value} was looked for as words")
        elif one and not negative:
            self.terms.append(value)
        ranked = "" if term.field == "by" else expression
        if ranked and not negative:
            self.marks.append(expression)
        return _Piece(expression, ranked)

    def _expression(self, term: Term, column: str) -> str:
        value = term.value
        if term.prefix:
            return self._endings(value, column) or term_of(value, column, prefix=True)
        if term.within is not None and len(value.split()) > 1:
            return near_of([(each, False) for each in value.split()], term.within, column)
        # what a slash joins are two words; but an address is a phrase
        apart = [] if term.quoted or ":" in value else [each for each in value.split("/") if words(each)]
        if len(apart) > 1:
            self.plain = False
            return f"({' AND '.join(self._spelt(each, column) for each in apart)})"
        return self._spelt(value, column)

    def _spelt(self, value: str, column: str) -> str:
        return all_spellings(value, column, self.vocabulary) or term_of(value, column)

    def _endings(self, value: str, column: str) -> str | None:
        """A beginning as the words that begin so: their lists FTS5 reads from the end, those of a beginning whole."""
        value = value.rstrip("*")
        if len(value) < 3 and not has_unspaced(value):
            self.remarks.append(f"{value}* was looked for as the word {value}: three letters or more can be a beginning")
            return term_of(value, column)
        known = self.vocabulary.endings(value) if value and not has_unspaced(value) and len(words(value)) == 1 else None
        if not known:
            return None
        if len(known) > MAX_ENDINGS:
            self.remarks.append(f"{value}* has many endings: the {MAX_ENDINGS} commonest were looked for")
        return either(term_of(each, column) for each in known[:MAX_ENDINGS])

    def _near(self, near: syntax.Near, *, negative: bool) -> _Piece:
        first = near.terms[0]
        self.plain = False
        self.number += len(near.terms)
        expression = near_of([(each.value, each.prefix) for each in near.terms], near.distance, COLUMNS[first.field])
        if first.field != "by" and not negative:
            self.marks.append(expression)
        return _Piece(expression, "" if first.field == "by" else expression)

    def _value(self, term: Term, *, negative: bool, apart: bool) -> _Piece | None:
        """A filter whose value is read by itself."""
        name = term.field or ""
        value = read_value(name, term.value, self.vocabulary, self.today)
        if value.problem and not value.unknown:
            self.remarks.append(f"{shortened(term.text)} was left out: {value.problem}")
            return None
        if value.problem:
            self.remarks.append(f"{shortened(term.text)} finds nothing: {value.problem}")
            quoted = (f'"{each}"' if " " in each else each for each in value.near[:MAX_SUGGESTIONS])
            self.meant += [self._instead(term, each) for each in quoted]
        self._note(term, value.label, negative=negative, apart=apart)
        return _Piece(labelled(value.tokens), negative=value.without, field=name)

    def _instead(self, term: Term, value: str) -> str:
        at = self.text.find(":", term.start, term.end) + 1  # 0: of a bracket that is a field's
        return f"{self.text[: at or term.start]}{value}{self.text[term.end :]}"

    def _dates(self, terms: Sequence[Term], *, negative: bool, apart: bool) -> list[_Piece]:
        """A span of days, of the last since: and the last until: that can be read."""
        span: dict[str, date] = {}
        for term in terms:
            name = term.field or ""
            if (day := self._day(term, negative=negative)) is not None:
                span[name] = day
                self._note(term, f"{name} {day}", negative=False, apart=apart)
        if not span:
            return []
        tokens = date_tokens(span.get("since"), span.get("until"), self.today)
        if not tokens:
            self.remarks.append("nothing is since a day after until")
        return [_Piece(labelled(tokens), field="date")]

    def _day(self, term: Term, *, negative: bool) -> date | None:
        if negative:
            instead = "until" if term.field == "since" else "since"
            self.remarks.append(f"{term.text} was left out: {term.field}: cannot be turned round; use {instead}:")
            return None
        span = parse_date_range(term.value, self.today)
        if span is None:
            self.remarks.append(f"{term.text} was left out: {term.value} is {NO_DAY}")
            return None
        return span[0] if term.field == "since" else span[1]

    def _note(self, term: Term, label: str, *, negative: bool, apart: bool) -> None:
        self.filters.append(Filter(term.field or "", term.value, label, term.text, term.start, term.end, negative, apart))


def _asserted(piece: _Piece) -> str:
    """A piece as an expression that stands by itself: FTS5 knows NOT between two only."""
    return f'("{labels.EVERY}" NOT {piece.fts})' if piece.negative else piece.fts


def _joined(pieces: Sequence[_Piece], without: Sequence[str] = ()) -> str:
    """All of some pieces, and none of some expressions."""
    positive = [each.fts for each in pieces if not each.negative]
    left_out = [*(each.fts for each in pieces if each.negative), *without]
    found = " AND ".join(positive) or f'"{labels.EVERY}"'
    return f"({found}) NOT {either(left_out)}" if left_out else found if len(positive) == 1 else f"({found})"


def _whole(pieces: Sequence[_Piece]) -> _Piece | None:
    """What stands between two brackets, as one piece."""
    if not pieces:
        return None
    expression = _joined(pieces)
    grouped = f"({expression})" if any(each.negative for each in pieces) else expression
    return _Piece(grouped, _ranking(pieces), mixed=any(each.mixed for each in pieces))


def _ranking(pieces: Sequence[_Piece]) -> str:
    found = [each.words for each in pieces if each.words and not each.negative]
    return found[0] if len(found) == 1 else f"({' AND '.join(found)})" if found else ""


def compile_query(text: str, vocabulary: Vocabulary = NOTHING, *, today: date | None = None) -> Query:
    r"""Compile what a person typed.  Never raises.

    >>> compile_query("mine-hunting o'brien").words
    '("mine-hunting" AND "o\'brien")'
    >>> compile_query('nato OR otan -sport minist*').words
    '(("nato" OR "otan") AND "minist"*)'
    >>> compile_query('" - {').remarks
    ('left out: " - {',)
    """
    parsed = syntax.parse(text)
    read = _Reader(text, vocabulary, today or datetime.now(UTC).date())
    read.remarks += [f"{each} was left out: it needs a value, with no space before it" for each in parsed.empty_fields]
    pieces = read.conjunction(parsed.root.parts, apart=True)
    if parsed.left_out:
        read.remarks.append(f"left out: {' '.join(parsed.left_out[:20])}")
    dropped = f'"{labels.token(labels.DROPPED, "x")}"'
    nothing = any(each.fts == FINDS_NOTHING and not each.negative for each in pieces)
    fts = "" if nothing or (read.remarks and not pieces and not read.like) else _joined(pieces, [dropped])
    cheap = read.plain and read.number <= MAX_CHEAP_TERMS and not any(each.negative for each in pieces)
    return Query(
        text=text,
        fts=fts,
        # an article that has a group's filter instead of its words would be lost by ranking by words
        words="" if any(each.mixed for each in pieces) else _ranking(pieces),
        marks=either(read.marks) if read.marks else "",
        filters=tuple(read.filters),
        remarks=tuple(read.remarks),
        everything=not pieces and bool(fts),
        since=_date_of(read.filters, "since", read.today),
        until=_date_of(read.filters, "until", read.today),
        plain=cheap,
        base=_joined(kept, [dropped]) if (kept := _filters_alone(pieces)) else "",
        widened=dict(_widened(pieces, dropped)),
        meant=tuple(dict.fromkeys(each for each in read.meant if each != text)),
        terms=tuple(read.terms),
        like=tuple(read.like),
        beside_words=_joined([each for each in pieces if not each.words or each.negative], [dropped]) if read.like else "",
    )


def _date_of(filters: Sequence[Filter], name: str, today: date) -> date | None:
    """The last day of that name that holds for all of a query."""
    for each in reversed(filters):
        if each.field == name and each.apart and (span := parse_date_range(each.value, today)):
            return span[0] if name == "since" else span[1]
    return None


def _filters_alone(pieces: Sequence[_Piece]) -> list[_Piece]:
    return [each for each in pieces if each.field and each.field != "date" and not each.negative]


def _widened(pieces: Sequence[_Piece], dropped: str) -> Iterator[tuple[str, str]]:
    for name in SINGLE:
        others = [each for each in pieces if each.field != name or each.negative]
        if len(others) < len(pieces):
            yield name, _joined(others, [dropped])
