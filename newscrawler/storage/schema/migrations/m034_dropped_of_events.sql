-- stories whose original a review dropped count no more in their events
UPDATE events SET
    (stories, languages, began, ended, first_story_id) = (
        SELECT count(*), count(DISTINCT nullif(language, '')),
               strftime('%Y-%m-%dT%H:%M:%SZ', min(at) * 86400, 'unixepoch'),
               strftime('%Y-%m-%dT%H:%M:%SZ', max(at) * 86400, 'unixepoch'),
               coalesce(
                   (
                       SELECT told.story_id FROM event_stories AS told JOIN event_evidence AS said USING (story_id)
                       WHERE told.event_id = events.id AND said.article_id NOT IN (
                           SELECT article_id FROM reviews WHERE decision = 'drop'
                       )
                       ORDER BY told.relation = 'beside', said.at, told.story_id LIMIT 1
                   ),
                   events.first_story_id
               )
        FROM event_stories JOIN event_evidence USING (story_id)
        WHERE event_id = events.id AND article_id NOT IN (SELECT article_id FROM reviews WHERE decision = 'drop')
    )
WHERE id IN (
    SELECT event_id FROM event_stories JOIN event_evidence USING (story_id)
    WHERE article_id IN (SELECT article_id FROM reviews WHERE decision = 'drop')
);
