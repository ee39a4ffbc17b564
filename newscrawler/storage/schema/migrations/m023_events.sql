-- an event: stories of one happening, in whatever languages
CREATE TABLE events (
    id INTEGER PRIMARY KEY,     -- stays when stories come and go
    stories INTEGER NOT NULL DEFAULT 0,   -- how many it has, live blogs and lists among them, without what a review dropped
    languages INTEGER NOT NULL DEFAULT 0, -- in how many languages
    first_story_id INTEGER REFERENCES stories(id),  -- the earliest
    began TEXT,                 -- when that was published, or else seen first
    ended TEXT,                 -- the same of the last one
    follows_id INTEGER REFERENCES events(id),       -- the event that it goes on from
    merged_into INTEGER REFERENCES events(id)       -- the event that it turned out to be; it has no stories then
) STRICT;
CREATE INDEX events_by_end ON events(ended);

-- a story in its event, and why it is there
CREATE TABLE event_stories (
    story_id INTEGER PRIMARY KEY REFERENCES stories(id),  -- the story
    event_id INTEGER NOT NULL REFERENCES events(id),      -- its event
    relation TEXT NOT NULL,     -- first, same, follows, beside or joined (events.decisions)
    score REAL,                 -- what speaks for it, over 0; NULL of a first
    reason TEXT NOT NULL,       -- why, in one line for people; words by their stems, which pages and `events ID` tell as the article writes them
    other_id INTEGER            -- the likest story of its event, or of the event that it follows
) STRICT;
CREATE INDEX stories_of_events ON event_stories(event_id);

-- what a story says that another one may say too (events.evidence)
CREATE TABLE event_evidence (
    story_id INTEGER PRIMARY KEY REFERENCES stories(id),  -- the story
    article_id INTEGER NOT NULL,  -- the article that it was read from: the story's original then
    at REAL NOT NULL,           -- days since 1970 at which it was published, or else seen first
    language TEXT NOT NULL,     -- of two letters, empty where it is unknown
    source_id TEXT NOT NULL,    -- of the article
    type TEXT NOT NULL,         -- of the article
    words TEXT NOT NULL,        -- stems of its title, |, those of its beginning, separated by spaces
    codes TEXT NOT NULL,        -- whom it names, as kind:code, separated by spaces
    has_text INTEGER NOT NULL   -- 0: a headline alone
) STRICT;
CREATE INDEX evidence_by_time ON event_evidence(at);

-- what a person said of events: it holds when they are made anew
CREATE TABLE event_corrections (
    id INTEGER PRIMARY KEY,     -- in order of saying
    kind TEXT NOT NULL,         -- part: never in one event; join: always
    article_id INTEGER NOT NULL REFERENCES articles(id),  -- the article that was named, or an event's first
    other_id INTEGER NOT NULL REFERENCES articles(id),    -- the first of the event that was named
    decided TEXT NOT NULL       -- when
) STRICT;

-- an article that came or changed, and whose story is still to be looked at for events
CREATE TABLE to_group (
    article_id INTEGER PRIMARY KEY REFERENCES articles(id) ON DELETE CASCADE  -- the article
) STRICT;

INSERT INTO to_group (article_id) SELECT id FROM articles;
