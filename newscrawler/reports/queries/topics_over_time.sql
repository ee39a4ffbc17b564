-- Topics over time
-- What the coverage was about, week by week, as a number and as a share (percent) of that week's articles: what rises, what fades.
-- :topic '' a topic's label, such as naval; empty: all topics
-- :days 90 how many days back from the newest article
-- :limit 500 rows at most
WITH weeks AS MATERIALIZED (
    SELECT id, date(coalesce(published, modified, first_seen), 'weekday 0', '-6 days') AS week FROM articles WHERE id >= ${newest:days}
), totals AS (SELECT week, count(*) AS articles FROM weeks GROUP BY week)
SELECT weeks.week, topics.label AS topic, count(*) AS articles, round(100.0 * count(*) / totals.articles, 1) AS percent
FROM weeks
JOIN article_topics ON article_topics.article_id = weeks.id
JOIN topics USING (topic_id)
JOIN totals ON totals.week = weeks.week
WHERE ${topic} = '' OR lower(topics.label) = lower(${topic}) OR topic_id = ${topic}
GROUP BY weeks.week, topic_id
ORDER BY weeks.week DESC, articles DESC, topic LIMIT ${limit}
