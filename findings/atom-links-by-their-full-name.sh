#!/usr/bin/env bash
# RFC 4287, 4.2.7.2: rel="alternate" and the full IRI of that relation mean the same; 4.1.3.2: an entry may hold its content by address.
# feedparser 6.0.14 knows the short name alone. Of an entry with the long one, or with <content src> and no link, `entry.link` is the
# id, here a URN: an address that cannot be fetched, where the feed states one that can.
# Seen: urn:entry:1 and urn:entry:2
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q feedparser==6.0.14
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import feedparser

feed = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><id>urn:feed</id>
<updated>2026-11-22T10:00:00Z</updated>
<entry><title>A</title><id>urn:entry:1</id><updated>2026-11-22T10:00:00Z</updated>
<link rel="http://www.iana.org/assignments/relation/alternate" href="https://gazette.example/1"/></entry>
<entry><title>B</title><id>urn:entry:2</id><updated>2026-11-22T10:00:00Z</updated>
<content type="text/html" src="https://gazette.example/2"/></entry></feed>"""
seen = [entry.link for entry in feedparser.parse(feed).entries]
print(seen)
assert seen == ["urn:entry:1", "urn:entry:2"]
PYTHON
