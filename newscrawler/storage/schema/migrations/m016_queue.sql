-- how many of its endpoint's counts (`endpoints.sweeps`) there were when a list named it last, kept while it has no article
ALTER TABLE links ADD COLUMN named INTEGER NOT NULL DEFAULT 0;
-- how often it was written down which links it still names, once a week at most
ALTER TABLE endpoints ADD COLUMN sweeps INTEGER NOT NULL DEFAULT 0;
-- when it was last
ALTER TABLE endpoints ADD COLUMN swept TEXT;
-- new links that its last look left out, because the queue had no room for them
ALTER TABLE endpoints ADD COLUMN left_out INTEGER NOT NULL DEFAULT 0;
-- links without an article that were forgotten, because no list names them any more
ALTER TABLE sources ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;

-- how many links of a source wait
CREATE INDEX links_waiting ON links(source_id, next_try) WHERE state = 'pending';
-- what no list of an endpoint names any more
CREATE INDEX links_unnamed ON links(endpoint_id, named) WHERE article_id IS NULL;
-- whether a backfill counts on a link
CREATE INDEX backfill_links_by_link ON backfill_links(link_id);
-- which knows what is to be tried again, too
DROP INDEX links_retried;
