-- Agency dependence
-- How much of a source's coverage is not its own: credits a news agency, or shares its story with whoever had it first (percent).
-- :days 30 how many days back from the newest article
-- :limit 200 rows at most
SELECT sources.name AS source, sources.country, count(*) AS articles,
       sum(articles.agency IS NOT NULL OR articles.credit IS NOT NULL) AS credited,
       sum(stories.first_article_id <> articles.id) AS copied,
       round(100.0 * sum(articles.agency IS NOT NULL OR articles.credit IS NOT NULL OR stories.first_article_id <> articles.id) / count(*), 1)
           AS percent,
       max(articles.agency) AS for_example
FROM articles
JOIN stories ON stories.id = articles.story_id
JOIN sources ON sources.id = articles.source_id
WHERE articles.id >= ${newest:days}
GROUP BY +articles.source_id
ORDER BY percent DESC, articles DESC, source LIMIT ${limit}
