-- one state of an article's text, without it where the article has it still; the view `revisions` has it always
CREATE TABLE article_states (
    id INTEGER PRIMARY KEY,
    article_id INTEGER NOT NULL REFERENCES articles(id),
    seen TEXT NOT NULL,
    change TEXT NOT NULL,               -- new, touched, revised, corrected, doubtful, gone or restored (revisions.changes)
    title TEXT,
    text TEXT,                          -- NULL: `articles.text` as it is now
    content_hash TEXT NOT NULL,
    page_id INTEGER REFERENCES pages(id),
    reason TEXT,                        -- what changed
    last_seen TEXT,                     -- when a later state that this row took up was seen; NULL: it stands for one state
    states INTEGER NOT NULL DEFAULT 1,  -- how many states of the day, or times that the page came back to it, the row stands for
    grown INTEGER NOT NULL DEFAULT 0    -- 1: something came, and nothing that was there went
) STRICT;

INSERT INTO article_states
SELECT id, article_id, seen, change, title, nullif(text, (SELECT text FROM articles WHERE articles.id = article_id)),
       content_hash, page_id, reason, last_seen, states, grown
FROM revisions;

DROP TABLE revisions;

CREATE INDEX states_by_article ON article_states(article_id, id);

-- the changes of a window of time
CREATE INDEX states_that_changed ON article_states(seen) WHERE change <> 'new';

-- the lines of a host's last articles, of which those that another of its articles has too go to site_lines
CREATE TABLE site_windows (
    host TEXT PRIMARY KEY,
    articles BLOB NOT NULL              -- their names and the keys of their lines, the last one last (storage.profiles)
) STRICT, WITHOUT ROWID;
