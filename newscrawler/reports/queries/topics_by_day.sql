-- Topics by day
-- How many articles are about a topic, day by day.
-- :days 30 how many days back from the newest article
-- :limit 500 rows at most
SELECT date(coalesce(articles.published, articles.modified, articles.first_seen)) AS day, topics.label AS topic, count(*) AS articles
FROM articles
JOIN article_topics ON article_topics.article_id = articles.id
JOIN topics USING (topic_id)
WHERE articles.id >= ${newest:days} AND article_topics.score >= 0.3
GROUP BY 1, topic_id ORDER BY day DESC, articles DESC, topic LIMIT ${limit}
