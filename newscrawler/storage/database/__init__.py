"""The database file itself: opened, connected, wrapped, backed up; whose it is, and SQLite's errors as ours."""
