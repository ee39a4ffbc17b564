-- Languages
-- In which languages the coverage is, from how many sources, how relevant and how long.
-- :days 30 how many days back from the newest article
SELECT coalesce(language, '(unknown)') AS language, count(*) AS articles, round(100.0 * count(*) / sum(count(*)) OVER (), 1) AS percent,
       count(DISTINCT source_id) AS sources, round(avg(relevance), 2) AS relevance, round(avg(word_count)) AS words
FROM articles WHERE id >= ${newest:days}
GROUP BY 1 ORDER BY articles DESC, 1 LIMIT 200
