-- Who writes about which country
-- Articles by the country that they name and the country that they were published in. `about_it`: those whose subject it is.
-- :days 30 how many days back from the newest article
-- :limit 200 rows at most
SELECT mentions.name AS about, sources.country AS published_in, count(*) AS articles, sum(mentions.main) AS about_it
FROM mentions
JOIN articles ON articles.id = mentions.article_id
JOIN sources ON sources.id = articles.source_id
WHERE mentions.article_id >= ${newest:days} AND +mentions.kind = 'country'
GROUP BY mentions.code, sources.country
ORDER BY articles DESC, about, published_in LIMIT ${limit}
