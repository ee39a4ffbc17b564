"""Copies among what is stored: which articles may share a text's words.  Called inside the archive's transaction.

Cost does not grow with the archive: no more than MAX_PER_SHINGLE articles are kept of one shingle, and MAX_COMPARED
texts are read for one candidate.  Of articles with the very same words, one is kept.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from newscrawler.dedup.fingerprints import DENSE_MASK, DENSE_SHINGLES, SPARSE_MASK, fingerprints, shingled
from newscrawler.storage.articles import kept_fingerprints
from newscrawler.storage.database.rows import plain_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlite_utils import Database

MAX_PER_SHINGLE = 64  # articles a shingle: more would tell nothing new
MIN_STANDING_STORIES = 5  # stories that carry a shingle, which makes it standing text ...
STANDING_SHARE = 3  # ... unless they are a smaller part than this of its articles: one story, not yet put together
MAX_COMPARED, MAX_OF_ONE_STORY = 6, 2
MAX_CANDIDATES = 60  # of the articles that share most, before stories are looked at
MIN_LIKELY_SHARE = 0.1  # of the smaller text's fingerprints must be shared: a beginning within a text shares one in eight

_SHAPES = """
    SELECT id, story_id, word_count FROM articles INDEXED BY articles_in_stories
    WHERE id IN (SELECT value FROM json_each(?))
"""
ANY = 2**62


def postings(db: Database, hashes: Iterable[int], before: int = ANY) -> dict[int, list[int]]:
    """Fingerprint -> ids of the articles that carry it, below `before`."""
    return kept_fingerprints.articles_of(db, hashes, before)


def shapes(db: Database, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Article id -> (story, words)."""
    ids = list(ids)
    if not ids:
        return {}
    rows = plain_rows(db, _SHAPES, [json.dumps(ids)])
    return {article: (story, number) for article, story, number in rows}


def _expected_fingerprints(word_count: int) -> float:
    """About how many fingerprints the archive has of a text of so many words."""
    head, body = min(word_count, DENSE_SHINGLES), max(0, word_count - DENSE_SHINGLES)
    return max(8.0, head / (DENSE_MASK + 1) + body / (SPARSE_MASK + 1))


def _stories_of(articles: list[int], story_of: Mapping[int, int]) -> int:
    return len({story_of.get(article, -article) for article in articles})


def standing(found: Mapping[int, list[int]], story_of: Mapping[int, int]) -> frozenset[int]:
    """The fingerprints that many stories carry."""
    return frozenset(
        value
        for value, articles in found.items()
        if len(articles) >= MIN_STANDING_STORIES
        and _stories_of(articles, story_of) >= max(MIN_STANDING_STORIES, len(articles) / STANDING_SHARE)
    )


def crowded_shingles(found: Mapping[int, list[int]]) -> frozenset[int]:
    return frozenset(value for value, articles in found.items() if len(articles) >= MAX_PER_SHINGLE)


def likely(found: Mapping[int, list[int]], stands: frozenset[int], shape_of: Mapping[int, tuple[int, int]]) -> list[int]:
    """The articles worth a comparison, word for word: those that share most, few of one story."""
    shared: Counter[int] = Counter(
        article for value, articles in found.items() if value not in stands for article in articles
    )
    chosen: list[int] = []
    of_story: Counter[int] = Counter()
    for article, number in sorted(shared.items(), key=lambda each: (-each[1], each[0]))[:MAX_CANDIDATES]:
        story, length = shape_of.get(article, (-article, 0))
        smaller = min(len(found), _expected_fingerprints(length))
        if number < min(2, len(found)) or number < MIN_LIKELY_SHARE * smaller or of_story[story] >= MAX_OF_ONE_STORY:
            continue
        of_story[story] += 1
        chosen.append(article)
        if len(chosen) == MAX_COMPARED:
            break
    return chosen


def _worth_a_look(found: Mapping[int, list[int]]) -> set[int]:
    """The articles of shingles that may stand, and those that share more than chance: 32 bits meet now and then."""
    carried = [articles for articles in found.values() if articles]  # few, or none
    times = Counter(article for articles in carried for article in articles)
    least = min(2, len(found))
    return {
        article
        for articles in carried
        for article in articles
        if len(articles) >= MIN_STANDING_STORIES or times[article] >= least
    }


def _without(found: Mapping[int, list[int]], some: set[int]) -> dict[int, list[int]]:
    return {value: [article for article in articles if article not in some] for value, articles in found.items()}


def similar(
    db: Database, hashes: Iterable[int], itself: int | None = None
) -> tuple[list[int], frozenset[int], frozenset[int]]:
    """(articles to compare with, standing fingerprints, crowded ones) for a text's fingerprints.

    `itself`: the article whose text it is, where it is there already.
    """
    found = postings(db, hashes)
    if itself is not None:
        found = _without(found, {itself})
    if not (worth_a_look := _worth_a_look(found)):
        return [], frozenset(), frozenset()
    shape_of = shapes(db, worth_a_look)
    if deleted := worth_a_look - shape_of.keys():  # by another program, that left their fingerprints
        found = _without(found, deleted)
    stands = standing(found, {article: story for article, (story, _) in shape_of.items()})
    return likely(found, stands, shape_of), stands, crowded_shingles(found)


def keep(db: Database, article_id: int, hashes: Iterable[int], full: frozenset[int] = frozenset()) -> None:
    """Keep a text's fingerprints, but those that are crowded."""
    kept_fingerprints.add(db, article_id, (value for value in hashes if value not in full))


def forget(db: Database, article_id: int, text: str, content_hash: str) -> None:
    """Drop the fingerprints of a text that the article does not have any more; another one that has it takes them."""
    hashes = sorted(fingerprints(shingled(text)))
    taken = kept_fingerprints.take(db, article_id, hashes)
    heir = db.execute(
        "SELECT min(id) FROM articles WHERE content_hash = ? AND id <> ?", [content_hash, article_id]
    ).fetchone()[0]
    if taken and heir is not None:
        kept_fingerprints.take(db, heir, hashes)  # it may have them from an earlier time
        keep(db, heir, hashes)
