-- When they publish
-- At which hour of the day (UTC) articles come out, by the country of the source; only times that are stated in UTC or with a zone.
-- :days 30 how many days back from the newest article
SELECT sources.country AS published_in, substr(articles.published, 12, 2) AS hour_utc, count(*) AS articles
FROM articles JOIN sources ON sources.id = articles.source_id
WHERE articles.id >= ${newest:days} AND articles.published LIKE '____-__-__T%Z'
GROUP BY 1, 2 ORDER BY published_in, hour_utc LIMIT 2000
