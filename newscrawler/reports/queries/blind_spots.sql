-- Blind spots
-- Events that the press of a country tells of and that of another does not, most stories first; several countries: FR,DE.
-- :by 'FR' country whose press tells of them, or one of some
-- :not_by 'JP' country whose press does not, or none of some
-- :days 7 how many days back from today; an event counts by its last story
SELECT event, stories, languages, began, title
FROM event_list
WHERE stories >= 2
  AND ended >= date('now', '-' || ${days} || ' days')
  AND EXISTS (
      SELECT 1 FROM event_press
      WHERE event = event_list.event AND instr(',' || upper(replace(${by}, ' ', '')) || ',', ',' || country || ',')
  )
  AND NOT EXISTS (
      SELECT 1 FROM event_press
      WHERE event = event_list.event AND instr(',' || upper(replace(${not_by}, ' ', '')) || ',', ',' || country || ',')
  )
ORDER BY stories DESC, event DESC LIMIT 100
