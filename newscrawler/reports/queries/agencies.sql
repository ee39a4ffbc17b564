-- Which agencies are used
-- News agencies by the articles that credit them, and by how many sources.
-- :days 30 how many days back from the newest article
SELECT coalesce(agency, credit) AS agency, count(*) AS articles, count(DISTINCT source_id) AS sources
FROM articles
WHERE id >= ${newest:days} AND coalesce(agency, credit) IS NOT NULL
GROUP BY coalesce(agency, credit) ORDER BY articles DESC, agency LIMIT 200
