"""The reader's own desk: seen, for later, notes, collections, reviews, saved searches, followed events.

    serve --desk -> web -> desk.db <- review --from-desk, crawl -> news.db

Its database stands beside the archive's, which the web never writes.  store: the file; marks, shelves: what is in it;
tokens: who may write; takeover: how reviews get into the archive.
"""

from __future__ import annotations

ENVIRONMENT = "NEWSCRAWLER_DESK"  # set by `serve --desk` for the plugin
