-- which newscrawler read its page; NULL: one that did not write that down
ALTER TABLE articles ADD COLUMN read_by TEXT;
-- the response that it brought last; NULL: none is stored, or it came before that was written down
ALTER TABLE links ADD COLUMN page_id INTEGER REFERENCES pages(id);

-- one look that found a stored page as it was; the record of it is in a WARC file
CREATE TABLE confirmations (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages(id),
    at TEXT NOT NULL,
    status INTEGER NOT NULL,            -- 304: the server said so; 200: the same bytes came again
    warc_file TEXT NOT NULL,            -- below pages/
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL        -- of the compressed record
) STRICT;
CREATE INDEX confirmations_by_page ON confirmations(page_id);
CREATE INDEX confirmations_by_file ON confirmations(warc_file, warc_offset);

-- one time that a stored page was read anew and said something else: we have changed, not its publisher
CREATE TABLE rereadings (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    page_id INTEGER NOT NULL REFERENCES pages(id),
    at TEXT NOT NULL,
    read_by TEXT NOT NULL,              -- the newscrawler that read it now
    read_before TEXT,                   -- the one before; NULL: unknown
    fields TEXT NOT NULL                -- JSON array: what it says otherwise now
) STRICT;
CREATE INDEX rereadings_by_article ON rereadings(article_id);

-- one going over what is stored, and how far it is, so that one that was stopped goes on there
CREATE TABLE reprocessings (
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,
    finished TEXT,                      -- NULL: at work, or stopped
    scope TEXT NOT NULL,                -- JSON object: what is done again, of what, by which version and lexicon
    stage TEXT NOT NULL,                -- the part of the work that it is at
    last_id INTEGER NOT NULL,           -- the last article or link of that part that is done
    counts TEXT NOT NULL DEFAULT '{}'   -- JSON object: outcome -> how many
) STRICT;
