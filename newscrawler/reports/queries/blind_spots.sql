-- Blind spots
-- Events that the press of one country tells of and that of another does not, most stories first.
-- :by 'FR' country whose press tells of them
-- :not_by 'JP' country whose press does not
-- :days 7 how many days back from the last event
SELECT events.id AS event, events.stories, events.languages, events.began, articles.title
FROM events
JOIN stories ON stories.id = events.first_story_id
JOIN articles ON articles.id = stories.first_article_id
WHERE events.stories >= 2
  AND events.ended >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(ended), '-' || ${days} || ' days') FROM events)
  AND upper(${by}) IN (
      SELECT sources.country FROM event_stories JOIN event_evidence USING (story_id)
      JOIN sources ON sources.id = event_evidence.source_id WHERE event_stories.event_id = events.id
  )
  AND upper(${not_by}) NOT IN (
      SELECT coalesce(sources.country, '') FROM event_stories JOIN event_evidence USING (story_id)
      JOIN sources ON sources.id = event_evidence.source_id WHERE event_stories.event_id = events.id
  )
ORDER BY events.stories DESC, events.id DESC LIMIT 100
