#!/usr/bin/env bash
# A page that states its day of publication in JSON-LD is of that day. Addresses hold other numbers as well: of a contract, of a law, the
# day of the battle that an article remembers.
# newspaper4k 0.9.6 asks the address first, and whatever looks like a day there is the day of publication, whatever the page states, and
# without the time that the page gives. Articles on anniversaries and tenders go into the wrong month or decade, silently.
# Seen: 2026-10-15 and 2014-08-29 for two pages that state 2026-11-24T22:30:00Z
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q newspaper4k==0.9.6
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import json

from newspaper import Article

stated = {
    "@context": "https://schema.org", "@type": "NewsArticle", "headline": "A harbour", "datePublished": "2026-11-24T22:30:00Z",
}
text = "<p>The navy said that three ships had ended an exercise in the northern strait and returned to their harbour.</p>" * 8
page = (
    f'<html lang="en"><head><title>A harbour</title><script type="application/ld+json">{json.dumps(stated)}</script></head>'
    f"<body><article><h1>A harbour</h1>{text}</article></body></html>"
)


def date_of(path):
    article = Article(f"https://gazette.example/{path}")
    article.download(input_html=page)
    article.parse()
    return article.publish_date.isoformat()


seen = [date_of(path) for path in ("a-harbour", "contract-2026-10-15-awarded", "battle-of-2014-08-29")]
print(seen)
assert seen == ["2026-11-24T22:30:00+00:00", "2026-10-15T00:00:00", "2014-08-29T00:00:00"]
PYTHON
