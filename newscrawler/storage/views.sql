-- The public read API: what the command, the web and users query.  Tables may grow; these columns stay.

-- every story under its original article, the last to arrive first, without what a review dropped: the reading list
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
    articles.type,
    articles.paywall,
    stories.articles AS carried_by,
    articles.word_count,
    articles.first_seen,
    articles.url,
    coalesce(reviews.decision, verdicts.decision) AS decision
FROM articles
JOIN sources ON sources.id = articles.source_id
JOIN stories ON stories.id = articles.story_id
LEFT JOIN verdicts ON verdicts.article_id = articles.id
LEFT JOIN reviews ON reviews.article_id = articles.id
WHERE articles.id = stories.first_article_id AND reviews.decision IS NOT 'drop'
ORDER BY articles.id DESC;

-- articles that the lexicon could not call and nobody has reviewed
CREATE VIEW to_review AS
SELECT
    articles.id,
    articles.relevance,
    verdicts.defence,
    verdicts.diplomacy,
    sources.name AS source,
    articles.title,
    verdicts.reason,
    articles.url
FROM verdicts
JOIN articles ON articles.id = verdicts.article_id
JOIN sources ON sources.id = articles.source_id
WHERE verdicts.decision = 'review'
  AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = verdicts.article_id)
ORDER BY articles.id DESC;

-- the stories that most addresses carry, under their first article's title
CREATE VIEW most_carried AS
SELECT
    stories.id AS story_id,
    articles.title,
    sources.name AS first_source,
    stories.articles,
    stories.sources,
    articles.first_seen,
    stories.reason
FROM stories
JOIN articles ON articles.id = stories.first_article_id
JOIN sources ON sources.id = articles.source_id
WHERE stories.articles > 1
ORDER BY stories.articles DESC, stories.id DESC;

-- two articles that share words: how, how much, whether that makes them one story, and why
CREATE VIEW shared_words AS
SELECT
    copies.article_id,
    mine.title,
    my_source.name AS source,
    copies.relation,
    copies.score,
    copies.same_story,
    copies.reason,
    copies.other_id,
    other.title AS other_title,
    other_source.name AS other_source,
    mine.story_id
FROM copies
JOIN articles AS mine ON mine.id = copies.article_id
JOIN sources AS my_source ON my_source.id = mine.source_id
JOIN articles AS other ON other.id = copies.other_id
JOIN sources AS other_source ON other_source.id = other.source_id
ORDER BY copies.article_id DESC, copies.score DESC;

-- every change that we saw in an article after we first had it
CREATE VIEW changes AS
SELECT
    revisions.seen,
    revisions.change,
    sources.name AS source,
    articles.id AS article_id,
    articles.title,
    revisions.content_hash,
    revisions.reason,
    revisions.id AS revision_id
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
    endpoints.last_success,
    endpoints.last_new,
    endpoints.validators,
    (
        SELECT group_concat(findings.kind || ': ' || findings.detail, '; ') FROM findings
        WHERE findings.resolved IS NULL AND findings.source_id = sources.id
          AND coalesce(findings.endpoint_id, endpoints.id) = endpoints.id
    ) AS findings,
    (SELECT round(avg(links_new), 1) FROM (SELECT links_new FROM polls WHERE polls.endpoint_id = endpoints.id ORDER BY at DESC LIMIT 20))
        AS yield,
    (SELECT status FROM polls WHERE polls.endpoint_id = endpoints.id ORDER BY at DESC LIMIT 1) AS last_status,
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

-- what is wrong with sources now, though they may answer: dead, frozen, block pages, soft 404s, thin texts
CREATE VIEW troubles AS
SELECT
    findings.first_seen,
    findings.last_seen,
    findings.source_id,
    sources.name AS source,
    findings.kind,
    findings.detail,
    endpoints.url
FROM findings
JOIN sources ON sources.id = findings.source_id
LEFT JOIN endpoints ON endpoints.id = findings.endpoint_id
WHERE findings.resolved IS NULL AND (endpoints.id IS NULL OR endpoints.state <> 'retired')
ORDER BY findings.first_seen DESC, findings.id DESC;

-- for each backfill and day: links found, articles stored, links that wait, days that look like gaps
CREATE VIEW backfill_coverage AS
SELECT backfills.source_id, coverage.day, coverage.found, coverage.stored, coverage.pending, coverage.gap, backfills.id AS backfill_id
FROM coverage JOIN backfills ON backfills.id = coverage.backfill_id
ORDER BY backfills.id DESC, coverage.day;
