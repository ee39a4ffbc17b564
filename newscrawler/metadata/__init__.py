"""What a page claims of its article, and what is believed: title, authors, dates, type (docs/extraction.md).  Pure."""
