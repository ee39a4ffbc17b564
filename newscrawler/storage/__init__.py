"""The archive: one SQLite database and a folder of WARC files.  Knows no Scrapy and no Datasette.

archive     open, lock, write: known, apply, batches
writing     transactions: all that a process beside the one writer needs of it
database/   the file itself: connections, errors as sentences, backup
schema/     tables and their migrations, views.sql (the public read API)
articles/   what is kept of articles: filing, states, pages, copies, stories, verdicts
sites/      what is kept of who publishes: sources, looks at them, hosts, robots.txt, backfills
meaning/    vectors and events
warc/       raw pages: records written, read, checked, moved
"""
