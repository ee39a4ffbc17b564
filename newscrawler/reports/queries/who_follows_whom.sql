-- Who follows whom
-- Pairs of sources: how often one carried a story that the other had first, and after how many hours (mean, by arrival here).
-- :days 30 how many days back from the newest article
-- :limit 100 rows at most
WITH followers AS MATERIALIZED (
    SELECT articles.source_id, articles.first_seen, stories.first_article_id, articles.story_id
    FROM articles JOIN stories ON stories.id = articles.story_id
    WHERE articles.id >= ${newest:days} AND stories.sources > 1 AND articles.id <> stories.first_article_id
)
SELECT mine.name AS source, theirs.name AS follows, count(DISTINCT followers.story_id) AS stories,
       round(avg(max(0, julianday(followers.first_seen) - julianday(original.first_seen))) * 24, 1) AS hours
FROM followers
JOIN articles AS original ON original.id = followers.first_article_id AND original.source_id <> followers.source_id
JOIN sources AS mine ON mine.id = followers.source_id
JOIN sources AS theirs ON theirs.id = original.source_id
GROUP BY followers.source_id, original.source_id
ORDER BY stories DESC, source, follows LIMIT ${limit}
