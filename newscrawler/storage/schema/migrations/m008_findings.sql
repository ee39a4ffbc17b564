-- what was usual when it was found, to tell when that is so again: words, or a share without date
ALTER TABLE findings ADD COLUMN baseline REAL;
-- links left out because nothing dates them
ALTER TABLE backfill_steps ADD COLUMN undated INTEGER NOT NULL DEFAULT 0;
-- of an address with dates in it: the one that was asked last, of which the validators are
ALTER TABLE endpoints ADD COLUMN address_polled TEXT;
-- of an address with a day, month or year in it: the end of the last one that was looked at after its end
ALTER TABLE endpoints ADD COLUMN covered TEXT;
