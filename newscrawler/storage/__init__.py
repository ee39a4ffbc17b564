"""The archive: one SQLite database and a folder of WARC files.  Knows no Scrapy and no Datasette.

schema    tables and their migrations        archive   open, lock, write: known, apply, batches
views.sql the public read API                polling   endpoints, polls, robots.txt
pages     raw responses                      search    the query language
reading   read-only connections and reports
"""
