-- The desk: what a reader does with an archive.  In desk.db beside news.db, which only the crawler writes.

-- whose desk this is: one row
CREATE TABLE desk (
    archive TEXT NOT NULL,             -- reports.status.identity of the archive whose articles are meant
    here_before INTEGER NOT NULL DEFAULT 0,  -- the archive's last article when the visit before this one ended
    here_last INTEGER NOT NULL DEFAULT 0,    -- and at the last look at the front page
    here_at TEXT                       -- when that was, UTC; NULL: never
) STRICT;

CREATE TABLE seen (
    article_id INTEGER PRIMARY KEY,
    at TEXT NOT NULL                   -- opened, or marked, UTC
) STRICT;

-- for later
CREATE TABLE kept (
    article_id INTEGER PRIMARY KEY,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE notes (
    article_id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    at TEXT NOT NULL                   -- when it was written last, to the microsecond: its version
) STRICT;

CREATE TABLE collections (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    created TEXT NOT NULL
) STRICT;

CREATE TABLE collected (
    name TEXT NOT NULL COLLATE NOCASE REFERENCES collections(name),
    article_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (name, article_id)
) STRICT, WITHOUT ROWID;

-- what the reader said of doubtful articles; the next writer of the archive takes it over
CREATE TABLE reviews (
    article_id INTEGER PRIMARY KEY,
    decision TEXT NOT NULL,            -- keep or drop
    at TEXT NOT NULL,
    taken_over TEXT                    -- when it came into the archive; NULL: not yet
) STRICT;

CREATE TABLE searches (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    query TEXT NOT NULL,
    created TEXT NOT NULL
) STRICT;

-- the archive's last article when the hits of a saved search were looked at, the archive's own saved searches among them
CREATE TABLE looked (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    last INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- events that the reader follows
CREATE TABLE followed (
    event TEXT PRIMARY KEY,            -- by what the archive knows it
    title TEXT NOT NULL,               -- as it was called then
    at TEXT NOT NULL
) STRICT;

-- what the reader said of events; the next writer of the archive takes it over.  Since version 2
CREATE TABLE corrections (
    id INTEGER PRIMARY KEY,            -- in order of saying
    kind TEXT NOT NULL,                -- part, join, or back: taken back
    event INTEGER NOT NULL,            -- the event on whose page it was said
    about INTEGER NOT NULL,            -- the article that is not of it, the event that is the same, what is taken back
    at TEXT NOT NULL,
    taken_over TEXT,                   -- when the archive was told; NULL: not yet
    trouble TEXT                       -- why the archive did not follow; NULL: it did
) STRICT;
