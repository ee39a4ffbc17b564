-- who says in which language it is: page, text, or both; NULL where nobody does or nobody has looked
ALTER TABLE articles ADD COLUMN language_origin TEXT;

-- iptc: a code of IPTC Media Topics; own: ours or the user's
ALTER TABLE topics ADD COLUMN scheme TEXT NOT NULL DEFAULT 'own';

-- 1: a country that the article is about, not only one that it names
ALTER TABLE mentions ADD COLUMN main INTEGER NOT NULL DEFAULT 0;

-- what our lexicon says of an article, and why
CREATE TABLE verdicts (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    decision TEXT NOT NULL,             -- keep, review (doubtful) or drop; `articles.relevance` is the score
    defence REAL NOT NULL,              -- 0..1
    diplomacy REAL NOT NULL,            -- 0..1
    reason TEXT NOT NULL,
    lexicon TEXT NOT NULL,              -- the version that judged
    judged TEXT NOT NULL,               -- when
    matches TEXT NOT NULL               -- JSON: term, topic, weight and word numbers in title, lead and body
) STRICT;
-- what is doubtful
CREATE INDEX verdicts_to_review ON verdicts(article_id) WHERE decision = 'review';

-- what a person said of an article: it holds whatever a crawl or a lexicon says later
CREATE TABLE reviews (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id),
    decision TEXT NOT NULL,             -- keep or drop
    decided TEXT NOT NULL
) STRICT;
