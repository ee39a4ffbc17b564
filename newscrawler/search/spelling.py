"""Did you mean: words of a query that the archive does not have, as its own words spell them nearly so."""

from __future__ import annotations

import difflib
import json
import re
import sys
import unicodedata
from typing import TYPE_CHECKING

from newscrawler.storage.articles.labels import SOURCE
from newscrawler.text import has_unspaced, index_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlite_utils import Database

    from newscrawler.search.query import Query

MAX_CORRECTIONS = 3
MIN_LETTERS, MAX_LETTERS = 4, 30  # of a word
RARE = 3  # articles that have a word, which may be a slip of theirs, too
MORE = 20  # times as many that have another one
BEGINNING, MAX_BEGINNINGS = 3, 4_000  # letters that a word far off has in common, and words that begin so
NEAR_ENOUGH = 0.78  # as difflib counts
_KNOWN = """
    SELECT term, doc FROM json_each(:words) AS asked CROSS JOIN articles_terms ON articles_terms.term = asked.value
"""
_BEGINNING = "SELECT term, doc FROM articles_terms WHERE term >= :low AND term < :high LIMIT :most"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS = (
    _LATIN, "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћђџ", "αβγδεζηθικλμνξοπρστυφχψω",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويئءؤپچژگ", "אבגדהוזחטיכלמנסעפצקרשתםןףץך",
)  # fmt: skip


def corrections(db: Database, query: Query) -> list[str]:
    """Queries that may have been meant, the likeliest first: values of filters that are known, words that the archive has.

    Each has all of what is known better: what is mended by half finds nothing either.  Asks the index some thousand words:
    for queries that find next to nothing.
    """
    near = {word: found for word in dict.fromkeys(query.terms) if (found := nearest_words(db, word))}
    likeliest = {word: found[0] for word, found in near.items()}
    changes = [likeliest, *(likeliest | {word: other} for word, found in near.items() for other in found[1:])]
    texts = [_with(text, each) for each in changes for text in query.meant or [query.text]]
    return list(dict.fromkeys(each for each in texts if each != query.text))[:MAX_CORRECTIONS]


def _with(text: str, others: Mapping[str, str]) -> str:
    """A query with other words.

    >>> _with("frigatte -frigattes source:gazette", {"frigatte": "frigate"})
    'frigate -frigattes source:gazette'
    """
    for word, other in others.items():
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, text)
    return text


def nearest_words(db: Database, word: str) -> list[str]:
    """Words of the archive that are spelt nearly as one that it does not have, or hardly has, the likeliest first."""
    term = index_term(word)
    if not MIN_LETTERS <= len(term) <= MAX_LETTERS or not term.isalpha() or has_unspaced(term):
        return []
    known = _counts(db, {term, *_one_edit(term)})
    own = known.pop(term, 0)
    if own > RARE:
        return []
    near = {each: count for each, count in known.items() if count > own * MORE}
    if not near:
        near = _alike(db, term, own)
    return sorted(near, key=lambda each: (-near[each], each))[:MAX_CORRECTIONS]


def _counts(db: Database, words: Iterable[str]) -> dict[str, int]:
    return dict(db.conn.execute(_KNOWN, {"words": json.dumps(sorted(words))}).fetchall())


def _alike(db: Database, term: str, own: int) -> dict[str, int]:
    """Words with the same beginning that have most letters in common."""
    low = term[:BEGINNING]
    asked = {"low": low, "high": low + chr(sys.maxunicode), "most": MAX_BEGINNINGS}
    known = {word: count for word, count in db.conn.execute(_BEGINNING, asked) if count > own * MORE and word[0] < SOURCE}
    close = difflib.get_close_matches(term, known, MAX_CORRECTIONS, NEAR_ENOUGH)
    return {each: known[each] for each in close if each != term}


def _one_edit(term: str) -> Iterator[str]:
    """What becomes of a word by one slip: a letter missing, too many, another one, or two in each other's place.

    >>> {"navy", "nay", "anvy", "navvy"} <= set(_one_edit("navvy")) | set(_one_edit("nvay")) | set(_one_edit("navy"))
    True
    """
    alphabet = next((each for each in _ALPHABETS if unicodedata.normalize("NFC", term)[0] in each), "")
    for at in range(len(term) + 1):
        head, tail = term[:at], term[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in alphabet:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
