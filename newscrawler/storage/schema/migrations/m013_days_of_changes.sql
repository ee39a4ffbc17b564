-- where nobody states when an article was published, its day is that of its last change
DROP TRIGGER articles_ai;
DROP TRIGGER articles_ad;
DROP TRIGGER articles_moved;
DROP INDEX articles_in_stories;
-- all that a list of hits and its facets ask of an article but its words
CREATE INDEX articles_in_stories ON articles(id, story_id, source_id, word_count, published, modified, first_seen, labels);
