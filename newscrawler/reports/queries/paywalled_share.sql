-- Paywalled share
-- How much of a source's coverage stands behind a paywall (percent), of the articles whose page says whether it does.
-- :days 30 how many days back from the newest article
-- :limit 200 rows at most
SELECT sources.name AS source, sources.country, count(*) AS articles, count(articles.paywall) AS told, sum(articles.paywall) AS paywalled,
       round(100.0 * sum(articles.paywall) / count(articles.paywall), 1) AS percent
FROM articles JOIN sources ON sources.id = articles.source_id
WHERE articles.id >= ${newest:days}
GROUP BY +articles.source_id HAVING count(articles.paywall) > 0
ORDER BY percent DESC, articles DESC, source LIMIT ${limit}
