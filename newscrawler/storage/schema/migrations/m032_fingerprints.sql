-- the sampled shingles of one of the articles that came last; the view `fingerprints` has a row for each
CREATE TABLE recent_fingerprints (
    article_id INTEGER PRIMARY KEY,
    hashes TEXT NOT NULL                -- JSON array: of 32 bits
) STRICT;

-- a fingerprint on its way from `recent_fingerprints` to `settled_fingerprints`
CREATE TABLE gathered_fingerprints (
    hash INTEGER NOT NULL,              -- 32 bits
    article_id INTEGER NOT NULL,
    PRIMARY KEY (hash, article_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE fingerprints RENAME TO settled_fingerprints;
