-- Biggest revisions
-- Articles whose text grew or shrank most between two states that we saw, in characters.
-- :days 7 how many days back from the newest change
-- :limit 50 rows at most
WITH changed AS MATERIALIZED (
    SELECT id, article_id, seen, change, reason, length(text) AS characters FROM revisions
    WHERE change <> 'new' AND change NOT IN ('gone', 'restored')
      AND seen >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(seen), '-' || ${days} || ' days') FROM revisions WHERE change <> 'new')
), compared AS (
    SELECT changed.*, characters - (SELECT length(before.text) FROM revisions AS before
        WHERE before.article_id = changed.article_id AND before.id < changed.id AND before.change NOT IN ('gone', 'restored')
        ORDER BY before.id DESC LIMIT 1) AS difference
    FROM changed
)
SELECT compared.difference AS characters, compared.seen, sources.name AS source, articles.title, compared.reason,
       articles.id AS article_id, articles.url
FROM compared
JOIN articles ON articles.id = compared.article_id
JOIN sources ON sources.id = articles.source_id
ORDER BY abs(compared.difference) DESC, compared.id DESC LIMIT ${limit}
