-- Most carried stories
-- The stories that most sources carried: who had each first, how many followed, and within how many hours.
-- :days 7 how many days back from the newest article
-- :limit 50 rows at most
WITH carried AS MATERIALIZED (
    SELECT story_id, count(*) AS articles, count(DISTINCT source_id) AS sources, min(first_seen) AS first, max(first_seen) AS last
    FROM articles WHERE id >= ${newest:days}
    GROUP BY +story_id HAVING count(*) > 1 ORDER BY sources DESC, articles DESC LIMIT ${limit}
)
SELECT carried.sources, carried.articles, articles.title, sources.name AS first_source, carried.first,
       round((julianday(carried.last) - julianday(carried.first)) * 24, 1) AS hours, carried.story_id, articles.url
FROM carried
JOIN stories ON stories.id = carried.story_id
JOIN articles ON articles.id = stories.first_article_id
JOIN sources ON sources.id = articles.source_id
ORDER BY carried.sources DESC, carried.articles DESC, carried.story_id DESC
