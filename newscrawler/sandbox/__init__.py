"""SQL that visitors of the reading room may write, in a process that can be killed.

A time limit of SQLite's is looked at between steps of its machine: one call of `LIKE` or `replace` may last for minutes
and hears nothing.  So a small process (`template`) forks one for each request that asks for SQL; the kernel ends it by its
limits of time, memory and files, whatever it is doing, and nobody else notices.  `client` asks it; `messages` is what the
two say; `limits` hold in Datasette's own threads as well.
"""

SERVED = "NEWSCRAWLER_SERVED"  # set by `newscrawler serve`: nothing is posted, nothing of the archive's folder counts
# what a public reading room keeps to itself; site_lines begins with the words of articles
PRIVATE_TABLES = ("robots", "runs", "saved_searches", "site_lines")
