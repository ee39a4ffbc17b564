-- whom the text names as its first publisher or agency
ALTER TABLE articles ADD COLUMN credit TEXT;
-- what stories are made of, without reading a text
CREATE INDEX articles_in_stories ON articles(id, story_id, source_id, word_count);

-- how we know that the first article is the original
ALTER TABLE stories ADD COLUMN reason TEXT;
-- the story that this one turned out to be part of; it has no articles then
ALTER TABLE stories ADD COLUMN merged_into INTEGER REFERENCES stories(id);

-- shingles that both texts have (dedup.fingerprints); NULL where the words are all the same
ALTER TABLE copies ADD COLUMN shared INTEGER;
-- 1: they are one story; 0: they share words, and the reason says why that makes no story
ALTER TABLE copies ADD COLUMN same_story INTEGER NOT NULL DEFAULT 1;

-- sampled shingles of the texts, by which copies are found (dedup.fingerprints)
CREATE TABLE fingerprints (
    hash INTEGER NOT NULL,              -- 32 bits
    article_id INTEGER NOT NULL,
    PRIMARY KEY (hash, article_id)
) STRICT, WITHOUT ROWID;
