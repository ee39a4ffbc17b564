"""The SQL of articles that go from one archive into another, whole: states, pages, verdicts, reviews, stories.

    at an address that is not there   its rows as they are, under a number of its own, and its records
    at one that is there              the states, the review and the last text that ours does not have

Called inside the transaction of the archive that takes them.  Where that one is empty, articles and stories keep their
numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from newscrawler.dates import from_iso, read_moment
from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.dedup.matching import matches
from newscrawler.errors import ArchiveError
from newscrawler.items import Candidate, Lease
from newscrawler.revisions.changes import DOUBTFUL
from newscrawler.storage.articles import copies, earlier, filing, kept_fingerprints, stories
from newscrawler.storage.articles.captures import indexed_length
from newscrawler.storage.articles.cells import reading_of
from newscrawler.storage.articles.labels import relabel
from newscrawler.storage.articles.matched_terms import of_words
from newscrawler.storage.articles.pages import StoredPage, pages_of_article, same_page
from newscrawler.storage.articles.texts_to_judge import WHOLE_TEXT
from newscrawler.storage.meaning import vectors
from newscrawler.storage.meaning.event_counts import settle_reviewed
from newscrawler.storage.warc.reading import exchange_at
from newscrawler.urls import absolute, bare_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.items import Match
    from newscrawler.storage.archive import Archive

Row = dict[str, Any]
OF_ARTICLES = ("verdicts", "article_topics", "mentions", "reviews", "revisits", "rereadings")
# what says of an article where it stands in its archive, and not what its page says
PLACES = frozenset({"id", "url", "url_key", "source_id", "story_id", "first_seen", "last_seen", "labels", "import_id"})
JUDGED = ("verdicts", "article_topics", "mentions")
_VERDICTS = "article_verdicts"  # what is behind the view `verdicts`, whose terms have numbers of the archive's own
# nothing here but what this import brought before it was stopped
_EMPTY = """
    SELECT NOT EXISTS (SELECT 1 FROM articles WHERE NOT (:goes_on AND import_id IS :import))
       AND NOT EXISTS (SELECT 1 FROM pages WHERE NOT (:goes_on AND import_id IS :import))
       AND (:goes_on OR NOT EXISTS (SELECT 1 FROM stories))
"""
UNTOLD = {"home": "about:blank", "kind": "other", "keep": "all"}  # a source that rows name and no row tells of


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one article: its number now, and whether it is new here, or brought something."""

    id: int
    is_new: bool
    brought: bool


def rows_of(db: Database, table: str, where: str, **parameters: object) -> list[Row]:
    """Rows of a table by column."""
    cursor = db.execute(f"SELECT * FROM {table} WHERE {where}", parameters)  # noqa: S608 ours
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def unfit(db: Database, article_id: int) -> str | None:
    """Why an article of an archive that somebody sent cannot be one of ours; None where it can."""
    sql = "SELECT url, first_seen, last_seen FROM articles WHERE id = ?"
    ((url, *seen),) = db.execute(sql, [article_id]).fetchall()
    if absolute(url, "") is None:
        return f"article {article_id}: its address is no http or https address"
    if None in map(read_moment, seen):
        return f"article {article_id}: when it was seen is no time"
    return None


@dataclass(slots=True)
class Merging:
    """From `theirs`, whose records are in the folder `records` (None: rows alone), into `ours`.

    `lost` is told of records that cannot be read.  `behind`: articles up to this number were taken
    before, by the same import.
    """

    theirs: Database
    records: Path | None
    ours: Archive
    now: datetime
    import_id: int | None = None
    lost: Callable[[str], object] = lambda reason: None
    behind: int = 0
    _keeps_numbers: bool = False
    _columns: dict[str, set[str]] = field(default_factory=dict)
    _sources: set[str] = field(default_factory=set)
    _hosts: set[str] = field(default_factory=set)
    _articles: dict[int, int] = field(default_factory=dict)
    _stories: dict[int, int] = field(default_factory=dict)
    _pages: dict[int, int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (empty,) = self.ours.db.execute(_EMPTY, {"import": self.import_id, "goes_on": self.behind > 0}).fetchone()
        self._keeps_numbers = bool(empty)

    def take(self, article_id: int) -> Merged:
        """Take one article over.  Raises ArchiveError where nothing can be written."""
        (row,) = rows_of(self.theirs, "articles", "id = :id", id=article_id)
        there = rows_of(self.ours.db, "articles", "url_key = :key", key=row["url_key"])
        self._learn(row)
        merged = self._add(row) if not there else self._merge(row, there[0])
        self._articles[article_id] = merged.id
        if merged.brought:
            vectors.ask_for(self.ours.db, merged.id)
        self._tell_copies(article_id)
        relabel(self.ours.db, [merged.id])
        return merged

    def _put(self, table: str, row: Row, how: str = "INSERT") -> int:
        """Insert a row, as far as our table has its columns; its number."""
        cells = {name: value for name, value in row.items() if name in self._columns_of(table)}
        columns, names = ", ".join(cells), ", ".join(f":{column}" for column in cells)
        return self.ours.db.execute(f"{how} INTO {table} ({columns}) VALUES ({names})", cells).lastrowid or 0

    def _columns_of(self, table: str) -> set[str]:
        if table not in self._columns:
            rows = self.ours.db.execute(f"PRAGMA table_info({table})").fetchall()
            self._columns[table] = {name for _, name, *_ in rows}
        return self._columns[table]

    # --- an article that is not there

    def _add(self, row: Row) -> Merged:
        db, key = self.ours.db, row["id"]
        story, alike = self._story(row)
        page_ids = {} if row["withdrawn"] else self._take_pages(key)  # its pages are read for nothing any more
        number = {"id": key} if self._keeps_numbers else {}
        cells = {name: value for name, value in row.items() if name not in ("id", "labels")}
        cells |= {"story_id": story, "page_id": page_ids.get(row["page_id"]), "import_id": self.import_id}
        self.ours.index_together()
        article_id = self._put("articles", number | cells)
        for state in rows_of(self.theirs, "article_states", "article_id = :id ORDER BY id", id=key):
            self._copy("article_states", state, article_id, page_ids)
        for table in OF_ARTICLES:
            self._copy_all(table, key, article_id, page_ids)
        self._copy_fingerprints(key, article_id)
        self._copy_link(key, article_id)
        db.execute("UPDATE stories SET first_article_id = coalesce(first_article_id, ?) WHERE id = ?", [article_id, story])
        stories.join(db, article_id, story, alike)
        stories.settle(db, self._now_in(story), article_id)
        return Merged(article_id, is_new=True, brought=True)

    def _story(self, row: Row) -> tuple[int, Sequence[Match]]:
        """(the story here, what it shares words with here) of an article; those of one story there are of one here."""
        theirs = row["story_id"]
        found_alike = () if self._keeps_numbers else self._alike(row)
        before = self._stories[theirs] if theirs in self._stories else self._story_taken_before(theirs)
        if before is not None:
            self._stories[theirs] = before
            return self._now_in(before), found_alike
        found = next((match.other.story_id for match in found_alike if match.same_story), None)
        if found is None:
            number = {"id": theirs} if self._keeps_numbers else {}
            found = self._put("stories", {**number, "articles": 1, "sources": 1})
        self._stories[theirs] = found
        return found, found_alike

    def _story_taken_before(self, theirs: int) -> int | None:
        """The story here of the first of a story's articles that this import had taken when it was stopped."""
        sql = "SELECT url_key FROM articles WHERE story_id = ? AND id <= ? ORDER BY id"
        for (key,) in self.theirs.execute(sql, [theirs, self.behind]).fetchall() if self.behind else ():
            here = self.ours.db.execute("SELECT story_id FROM articles WHERE url_key = ?", [key]).fetchone()
            if here is not None:
                return int(here[0])
        return None

    def _alike(self, row: Row) -> Sequence[Match]:
        """The articles here that share an article's words, as they are found in a crawl."""
        reading = reading_of(self.theirs, row["id"])
        if reading is None:
            return ()
        article, source = reading.article, row["source_id"]
        hashes = tuple(fingerprints(shingled(article.whole_text)))
        candidate = Candidate(
            Lease(0, source, row["url"]), row["url"], row["url_key"], from_iso(row["first_seen"]), 200,
            article=article, fingerprints=hashes,
        )  # fmt: skip
        return matches(article, row["first_seen"], filing.known(self.ours.db, candidate))

    def _now_in(self, story: int) -> int:
        """The story that one has become part of; itself where it stands."""
        (row,) = self.ours.db.execute("SELECT coalesce(merged_into, id) FROM stories WHERE id = ?", [story]).fetchall()
        return int(row[0])

    def _copy_all(self, table: str, key: int, article_id: int, page_ids: dict[int | None, int | None]) -> None:
        for row in rows_of(self.theirs, table, "article_id = :id", id=key):
            if table == "article_topics":
                for topic in rows_of(self.theirs, "topics", "topic_id = :id", id=row["topic_id"]):
                    self._put("topics", topic, "INSERT OR IGNORE")
            self._copy(table, row, article_id, page_ids)

    def _copy(self, table: str, row: Row, article_id: int, page_ids: dict[int | None, int | None]) -> None:
        """A row that names its article, and perhaps a page, under their numbers here; without the page it may be none."""
        cells = row | {"article_id": article_id}
        if not (self._keeps_numbers and table == "article_states"):
            cells.pop("id", None)
        if "page_id" in cells:
            cells["page_id"] = page_ids.get(cells["page_id"])
            if table == "rereadings" and cells["page_id"] is None:
                return
        self._learn_source(cells.get("source_id"))
        if table == "verdicts":
            table, cells = _VERDICTS, cells | {"places": of_words(self.ours.db, cells["matches"])}
        self._put(table, cells, "INSERT OR IGNORE")

    def _copy_fingerprints(self, key: int, article_id: int) -> None:
        """Those of the text that are kept there."""
        (text,) = self.theirs.execute(f"SELECT {WHOLE_TEXT} FROM articles WHERE id = ?", [key]).fetchone()  # noqa: S608 ours
        copies.keep(self.ours.db, article_id, kept_fingerprints.of_article(self.theirs, key, fingerprints(shingled(text))))

    def _copy_link(self, key: int, article_id: int) -> None:
        """What the endpoint said that named the article first."""
        for link in rows_of(self.theirs, "links", "article_id = :id ORDER BY id LIMIT 1", id=key):
            named = {name: value for name, value in link.items() if name not in ("id", "endpoint_id", "page_id")}
            self._learn_source(link["source_id"])
            self._put("links", named | {"article_id": article_id, "named": 0}, "INSERT OR IGNORE")

    def _tell_copies(self, key: int) -> None:
        """Which articles share words, of those that both are here now."""
        for pair in rows_of(self.theirs, "copies", "article_id = :id OR other_id = :id", id=key):
            both = self._here(pair["article_id"]), self._here(pair["other_id"])
            if None not in both and both[0] != both[1]:
                self._put("copies", pair | {"article_id": both[0], "other_id": both[1]}, "INSERT OR IGNORE")

    def _here(self, key: int) -> int | None:
        """The number here of an article that was taken over; None where it was not."""
        if key not in self._articles and key <= self.behind:
            for row in rows_of(self.theirs, "articles", "id = :id", id=key):
                here = rows_of(self.ours.db, "articles", "url_key = :key", key=row["url_key"])
                return int(here[0]["id"]) if here else None
        return self._articles.get(key)

    # --- one that is there

    def _merge(self, row: Row, there: Row) -> Merged:
        db, key, article_id = self.ours.db, row["id"], there["id"]
        present = {(state["seen"], state["content_hash"]) for state in
                   rows_of(db, "revisions", "article_id = :id", id=article_id)}  # fmt: skip
        states = rows_of(self.theirs, "revisions", "article_id = :id ORDER BY seen, id", id=key)
        newer = row["last_seen"] > there["last_seen"] and (row["title"], row["text"]) != (there["title"], there["text"])
        newer = newer and not row["withdrawn"]  # whoever took it out obeyed by a rule of their own
        if there["withdrawn"] and not newer:
            states = []  # a text that was taken out here comes back by a later look alone
        states = [each for each in states if each["change"] != DOUBTFUL]  # another page's text, there as here
        missing = [each for each in states if each["text"] and (each["seen"], each["content_hash"]) not in present]
        page_ids = self._take_pages(key, {each["page_id"] for each in missing})
        brought = False
        for each in missing:
            told = earlier.State(each["title"], each["text"], each["content_hash"], each["seen"])
            brought |= earlier.insert(db, article_id, told, page_ids.get(each["page_id"]))
        if newer:
            self._renew(row, there, page_ids)
        reviewed = self._take_review(key, article_id)
        db.execute(
            "UPDATE articles SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?",
            [row["first_seen"], row["last_seen"], article_id],
        )
        if row["story_id"] not in self._stories:
            before = self._story_taken_before(row["story_id"])
            self._stories[row["story_id"]] = there["story_id"] if before is None else before
        return Merged(article_id, is_new=False, brought=brought or newer or reviewed)

    def _renew(self, row: Row, there: Row, page_ids: dict[int | None, int | None]) -> None:
        """An article that was seen there after we saw it says what it said then."""
        db, article_id = self.ours.db, there["id"]
        told = self._columns_of("articles") - PLACES
        cells = {name: row[name] for name in told} | {"page_id": page_ids.get(row["page_id"])}
        assignments = ", ".join(f"{column} = :{column}" for column in cells)
        (old_text,) = db.execute(f"SELECT {WHOLE_TEXT} FROM articles WHERE id = ?", [article_id]).fetchone()  # noqa: S608 ours
        db.execute(f"UPDATE articles SET {assignments} WHERE id = :id", cells | {"id": article_id})  # noqa: S608 ours
        copies.forget(db, article_id, old_text, there["content_hash"])
        for table in (_VERDICTS, *JUDGED[1:]):
            db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])  # noqa: S608 ours
        for table in JUDGED:
            self._copy_all(table, row["id"], article_id, page_ids)
        self._copy_fingerprints(row["id"], article_id)

    def _take_review(self, key: int, article_id: int) -> bool:
        """What a person said there, where nobody has said something here since."""
        said = rows_of(self.theirs, "reviews", "article_id = :id", id=key)
        here = rows_of(self.ours.db, "reviews", "article_id = :id", id=article_id)
        if not said or (here and here[0]["decided"] >= said[0]["decided"]):
            return False
        self._put("reviews", said[0] | {"article_id": article_id}, "INSERT OR REPLACE")
        settle_reviewed(self.ours.db, article_id)
        return True

    # --- what articles are of

    def _learn(self, row: Row) -> None:
        """Their source, and what is known to recur on its host, where we know nothing of these."""
        host, db = bare_host(row["url"]), self.ours.db
        self._learn_source(row["source_id"])
        if host not in self._hosts:
            self._hosts.add(host)
            for table in ("site_lines", "site_windows"):
                if not rows_of(db, table, "host = :host LIMIT 1", host=host):
                    for line in rows_of(self.theirs, table, "host = :host", host=host):
                        self._put(table, line, "INSERT OR IGNORE")

    def _learn_source(self, source: str | None) -> None:
        """A source with its endpoints, where there is none of that name."""
        if source is None or source in self._sources:
            return
        self._sources.add(source)
        if not rows_of(self.ours.db, "sources", "id = :id", id=source):
            told = rows_of(self.theirs, "sources", "id = :id", id=source)
            self._put("sources", told[0] if told else {"id": source, "name": source} | UNTOLD)
            for each in rows_of(self.theirs, "endpoints", "source_id = :id AND parent_id IS NULL", id=source):
                self._put("endpoints", {name: value for name, value in each.items() if name != "id"})

    # --- pages

    def _take_pages(self, key: int, wanted: set[int] | None = None) -> dict[int | None, int | None]:
        """Number there -> number here of the pages of an article, None where their records cannot be had."""
        found: dict[int | None, int | None] = {}
        for page in pages_of_article(self.theirs, key):
            if page.id not in self._pages and (wanted is None or page.id in wanted):
                self._pages[page.id] = self._take_page(page)
            found[page.id] = self._pages.get(page.id)
        return found

    def _take_page(self, page: StoredPage) -> int | None:
        if self.records is None:
            return None
        here = same_page(self.ours.db, page.url, page.digest)
        if here is not None and here.fetched == page.fetched:
            return here.id
        try:
            record, request = exchange_at(self.records, *page.place)
        except ArchiveError as error:
            self.lost(str(error))
            return None
        place = self._append(record, request)
        cells = dict(zip(("warc_file", "warc_offset", "warc_length"), place, strict=True))
        row = {name: getattr(page, name) for name in ("url", "fetched", "status", "content_type", "digest")}
        number = {"id": page.id} if self._keeps_numbers else {}
        page_id = self._put("pages", {**number, **row, **cells, "import_id": self.import_id})
        for each in rows_of(self.theirs, "confirmations", "page_id = :id", id=page.id):
            self._take_confirmation(each, page_id)
        return page_id

    def _take_confirmation(self, row: Row, page_id: int) -> None:
        assert self.records is not None
        try:
            record, _ = exchange_at(self.records, row["warc_file"], row["warc_offset"], row["warc_length"])
        except ArchiveError as error:
            self.lost(str(error))
            return
        place = self._append(record, b"")
        cells = dict(zip(("warc_file", "warc_offset", "warc_length"), place, strict=True))
        told = {"page_id": page_id, "at": row["at"], "status": row["status"]}
        self._put("confirmations", told | cells)

    def _append(self, record: bytes, beside: bytes) -> tuple[str, int, int]:
        return self.ours.pages.append(record, self.now, partial(indexed_length, self.ours.db), beside)
