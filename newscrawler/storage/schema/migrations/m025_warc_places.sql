-- a WARC file that has left the archive's folder for a shared folder or S3 (pages_store in newscrawler.toml)
CREATE TABLE warc_places (
    warc_file TEXT PRIMARY KEY,         -- its name, as rows of pages and confirmations have it
    place TEXT NOT NULL,                -- the store that has it, under the archive's own name
    bytes INTEGER NOT NULL,             -- its size, when it was moved
    sha256 TEXT NOT NULL,               -- of its bytes, as they were read back from there
    moved TEXT NOT NULL                 -- when, UTC
) STRICT;
