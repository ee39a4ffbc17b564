"""What a search's hits say and name more than the rest of the archive, and the countries that they are about.

query -> a sample of its hits, and of all articles in their languages -> words by log-odds, language by language;
names and countries from the labels of hits, against those of the whole archive
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.search.facets import sample_of
from newscrawler.search.logodds import Distinctive, log_odds
from newscrawler.search.ranking import newest
from newscrawler.search.vocabulary import country_name, language_name
from newscrawler.storage.articles.labels import COUNTRY, EVERY, LANGUAGE, NAME, TOPIC, token
from newscrawler.text import is_unspaced, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlite_utils import Database

    from newscrawler.search.query import Query
    from newscrawler.search.vocabulary import ArchiveVocabulary

HITS, OTHERS = 240, 360  # articles of which words are read: hits, and others of each language
READ = 1_500  # characters of a text, behind title and lead
LANGUAGES = 4  # that most hits are in
WORDS, NAMES = 24, 30  # that are told of: of each language, and in all
SHORTEST = 3  # letters of a word
_FIRST, _LAST = "SELECT min(id) FROM articles", "SELECT max(id) FROM articles"
_FROM = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH :fts AND rowid >= :low ORDER BY rowid LIMIT :most"
_TEXTS = """
    SELECT id, coalesce(language, ''), coalesce(title, ''), coalesce(lead, ''), substr(text, 1, :read)
    FROM articles WHERE id IN (SELECT value FROM json_each(:ids))
"""
_HAVE = "SELECT term, doc FROM articles_terms WHERE term IN (SELECT value FROM json_each(:terms))"


@dataclass(frozen=True, slots=True)
class WordsOf:
    """The words that set the hits in one language apart: of so many `hits`, against so many `others` in that language."""

    code: str
    language: str
    hits: int
    others: int
    words: tuple[Distinctive, ...]


@dataclass(frozen=True, slots=True)
class CountryShare:
    """A country (ISO 3166-1 alpha-2): hits that name it, and hits that appeared there."""

    code: str
    name: str
    named: int
    published: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What hits are like.  `names`: keyed by their tokens; `step`: countries are of one hit in so many, multiplied."""

    total: int
    step: int
    words: tuple[WordsOf, ...]
    names: tuple[Distinctive, ...]
    countries: tuple[CountryShare, ...]


def profile(db: Database, query: Query, known: ArchiveVocabulary) -> Profile:
    """What sets the hits of a query apart.  Its cost is bounded: words are of a sample of some hundred articles."""
    sample = sample_of(db, query)
    return Profile(
        sample.total,
        sample.step,
        tuple(_words(db, query)) if sample.total else (),
        tuple(_names(db, sample.tokens, -(-sample.total // sample.step), query.fts)),
        tuple(_countries(sample.tokens, sample.step, known)),
    )


@dataclass(frozen=True, slots=True)
class CountryShares:
    """The countries of a search's hits: `total` hits, `step`: looked at one in so many, and multiplied."""

    total: int
    step: int
    countries: tuple[CountryShare, ...]


def country_shares(db: Database, query: Query, known: ArchiveVocabulary) -> CountryShares:
    """How many hits name a country, and how many appeared there, without the words that set them apart."""
    sample = sample_of(db, query)
    return CountryShares(sample.total, sample.step, tuple(_countries(sample.tokens, sample.step, known)))


def spread(db: Database, fts: str, number: int) -> list[int]:
    """About so many articles that an expression finds, from all of the archive's time alike: a few after each of many."""
    first, last = (db.conn.execute(sql).fetchone()[0] or 0 for sql in (_FIRST, _LAST))
    few = [row[0] for row in db.conn.execute(_FROM, {"fts": fts, "low": first, "most": number + 1})]
    if len(few) <= number:
        return few
    each, places = 3, number // 3
    found: dict[int, None] = {}
    for place in range(places):
        low = first + (last - first) * place // places
        found |= dict.fromkeys(row[0] for row in db.conn.execute(_FROM, {"fts": fts, "low": low, "most": each}))
    return list(found)


def _words(db: Database, query: Query) -> Iterator[WordsOf]:
    """Language by language: against all languages together its commonest words would set any language apart."""
    asked = {*query.terms, *(word for term in query.terms for word in terms_of(term))}
    texts = _texts(db, newest(db, query).ids[:HITS] if query.like else spread(db, query.fts, HITS))
    for code, hits in sorted(texts.items(), key=lambda each: (-len(each[1]), each[0]))[:LANGUAGES]:
        label = token(LANGUAGE, code)
        others = _texts(db, spread(db, f'"{label}"', OTHERS)).get(code, {}) if code else {}
        outside = {id_: terms for id_, terms in others.items() if id_ not in hits}
        if len(hits) < 3 or not outside:
            continue
        inside, beside = (Counter(term for terms in each.values() for term in terms) for each in (hits, outside))
        for term in asked:
            inside.pop(term, None)
        found = log_odds(inside, len(hits), beside, len(outside))[:WORDS]
        if found:
            yield WordsOf(code, language_name(code), len(hits), len(outside), tuple(found))


def _texts(db: Database, ids: Iterable[int]) -> dict[str, dict[int, frozenset[str]]]:
    """Language -> article -> the terms of its beginning."""
    found: defaultdict[str, dict[int, frozenset[str]]] = defaultdict(dict)
    for id_, language, *parts in db.conn.execute(_TEXTS, {"ids": json.dumps(list(ids)), "read": READ}):
        found[language.partition("-")[0]][id_] = frozenset(terms_of("\n".join(parts)))
    return found


def terms_of(text: str) -> Iterator[str]:
    """The words of a text that are told of; two characters in a row where no spaces are written.

    >>> list(terms_of("An F-16 at sea")), list(terms_of("海軍演習 2026"))
    (['sea'], ['海軍', '軍演', '演習'])
    """
    before = ""
    for word in words(text):
        if len(word) == 1 and is_unspaced(word):
            if before:
                yield before + word
            before = word
            continue
        before = ""
        if len(word) >= SHORTEST and not word[0].isdigit():
            yield word


def _names(db: Database, tokens: Mapping[str, int], number: int, asked: str) -> list[Distinctive]:
    """Names and topics of hits against how many articles of the whole archive have them, which the index counts."""
    kinds = (COUNTRY, NAME, TOPIC)
    inside = {each: count for each, count in tokens.items() if each[0] in kinds and f'"{each}"' not in asked}
    terms = json.dumps([*inside, EVERY])
    every = dict(db.conn.execute(_HAVE, {"terms": terms}).fetchall())
    return log_odds(inside, number, every, max(every.pop(EVERY, 0), number))[:NAMES] if number else []


def _countries(tokens: Mapping[str, int], step: int, known: ArchiveVocabulary) -> list[CountryShare]:
    """Countries of the hits, those first that most name."""
    published: Counter[str] = Counter()
    for source, country in known.country_of.items():
        if count := tokens.get(source, 0):
            published[country] += count * step
    codes = {token(COUNTRY, code): code for kind, code, _ in known.of_mentions if kind == "country"}
    named = Counter({codes[each]: count * step for each, count in tokens.items() if each in codes})
    every = sorted({*named, *published}, key=lambda code: (-named[code], -published[code], code))
    return [CountryShare(code, country_name(code), named[code], published[code]) for code in every]
