"""Search by meaning: `like:"a text"` and `like:ID` find the articles that say nearly that, in whatever language.

The signs of all vectors are looked through (`storage.meaning.vector_file`), and the nearest are put in order by the vectors
themselves.  Filters hold as ever; words beside it are fused with it by reciprocal rank (Cormack et al. 2009).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from newscrawler.meaning import encoder
from newscrawler.meaning.coverage import shipped_coverage
from newscrawler.meaning.vectors import BIT_BYTES, bits_of, cosines, nearest, unpacked
from newscrawler.search.filters import shortened
from newscrawler.search.vocabulary import language_codes
from newscrawler.storage.meaning import vector_file, vectors
from newscrawler.text.detection import FIRM_PROBABILITY, SAME, likely_language

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from sqlite_utils import Database

    from newscrawler.meaning.vectors import Floats
    from newscrawler.search.query import Query

T = TypeVar("T", bound="Hashable")  # what is ranked
NEAREST = 2_000  # by their signs, of which filters leave some
RESCORED = 400  # of them put in order by their vectors
FEW = 20_000  # hits of the filters, up to which all of them are looked at
LEAST = 0.15  # how near a hit is at least: a few words are nowhere very near, and chance is nearer to 0
FUSED = 60  # the constant of reciprocal rank fusion
# letters of languages that have no vectors, and of none that has: of Latin script, Cyrillic, Arabic
FOREIGN = frozenset("čďěňřšťůžđľĺŕőűășțģķļņėįųøåðþіїєґўђѓјљњћќџѕپچژگٹڈڑں")
_RUSSIAN = re.compile(r"[а-яё\s]+")
TAIL = 20_000  # vectors that the file lacks and that are looked at
_AMONG = """
    SELECT articles_fts.rowid FROM articles_fts
    WHERE articles_fts MATCH :fts AND articles_fts.rowid IN (SELECT value FROM json_each(:ids))
"""
_STANDING = """
    SELECT language, (SELECT vector IS NOT NULL FROM vectors WHERE article_id = articles.id AND encoder_id IS ?),
           EXISTS (SELECT 1 FROM to_encode WHERE article_id = articles.id)
    FROM articles WHERE id = ?
"""
_ANY_VECTOR = "SELECT EXISTS (SELECT 1 FROM vectors WHERE vector IS NOT NULL)"
_NEWEST = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH :fts ORDER BY rowid DESC LIMIT :limit"


def folder_of(db: Database) -> Path | None:
    """The folder of a database's file; None of one in memory."""
    rows = db.conn.execute("PRAGMA database_list").fetchall()
    return next((Path(row[2]).parent for row in rows if row[1] == "main" and row[2]), None)


def _wanted(db: Database, number: int, like: str) -> tuple[Floats | None, int | None]:
    """(the vector that is looked for, the article whose it is)."""
    if like.isdecimal() and len(like) <= 18:
        blobs = vectors.vectors_of(db, number, [int(like)])
        found = blobs.get(int(like))
        return (unpacked([found])[0] if found else None), int(like)
    return encoder.encode_query(like, likely_language(like)), None


def nearest_articles(db: Database, like: str, fts: str, *, everything: bool) -> list[tuple[int, float]]:
    """(article, how near) of those that say nearly what a text or the article of a number says, the nearest first.

    `fts`: what they have to fulfil (`everything`: nothing but not being dropped).
    """
    name, folder = encoder.encoder_name(), folder_of(db)
    number = vectors.encoder_id(db, name) if name else None
    if name is None or number is None or folder is None:
        return []
    one, itself = _wanted(db, number, like)
    if one is None:
        return []
    among = None if everything else [row[0] for row in db.conn.execute(_NEWEST, {"fts": fts, "limit": FEW + 1})]
    if among is not None and len(among) > FEW:
        among = None  # too many to look at each: the nearest of all are asked what they fulfil
    ids = _by_signs(db, (folder, name, number), one, among)
    if among is None:
        kept = {row[0] for row in db.conn.execute(_AMONG, {"fts": fts, "ids": json.dumps(ids)})}
        ids = [each for each in ids if each in kept]
    blobs = vectors.vectors_of(db, number, ids[:RESCORED])
    found = [each for each in ids[:RESCORED] if each in blobs and each != itself]
    near = cosines(unpacked([blobs[each] for each in found]), one) if found else []
    least = -1.0 if among is not None and len(among) <= RESCORED else LEAST  # of so few all are put in order
    ranked = [(article, score) for article, score in zip(found, near, strict=True) if score >= least]
    return sorted(ranked, key=lambda each: (-each[1], -each[0]))


def nearness(db: Database, like: str, articles: Sequence[int]) -> dict[int, float]:
    """Article -> how near it is to what is looked for, of those that have a vector."""
    name = encoder.encoder_name()
    number = vectors.encoder_id(db, name) if name else None
    one = _wanted(db, number, like)[0] if number is not None else None
    if number is None or one is None:
        return {}
    blobs = vectors.vectors_of(db, number, articles)
    near = cosines(unpacked(list(blobs.values())), one) if blobs else []
    return dict(zip(blobs, near, strict=True))


def is_nothing_like(db: Database, like: str) -> str:
    """Why nothing is like an article's number or a text: all vectors are another encoder's, or the article is not there, or
    has none; "" for any other.
    """
    name = encoder.encoder_name()
    number = vectors.encoder_id(db, name) if name else None
    if name and number is None and db.execute(_ANY_VECTOR).fetchone()[0]:
        return "all vectors here were made by another encoder; `newscrawler reprocess --vectors` makes them anew"
    if not like.isdecimal() or len(like) > 18:
        return ""
    row = db.conn.execute(_STANDING, [number, int(like)]).fetchone()
    if row is None:
        return f"there is no article {int(like)}"
    language, has_one, waits = row
    return "" if has_one else f"article {int(like)} has no vector: {_why_none(language, has_one is not None, waits)}"


def _why_none(language: str | None, was_tried: bool, waits: bool) -> str:
    """Why an article has no vector, by its language, whether there was none to be made of it, and whether it waits."""
    if shipped_coverage().language(language) is None:
        known = f"its language ({language}) is not covered" if language else "its language is not known"
        return f"{known}; `newscrawler help events` lists those that are"
    if waits:
        return "it waits for one, which the next crawl or `newscrawler events --update` makes"
    return "it has no words to make one of" if was_tried else "`newscrawler reprocess --vectors` makes it"


def is_of_no_language(like: str) -> str:
    """Why hits for a text may be chance: it is plainly in a language that the encoder does not know; "" for any other.

    Of 2,816 titles in languages that it knows one was taken for another language, and of their first two words ten.  Of a
    few words no model is sure: there letters say it that no such language has, in a word that begins small, for names have
    any; and one or two words in letters of Russian are believed to be that.
    """
    if len(like.split()) <= 2 and _RUSSIAN.fullmatch(like.casefold()):
        return ""
    foreign = any(word[0].islower() and not FOREIGN.isdisjoint(word) for word in like.split())
    language = None if like.isdecimal() else likely_language(like, 0.0 if foreign else FIRM_PROBABILITY)
    if language is None:
        return ""
    alike = {language}.union(*(each for each in SAME if language in each))
    if any(map(shipped_coverage().language, alike)):
        return ""
    return (
        f"{shortened(like)} seems to be in a language whose meaning is not known ({language}): what is near may be chance; "
        "`newscrawler help events` lists those that are"
    )


def may_be_chance(likes: Sequence[str]) -> list[str]:
    """What is to be said of hits for texts and articles: why they may be chance, and what several mean."""
    found = list(dict.fromkeys(filter(None, map(is_of_no_language, likes))))
    if len(likes) > 1:
        found.append(f"like: stands here {len(likes)} times: hits are like any of these, the best like all")
    return found


def are_never_like(query: Query) -> list[str]:
    """What is to be said of a language that a query is filtered by, where its articles have no vectors: like: finds none."""
    if not (query.like and query.fts):
        return []
    asked = [each for each in query.filters if each.field == "lang" and not each.negative]
    without = [each.label for each in asked if not any(map(shipped_coverage().language, language_codes(each.value)))]
    if not without:
        return []
    named = shortened(" and ".join(dict.fromkeys(without)))
    why = f"articles in {named} have no vectors, so that like: finds none of them"
    return [f"{why}; `newscrawler help events` lists the languages that have"]


def _by_signs(db: Database, where: tuple[Path, str, int], one: Floats, among: Sequence[int] | None) -> list[int]:
    """Articles by how many signs they have in common with a vector; those that the file lacks come from the database."""
    folder, name, number = where
    signs, wanted = vector_file.signs(folder, name), bits_of(one[None])
    assert len(wanted) == BIT_BYTES
    ids = nearest(signs.table, wanted, NEAREST, among)
    late = vectors.made_since(db, number, signs.last, TAIL)
    ids += nearest(vector_file.signs_of(late), wanted, RESCORED // 4, among)
    # what is new comes first: it is rescored with the nearest of the file.  Once each: an article whose vector was made anew
    # has a record of each time in the file
    newest = ids[len(ids) - min(len(late), RESCORED // 4) :] if late else []
    return list(dict.fromkeys([*newest, *ids]))


def fused(rankings: Sequence[Sequence[T]]) -> list[T]:
    """Several rankings as one: each gives 1 / (60 + rank) to what it has.

    >>> fused([[1, 2, 3], [3, 2]])
    [3, 2, 1]
    """
    scores: dict[T, float] = {}
    for ranking in rankings:
        for rank, each in enumerate(ranking, 1):
            scores[each] = scores.get(each, 0.0) + 1 / (FUSED + rank)
    return sorted(scores, key=lambda each: -scores[each])
