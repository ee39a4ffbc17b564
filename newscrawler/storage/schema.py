"""The tables of the archive, as migrations that are never edited once released.

Times are ISO 8601 text.  What we measured is UTC (2026-11-22T12:30:00Z); what others stated keeps its
precision (`dates`), and what nobody stated is NULL.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from sqlite_utils import Migrations

from newscrawler.errors import ArchiveError
from newscrawler.storage.rekeying import rekey

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("newscrawler")

_M001 = """
-- one publisher, as the catalogue stated it at the last crawl
CREATE TABLE sources (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    home TEXT NOT NULL,
    country TEXT,                       -- ISO 3166-1 alpha-2; NULL: the catalogue does not say
    language TEXT,                      -- BCP 47, the first one the catalogue names
    kind TEXT NOT NULL,
    keep TEXT NOT NULL                  -- all or relevant
) STRICT;

-- one feed or sitemap of a source
CREATE TABLE endpoints (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources(id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    parent_id INTEGER REFERENCES endpoints(id),  -- the sitemap index that named it
    state TEXT NOT NULL DEFAULT 'new',  -- new, active, failing, or retired: no longer in the catalogue
    reason TEXT,                        -- why it fails
    last_polled TEXT,
    next_poll TEXT,                     -- NULL: now
    newest_item TEXT,                   -- the latest date that it stated of a link
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    etag TEXT,                          -- validators, saved with the links that came with them
    last_modified TEXT,
    UNIQUE (source_id, url)
) STRICT;
-- which endpoints are due
CREATE INDEX endpoints_by_next_poll ON endpoints(next_poll);

-- one crawl
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    finished TEXT,                      -- NULL: at work, or killed
    command TEXT NOT NULL,
    exit_code INTEGER,                  -- as the command ended; 137: killed
    counts TEXT NOT NULL DEFAULT '{}',  -- JSON: outcome -> links
    pid INTEGER
) STRICT;

-- one look at an endpoint
CREATE TABLE polls (
    id INTEGER PRIMARY KEY,
    endpoint_id INTEGER NOT NULL REFERENCES endpoints(id),
    run_id INTEGER REFERENCES runs(id),
    at TEXT NOT NULL,
    status INTEGER,                     -- HTTP status; NULL: no answer
    links_seen INTEGER NOT NULL DEFAULT 0,
    links_new INTEGER NOT NULL DEFAULT 0,
    seconds REAL NOT NULL,
    error TEXT
) STRICT;
-- the history of one endpoint
CREATE INDEX polls_by_endpoint ON polls(endpoint_id, at);

-- one address that an endpoint named, or that was asked for by hand
CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL UNIQUE,       -- urls.url_key
    source_id TEXT NOT NULL REFERENCES sources(id),
    endpoint_id INTEGER REFERENCES endpoints(id),  -- NULL: asked for by hand
    discovered TEXT NOT NULL,
    published_hint TEXT,                -- what the endpoint said
    modified_hint TEXT,                 -- a sitemap's lastmod, an Atom entry's updated
    title_hint TEXT,
    state TEXT NOT NULL DEFAULT 'pending',  -- pending, done, dropped (off-topic) or failed
    attempts INTEGER NOT NULL DEFAULT 0,
    next_try TEXT,                      -- NULL: now
    reason TEXT,                        -- what became of it, and why
    article_id INTEGER REFERENCES articles(id)
) STRICT;
-- what is left to fetch of a source, newest first
CREATE INDEX links_fresh ON links(source_id, coalesce(published_hint, modified_hint) DESC, id DESC)
    WHERE state = 'pending' AND next_try IS NULL;
-- what is to be tried again
CREATE INDEX links_retried ON links(source_id, next_try) WHERE state = 'pending' AND next_try IS NOT NULL;
CREATE INDEX links_by_article ON links(article_id);
CREATE INDEX links_by_endpoint ON links(endpoint_id);

-- one stored response; the bytes are in a WARC file
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL,
    fetched TEXT NOT NULL,
    status INTEGER NOT NULL,
    content_type TEXT,
    digest TEXT NOT NULL,               -- of the body, as in the record's WARC-Payload-Digest
    warc_file TEXT NOT NULL,            -- below pages/
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL        -- of the compressed record
) STRICT;
CREATE INDEX pages_by_url ON pages(url);
CREATE INDEX pages_by_file ON pages(warc_file, warc_offset);

-- one text that several addresses or publishers carry
CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    first_article_id INTEGER REFERENCES articles(id) DEFERRABLE INITIALLY DEFERRED,
    articles INTEGER NOT NULL,          -- how many carry it
    sources INTEGER NOT NULL            -- of how many sources
) STRICT;

-- one article, its current text
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,             -- in order of arrival
    url TEXT NOT NULL,                  -- where it was fetched, after redirects
    url_key TEXT NOT NULL UNIQUE,       -- urls.url_key
    source_id TEXT NOT NULL REFERENCES sources(id),
    title TEXT,
    authors TEXT NOT NULL DEFAULT '[]', -- JSON array of names
    published TEXT,
    published_origin TEXT,              -- which claim said so; NULL with published
    modified TEXT,
    language TEXT,                      -- BCP 47, as the page says of itself
    section TEXT,
    lead TEXT,                          -- the page's own summary
    text TEXT NOT NULL,                 -- one paragraph a line
    word_count INTEGER NOT NULL,
    image_url TEXT,
    canonical TEXT,                     -- the address that the page claims: evidence, never a key
    story_id INTEGER NOT NULL REFERENCES stories(id) DEFERRABLE INITIALLY DEFERRED,
    relevance REAL,                     -- 0..1: about defence or diplomacy
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,            -- when its page was last fetched
    content_hash TEXT NOT NULL,         -- text.content_hash of the text
    extractor TEXT NOT NULL,
    page_id INTEGER REFERENCES pages(id),  -- the response that the current text is from
    segmented TEXT                      -- for search: scripts without spaces, one character a word
) STRICT;
CREATE INDEX articles_by_published ON articles(published DESC);
CREATE INDEX articles_by_source ON articles(source_id, id DESC);
CREATE INDEX articles_by_story ON articles(story_id, source_id);
-- is this text there already?
CREATE INDEX articles_by_content ON articles(content_hash);

-- one state of an article's text
CREATE TABLE revisions (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    seen TEXT NOT NULL,
    change TEXT NOT NULL,               -- new, touched or revised (dedup.revisions)
    title TEXT,
    text TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    page_id INTEGER REFERENCES pages(id)
) STRICT;
CREATE INDEX revisions_by_article ON revisions(article_id, id);

-- two articles that share words, and whether that makes them one story
CREATE TABLE copies (
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- the later one
    other_id INTEGER NOT NULL REFERENCES articles(id),
    relation TEXT NOT NULL,             -- copy, contains, contained or partial
    score REAL NOT NULL,                -- share of the text that is the same
    reason TEXT NOT NULL,
    PRIMARY KEY (article_id, other_id)
) STRICT;
CREATE INDEX copies_by_other ON copies(other_id);

-- what articles can be about: IPTC Media Topics (medtop:...) where there is one, else our own (newscrawler:...)
CREATE TABLE topics (
    topic_id TEXT PRIMARY KEY,
    label TEXT NOT NULL
) STRICT;

-- what an article is about
CREATE TABLE article_topics (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    topic_id TEXT NOT NULL REFERENCES topics(topic_id),
    score REAL NOT NULL,
    terms TEXT NOT NULL,                -- JSON array: the terms that say so
    PRIMARY KEY (article_id, topic_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX article_topics_by_topic ON article_topics(topic_id, article_id);

-- countries and organisations that an article names
CREATE TABLE mentions (
    article_id INTEGER NOT NULL REFERENCES articles(id),
    kind TEXT NOT NULL,                 -- country or organisation
    code TEXT NOT NULL,                 -- ISO 3166-1 alpha-2, or an acronym
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (article_id, kind, code)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_by_code ON mentions(kind, code, article_id);

-- a query worth watching
CREATE TABLE saved_searches (
    name TEXT PRIMARY KEY,
    query TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT;

-- robots.txt of each host, so that a run needs not ask again within a day
CREATE TABLE robots (
    origin TEXT PRIMARY KEY,            -- scheme://host[:port]
    fetched TEXT NOT NULL,
    status INTEGER,                     -- NULL: no answer, which disallows for now (RFC 9309)
    body TEXT NOT NULL
) STRICT;

-- search; spelt with double quotes, as Datasette and sqlite-utils look for it
CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, lead, text, segmented,
    tokenize="unicode61 remove_diacritics 2", content="articles", content_rowid="id"
);
"""

_M002 = """
-- whom the text names as its first publisher or agency
ALTER TABLE articles ADD COLUMN credit TEXT;
-- what stories are made of, without reading a text
CREATE INDEX articles_in_stories ON articles(id, story_id, source_id, word_count);

-- how we know that the first article is the original
ALTER TABLE stories ADD COLUMN reason TEXT;
-- the story that this one turned out to be part of; it has no articles then
ALTER TABLE stories ADD COLUMN merged_into INTEGER REFERENCES stories(id);

-- shingles that both texts have (dedup.fingerprints); NULL where the words are all the same
ALTER TABLE copies ADD COLUMN shared INTEGER;
-- 1: they are one story; 0: they share words, and the reason says why that makes no story
ALTER TABLE copies ADD COLUMN same_story INTEGER NOT NULL DEFAULT 1;

-- sampled shingles of the texts, by which copies are found (dedup.fingerprints)
CREATE TABLE fingerprints (
    hash INTEGER NOT NULL,              -- 32 bits
    article_id INTEGER NOT NULL,
    PRIMARY KEY (hash, article_id)
) STRICT, WITHOUT ROWID;
"""

_M003 = """
-- article, live, opinion, press-release, listing or video
ALTER TABLE articles ADD COLUMN type TEXT NOT NULL DEFAULT 'article';
-- JSON array: keywords as the page states them
ALTER TABLE articles ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
-- the news agency that the page credits beside or instead of its authors; may be NULL
ALTER TABLE articles ADD COLUMN agency TEXT;
-- 1: behind a paywall, 0: free; NULL: the page does not say
ALTER TABLE articles ADD COLUMN paywall INTEGER;
-- offset from UTC that `published` was stated with, such as +02:00; NULL: none was stated
ALTER TABLE articles ADD COLUMN published_zone TEXT;
-- JSON array: captions of its pictures, which are not in the text
ALTER TABLE articles ADD COLUMN captions TEXT NOT NULL DEFAULT '[]';
-- JSON array of {at, title, text}: entries of a live blog
ALTER TABLE articles ADD COLUMN updates TEXT NOT NULL DEFAULT '[]';
-- JSON object: field -> which claim said so
ALTER TABLE articles ADD COLUMN origins TEXT NOT NULL DEFAULT '{}';

-- one line of a host's articles; those that different articles carry are the host's and come off its texts
CREATE TABLE site_lines (
    host TEXT NOT NULL,
    line TEXT NOT NULL,                 -- extraction.boilerplate.line_key
    text TEXT,                          -- its beginning, to read
    pages TEXT NOT NULL DEFAULT '[]',   -- JSON array: names of articles that carried it, a few
    articles INTEGER NOT NULL,          -- 3: so many different ones did, or more; 1: fewer
    seen TEXT NOT NULL,                 -- last
    PRIMARY KEY (host, line)
) STRICT, WITHOUT ROWID;
"""

_M006 = """
-- when its address was found to have it no more; NULL: it is there.  It keeps its text
ALTER TABLE articles ADD COLUMN gone_since TEXT;
-- why we think that it is gone
ALTER TABLE articles ADD COLUMN gone_reason TEXT;

-- what changed
ALTER TABLE revisions ADD COLUMN reason TEXT;
-- when a later state that this row took up was seen; NULL: it stands for one state
ALTER TABLE revisions ADD COLUMN last_seen TEXT;
-- how many states of the day, or times that the page came back to it, the row stands for
ALTER TABLE revisions ADD COLUMN states INTEGER NOT NULL DEFAULT 1;
-- 1: something came, and nothing that was there went
ALTER TABLE revisions ADD COLUMN grown INTEGER NOT NULL DEFAULT 0;

-- when an article is looked at again
CREATE TABLE revisits (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    source_id TEXT NOT NULL REFERENCES sources(id),
    next_visit TEXT,                    -- NULL: no more, unless its source states that it changed
    last_visit TEXT NOT NULL,           -- whether an answer came or not
    counted_from TEXT NOT NULL,         -- first seen, changed last, or found gone: the schedule's beginning
    visits INTEGER NOT NULL DEFAULT 0,  -- after the first
    quiet INTEGER NOT NULL DEFAULT 0,   -- in a row that found the same words
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row that brought no answer
    etag TEXT,                          -- validators, saved with the text that came with them
    last_modified TEXT
) STRICT;
-- which articles of a source are due
CREATE INDEX revisits_by_next_visit ON revisits(source_id, next_visit) WHERE next_visit IS NOT NULL;
-- visits by a clock that was ahead
CREATE INDEX revisits_by_last_visit ON revisits(last_visit);
-- articles of an older archive: those of its last month have their visit a month after they were first seen
INSERT INTO revisits (article_id, source_id, next_visit, last_visit, counted_from)
SELECT id, source_id,
       iif(first_seen > strftime('%Y-%m-%dT%H:%M:%SZ', (SELECT max(last_seen) FROM articles), '-30 days'),
           strftime('%Y-%m-%dT%H:%M:%SZ', first_seen, '+30 days'), NULL),
       last_seen, first_seen
FROM articles;
"""

_TRIGGERS = (
    """
    CREATE TRIGGER articles_ai AFTER INSERT ON articles BEGIN
        INSERT INTO articles_fts(rowid, title, lead, text, segmented)
        VALUES (new.id, new.title, new.lead, new.text, new.segmented);
    END
    """,
    """
    CREATE TRIGGER articles_ad AFTER DELETE ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, segmented)
        VALUES ('delete', old.id, old.title, old.lead, old.text, old.segmented);
    END
    """,
    """
    CREATE TRIGGER articles_au AFTER UPDATE OF title, lead, text, segmented ON articles BEGIN
        INSERT INTO articles_fts(articles_fts, rowid, title, lead, text, segmented)
        VALUES ('delete', old.id, old.title, old.lead, old.text, old.segmented);
        INSERT INTO articles_fts(rowid, title, lead, text, segmented)
        VALUES (new.id, new.title, new.lead, new.text, new.segmented);
    END
    """,
)


def _statements(sql: str) -> list[str]:
    """Single statements, so that all of them run in the migration's own transaction.

    `executescript` would commit it.  Comments stay: they are the schema's documentation.
    """
    return [statement for part in sql.split(";\n") if (statement := part.strip())]


@migrations()
def m001_initial(db: Database) -> None:
    for statement in (*_statements(_M001), *_TRIGGERS):
        db.execute(statement)


@migrations()
def m002_copies(db: Database) -> None:
    """Copies found by their words.  What is there already keeps its stories; `stories --rebuild` goes over it."""
    for statement in _statements(_M002):
        db.execute(statement)


@migrations()
def m003_extraction(db: Database) -> None:
    """More of what a page says.  `reprocess --extract` fills it in for articles that are there."""
    for statement in _statements(_M003):
        db.execute(statement)


@migrations()
def m006_revisits(db: Database) -> None:
    for statement in _statements(_M006):
        db.execute(statement)


@migrations()
def m007_address_keys(db: Database) -> None:
    rekey(db)


def is_ours(db: Database) -> bool:
    """Whether a database is an archive of ours, or empty: then it may become one."""
    return bool(migrations.applied(db)) or not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()


def is_newer(db: Database) -> bool:
    """Whether a later newscrawler made this archive: it has migrations that we do not know."""
    ours = {migration.name for migration in migrations._migrations}
    return any(applied.name not in ours for applied in migrations.applied(db))


def is_current(db: Database) -> bool:
    return not migrations.pending(db)


def _views() -> dict[str, str]:
    """View name -> its CREATE statement, from views.sql."""
    sql = (resources.files(__package__ or "newscrawler.storage") / "views.sql").read_text(encoding="utf-8")
    statements = [part[part.index("CREATE VIEW") :] for part in _statements(sql)]
    return {statement.split()[2]: statement for statement in statements}


def migrate(db: Database) -> list[str]:
    """Bring an archive to our schema; the names of the migrations applied.

    Views are made anew wherever they differ from views.sql.  Raises ArchiveError for a newer archive.
    """
    if is_newer(db):
        raise ArchiveError("the archive was made by a newer newscrawler; upgrade newscrawler to use it")
    if not is_ours(db):
        raise ArchiveError("the archive is another program's database; name another folder with --archive")
    names = [migration.name for migration in migrations.pending(db)]
    migrations.apply(db)
    present = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'").fetchall())
    with db.atomic():
        for name, statement in _views().items():
            if present.get(name) != statement:
                db.execute(f"DROP VIEW IF EXISTS {name}")
                db.execute(statement)
    return names
