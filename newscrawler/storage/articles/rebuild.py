"""Stories made anew from the articles that are there, in order of arrival, as if each had just come.

One transaction: readers see the old stories until all the new ones are there, and an interruption changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.dedup.matching import matches
from newscrawler.items import Article, Known, KnownArticle
from newscrawler.storage.articles import copies, kept_fingerprints, stories
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.articles.texts_to_judge import WHOLE_TEXT
from newscrawler.storage.database.sqlite import note_undone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

    from newscrawler.items import Match
    from newscrawler.storage.archive import Archive

CHUNK = 500
RELABELLED = 1_000  # articles at once
_ARTICLES = f"""
    SELECT id, url, source_id, story_id, title, {WHOLE_TEXT}, content_hash, published, first_seen, word_count
    FROM articles WHERE id > ? ORDER BY id LIMIT ?
"""  # noqa: S608 ours
_ONE = (
    f"SELECT id, url, source_id, 0, title, {WHOLE_TEXT}, content_hash, published, first_seen "  # noqa: S608 ours
    "FROM articles WHERE id = ?"
)


@dataclass(slots=True)
class _Rebuilt:
    """Who is in which story, by the id of the story's first article to arrive."""

    story_of: dict[int, int] = field(default_factory=dict)
    members: dict[int, list[int]] = field(default_factory=dict)
    shape_of: dict[int, tuple[int, int]] = field(default_factory=dict)  # story and words, as `copies.likely` wants them
    by_text: dict[str, int] = field(default_factory=dict)
    stories_before: dict[int, int] = field(default_factory=dict)

    def add(self, article: int, words: int, found: tuple[Match, ...]) -> None:
        self.story_of[article], self.members[article] = article, [article]
        self.shape_of[article] = (article, words)
        for match in found:
            if match.same_story:
                self._unite(self.story_of[match.other.id], self.story_of[article])

    def _unite(self, one: int, other: int) -> None:
        first, second = min(one, other), max(one, other)
        if first == second:
            return
        for article in self.members.pop(second):
            self.story_of[article] = first
            self.shape_of[article] = (first, self.shape_of[article][1])
            self.members[first].append(article)


def _articles(db: Database) -> Iterator[tuple[KnownArticle, int]]:
    last = 0
    while rows := db.execute(_ARTICLES, [last, CHUNK]).fetchall():
        last = rows[-1][0]
        for row in rows:
            yield KnownArticle(*row[:-1]), row[-1]


def _known_by_now(db: Database, article: KnownArticle, hashes: list[int], rebuilt: _Rebuilt) -> tuple[Known, frozenset[int]]:
    twin = rebuilt.by_text.get(article.content_hash)
    if twin is not None:
        return Known(same_text=_with_story(db, twin, rebuilt)), frozenset(hashes)
    found = copies.postings(db, hashes, article.id)
    stands = copies.standing(found, rebuilt.story_of)
    ids = copies.likely(found, stands, rebuilt.shape_of)
    similar = tuple(_with_story(db, each, rebuilt) for each in ids)
    return Known(similar=similar, standing=stands), copies.crowded_shingles(found)


def _with_story(db: Database, article: int, rebuilt: _Rebuilt) -> KnownArticle:
    row = list(db.execute(_ONE, [article]).fetchone())
    row[3] = rebuilt.story_of[article]
    return KnownArticle(*row)


def rebuild(archive: Archive, progress: Callable[[], object], *, undo: bool = False) -> tuple[int, int]:
    """Find all copies anew; `progress` is called for every article.  Returns (stories, articles that changed theirs).

    `undo`: only to say so; nothing is kept of it.
    """
    with archive.transaction():
        archive.db.execute("SAVEPOINT rebuilt")
        found = _rebuild(archive.db, progress)
        if undo:
            archive.db.execute("ROLLBACK TO rebuilt")
            note_undone(archive.db)
    return found


def _rebuild(db: Database, progress: Callable[[], object]) -> tuple[int, int]:
    rebuilt = _Rebuilt()
    kept_fingerprints.take_all(db)
    db.execute("DELETE FROM copies")
    for article, words in _articles(db):
        hashes = list(fingerprints(shingled(article.text)))
        known, full = _known_by_now(db, article, hashes, rebuilt)
        content = Article(
            article.url, article.text, article.content_hash, words, "", title=article.title, published=article.published
        )
        found = matches(content, article.first_seen or "", known)
        stories.tell(db, article.id, found)
        copies.keep(db, article.id, hashes, full)
        rebuilt.by_text.setdefault(article.content_hash, article.id)
        rebuilt.stories_before[article.id] = article.story_id or 0
        rebuilt.add(article.id, words, found)
        progress()
    return len(rebuilt.members), _apply(db, rebuilt)


def _apply(db: Database, rebuilt: _Rebuilt) -> int:
    """Give every story its articles; each keeps the number that its first article's story had, where it can."""
    moved: list[int] = []
    used: set[int] = set()
    chosen: dict[int, int] = {}
    for label in sorted(rebuilt.members):
        before = rebuilt.stories_before[label]
        chosen[label] = stories.begin(db) if before in used else before
        used.add(chosen[label])
    went: defaultdict[int, int] = defaultdict(int)
    for label, articles in rebuilt.members.items():
        for article in articles:
            before = rebuilt.stories_before[article]
            if before != chosen[label]:
                moved.append(article)
                went[before] = chosen[label]
                db.execute("UPDATE articles SET story_id = ? WHERE id = ?", [chosen[label], article])
    db.execute("UPDATE stories SET first_article_id = NULL, reason = NULL")
    for label in rebuilt.members:
        stories.settle(db, chosen[label])
    for before, after in went.items():
        if before not in used:
            db.execute("UPDATE stories SET articles = 0, sources = 0, merged_into = ? WHERE id = ?", [after, before])
    db.conn.executemany("UPDATE stories SET merged_into = NULL WHERE id = ?", [(each,) for each in used])
    for start in range(0, len(moved), RELABELLED):
        relabel(db, moved[start : start + RELABELLED])
    return len(moved)
