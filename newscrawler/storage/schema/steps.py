"""The tables of the archive, as migrations that are never edited once released.

Times are ISO 8601 text.  What we measured is UTC (2026-11-22T12:30:00Z); what others stated keeps its
precision (`dates`), and what nobody stated is NULL.

Each migration imports what it goes over articles with by itself: every command reads this list, and hardly one runs it.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from newscrawler.storage.schema.triggers import (
    BEFORE_SEARCH,
    FTS,
    FTS_WITH_AUTHORS,
    KEEPS_THE_PAST,
    KEEPS_THE_REPLACED,
    PUBLISHED,
    PUBLISHED_OR_CHANGED,
    count_days,
    day,
    indexing_triggers,
    moved_trigger,
    search_triggers,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlite_utils import Database

    Step = Callable[[Database], None]

STEPS: dict[str, Step] = {}  # by name, in the order in which they are applied


def _step(function: Step) -> Step:
    STEPS[function.__name__] = function
    return function


def statements(sql: str) -> list[str]:
    """Single statements, so that all of them run in the migration's own transaction.

    `executescript` would commit it.  Comments stay: they are the schema's documentation.
    """
    return [statement for part in sql.split(";\n") if (statement := part.strip())]


def _sql(name: str) -> list[str]:
    """The statements of a file of migrations/, which is never edited once released."""
    file = resources.files(__package__ or "newscrawler.storage.schema") / "migrations" / f"{name}.sql"
    return statements(file.read_text(encoding="utf-8"))


@_step
def m001_initial(db: Database) -> None:
    for statement in (*_sql("m001_initial"), *BEFORE_SEARCH):
        db.execute(statement)


@_step
def m002_copies(db: Database) -> None:
    """Copies found by their words.  What is there already keeps its stories; `stories --rebuild` goes over it."""
    for statement in _sql("m002_copies"):
        db.execute(statement)


@_step
def m003_extraction(db: Database) -> None:
    """More of what a page says.  `reprocess --extract` fills it in for articles that are there."""
    for statement in _sql("m003_extraction"):
        db.execute(statement)


@_step
def m004_relevance(db: Database) -> None:
    """Verdicts with their evidence.  What is there already has none until `reprocess --judge`."""
    for statement in _sql("m004_relevance"):
        db.execute(statement)
    db.execute("UPDATE topics SET scheme = 'iptc' WHERE topic_id LIKE 'medtop:%'")


@_step
def m005_sources(db: Database) -> None:
    for statement in _sql("m005_sources"):
        db.execute(statement)


@_step
def m006_revisits(db: Database) -> None:
    for statement in _sql("m006_revisits"):
        db.execute(statement)


@_step
def m007_address_keys(db: Database) -> None:
    from newscrawler.storage.schema.rekeying import rekey

    rekey(db)


@_step
def m008_findings(db: Database) -> None:
    for statement in _sql("m008_findings"):
        db.execute(statement)


@_step
def m009_search(db: Database) -> None:
    """Filters as words of the index.  Goes over every article: minutes for a million."""
    from newscrawler.storage.articles.labels import stored_labels
    from newscrawler.text import search_form

    for statement in _sql("m009_search"):
        db.execute(statement)
    last = 0
    while ids := [row[0] for row in db.conn.execute("SELECT id FROM articles WHERE id > ? ORDER BY id LIMIT 1000", [last])]:
        db.conn.executemany(
            "UPDATE articles SET labels = ? WHERE id = ?", [(new, id_) for id_, new in stored_labels(db, ids)]
        )
        titles = db.conn.execute(
            "SELECT title, id FROM articles WHERE id BETWEEN ? AND ? AND title <> ''", [ids[0], ids[-1]]
        )
        apart = [(spaced, article) for title, article in titles.fetchall() if (spaced := search_form(title))]
        db.conn.executemany("UPDATE articles SET title_segmented = ? WHERE id = ?", apart)
        last = ids[-1]
    db.execute(f"INSERT INTO days (day, articles) SELECT {day('articles')} AS day, count(*) FROM articles GROUP BY day")  # noqa: S608
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    for statement in (*search_triggers(FTS), moved_trigger(PUBLISHED)):
        db.execute(statement)


@_step
def m010_reading_room(db: Database) -> None:
    """Indexes by which the reading room's pages and queries look at windows of time instead of whole tables."""
    for statement in _sql("m010_reading_room"):
        db.execute(statement)


@_step
def m011_failures(db: Database) -> None:
    """Failures as words.  What is there keeps its sentences, which are read once, here."""
    from newscrawler.storage.schema.old_failures import name_failures

    for statement in _sql("m011_failures"):
        db.execute(statement)
    name_failures(db)


@_step
def m012_letters(db: Database) -> None:
    """Search in which vowel signs, diacritics and letters of one language do not matter.  Goes over every article."""
    from newscrawler.storage.articles.letters import fold_letters, respell
    from newscrawler.text import is_respelt

    for statement in _sql("m012_letters"):
        db.execute(statement)
    respell(db, is_respelt)
    fold_letters(db)
    _label_all(db)  # as m015_more_filters wants them: the index need not be made twice
    db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    for statement in search_triggers(FTS_WITH_AUTHORS):
        db.execute(statement)


@_step
def m013_days_of_changes(db: Database) -> None:
    """An article whose publication nobody states is of the day of its last change, not of the day it came.

    Goes over those articles alone.
    """
    from newscrawler.storage.articles.labels import relabel

    for statement in _sql("m013_days_of_changes"):
        db.execute(statement)
    undated = "SELECT id FROM articles WHERE published IS NULL AND modified IS NOT NULL"
    count_days(db)
    relabel(db, [row[0] for row in db.conn.execute(undated)])
    for statement in (
        *search_triggers(FTS_WITH_AUTHORS, PUBLISHED_OR_CHANGED)[:2],
        moved_trigger(PUBLISHED_OR_CHANGED),
    ):
        db.execute(statement)


@_step
def m014_marks(db: Database) -> None:
    """Copies of texts in Indic and other scripts, whose vowel signs parted words.  Names them anew; no table changes."""
    from newscrawler.storage.articles.letters import respell
    from newscrawler.text import is_marked

    respell(db, is_marked)


@_step
def m015_more_filters(db: Database) -> None:
    """Filters by story, site, number of words, paywall, changes and being gone.  Goes over every article."""
    db.execute("DROP TRIGGER articles_au")
    if _label_all(db):
        db.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    db.execute(search_triggers(FTS_WITH_AUTHORS)[2])


def _label_all(db: Database) -> int:
    """Bring the labels of all articles up to date while no trigger minds the index; how many changed."""
    from newscrawler.storage.articles.labels import stored_labels

    changed = last = 0
    batch = "SELECT id, labels FROM articles WHERE id > ? ORDER BY id LIMIT 1000"
    while before := dict(db.conn.execute(batch, [last]).fetchall()):
        new = [(text, id_) for id_, text in stored_labels(db, before) if text != before[id_]]
        db.conn.executemany("UPDATE articles SET labels = ? WHERE id = ?", new)
        changed, last = changed + len(new), max(before)
    return changed


# migrations that are their file of statements and no more; a new one goes to the end
_FILES_ALONE = (
    "m016_queue",  # bounds of the queue, and what is forgotten of it
    "m017_provenance",  # who read an article, which page a link brought, what confirmed it, what we read otherwise since
    "m018_visits",  # why a look at a known article brought nothing
    "m019_front_page",  # an index that ranks the stories of a window without reading a text
    "m020_imports",  # files of others that were taken in, and what came by them
    "m021_rights",  # what publishers state of their rights; `reprocess --extract` fills it in for what is there
    "m022_meaning",  # vectors; what is there waits for the next crawl, or `reprocess --vectors`
    "m023_events",  # events; what is there waits for the next crawl, or `events --rebuild`
    "m024_engine",  # what workers on other machines reported, so that nothing of it is filed twice
    "m025_warc_places",  # where WARC files are that have left the folder
)


def _add_file(name: str) -> None:
    def run(db: Database) -> None:
        for statement in _sql(name):
            db.execute(statement)

    STEPS[name] = run


for _name in _FILES_ALONE:
    _add_file(_name)


@_step
def m026_states(db: Database) -> None:
    """The text that an article has is no longer kept a second time, and of a host's lines only those that come again.

    Goes over all states: half a minute for a hundred thousand.  The room that it frees is used by what comes.
    """
    from newscrawler.storage.sites.profiles import move_to_windows

    for statement in (*_sql("m026_states"), KEEPS_THE_PAST):
        db.execute(statement)
    move_to_windows(db)


@_step
def m027_merges(db: Database) -> None:
    """Parts of the full-text index are merged eight at a time and not four: a seventh less work to file an article.

    Neither its size nor the time of a query is more for it (https://sqlite.org/fts5.html#the_automerge_configuration_option).
    """
    db.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('automerge', 8)")


@_step
def m028_rights_of_feeds(db: Database) -> None:
    """What the items of feeds state of rights; feeds that are asked from now on fill it in."""
    for statement in _sql("m028_rights_of_feeds"):
        db.execute(statement)


@_step
def m029_replaced_articles(db: Database) -> None:
    """A row of `articles` that another program replaces leaves its text to the states that had it."""
    db.execute(KEEPS_THE_REPLACED)


@_step
def m030_indexed_together(db: Database) -> None:
    """Articles that are filed together are indexed together: a sixth less work to file one."""
    for statement in _sql("m030_indexed_together"):
        db.execute(statement)
    for name in ("articles_ai", "articles_ad", "articles_au"):
        db.execute(f"DROP TRIGGER IF EXISTS {name}")
    for statement in indexing_triggers():
        db.execute(statement)


@_step
def m031_matched_terms(db: Database) -> None:
    """The terms of verdicts by their numbers: a tenth less room.  Goes over all verdicts: seconds for a hundred thousand."""
    from newscrawler.storage.articles.matched_terms import number_all

    verdicts, terms, *behind = _sql("m031_matched_terms")
    for statement in (verdicts, terms):
        db.execute(statement)
    number_all(db)
    for statement in behind:
        db.execute(statement)


@_step
def m032_fingerprints(db: Database) -> None:
    """Fingerprints are written many to a page: a fifth less work to file an article in a large archive.  Moves nothing."""
    # else SQLite renames nothing beside a view that names a table that is gone; and views are to mean the new one
    db.execute("PRAGMA legacy_alter_table = ON")
    try:
        for statement in _sql("m032_fingerprints"):
            db.execute(statement)
    finally:
        db.execute("PRAGMA legacy_alter_table = OFF")


_add_file("m033_taken_back")  # what was said of events and counts no more
_add_file("m034_dropped_of_events")  # what a review dropped counts in no event
_add_file("m035_own_stories")  # numbers of events go with a story, numbers of what was said with all that was said at once
_add_file("m036_followed_events")  # of which stories of an event a saved search was told
