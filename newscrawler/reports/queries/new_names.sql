-- New names
-- Countries, organisations, forces, treaties and weapons that nobody in the archive had named before the last days.
-- :days 7 how many days back from the newest article
-- :limit 100 rows at most
SELECT mentions.name, mentions.kind, count(*) AS articles, count(DISTINCT articles.source_id) AS sources,
       min(articles.first_seen) AS first_seen, min(articles.id) AS first_article
FROM mentions JOIN articles ON articles.id = mentions.article_id
WHERE mentions.article_id >= ${newest:days}
  AND NOT EXISTS (SELECT 1 FROM mentions AS before WHERE before.kind = mentions.kind AND before.code = mentions.code
                  AND before.article_id < ${newest:days})
GROUP BY +mentions.kind, mentions.code
ORDER BY articles DESC, mentions.name LIMIT ${limit}
