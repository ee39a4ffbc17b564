-- Search the archive
-- Best hits first, a story once, with the words around them. Words, "a phrase", minist*, this OR that, -not.
-- :q '' what to look for
WITH ranked AS MATERIALIZED (
    SELECT articles_fts.rowid AS id, rank AS place FROM articles_fts
    WHERE articles_fts MATCH newscrawler_query(:q) ORDER BY rank LIMIT 500
), firsts AS MATERIALIZED (
    SELECT ranked.id, row_number() OVER (PARTITION BY articles.story_id ORDER BY ranked.place) AS of_story
    FROM ranked JOIN articles ON articles.id = ranked.id
)
SELECT articles.id, coalesce(articles.published, articles.modified, articles.first_seen) AS at,
       sources.name AS source, articles.title,
       newscrawler_snippet(snippet(articles_fts, -1, '', '', '…', 40), articles.title, articles.lead, articles.text) AS snippet,
       stories.articles AS carried_by, articles.story_id, articles.url
FROM articles_fts
JOIN articles ON articles.id = articles_fts.rowid
JOIN sources ON sources.id = articles.source_id
JOIN stories ON stories.id = articles.story_id
WHERE articles_fts MATCH newscrawler_query(:q) AND articles_fts.rowid IN (SELECT id FROM firsts WHERE of_story = 1)
ORDER BY rank LIMIT 50
