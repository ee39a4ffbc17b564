#!/usr/bin/env bash
# In JSON-LD's @graph, as common tools for publishers write it, the article stands beside the page that shows it, the site and the
# publisher, in any order, each with dates of its own. What dates the article is the object of an article's type.
# newspaper4k 0.9.6 takes the first datePublished that it comes to. Where a WebPage stands before the NewsArticle and tells since when
# its address exists, articles get that day: for pages that are written anew each week, years too early.
# Seen: 2020-01-01 with the page first, 2026-11-24 with the article first
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q newspaper4k==0.9.6
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import json

from newspaper import Article

PAGE = {"@type": "WebPage", "name": "A harbour", "datePublished": "2020-01-01T00:00:00Z"}
ARTICLE = {"@type": "NewsArticle", "headline": "A harbour", "datePublished": "2026-11-24T22:30:00Z"}
TEXT = "<p>The navy said that three ships had ended an exercise in the northern strait and returned to their harbour.</p>" * 8


def day(*graph):
    stated = json.dumps({"@context": "https://schema.org", "@graph": graph})
    article = Article("https://gazette.example/a-harbour")
    article.download(
        input_html=f'<html lang="en"><head><title>A harbour</title><script type="application/ld+json">{stated}</script></head>'
        f"<body><article><h1>A harbour</h1>{TEXT}</article></body></html>"
    )
    article.parse()
    return article.publish_date.date().isoformat()


seen = [day(PAGE, ARTICLE), day(ARTICLE, PAGE)]
print(seen)
assert seen == ["2020-01-01", "2026-11-24"]
PYTHON
