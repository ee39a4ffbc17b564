-- Blind spots
-- Events that the press of a country tells of and that of another does not, most stories first; several countries: FR,DE.
-- :by 'FR' country whose press tells of them, or one of some
-- :not_by 'JP' country whose press does not, or none of some
-- :days 7 how many days back from the last event
SELECT events.id AS event, events.stories, events.languages, events.began, articles.title
FROM events
JOIN stories ON stories.id = events.first_story_id
JOIN articles ON articles.id = stories.first_article_id
WHERE events.stories >= 2
  AND events.ended >= (SELECT strftime('%Y-%m-%dT%H:%M:%SZ', max(ended), '-' || ${days} || ' days') FROM events)
  AND EXISTS (
      SELECT 1 FROM event_press
      WHERE event = events.id AND instr(',' || upper(replace(${by}, ' ', '')) || ',', ',' || country || ',')
  )
  AND NOT EXISTS (
      SELECT 1 FROM event_press
      WHERE event = events.id AND instr(',' || upper(replace(${not_by}, ' ', '')) || ',', ',' || country || ',')
  )
ORDER BY events.stories DESC, events.id DESC LIMIT 100
