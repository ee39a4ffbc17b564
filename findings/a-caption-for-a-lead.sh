#!/usr/bin/env bash
# Feeds of papers carry a picture with each item, and the picture a caption: Media RSS puts <media:description> within <media:content>.
# What the article says stands in the item's own <description>, and one would look for it in `summary`, wherever the picture stands.
# feedparser 6.0.14 files both under one name, and the first that comes is the summary: with the picture in front that is its
# caption, and the lead is moved into `content`, where full texts are looked for. Of an item with <content:encoded> and a picture, in any
# order, the caption is the summary. fastfeedparser 0.6.5 gives the lead in either order.
# Whom it concerns: who files, searches or judges articles by what feeds say of them; the words are those of a photographer.
# Seen: summary "A ship at a pier" and content ["The ministry opened a harbour"] with the picture first, the reverse with it last
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q feedparser==6.0.14 fastfeedparser==0.6.5
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import fastfeedparser
import feedparser

CAPTION, TEXT = "A ship at a pier", "The ministry opened a harbour"
PICTURE = f'<media:content url="https://paper.example/1.jpg"><media:description>{CAPTION}</media:description></media:content>'
LEAD, FULL = f"<description>{TEXT}</description>", f"<content:encoded>{TEXT}</content:encoded>"


def feed(item):
    return (
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>Paper</title><link>https://paper.example/</link><description>News</description><item><title>A harbour</title>"
        f"<link>https://paper.example/a</link>{item}</item></channel></rss>"
    )


def read(item):
    entry = feedparser.parse(feed(item)).entries[0]
    return entry.summary, [each.value for each in entry.get("content", [])]


seen = [read(PICTURE + LEAD), read(LEAD + PICTURE), read(FULL + PICTURE)]
fast = [fastfeedparser.parse(feed(item))["entries"][0]["description"] for item in (PICTURE + LEAD, LEAD + PICTURE)]
print(seen, fast)
assert seen == [(CAPTION, [TEXT]), (TEXT, [CAPTION]), (CAPTION, [TEXT])] and fast == [TEXT, TEXT]
PYTHON
