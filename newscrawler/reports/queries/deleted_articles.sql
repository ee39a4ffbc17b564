-- Deleted articles
-- Articles that their source took away after we had them, the last first; their text is kept here.
-- :limit 200 rows at most
SELECT articles.gone_since, sources.name AS source, articles.title, articles.gone_reason,
       round(julianday(articles.gone_since) - julianday(articles.first_seen), 1) AS days_online, articles.id AS article_id, articles.url
FROM articles JOIN sources ON sources.id = articles.source_id
WHERE articles.gone_since IS NOT NULL
ORDER BY articles.gone_since DESC LIMIT ${limit}
