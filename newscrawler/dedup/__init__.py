"""Says what is the same; deletes nothing.

Two articles are one story where their words are the same (`text.content_hash`) or their address is
(`urls.url_key`).  `revisions` says what changed between two states of one article, `gone` whether a
page still is one, `following` what becomes of another look at it, and `revisits` when the next one is due.
"""
