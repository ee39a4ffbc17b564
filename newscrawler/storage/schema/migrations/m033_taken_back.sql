-- what a person said of events and took back, or said otherwise since: it counts no more, and no import brings it again
CREATE TABLE taken_back_corrections (
    id INTEGER PRIMARY KEY,     -- the number that it had in event_corrections; nothing else has it again
    kind TEXT NOT NULL,         -- part or join
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- the article that was named, or an event's first
    other_id INTEGER NOT NULL REFERENCES articles(id),    -- the first of the event that was named
    decided TEXT NOT NULL,      -- when it was said
    taken_back TEXT NOT NULL    -- when it was taken back, or something else was said of its stories
) STRICT;
