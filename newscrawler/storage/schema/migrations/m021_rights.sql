-- what its page stated of the rights in it, JSON array of statements (`newscrawler help rights`); NULL: nothing
ALTER TABLE articles ADD COLUMN rights_stated TEXT;
-- what follows from that, its site's files and its source: reserved, licence or unknown; NULL: nothing is stated
ALTER TABLE articles ADD COLUMN rights TEXT;
-- when its page is to be withdrawn (unavailable_after), UTC; NULL: no such date, or none that can be read
ALTER TABLE articles ADD COLUMN unavailable_after TEXT;
-- since when its text is not here because its publisher asks for that; NULL: it is
ALTER TABLE articles ADD COLUMN withdrawn TEXT;
CREATE INDEX articles_unavailable ON articles(unavailable_after) WHERE unavailable_after IS NOT NULL;
-- what the catalogue says of the publisher's terms: reserved, a licence, or an address; NULL: nothing
ALTER TABLE sources ADD COLUMN rights TEXT;

-- each host's reservations of text and data mining (TDMRep), as asked last
CREATE TABLE tdmrep (
    origin TEXT PRIMARY KEY,            -- scheme://host
    asked TEXT NOT NULL,                -- when, UTC
    status INTEGER,                     -- HTTP status; NULL: no answer
    body TEXT                           -- of /.well-known/tdmrep.json; NULL: there is none that states anything
) STRICT;
