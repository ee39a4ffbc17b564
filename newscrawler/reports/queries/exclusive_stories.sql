-- Exclusive stories
-- Long and relevant articles that nobody else carried within a day: what a source had for itself.
-- :days 7 how many days back from the newest article
-- :words 400 words at least
-- :limit 100 rows at most
SELECT round(articles.relevance, 2) AS relevance, sources.name AS source, articles.title, articles.word_count,
       coalesce(articles.published, articles.modified, articles.first_seen) AS at, articles.id AS article_id, articles.url
FROM articles
JOIN stories ON stories.id = articles.story_id
JOIN sources ON sources.id = articles.source_id
WHERE articles.id >= ${newest:days} AND stories.articles = 1 AND articles.word_count >= ${words} AND articles.type = 'article'
  AND articles.relevance >= 0.5
  AND articles.first_seen <= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(first_seen), '-1 day') FROM articles)
ORDER BY articles.relevance DESC, articles.id DESC LIMIT ${limit}
