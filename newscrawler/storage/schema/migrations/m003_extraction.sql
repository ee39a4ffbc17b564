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
