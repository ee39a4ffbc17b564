#!/usr/bin/env bash
# News agencies write moments without signs between: 20261024T152141Z, the basic format of ISO 8601, as in NITF's date.issue and NewsML's
# FirstCreated. A reader of dates knows it, or says that it does not.
# dateparser 1.5.0 takes the clock for a number of days: "152141" days back from now, a day in the seventeenth century, or, without
# seconds, some four years ago. Told that the language is English it reads nothing. feedparser 6.0.14 and htmldate 1.11.0 read the day and
# drop the hour, and their midnight looks like one that was stated; python-dateutil 2.9.0 reads all of it.
# Whom it concerns: who files what agencies send, or feeds and pages that keep their form.
# Seen, on a 29 November 2026: dateparser 1610-05-13 and 2022-09-30, feedparser and htmldate 2026-10-24T00:00, dateutil 15:21:41Z
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --no-compile dateparser==1.5.0 feedparser==6.0.14 htmldate==1.11.0 python-dateutil==2.9.0.post0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from datetime import datetime
from time import strftime

import dateparser
import feedparser
from dateutil.parser import parse
from htmldate import find_date

STATED = "20261024T152141Z"
NOW = {"RELATIVE_BASE": datetime(2026, 11, 29, 12)}
feed = f'<rss version="2.0"><channel><title>t</title><item><title>A</title><pubDate>{STATED}</pubDate></item></channel></rss>'
page = f'<html><head><meta name="DC.date.issued" content="{STATED}"></head><body><p>A harbour</p></body></html>'
seen = [
    dateparser.parse(STATED, settings=NOW).isoformat(),
    dateparser.parse("20261024T1521Z", settings=NOW).isoformat(),
    dateparser.parse(STATED, languages=["en"], settings=NOW),
    strftime("%Y-%m-%dT%H:%M", feedparser.parse(feed).entries[0].published_parsed),
    find_date(page, original_date=True, outputformat="%Y-%m-%dT%H:%M"),
    parse(STATED).isoformat(),
]
print(seen)
assert seen == [
    "1610-05-13T12:00:00", "2022-09-30T12:00:00", None, "2026-10-24T00:00", "2026-10-24T00:00", "2026-10-24T15:21:41+00:00"
]
PYTHON
