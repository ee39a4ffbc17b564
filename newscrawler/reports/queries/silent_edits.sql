-- Silent edits
-- Articles whose words were changed while the page states no date of modification, or one from before we last saw it unchanged.
-- `reason` says what changed; the article's page shows the difference word by word.
-- :days 30 how many days back from the newest change
-- :limit 100 rows at most
SELECT revisions.seen, sources.name AS source, articles.title, revisions.change, revisions.reason, articles.modified,
       (SELECT coalesce(before.last_seen, before.seen) FROM revisions AS before
        WHERE before.article_id = revisions.article_id AND before.id < revisions.id ORDER BY before.id DESC LIMIT 1) AS unchanged_until,
       articles.id AS article_id, articles.url
FROM revisions
JOIN articles ON articles.id = revisions.article_id
JOIN sources ON sources.id = articles.source_id
WHERE revisions.change <> 'new' AND revisions.change IN ('revised', 'corrected')
  AND revisions.seen >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(seen), '-' || ${days} || ' days') FROM revisions WHERE change <> 'new')
  AND (articles.modified IS NULL OR articles.modified <= unchanged_until)
ORDER BY revisions.seen DESC LIMIT ${limit}
