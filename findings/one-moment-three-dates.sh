#!/usr/bin/env bash
# The same moment stated with three offsets is one moment: who published first is told by comparing moments.
# news-please 1.6.16 drops the offset and keeps the clock's time of the place, in `date_publish` and in the JSON and databases that it
# fills, and no field says of which place it is. Its articles of several countries cannot be put in order, and who imports them must not
# take the time for UTC.
# Seen: 18:30, 23:30 and 08:30 on the next day, for one moment
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q news-please==1.6.16
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import json
import logging

from newsplease import NewsPlease

logging.disable(logging.CRITICAL)
TEXT = "<p>The navy said that three ships had ended an exercise in the northern strait and returned to their harbour.</p>" * 8


def published(stamp):
    stated = json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", "headline": "A harbour", "datePublished": stamp})
    page = (
        f'<html lang="en"><head><title>A harbour</title><script type="application/ld+json">{stated}</script></head>'
        f"<body><article><h1>A harbour</h1>{TEXT}</article></body></html>"
    )
    return str(NewsPlease.from_html(page, url="https://gazette.example/a-harbour").date_publish)


seen = [published(f"2026-11-{rest}") for rest in ("24T18:30:00-05:00", "24T23:30:00+00:00", "25T08:30:00+09:00")]
print(seen)
assert seen == ["2026-11-24 18:30:00", "2026-11-24 23:30:00", "2026-11-25 08:30:00"]
PYTHON
