#!/usr/bin/env bash
# Links of an Atom feed may be relative to the xml:base around them (RFC 4287, section 2), and content may be XHTML. feedparser 6.0.14 gives
# whole addresses and the markup. fastfeedparser 0.6.5 and atoma 0.0.17 give the link as it is written, and neither says what it is
# relative to; of XHTML atoma gives no content, and fastfeedparser the Atom element itself around it. Who changes the reader for speed asks
# for addresses that are none.
# Seen: feedparser https://paper.example/news/a, the others a; atoma's content is None, fastfeedparser's begins with <content
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q feedparser==6.0.14 fastfeedparser==0.6.5 atoma==0.0.17
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import atoma
import fastfeedparser
import feedparser

feed = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.example/news/"><title>t</title>
<id>urn:f</id><updated>2026-10-24T15:21:41Z</updated><entry><id>urn:a</id><title>A</title><link href="a"/>
<updated>2026-10-24T15:21:41Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Words</p></div></content></entry></feed>"""
slow, fast, other = (
    feedparser.parse(feed).entries[0], fastfeedparser.parse(feed).entries[0], atoma.parse_atom_bytes(feed.encode()).entries[0]
)
seen = slow.link, fast["link"], other.links[0].href, other.content, fast["content"][0]["value"][:8]
print(seen)
assert seen == ("https://paper.example/news/a", "a", "a", None, "<content")
PYTHON
