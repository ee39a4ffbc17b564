-- The public read API: what the command, the web and users query.  Tables may grow; these columns stay.

-- every article with its publisher, the last to arrive first: the reading list
CREATE VIEW reading_list AS
SELECT
    articles.id,
    articles.published,
    sources.name AS source,
    articles.title,
    articles.lead,
    articles.language,
    sources.country,
    articles.relevance,
    stories.articles AS carried_by,
    articles.word_count,
    articles.first_seen,
    articles.url
FROM articles
JOIN sources ON sources.id = articles.source_id
JOIN stories ON stories.id = articles.story_id
ORDER BY articles.id DESC;

-- the stories that most addresses carry, under their first article's title
CREATE VIEW most_carried AS
SELECT
    stories.id AS story_id,
    articles.title,
    sources.name AS first_source,
    stories.articles,
    stories.sources,
    articles.first_seen
FROM stories
JOIN articles ON articles.id = stories.first_article_id
JOIN sources ON sources.id = articles.source_id
WHERE stories.articles > 1
ORDER BY stories.articles DESC, stories.id DESC;

-- every change that we saw in an article after we first had it
CREATE VIEW changes AS
SELECT
    revisions.seen,
    revisions.change,
    sources.name AS source,
    articles.id AS article_id,
    articles.title,
    revisions.content_hash
FROM revisions
JOIN articles ON articles.id = revisions.article_id
JOIN sources ON sources.id = articles.source_id
WHERE revisions.change <> 'new'
ORDER BY revisions.id DESC;

-- each source's endpoints: do they answer, what did they bring, when do we look again
CREATE VIEW source_health AS
SELECT
    sources.id AS source_id,
    sources.name AS source,
    endpoints.kind,
    endpoints.url,
    endpoints.state,
    endpoints.reason,
    endpoints.failures,
    endpoints.last_polled,
    endpoints.next_poll,
    endpoints.newest_item,
    (SELECT count(*) FROM links WHERE links.endpoint_id = endpoints.id) AS links,
    (SELECT count(*) FROM links WHERE links.endpoint_id = endpoints.id AND links.state = 'pending') AS pending
FROM endpoints
JOIN sources ON sources.id = endpoints.source_id
ORDER BY endpoints.state = 'failing' DESC, sources.name, endpoints.id;

-- links that brought no article, and why
CREATE VIEW not_archived AS
SELECT
    links.discovered,
    links.source_id,
    links.state,
    links.reason,
    links.title_hint AS title,
    links.url
FROM links
WHERE links.state IN ('failed', 'dropped') OR (links.state = 'pending' AND links.attempts > 0)
ORDER BY links.id DESC;
