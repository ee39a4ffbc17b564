-- Sources that went quiet
-- Sources that bring far less than they used to: articles of the last days against what those before would make usual.
-- :days 7 the last days that are looked at
-- :before 28 the days before them that say what is usual
-- :limit 100 rows at most
WITH edge AS MATERIALIZED (
    SELECT (SELECT id FROM articles WHERE first_seen >= strftime('%Y-%m-%dT%H:%M:%SZ', newest, '-' || ${days} || ' days')
            ORDER BY first_seen LIMIT 1) AS lately,
           (SELECT id FROM articles
            WHERE first_seen >= strftime('%Y-%m-%dT%H:%M:%SZ', newest, '-' || (${days} + ${before}) || ' days')
            ORDER BY first_seen LIMIT 1) AS earlier
    FROM (SELECT max(first_seen) AS newest FROM articles)
), counted AS (
    SELECT source_id, sum(id >= edge.lately) AS lately, sum(id < edge.lately) AS earlier, max(id) AS newest
    FROM edge CROSS JOIN articles ON articles.id >= edge.earlier GROUP BY +source_id
)
SELECT sources.name AS source, sources.country, (SELECT first_seen FROM articles WHERE id = counted.newest) AS last_article,
       counted.lately AS articles, round(1.0 * counted.earlier * ${days} / ${before}, 1) AS usual,
       (SELECT group_concat(kind || ': ' || detail, '; ') FROM findings
        WHERE source_id = counted.source_id AND resolved IS NULL) AS findings,
       counted.source_id
FROM counted JOIN sources ON sources.id = counted.source_id
WHERE counted.earlier >= 4 AND counted.lately < 0.25 * counted.earlier * ${days} / ${before}
ORDER BY usual - counted.lately DESC, source LIMIT ${limit}
