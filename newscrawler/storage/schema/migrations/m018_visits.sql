-- why the last look brought no state of the article, as a word of errors.FailureKind; NULL: it brought one
ALTER TABLE revisits ADD COLUMN failure TEXT;
-- the same for people
ALTER TABLE revisits ADD COLUMN reason TEXT;
