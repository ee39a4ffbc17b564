-- Who mentions whom
-- Which sources write most of a country, an organisation, a ministry, a weapon, and how much of their coverage that is (percent).
-- :name '' name or code, such as Ukraine, UA or NATO; empty: every name
-- :days 30 how many days back from the newest article
-- :limit 200 rows at most
WITH recent AS MATERIALIZED (SELECT id, source_id FROM articles WHERE id >= ${newest:days}),
totals AS (SELECT source_id, count(*) AS articles FROM recent GROUP BY source_id)
SELECT sources.name AS source, mentions.name AS mentions, mentions.kind, count(*) AS articles, sum(mentions.count) AS times,
       round(100.0 * count(*) / totals.articles, 1) AS percent
FROM recent
JOIN mentions ON mentions.article_id = recent.id
JOIN sources ON sources.id = recent.source_id
JOIN totals ON totals.source_id = recent.source_id
WHERE ${name} = '' OR mentions.code = upper(${name}) OR lower(mentions.name) = lower(${name}) OR mentions.code = ${name}
GROUP BY recent.source_id, mentions.kind, mentions.code
ORDER BY articles DESC, source LIMIT ${limit}
