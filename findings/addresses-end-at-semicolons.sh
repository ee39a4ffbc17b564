#!/usr/bin/env bash
# A semicolon is part of an address (RFC 3986, 3.3), and regional papers put the article's number behind one: /hafen;art1234,56. In a Link
# header, and in the TimeMaps of web archives (RFC 7089), addresses stand between angle brackets, so that it cannot be misread.
# requests 2.34.2 and httpx 0.28.1 split there first: in `response.links` the address ends before the semicolon and is another page, and
# as the relation stands behind it, "canonical" or "memento" is not among the links. Without a semicolon both read all of it.
# Whom it concerns: who asks archives for the captures of such papers, or papers for the canonical address of a PDF.
# Seen: {'https://paper.example/hafen': {'url': 'https://paper.example/hafen'}} by both
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q requests==2.34.2 httpx==0.28.1
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import httpx
import requests

PLAIN, NUMBERED = "https://paper.example/hafen", "https://paper.example/hafen;art1234,56"


def links(url):
    """{relation or address: link} by requests and by httpx, of an answer that names its canonical address."""
    header = {"Link": f'<{url}>; rel="canonical"'}
    by_requests = requests.Response()
    by_requests.headers.update(header)
    return by_requests.links, httpx.Response(200, headers=header).links


print(*links(NUMBERED))
assert links(NUMBERED) == ({PLAIN: {"url": PLAIN}}, {PLAIN: {"url": PLAIN}})
assert links(PLAIN) == ({"canonical": {"url": PLAIN, "rel": "canonical"}},) * 2
PYTHON
