"""An article's words in, a verdict with its reasons out.

The words are walked once; at each place the longest term of the lexicon wins.  A term counts more in the
title and the lead, and each repetition less than the one before.  The score grows with the evidence and
shrinks with the length of the text, because a long text about anything names a war somewhere.
"""

from __future__ import annotations

import math
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.items import Mention, TopicScore, Verdict
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

THRESHOLD = 0.45
TITLE, LEAD, BODY = 3.0, 1.5, 1.0  # what a term counts in each part
HALF = 9.0  # evidence at which the score is .5, for a text of TYPICAL words
TYPICAL = 400
MAX_WORDS = 20_000
SHOWN = 5  # terms named in a reason


@dataclass(frozen=True, slots=True)
class Term:
    text: str  # as the lexicon writes it
    topic: str | None  # None: a term that only keeps shorter ones from counting
    weight: float
    pattern: tuple[str, ...]  # one entry a word; a final * matches any ending

    def matches(self, tokens: list[str], at: int) -> bool:
        if at + len(self.pattern) > len(tokens):
            return False
        return all(
            token.startswith(part[:-1]) if part.endswith("*") else token == part
            for part, token in zip(self.pattern, tokens[at : at + len(self.pattern)], strict=True)
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms, found by their first word or by its first letters."""

    exact: dict[str, tuple[Term, ...]] = field(repr=False)
    stems: dict[str, tuple[Term, ...]] = field(repr=False)
    stem_lengths: tuple[int, ...] = ()

    def at(self, tokens: list[str], at: int) -> Term | None:
        """The longest term that stands at this place."""
        token = tokens[at]
        best = next((term for term in self.exact.get(token, ()) if term.matches(tokens, at)), None)
        for length in self.stem_lengths:
            if length > len(token):
                break
            for term in self.stems.get(token[:length], ()):
                if term.matches(tokens, at):
                    if best is None or len(term.pattern) > len(best.pattern):
                        best = term
                    break
        return best

    def found(self, tokens: list[str]) -> Iterator[Term]:
        """Every term among the tokens, none overlapping another."""
        at = 0
        while at < len(tokens):
            term = self.at(tokens, at)
            at += len(term.pattern) if term else 1
            if term:
                yield term


@dataclass(frozen=True, slots=True)
class Lexicon:
    version: str
    topics: dict[str, tuple[str, str]]  # key -> (topic id, label)
    terms: Terms = field(repr=False)
    names: Terms = field(repr=False)  # of countries and organisations; a term's topic is "kind code"
    labels: dict[str, str] = field(repr=False)  # "kind code" -> name


def _pattern(text: str) -> tuple[str, ...]:
    return tuple(
        word + "*" if piece.endswith("*") and index == last else word
        for piece in text.split()
        for parts in [words(piece)]
        for last in [len(parts) - 1]
        for index, word in enumerate(parts)
    )


def _index(entries: Iterable[tuple[str, str | None, float]]) -> Terms:
    """Terms out of (text, topic, weight); the same word in several languages counts once."""
    exact: dict[str, list[Term]] = defaultdict(list)
    stems: dict[str, list[Term]] = defaultdict(list)
    seen: set[tuple[str, ...]] = set()
    for text, topic, weight in entries:
        pattern = _pattern(text)
        if pattern and pattern not in seen:
            seen.add(pattern)
            first = pattern[0]
            index, key = (stems, first[:-1]) if first.endswith("*") else (exact, first)
            index[key].append(Term(text, topic, weight, pattern))

    def by_length(index: dict[str, list[Term]]) -> dict[str, tuple[Term, ...]]:
        return {key: tuple(sorted(terms, key=lambda term: -len(term.pattern))) for key, terms in index.items()}

    return Terms(by_length(exact), by_length(stems), tuple(sorted({len(key) for key in stems})))


def parse_lexicon(lexicon: str, names: str) -> Lexicon:
    """A lexicon out of the texts of its two files."""
    tables = tomllib.loads(lexicon)
    terms = (
        (text, table.get("topic"), float(table["weight"]))
        for table in tables["terms"]
        for value in table.values()
        if isinstance(value, list)
        for text in value
    )
    kinds = tomllib.loads(names)
    labels = kinds.pop("label")  # where no text of a name may stand for it
    named = [
        (text, f"{kind} {code}", 1.0) for kind, codes in kinds.items() for code, texts in codes.items() for text in texts
    ]
    for text, code, _ in named:
        labels.setdefault(code, text)
    topics = {key: (each["id"], each["label"]) for key, each in tables["topics"].items()}
    return Lexicon(tables["version"], topics, _index(terms), _index(named), labels)


def shipped_lexicon() -> Lexicon:
    """The lexicon that comes with newscrawler; read once, at the edge."""
    folder = resources.files(__name__)
    lexicon, names = ((folder / file).read_text(encoding="utf-8") for file in ("lexicon.toml", "names.toml"))
    return parse_lexicon(lexicon, names)


def _mentions(lexicon: Lexicon, tokens: list[str]) -> tuple[Mention, ...]:
    counts = Counter(term.topic for term in lexicon.names.found(tokens) if term.topic)
    return tuple(
        Mention(kind, name, lexicon.labels[code], count)
        for code, count in counts.most_common()
        for kind, _, name in [code.partition(" ")]
    )


def judge(title: str | None, lead: str | None, text: str, lexicon: Lexicon) -> Verdict:
    """What an article is about.  `score` is 0..1; relevant from THRESHOLD on."""
    evidence: dict[Term, float] = {}
    counts: Counter[Term] = Counter()
    head, opening, body = words(title or ""), words(lead or ""), words(text)[:MAX_WORDS]
    for part, factor in ((head, TITLE), (opening, LEAD), (body, BODY)):
        for term in lexicon.terms.found(part):
            if term.topic is not None:
                counts[term] += 1
                evidence[term] = evidence.get(term, 0.0) + factor * term.weight / counts[term]
    weight = sum(evidence.values()) / math.sqrt(max(1.0, len(body) / TYPICAL))
    score = round(weight / (weight + HALF), 3)
    by_topic: dict[str, dict[Term, float]] = defaultdict(dict)
    for term, value in evidence.items():
        if term.topic:
            by_topic[term.topic][term] = value
    topics = tuple(
        TopicScore(
            *lexicon.topics[topic],
            round(sum(terms.values()) / (sum(terms.values()) + HALF), 3),
            tuple(term.text for term in sorted(terms, key=lambda each: -terms[each])),
        )
        for topic, terms in sorted(by_topic.items(), key=lambda item: -sum(item[1].values()))
    )
    named = ", ".join(term.text for term in sorted(evidence, key=lambda each: -evidence[each])[:SHOWN])
    reason = f"score {score} of {THRESHOLD}: {named}" if named else "no term of the lexicon"
    return Verdict(
        relevant=score >= THRESHOLD, score=score, reason=reason, topics=topics, mentions=_mentions(lexicon, head + body)
    )
