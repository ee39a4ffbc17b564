"""The reader's own desk: seen, for later, notes, collections, reviews, saved searches, followed and corrected events.

    serve --desk -> web -> desk.db <- review --from-desk, events --update, crawl -> news.db

Its database stands beside the archive's, which the web never writes.  store: the file; marks, shelves, corrections: what is
in it; tokens: who may write; takeover: how reviews and corrections get into the archive.
"""

from __future__ import annotations

ENVIRONMENT = "NEWSCRAWLER_DESK"  # set by `serve --desk` for the plugin
