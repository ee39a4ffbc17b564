-- for search among authors: their names, letters folded, where SQLite's tokenizer would keep the spellings apart
ALTER TABLE articles ADD COLUMN authors_segmented TEXT;

DROP TRIGGER articles_ai;
DROP TRIGGER articles_ad;
DROP TRIGGER articles_au;
DROP TABLE articles_terms;
DROP TABLE articles_fts;

-- search; spelt with double quotes, as Datasette and sqlite-utils look for it.  Vowel signs are part of a word (Mn, Mc), the
-- apostrophes that Unicode counts as letters are none
CREATE VIRTUAL TABLE articles_fts USING fts5(
    title, lead, text, segmented, title_segmented, authors, labels, authors_segmented,
    tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc' separators 'ʹʺʻʼʽʾʿ︎️' tokenchars '‍'",
    content="articles", content_rowid="id"
);
INSERT INTO articles_fts(articles_fts, rank) VALUES ('rank', 'bm25(6.0, 2.0, 1.0, 1.0, 2.0, 1.0, 0.0, 1.0)');

-- every word of the index, with the number of articles that have it (doc) and of times that they do (cnt)
CREATE VIRTUAL TABLE articles_terms USING fts5vocab(articles_fts, row);
