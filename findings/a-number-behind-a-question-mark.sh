#!/usr/bin/env bash
# A query need not have a name and a value: in news.php?extend.1234 (e107, which small papers and ministries run on) and in
# web.nsf/0/A1B2?OpenDocument (Domino) all of it is the article's number, or how the server is to answer (RFC 3986, 3.4, knows no pairs).
# courlan 1.4.0 cleans tracking out of addresses, and takes whatever has no equals sign out with it, so that the articles of such a site
# are one address, which is none of theirs. trafilatura 2.3.1 reads feeds by it: a feed of three articles gives one address three times.
# Whom it concerns: who collects links by either, and who compares such a list with an archive by address. w3lib 2.5.0 keeps them apart.
# Seen: https://paper.example.com/news.php for all three, cleaned and out of the feed
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --no-compile courlan==1.4.0 trafilatura==2.3.1 lxml_html_clean==0.4.6 w3lib==2.5.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from courlan import clean_url
from trafilatura.feeds import FeedParameters, extract_links
from w3lib.url import canonicalize_url

SITE = "https://paper.example.com"
ARTICLES = [f"{SITE}/news.php?extend.{number}" for number in (1234, 1235, 1236)]
items = "".join(f"<item><title>News</title><link>{url}</link></item>" for url in ARTICLES)
feed = f'<rss version="2.0"><channel><title>Paper</title><link>{SITE}/</link>{items}</channel></rss>'
seen = (
    sorted({clean_url(url) for url in ARTICLES}),
    extract_links(feed, FeedParameters(SITE, "example.com", f"{SITE}/rss")),
    len({canonicalize_url(url) for url in ARTICLES}),
)
print(seen)
assert seen == ([f"{SITE}/news.php"], [f"{SITE}/news.php"] * 3, 3)
PYTHON
