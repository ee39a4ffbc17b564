-- JSON: event that the query names -> its stories when `alerts` was last asked; NULL: it names none, or nobody asked yet
ALTER TABLE saved_searches ADD COLUMN events TEXT;
