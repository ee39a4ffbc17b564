"""What pages and commands show, read from the archive: articles, front page, sources, runs, canned queries."""
