#!/usr/bin/env bash
# A normal form of an address may lower the host, never the path (RFC 3986, 6.2.2.1): servers tell /AbC from /aBc, and short links, video
# pages and the ids of many systems live on it. mediacloud-metadata 2.1.0, by whose normal form and hash Media Cloud tells stories apart,
# lowers path and query as well. Two stories become one, and what is kept may lead nowhere. Who compares an archive with Media Cloud's
# list by address has to lower both sides, and to know that some pairs are no pairs.
# Seen: /v/AbC1 and /v/aBc1 have one normal form and one hash, /v/AbC2 another
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
# an older pip stops at how one of its packages asks for lxml
"$folder/env/bin/python" -m pip install -q pip==25.3
"$folder/env/bin/python" -m pip install -q mediacloud-metadata==2.1.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import logging

from mcmetadata import urls

logging.disable(logging.CRITICAL)  # where the public suffix list cannot be had it takes its own copy, and says so at length
first, second, other = (f"https://www.example.com/v/{each}?Id=X" for each in ("AbC1", "aBc1", "AbC2"))
seen = urls.normalize_url(first), *(urls.unique_url_hash(each) == urls.unique_url_hash(first) for each in (second, other))
print(seen)
assert seen == ("http://news.example.com/v/abc1?id=x", True, False)
PYTHON
