-- an encoder that made vectors: those of two are never compared
CREATE TABLE encoders (
    id INTEGER PRIMARY KEY,     -- as vectors name it
    name TEXT NOT NULL UNIQUE   -- package, version, how texts are prepared (meaning.encoder)
) STRICT;

-- what an article says, by the last encoder that read it
CREATE TABLE vectors (
    number INTEGER PRIMARY KEY,  -- in order of making; the file of signs beside the database lacks those behind its last
    article_id INTEGER NOT NULL UNIQUE REFERENCES articles(id) ON DELETE CASCADE,  -- the article
    encoder_id INTEGER NOT NULL REFERENCES encoders(id),  -- who made it
    vector BLOB                  -- 512 signed bytes (meaning.vectors), NULL where its language is not covered or it has no words
) STRICT;

-- an article that came or changed, and whose vector is still to be made
CREATE TABLE to_encode (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE  -- the article
) STRICT;

INSERT INTO to_encode (article_id) SELECT id FROM articles;
