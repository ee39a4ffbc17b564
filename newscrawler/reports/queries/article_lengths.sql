-- Length of articles
-- How long a source's articles are, in words: a tenth are shorter than `short`, half than `median`, a tenth longer than `long`.
-- :days 30 how many days back from the newest article
-- :limit 200 rows at most
WITH placed AS (
    SELECT source_id, word_count, row_number() OVER (PARTITION BY +source_id ORDER BY word_count) AS place,
           count(*) OVER (PARTITION BY +source_id) AS articles
    FROM articles WHERE id >= ${newest:days}
)
SELECT sources.name AS source, placed.articles,
       max(iif(placed.place = (placed.articles + 9) / 10, word_count, NULL)) AS short,
       max(iif(placed.place = (placed.articles + 1) / 2, word_count, NULL)) AS median,
       max(iif(placed.place = (placed.articles * 9 + 9) / 10, word_count, NULL)) AS long
FROM placed JOIN sources ON sources.id = placed.source_id
GROUP BY placed.source_id
ORDER BY median DESC, source LIMIT ${limit}
