-- Who carries a story
-- All articles of one story, the original first, and why each is in it. The number is the story_id of an article.
-- :story_id 0 the story's number
SELECT articles.id, coalesce(articles.published, articles.modified, articles.first_seen) AS at, sources.name AS source, articles.title,
       iif(articles.id = stories.first_article_id, 'original' || coalesce(': ' || stories.reason, ''),
           (SELECT copies.reason FROM copies WHERE copies.article_id = articles.id AND copies.same_story
            ORDER BY copies.score DESC LIMIT 1)) AS because,
       articles.url
FROM articles
JOIN sources ON sources.id = articles.source_id
JOIN stories ON stories.id = articles.story_id
WHERE articles.story_id = (SELECT coalesce(merged_into, id) FROM stories WHERE id = ${story_id})
ORDER BY articles.id = stories.first_article_id DESC, articles.id
