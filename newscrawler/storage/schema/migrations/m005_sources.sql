-- ready or unverified: asked; blocked, dead, disputed
ALTER TABLE sources ADD COLUMN state TEXT NOT NULL DEFAULT 'ready';
-- what a reader without an account gets
ALTER TABLE sources ADD COLUMN access TEXT NOT NULL DEFAULT 'open';
-- JSON array, as the catalogue states them
ALTER TABLE sources ADD COLUMN topics TEXT NOT NULL DEFAULT '[]';
-- JSON: how the catalogue says it is to be read
ALTER TABLE endpoints ADD COLUMN hints TEXT NOT NULL DEFAULT '{}';
-- why the catalogue believes in it
ALTER TABLE endpoints ADD COLUMN evidence TEXT;
-- when that was
ALTER TABLE endpoints ADD COLUMN seen TEXT;
-- JSON: the pace learnt, by hour (polling.Rhythm)
ALTER TABLE endpoints ADD COLUMN rhythm TEXT;
-- how often it says itself that it changes
ALTER TABLE endpoints ADD COLUMN hint_seconds REAL;
-- when it last answered without a fault
ALTER TABLE endpoints ADD COLUMN last_success TEXT;
-- when it last brought a link that was new
ALTER TABLE endpoints ADD COLUMN last_new TEXT;
-- when it was last read whole, not answered by a 304
ALTER TABLE endpoints ADD COLUMN last_full TEXT;
-- lying: a 304 or an old ETag hid changes
ALTER TABLE endpoints ADD COLUMN validators TEXT NOT NULL DEFAULT 'trusted';
-- of an index: whether its dates were found true or false
ALTER TABLE endpoints ADD COLUMN lastmod TEXT;
-- what the index says of this sitemap now
ALTER TABLE endpoints ADD COLUMN modified_stated TEXT;
-- what it said when the sitemap was last read
ALTER TABLE endpoints ADD COLUMN modified_polled TEXT;

-- a host that asked us to wait, or that fails
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    not_before TEXT,                    -- nothing is asked until then; NULL: free
    failures INTEGER NOT NULL DEFAULT 0,  -- in a row
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- something that is wrong with a source or an endpoint, though it may answer
CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources(id),
    endpoint_id INTEGER REFERENCES endpoints(id),  -- NULL: the whole source
    kind TEXT NOT NULL,                 -- dead, unreachable, frozen, block-page, soft-404, empty, thin, undated, refused
    detail TEXT NOT NULL,
    first_seen TEXT NOT NULL,
    last_seen TEXT NOT NULL,
    resolved TEXT                       -- NULL: it still holds
) STRICT;
CREATE INDEX findings_open ON findings(source_id, kind) WHERE resolved IS NULL;

-- one look into the past of a source
CREATE TABLE backfills (
    id INTEGER PRIMARY KEY,
    source_id TEXT NOT NULL REFERENCES sources(id),
    since TEXT NOT NULL,                -- dates, both included
    until TEXT NOT NULL,
    created TEXT NOT NULL,
    finished TEXT,                      -- NULL: goes on when it is run again
    UNIQUE (source_id, since, until)
) STRICT;

-- one address that a backfill asks
CREATE TABLE backfill_steps (
    id INTEGER PRIMARY KEY,
    backfill_id INTEGER NOT NULL REFERENCES backfills(id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    hints TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL DEFAULT 'pending',  -- pending, done or failed
    links_seen INTEGER NOT NULL DEFAULT 0,  -- within the dates asked for
    links_new INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    UNIQUE (backfill_id, url)
) STRICT;

-- what a backfill found for a day, and what of it is in the archive
CREATE TABLE coverage (
    backfill_id INTEGER NOT NULL REFERENCES backfills(id),
    day TEXT NOT NULL,
    found INTEGER NOT NULL,             -- links that state this day
    stored INTEGER NOT NULL,            -- articles of the source published on it
    pending INTEGER NOT NULL,           -- links still to be fetched
    gap INTEGER NOT NULL,               -- 1: nothing was found, though the source publishes on such days
    PRIMARY KEY (backfill_id, day)
) STRICT, WITHOUT ROWID;

-- which links a backfill found
CREATE TABLE backfill_links (
    backfill_id INTEGER NOT NULL REFERENCES backfills(id),
    link_id INTEGER NOT NULL REFERENCES links(id),
    day TEXT,                           -- as the endpoint stated it, by a lastmod that is believed, too; NULL: it did not
    PRIMARY KEY (backfill_id, link_id)
) STRICT, WITHOUT ROWID;
