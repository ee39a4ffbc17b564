"""Raw pages: WARC records (ISO 28500), written, read, checked and moved."""
