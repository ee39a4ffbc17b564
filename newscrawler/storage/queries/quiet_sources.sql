-- Sources that went quiet
-- Sources that bring far less than they used to: articles of the last days against what those before would make usual.
-- :days 7 the last days that are looked at
-- :before 28 the days before them that say what is usual
-- :limit 100 rows at most
WITH edge AS (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(first_seen), '-' || ${days} || ' days') AS at FROM articles),
counted AS (
    SELECT source_id, sum(first_seen >= edge.at) AS lately, sum(first_seen < edge.at) AS earlier, max(first_seen) AS newest
    FROM articles, edge
    WHERE id >= (SELECT id FROM articles WHERE first_seen >= strftime('%Y-%m-%dT%H:%M:%SZ', edge.at, '-' || ${before} || ' days')
                 ORDER BY first_seen LIMIT 1)
    GROUP BY source_id
)
SELECT sources.name AS source, sources.country, counted.newest AS last_article, counted.lately AS articles,
       round(1.0 * counted.earlier * ${days} / ${before}, 1) AS usual,
       (SELECT group_concat(kind || ': ' || detail, '; ') FROM findings WHERE source_id = counted.source_id AND resolved IS NULL) AS findings
FROM counted JOIN sources ON sources.id = counted.source_id
WHERE counted.earlier >= 4 AND counted.lately < 0.25 * counted.earlier * ${days} / ${before}
ORDER BY usual - counted.lately DESC, source LIMIT ${limit}
