-- Coverage by country and week
-- How many articles named a country, week by week, as a number and as a share (percent) of all articles of that week.
-- Weeks begin on Monday, by the date that an article states, or else its arrival.
-- :country '' ISO 3166-1 alpha-2 code or English name; empty: all countries
-- :days 90 how many days back from the newest article
-- :limit 500 rows at most
WITH weeks AS MATERIALIZED (
    SELECT id, date(coalesce(published, modified, first_seen), 'weekday 0', '-6 days') AS week FROM articles WHERE id >= ${newest:days}
), totals AS (SELECT week, count(*) AS articles FROM weeks GROUP BY week)
SELECT weeks.week, mentions.name AS country, count(*) AS articles, sum(mentions.main) AS about_it,
       round(100.0 * count(*) / totals.articles, 1) AS percent
FROM weeks
CROSS JOIN mentions ON mentions.article_id = weeks.id AND mentions.kind = 'country'
JOIN totals ON totals.week = weeks.week
WHERE ${country} = '' OR upper(${country}) = mentions.code OR lower(${country}) = lower(mentions.name)
GROUP BY weeks.week, mentions.code
ORDER BY weeks.week DESC, articles DESC, country LIMIT ${limit}
