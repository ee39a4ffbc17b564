-- Search the archive
-- What the search page finds, best hits first, with the words around them; its whole query language.
-- A story once, unless every_copy is 1. What of the query was not understood stands in remarks.
-- :q '' what to look for
-- :limit 50 rows at most
-- :every_copy 0 1 for each article, not each story once
WITH ranked AS MATERIALIZED (
    SELECT articles_fts.rowid AS id, rank AS place FROM articles_fts
    WHERE articles_fts MATCH newscrawler_query(nullif(:q, '')) ORDER BY rank LIMIT 10 * ${limit}
), firsts AS MATERIALIZED (
    SELECT ranked.id,
           row_number() OVER (
               PARTITION BY iif(${every_copy}, ranked.id, articles.story_id)
               ORDER BY ranked.id = stories.first_article_id DESC, ranked.place
           ) AS of_story
    FROM ranked JOIN articles ON articles.id = ranked.id JOIN stories ON stories.id = articles.story_id
)
SELECT * FROM (
    SELECT articles.id, coalesce(articles.published, articles.modified, articles.first_seen) AS at,
           sources.name AS source, articles.title,
           -- readers of a public room find no text where its publisher reserves it
           iif(articles.text = '', NULL, newscrawler_snippet(
               snippet(articles_fts, -1, '', '', '…', 40), articles.title, articles.lead, articles.text
           )) AS snippet,
           stories.articles AS carried_by, articles.story_id, articles.url, newscrawler_remarks(nullif(:q, '')) AS remarks
    FROM articles_fts
    JOIN articles ON articles.id = articles_fts.rowid
    JOIN sources ON sources.id = articles.source_id
    JOIN stories ON stories.id = articles.story_id
    WHERE articles_fts MATCH newscrawler_query(nullif(:q, '')) AND articles_fts.rowid IN (SELECT id FROM firsts WHERE of_story = 1)
    ORDER BY rank LIMIT ${limit}
)
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, newscrawler_remarks(nullif(:q, ''))
WHERE newscrawler_remarks(nullif(:q, '')) IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ranked)
