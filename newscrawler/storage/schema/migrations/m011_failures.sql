-- why it came to nothing, as a word of errors.FailureKind; NULL: it did not, or nobody knows.  `reason` says it to people
ALTER TABLE links ADD COLUMN failure TEXT;
-- the same of an endpoint's last look
ALTER TABLE endpoints ADD COLUMN failure TEXT;
-- the same of one look
ALTER TABLE polls ADD COLUMN failure TEXT;

-- what may be opened again, when a site names it anew or its robots.txt has changed
CREATE INDEX links_failed ON links(failure, url_key) WHERE failure IS NOT NULL AND state IN ('failed', 'pending');
