-- the story that its number goes with: its first; where that one leaves, the first of those that stay
ALTER TABLE events ADD COLUMN own_story_id INTEGER REFERENCES stories(id);
CREATE INDEX events_by_own_story ON events(own_story_id);
UPDATE events SET own_story_id = first_story_id WHERE id IN (SELECT event_id FROM event_stories);
UPDATE events SET own_story_id = (SELECT own_story_id FROM events AS told WHERE told.id = events.merged_into)
WHERE own_story_id IS NULL AND merged_into IS NOT NULL;

-- what was said at once: the number by which `newscrawler events said` shows it and `events back` takes it back
ALTER TABLE event_corrections ADD COLUMN said INTEGER;
-- the number that `newscrawler events said` had for it; nothing else has it again
ALTER TABLE taken_back_corrections ADD COLUMN said INTEGER;
UPDATE event_corrections SET said = (
    SELECT min(id) FROM event_corrections AS once
    WHERE (once.kind, once.article_id, once.decided) = (event_corrections.kind, event_corrections.article_id, event_corrections.decided)
);
UPDATE taken_back_corrections SET said = (
    SELECT min(id) FROM (
        SELECT id, kind, article_id, decided FROM event_corrections
        UNION ALL SELECT id, kind, article_id, decided FROM taken_back_corrections
    ) AS once
    WHERE (once.kind, once.article_id, once.decided)
        = (taken_back_corrections.kind, taken_back_corrections.article_id, taken_back_corrections.decided)
);
