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
