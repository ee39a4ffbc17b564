#!/usr/bin/env bash
# A moment that knows its offset is written into a feed as that moment: 18:21 at three hours ahead is 15:21 GMT.
# PyRSS2Gen 1.1 and rfeed 1.1.1 write the hour of the clock and "GMT" behind it, whatever the offset: 18:21:41 GMT. feedgen 1.0.0 and
# feedgenerator 2.2.1 write 18:21:41 +0300, and feedparser 6.0.14 reads each as it is written, so that one article has two moments.
# Whom it concerns: who makes feeds of an archive's dates by the two, and who asks by feeds which paper had a story first: articles come
# hours late from the east of Greenwich and hours early from the west of it.
# Seen: 18:21:41 by PyRSS2Gen and rfeed, 15:21:41 by feedgen and feedgenerator
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --no-compile PyRSS2Gen==1.1 rfeed==1.1.1 feedgen==1.0.0 feedgenerator==2.2.1 feedparser==6.0.14
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from datetime import datetime, timedelta, timezone
from time import strftime

import feedgenerator
import feedparser
import PyRSS2Gen
import rfeed
from feedgen.feed import FeedGenerator

MOMENT = datetime(2026, 10, 24, 18, 21, 41, tzinfo=timezone(timedelta(hours=3)))
HEAD = {"title": "Gazette", "link": "https://gazette.example/", "description": "News"}
ITEM = {"title": "A harbour", "link": "https://gazette.example/a"}


def by_feedgen():
    feed = FeedGenerator()
    feed.title(HEAD["title"])
    feed.link(href=HEAD["link"])
    feed.description(HEAD["description"])
    entry = feed.add_entry()
    entry.title(ITEM["title"])
    entry.link(href=ITEM["link"])
    entry.published(MOMENT)
    return feed.rss_str().decode()


def by_feedgenerator():
    feed = feedgenerator.Rss201rev2Feed(**HEAD)
    feed.add_item(**ITEM, description="", pubdate=MOMENT)
    return feed.writeString("utf-8")


written = {
    "PyRSS2Gen": PyRSS2Gen.RSS2(**HEAD, items=[PyRSS2Gen.RSSItem(**ITEM, pubDate=MOMENT)]).to_xml("utf-8"),
    "rfeed": rfeed.Feed(**HEAD, items=[rfeed.Item(**ITEM, pubDate=MOMENT)]).rss(),
    "feedgen": by_feedgen(),
    "feedgenerator": by_feedgenerator(),
}
seen = {name: strftime("%H:%M:%S", feedparser.parse(feed).entries[0].published_parsed) for name, feed in written.items()}
print(seen)
assert seen == {"PyRSS2Gen": "18:21:41", "rfeed": "18:21:41", "feedgen": "15:21:41", "feedgenerator": "15:21:41"}
PYTHON
