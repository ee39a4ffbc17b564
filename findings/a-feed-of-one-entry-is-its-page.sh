#!/usr/bin/env bash
# An Atom entry links to what belongs to it: rel="replies" its comments, "edit" and "self" the entry itself as XML, "alternate" the page
# that people read, as does a link without a relation (RFC 4287, 4.2.7.2). Blogger writes all of them, and feeds are sitemaps by
# sitemaps.org.
# ultimate-sitemap-parser 1.8.1 believes "self", and without one the first link, whatever it is to: pages come out as addresses of an
# API or of comments. Of an RSS item that has its address in <guid isPermaLink="true"> alone it has no page at all.
# Whom it concerns: who takes a site's addresses from its sitemaps; what is fetched then is XML, and no article.
# Seen: https://api.example/posts/2 and no page; feedparser 6.0.14 has https://blog.example/2026/10/harbour.html for both
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q ultimate-sitemap-parser==1.8.1 feedparser==6.0.14
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import logging

import feedparser
from usp.tree import sitemap_from_str

PAGE = "https://blog.example/2026/10/harbour.html"
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:blog</id><title>Harbour watch</title>
<updated>2026-10-24T15:21:41Z</updated><entry><id>urn:post:2</id><title>A harbour</title><updated>2026-10-24T15:21:41Z</updated>
<link rel="replies" type="application/atom+xml" href="https://blog.example/feeds/2/comments"/>
<link rel="edit" type="application/atom+xml" href="https://api.example/posts/2"/>
<link rel="self" type="application/atom+xml" href="https://api.example/posts/2"/>
<link rel="alternate" type="text/html" href="{PAGE}"/></entry></feed>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour watch</title><link>https://blog.example/</link>
<description>Ships</description><item><title>A harbour</title><guid isPermaLink="true">{PAGE}</guid></item></channel></rss>"""
logging.disable(logging.ERROR)
seen = [[page.url for page in sitemap_from_str(feed).all_pages()] for feed in (ATOM, RSS)]
read = [feedparser.parse(feed).entries[0].link for feed in (ATOM, RSS)]
print(seen, read)
assert seen == [["https://api.example/posts/2"], []] and read == [PAGE, PAGE]
PYTHON
