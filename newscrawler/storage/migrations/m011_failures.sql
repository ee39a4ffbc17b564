-- why it came to nothing, as a word of errors.FailureKind; NULL: it did not, or nobody knows.  `reason` says it to people
ALTER TABLE links ADD COLUMN failure TEXT;
-- the same of an endpoint's last look
ALTER TABLE endpoints ADD COLUMN failure TEXT;
-- the same of one look
ALTER TABLE polls ADD COLUMN failure TEXT;
