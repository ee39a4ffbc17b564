-- where a window of time begins: ids are in order of arrival
CREATE INDEX articles_by_arrival ON articles(first_seen);
-- what is not there any more
CREATE INDEX articles_that_are_gone ON articles(gone_since) WHERE gone_since IS NOT NULL;
-- changes, without the first states, of which each article has one
CREATE INDEX revisions_that_changed ON revisions(seen) WHERE change <> 'new';
-- what several carry, without the many stories of one article
CREATE INDEX stories_carried ON stories(articles DESC, id DESC) WHERE articles > 1;
