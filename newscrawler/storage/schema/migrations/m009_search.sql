-- for search: one word for each thing that the article can be filtered by (storage/labels.py)
ALTER TABLE articles ADD COLUMN labels TEXT NOT NULL DEFAULT '';

-- for search in titles: scripts without spaces, one character a word
ALTER TABLE articles ADD COLUMN title_segmented TEXT;

-- how many articles are of a day: published then, as stated, or else first seen
CREATE TABLE days (
    day TEXT PRIMARY KEY,
    articles INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- the last article that `alerts` has looked at for it
ALTER TABLE saved_searches ADD COLUMN seen_id INTEGER NOT NULL DEFAULT 0;

-- when `alerts` was last asked what is new for it; NULL: never
ALTER TABLE saved_searches ADD COLUMN asked TEXT;

DROP TRIGGER articles_ai;
DROP TRIGGER articles_ad;
DROP TRIGGER articles_au;
DROP TABLE articles_fts;

-- search; spelt with double quotes, as Datasette and sqlite-utils look for it
CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, lead, text, segmented, title_segmented, authors, labels,
    tokenize="unicode61 remove_diacritics 2", content="articles", content_rowid="id"
);
INSERT INTO articles_fts(articles_fts, rank) VALUES ('rank', 'bm25(6.0, 2.0, 1.0, 1.0, 2.0, 1.0, 0.0)');

-- every word of the index, with the number of articles that have it (doc) and of times that they do (cnt)
CREATE VIRTUAL TABLE articles_terms USING fts5vocab(articles_fts, row);

-- all that a list of hits and its facets ask of an article but its words
DROP INDEX articles_in_stories;
CREATE INDEX articles_in_stories ON articles(id, story_id, source_id, word_count, published, first_seen, labels);
