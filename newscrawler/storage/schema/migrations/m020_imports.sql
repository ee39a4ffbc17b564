-- one file of others that was taken in, and how far it is, so that one that was stopped goes on there
CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,                 -- as it was named
    kind TEXT NOT NULL,                 -- warc, wacz, json, addresses or archive
    size INTEGER,                       -- bytes; NULL: it came by a pipe
    digest TEXT,                        -- SHA-256 of its first and last MiB; NULL: it came by a pipe
    scope TEXT NOT NULL,                -- JSON object: how it was taken in, by which version and lexicon
    started TEXT NOT NULL,
    finished TEXT,                      -- NULL: at work, or stopped
    records INTEGER NOT NULL DEFAULT 0, -- of the file that are done
    counts TEXT NOT NULL DEFAULT '{}'   -- JSON object: outcome -> how many
) STRICT;
CREATE INDEX imports_by_digest ON imports(digest);

-- the file that it came by; NULL: it was fetched
ALTER TABLE articles ADD COLUMN import_id INTEGER REFERENCES imports(id);
-- the same
ALTER TABLE pages ADD COLUMN import_id INTEGER REFERENCES imports(id);
