-- what our lexicon says of an article; the view `verdicts` has it with the terms in words
CREATE TABLE article_verdicts (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    decision TEXT NOT NULL,             -- keep, review (doubtful) or drop; `articles.relevance` is the score
    defence REAL NOT NULL,              -- 0..1
    diplomacy REAL NOT NULL,            -- 0..1
    reason TEXT NOT NULL,
    lexicon TEXT NOT NULL,              -- the version that judged
    judged TEXT NOT NULL,               -- when
    places TEXT NOT NULL                -- JSON: of each term its row of matched_terms, then its word numbers in body, title and lead
) STRICT;

-- a term of the lexicon as it stood when an article was judged
CREATE TABLE matched_terms (
    id INTEGER PRIMARY KEY,
    term TEXT NOT NULL,
    language TEXT NOT NULL,
    topic TEXT,                         -- NULL: it keeps shorter terms from counting
    weight REAL NOT NULL,
    UNIQUE (term, language, topic, weight)
) STRICT;

DROP TABLE verdicts;

CREATE INDEX verdicts_to_review ON article_verdicts(article_id) WHERE decision = 'review';
