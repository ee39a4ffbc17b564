-- Countries named together
-- Pairs of countries that articles name together; `about_both`: those whose subject both are.
-- :country '' only pairs with this one: ISO 3166-1 alpha-2 code; empty: all
-- :days 30 how many days back from the newest article
-- :limit 200 rows at most
SELECT one.name AS country, other.name AS with_country, count(*) AS articles, sum(one.main AND other.main) AS about_both
FROM mentions AS one
CROSS JOIN mentions AS other ON other.article_id = one.article_id AND other.kind = 'country'
WHERE one.article_id >= ${newest:days} AND +one.kind = 'country'
  AND ((${country} = '' AND other.code > one.code) OR (one.code = upper(${country}) AND other.code <> one.code))
GROUP BY one.code, other.code
ORDER BY articles DESC, country, with_country LIMIT ${limit}
