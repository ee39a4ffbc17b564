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
