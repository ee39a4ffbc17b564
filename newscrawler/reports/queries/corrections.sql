-- Corrections
-- Articles that were changed and carry a correction notice that was not there before.
-- :days 90 how many days back from the newest change
-- :limit 100 rows at most
SELECT revisions.seen, sources.name AS source, articles.title, revisions.reason, articles.published, articles.id AS article_id,
       articles.url
FROM revisions
JOIN articles ON articles.id = revisions.article_id
JOIN sources ON sources.id = articles.source_id
WHERE revisions.change <> 'new' AND revisions.change = 'corrected'
  AND revisions.seen >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(seen), '-' || ${days} || ' days') FROM revisions WHERE change <> 'new')
ORDER BY revisions.seen DESC LIMIT ${limit}
