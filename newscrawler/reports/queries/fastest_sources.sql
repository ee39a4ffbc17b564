-- Fastest sources
-- Of the stories that several sources carried: how often was a source the first, and how many minutes (median) before the next?
-- By the time that articles state, where they state one in UTC; those without a time are left out.
-- :days 30 how many days back from the newest article
-- :limit 100 rows at most
WITH told AS MATERIALIZED (
    SELECT story_id, source_id, min(published) AS at FROM articles
    WHERE id >= ${newest:days} AND published LIKE '____-__-__T%Z' GROUP BY +story_id, source_id
), ranked AS (
    SELECT story_id, source_id, at, row_number() OVER story AS place, lead(at) OVER story AS next_at,
           count(*) OVER (PARTITION BY story_id) AS sources
    FROM told WINDOW story AS (PARTITION BY story_id ORDER BY at)
), shared AS MATERIALIZED (SELECT * FROM ranked WHERE sources > 1),
leads AS (
    SELECT source_id, (julianday(next_at) - julianday(at)) * 1440 AS minutes,
           row_number() OVER (PARTITION BY source_id ORDER BY julianday(next_at) - julianday(at)) AS place,
           count(*) OVER (PARTITION BY source_id) AS firsts
    FROM shared WHERE place = 1
), carried AS (SELECT source_id, count(*) AS stories FROM shared GROUP BY source_id)
SELECT sources.name AS source, leads.firsts AS first_of, carried.stories AS shared_stories,
       round(100.0 * leads.firsts / carried.stories, 1) AS percent, round(leads.minutes) AS median_minutes_ahead
FROM leads
JOIN carried USING (source_id)
JOIN sources ON sources.id = leads.source_id
WHERE leads.place = (leads.firsts + 1) / 2
ORDER BY first_of DESC, percent DESC, source LIMIT ${limit}
