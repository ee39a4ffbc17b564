#!/usr/bin/env bash
# "GMT+0300" is how JavaScript's Date prints a zone three hours ahead, and so it stands in feeds and in the markup of pages.
# Four readers of dates make three moments of it: python-dateutil 2.9.0 reads it as POSIX writes its TZ variable, three hours behind
# (six hours off), email.utils drops the offset (three hours off and without a zone), feedparser 6.0.14 and dateparser 1.5.0 read
# what was meant. Who sorts news by the hour cannot mix them.
# Seen: dateutil 18:21Z, email.utils 15:21 naive, feedparser 12:21Z, dateparser 12:21Z
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q python-dateutil==2.9.0.post0 feedparser==6.0.14 dateparser==1.5.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import email.utils
from datetime import UTC

import dateparser
import feedparser
from dateutil import parser

stated = "Sat, 24 Oct 2026 15:21:41 GMT+0300"
feed = f"<rss version='2.0'><channel><title>t</title><item><title>a</title><pubDate>{stated}</pubDate></item></channel></rss>"
seen = (
    parser.parse(stated).astimezone(UTC).strftime("%H:%MZ"),
    email.utils.parsedate_to_datetime(stated).strftime("%H:%M") + str(email.utils.parsedate_to_datetime(stated).tzinfo or ""),
    "{3:02}:{4:02}Z".format(*feedparser.parse(feed).entries[0].published_parsed),
    dateparser.parse(stated).astimezone(UTC).strftime("%H:%MZ"),
)
print(seen)
assert seen == ("18:21Z", "15:21", "12:21Z", "12:21Z")
PYTHON
