-- The public read API: what the command, the web and users query.  Tables may grow; these columns stay.

-- every story under its original article, the last to arrive first, without what a review dropped: the reading list
CREATE VIEW reading_list AS
SELECT
    articles.id,  -- the article
    articles.published,  -- as stated: a date alone where no time was stated
    sources.name AS source,  -- name of the publisher
    articles.title,  -- of the article
    articles.lead,  -- the page's own summary
    articles.language,  -- BCP 47
    sources.country,  -- of the source, ISO 3166-1 alpha-2
    articles.relevance,  -- 0..1: about defence or diplomacy
    articles.type,  -- article, live, opinion, press-release, listing or video
    articles.paywall,  -- 1: behind one, 0: free; NULL: the page does not say
    stories.articles AS carried_by,  -- articles of its story, itself among them
    articles.word_count,  -- of the text
    articles.first_seen,  -- when it came, UTC
    articles.url,  -- where it was fetched, after redirects
    coalesce(reviews.decision, verdicts.decision) AS decision,  -- keep, review or drop: a person's, else the lexicon's
    articles.rights,  -- reserved, licence or unknown; NULL: nothing is stated
    event_stories.event_id AS event  -- the event that its story tells of; NULL: not looked at yet
FROM articles
JOIN sources ON sources.id = articles.source_id
JOIN stories ON stories.id = articles.story_id
LEFT JOIN event_stories ON event_stories.story_id = articles.story_id
LEFT JOIN verdicts ON verdicts.article_id = articles.id
LEFT JOIN reviews ON reviews.article_id = articles.id
WHERE articles.id = stories.first_article_id AND coalesce(reviews.decision, '') <> 'drop'
ORDER BY articles.id DESC;

-- articles that the lexicon could not call and nobody has reviewed
CREATE VIEW to_review AS
SELECT
    articles.id,  -- the article
    articles.relevance,  -- 0..1
    verdicts.defence,  -- 0..1, by the lexicon
    verdicts.diplomacy,  -- 0..1, by the lexicon
    sources.name AS source,  -- name of the publisher
    articles.title,  -- of the article
    verdicts.reason,  -- why the lexicon could not call it
    articles.url  -- of the article
FROM verdicts
JOIN articles ON articles.id = verdicts.article_id
JOIN sources ON sources.id = articles.source_id
WHERE verdicts.decision = 'review'
  AND NOT EXISTS (SELECT 1 FROM reviews WHERE reviews.article_id = verdicts.article_id)
ORDER BY articles.id DESC;

-- the stories that most addresses carry, under their first article's title
CREATE VIEW most_carried AS
SELECT
    stories.id AS story_id,  -- the story
    articles.title,  -- of its first article
    sources.name AS first_source,  -- who had it first
    stories.articles,  -- how many carry it
    stories.sources,  -- of how many sources
    articles.first_seen,  -- when its first article came, UTC
    stories.reason,  -- how we know that this one is the original
    event_stories.event_id AS event  -- the event that it tells of; NULL: not looked at yet
FROM stories
JOIN articles ON articles.id = stories.first_article_id
JOIN sources ON sources.id = articles.source_id
LEFT JOIN event_stories ON event_stories.story_id = stories.id
WHERE stories.articles > 1
ORDER BY stories.articles DESC, stories.id DESC;

-- events with those of their stories that tell of them and no review dropped
CREATE VIEW event_list AS
SELECT
    events.id AS event,  -- its number
    events.stories - (
        SELECT count(*) FROM event_stories JOIN event_evidence USING (story_id)
        WHERE event_id = events.id AND relation = 'beside' AND NOT EXISTS (
            SELECT 1 FROM reviews WHERE reviews.article_id = event_evidence.article_id AND decision = 'drop'
        )
    ) AS stories,  -- how many tell of it
    (
        SELECT count(DISTINCT language) FROM event_stories JOIN event_evidence USING (story_id)
        WHERE event_id = events.id AND relation <> 'beside' AND language <> '' AND NOT EXISTS (
            SELECT 1 FROM reviews WHERE reviews.article_id = event_evidence.article_id AND decision = 'drop'
        )
    ) AS languages,  -- in how many languages
    events.began,  -- when its first story was published, or else seen first, UTC
    events.ended,  -- the same of its last story
    events.follows_id AS follows,  -- the event that it goes on from
    (
        SELECT group_concat(language, ' ') FROM (
            SELECT DISTINCT language FROM event_stories JOIN event_evidence USING (story_id)
            WHERE event_id = events.id AND relation <> 'beside' AND language <> '' AND NOT EXISTS (
                SELECT 1 FROM reviews WHERE reviews.article_id = event_evidence.article_id AND decision = 'drop'
            )
            ORDER BY language
        )
    ) AS spoken,  -- the languages, separated by spaces
    articles.title,  -- of its first story in the language that most of the last 1,000 stories have; of its first, where none is
    (
        SELECT count(*) FROM event_stories JOIN event_evidence USING (story_id)
        WHERE event_id = events.id AND relation = 'beside' AND NOT EXISTS (
            SELECT 1 FROM reviews WHERE reviews.article_id = event_evidence.article_id AND decision = 'drop'
        )
    ) AS beside,  -- how many lists, digests and live blogs tell of it among other things
    titled.language AS title_language  -- of the title, two letters; empty where it is unknown
FROM events
JOIN event_evidence AS titled ON titled.story_id = (
    SELECT event_stories.story_id FROM event_stories JOIN event_evidence USING (story_id)
    WHERE event_stories.event_id = events.id
    ORDER BY EXISTS (
        SELECT 1 FROM reviews WHERE reviews.article_id = event_evidence.article_id AND decision = 'drop'
    ), relation = 'beside', event_evidence.language <> coalesce((
        SELECT recent.language FROM (
            SELECT language FROM event_evidence WHERE language <> '' ORDER BY event_evidence.at DESC LIMIT 1000
        ) AS recent
        GROUP BY recent.language ORDER BY count(*) DESC, recent.language LIMIT 1
    ), ''), event_evidence.at, event_stories.story_id LIMIT 1
)
JOIN articles ON articles.id = titled.article_id
WHERE events.stories > 0;

-- who carries an event: every article of its stories, copies among them, without what a review dropped
CREATE VIEW event_press AS
SELECT
    event_stories.event_id AS event,  -- the event
    event_stories.story_id,  -- one of its stories
    event_evidence.language,  -- of the story, two letters; empty where it is unknown
    articles.id AS article_id,  -- an article of the story
    articles.source_id,  -- who published it
    sources.name AS source,  -- name of the publisher
    sources.country,  -- of the source, ISO 3166-1 alpha-2
    event_evidence.article_id AS original_id  -- the article that it is a copy of, or itself
FROM event_stories
JOIN event_evidence ON event_evidence.story_id = event_stories.story_id
JOIN articles ON articles.story_id = event_stories.story_id
JOIN sources ON sources.id = articles.source_id
WHERE NOT EXISTS (
    SELECT 1 FROM reviews
    WHERE reviews.article_id IN (articles.id, event_evidence.article_id) AND reviews.decision = 'drop'
);

-- two articles that share words: how, how much, whether that makes them one story, and why
CREATE VIEW shared_words AS
SELECT
    copies.article_id,  -- the later one
    mine.title,  -- of the later one
    my_source.name AS source,  -- of the later one
    copies.relation,  -- copy, contains, contained or partial
    copies.score,  -- share of the text that is the same, 0..1
    copies.same_story,  -- 1: they are one story; 0: they share words, and the reason says why that makes none
    copies.reason,  -- in words
    copies.other_id,  -- the earlier one
    other.title AS other_title,  -- of the earlier one
    other_source.name AS other_source,  -- of the earlier one
    mine.story_id  -- of the later one
FROM copies
JOIN articles AS mine ON mine.id = copies.article_id
JOIN sources AS my_source ON my_source.id = mine.source_id
JOIN articles AS other ON other.id = copies.other_id
JOIN sources AS other_source ON other_source.id = other.source_id
ORDER BY copies.article_id DESC, copies.score DESC;

-- Three tables read one after another without a UNION: DuckDB puts brackets around the parts of one, which SQLite refuses, and
-- then reads no table of the archive at all. Nothing is at least NULL: each table is read in one of three turns, and is empty in others.
-- sampled shingles of the texts, by which copies are found (dedup.fingerprints)
CREATE VIEW fingerprints AS
SELECT
    coalesce(settled.hash, gathered.hash, recent.value) AS hash,  -- 32 bits
    coalesce(settled.article_id, gathered.article_id, came.article_id) AS article_id  -- the article
FROM json_each('[1, 2, 3]') AS turn
LEFT JOIN settled_fingerprints AS settled ON settled.hash >= CASE turn.value WHEN 1 THEN -2147483648 END
LEFT JOIN gathered_fingerprints AS gathered ON gathered.hash >= CASE turn.value WHEN 2 THEN -2147483648 END
LEFT JOIN recent_fingerprints AS came ON came.article_id >= CASE turn.value WHEN 3 THEN 0 END
LEFT JOIN json_each(iif(json_valid(came.hashes), came.hashes, '[]')) AS recent
    ON recent.type = 'integer' AND recent.value BETWEEN -2147483648 AND 2147483647
WHERE coalesce(settled.hash, gathered.hash, recent.value) IS NOT NULL;

-- what our lexicon says of an article, and why
CREATE VIEW verdicts AS
SELECT
    article_id,  -- the article
    decision,  -- keep, review (doubtful) or drop; `articles.relevance` is the score
    defence,  -- 0..1
    diplomacy,  -- 0..1
    reason,  -- in words
    lexicon,  -- the version that judged
    judged,  -- when
    CASE
        WHEN NOT json_valid(places) THEN places
        WHEN json_type(places) <> 'array' THEN places
        ELSE '[' || coalesce((
            SELECT group_concat(iif(placed.type = 'object', placed.value,
                '{"term":' || json_quote(term) || ',"language":' || json_quote(language) || ',"topic":' || json_quote(topic)
                || ',"weight":' || iif(weight = CAST(weight AS INTEGER), CAST(weight AS INTEGER), weight)
                || coalesce(',"title":' || nullif(json_extract(placed.value, '$[2]'), '[]'), '')
                || coalesce(',"lead":' || nullif(json_extract(placed.value, '$[3]'), '[]'), '')
                || coalesce(',"body":' || nullif(json_extract(placed.value, '$[1]'), '[]'), '') || '}'))
            FROM json_each(places) AS placed
            -- as many and as long ones as `matched_terms` numbers: of what a few bytes of an archive that was sent say
            LEFT JOIN matched_terms ON matched_terms.id = iif(placed.type = 'array', json_extract(placed.value, '$[0]'), NULL)
                AND placed.key < 1000 AND length(term) + length(language) + coalesce(length(topic), 0) <= 1000
            WHERE placed.type = 'object' OR matched_terms.id IS NOT NULL
        ), '') || ']'
    END AS matches  -- JSON: term, topic, weight and word numbers in title, lead and body
FROM article_verdicts;

-- one state of an article's text
CREATE VIEW revisions AS
SELECT
    id,  -- of the state
    article_id,  -- a row of articles
    seen,  -- when we saw it, UTC
    change,  -- new, touched, revised, corrected, doubtful, gone or restored
    title,  -- its headline then; may be NULL
    coalesce(text, (SELECT articles.text FROM articles WHERE articles.id = article_id)) AS text,  -- one paragraph a line
    content_hash,  -- of the text
    page_id,  -- a row of pages; may be NULL
    reason,  -- what changed; may be NULL
    last_seen,  -- when a later state that this row took up was seen; NULL: it stands for one state
    states,  -- how many states of the day, or times that the page came back to it, the row stands for
    grown  -- 1: something came, and nothing that was there went
FROM article_states;

-- every change that we saw in an article after we first had it
CREATE VIEW changes AS
SELECT
    revisions.seen,  -- when we saw it, UTC
    revisions.change,  -- touched, revised, corrected, gone or restored
    sources.name AS source,  -- name of the publisher
    articles.id AS article_id,  -- the article
    articles.title,  -- as it is now
    revisions.content_hash,  -- of the words after the change
    revisions.reason,  -- what changed
    revisions.id AS revision_id  -- a row of revisions, with the text
FROM revisions
JOIN articles ON articles.id = revisions.article_id
JOIN sources ON sources.id = articles.source_id
WHERE revisions.change <> 'new'
ORDER BY revisions.id DESC;

-- each source's endpoints: do they answer, what did they bring, when do we look again
CREATE VIEW source_health AS
SELECT
    sources.id AS source_id,  -- the source
    sources.name AS source,  -- its name
    endpoints.kind,  -- of endpoint: rss, atom, sitemap, ...
    endpoints.url,  -- of the endpoint
    endpoints.state,  -- new, active, failing, or retired: no longer in the catalogue
    endpoints.reason,  -- why it fails
    endpoints.failures,  -- in a row
    endpoints.last_polled,  -- when we last looked, UTC
    endpoints.next_poll,  -- when we look again; NULL: now
    endpoints.newest_item,  -- the latest date that it stated of a link
    endpoints.last_success,  -- when it last answered without a fault
    endpoints.last_new,  -- when it last brought a link that was new
    endpoints.validators,  -- lying: its 304 or ETag hid changes
    (
        SELECT group_concat(findings.kind || ': ' || findings.detail, '; ') FROM findings
        WHERE findings.resolved IS NULL AND findings.source_id = sources.id
          AND coalesce(findings.endpoint_id, endpoints.id) = endpoints.id
    ) AS findings,  -- what is wrong with it, though it may answer
    (
        SELECT round(avg(links_new), 1)
        FROM (SELECT links_new FROM polls WHERE polls.endpoint_id = endpoints.id ORDER BY polls.at DESC LIMIT 20)
    ) AS yield,  -- new links a look, mean of its last 20
    (SELECT status FROM polls WHERE polls.endpoint_id = endpoints.id ORDER BY polls.at DESC LIMIT 1) AS last_status,  -- HTTP status of the last look; NULL: no answer
    (SELECT count(*) FROM links WHERE links.endpoint_id = endpoints.id) AS links,  -- that it named so far
    (SELECT count(*) FROM links WHERE links.endpoint_id = endpoints.id AND links.state = 'pending') AS pending  -- of these: still to be fetched
FROM endpoints
JOIN sources ON sources.id = endpoints.source_id
ORDER BY endpoints.state = 'failing' DESC, sources.name, endpoints.id;

-- links that brought no article, and why
CREATE VIEW not_archived AS
SELECT
    links.discovered,  -- when an endpoint named it, UTC
    links.source_id,  -- the source
    links.state,  -- failed, dropped (off-topic), or pending and tried before
    links.reason,  -- what became of it, and why
    links.title_hint AS title,  -- as the endpoint gave it
    links.url  -- of the article
FROM links
WHERE links.state IN ('failed', 'dropped') OR (links.state = 'pending' AND links.attempts > 0)
ORDER BY links.id DESC;

-- what is wrong with sources now, though they may answer: dead, frozen, block pages, soft 404s, thin texts
CREATE VIEW troubles AS
SELECT
    findings.first_seen,  -- when it was found, UTC
    findings.last_seen,  -- when it was found to hold still
    findings.source_id,  -- the source
    sources.name AS source,  -- its name
    findings.kind,  -- dead, unreachable, frozen, block-page, soft-404, empty, thin, undated or refused
    findings.detail,  -- in words
    endpoints.url  -- of the endpoint; NULL: the whole source
FROM findings
JOIN sources ON sources.id = findings.source_id
LEFT JOIN endpoints ON endpoints.id = findings.endpoint_id
WHERE findings.resolved IS NULL AND (endpoints.id IS NULL OR endpoints.state <> 'retired')
ORDER BY findings.first_seen DESC, findings.id DESC;

-- for each backfill and day: links found, articles stored, links that wait, days that look like gaps
CREATE VIEW backfill_coverage AS
SELECT
    backfills.source_id,  -- the source
    coverage.day,  -- a date
    coverage.found,  -- links that state this day
    coverage.stored,  -- articles of the source published on it
    coverage.pending,  -- links still to be fetched
    coverage.gap,  -- 1: nothing was found, though the source publishes on such days
    backfills.id AS backfill_id  -- a row of backfills
FROM coverage JOIN backfills ON backfills.id = coverage.backfill_id
ORDER BY backfills.id DESC, coverage.day;
