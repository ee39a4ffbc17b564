-- Share of voice by country
-- Of all that names a country, how much was published in which country (percent), against that country's share of everything.
-- A ratio over 1: it writes more of it than others do.
-- :country 'UA' the country that is written about: ISO 3166-1 alpha-2 code or English name
-- :days 30 how many days back from the newest article
WITH recent AS MATERIALIZED (
    SELECT articles.id, sources.country FROM articles JOIN sources ON sources.id = articles.source_id WHERE articles.id >= ${newest:days}
), everything AS (SELECT country, count(*) AS articles, sum(count(*)) OVER () AS whole FROM recent GROUP BY country),
about AS (
    SELECT recent.country, count(*) AS articles, sum(count(*)) OVER () AS whole
    FROM recent CROSS JOIN mentions ON mentions.article_id = recent.id AND mentions.kind = 'country'
    WHERE mentions.code = upper(${country}) OR lower(mentions.name) = lower(${country})
    GROUP BY recent.country
)
SELECT about.country AS published_in, about.articles, round(100.0 * about.articles / about.whole, 1) AS percent,
       round(100.0 * everything.articles / everything.whole, 1) AS percent_of_everything,
       round(1.0 * about.articles / about.whole / everything.articles * everything.whole, 2) AS ratio
FROM about JOIN everything ON everything.country IS about.country
ORDER BY about.articles DESC, published_in
