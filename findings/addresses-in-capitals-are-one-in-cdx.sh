#!/usr/bin/env bash
# Two addresses that differ in capitals are two pages: paths and queries are told apart to the letter (RFC 3986, 6.2.2.1), and short
# links, ids of documents and of videos rest on that.
# surt 0.3.1, which makes the keys of CDX indexes, writes path and query in small letters: both pages share a key, and who replays the
# one by its key alone may get the other. An index of articles has to compare the address behind the key as well.
# Seen: example,press)/d/qxz7?id=ab for both, though "/d/QxZ7?id=aB" and "/d/qXz7?id=Ab" are two documents
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q surt==0.3.1
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from surt import surt

seen = {surt(f"https://press.example{rest}") for rest in ("/d/QxZ7?id=aB", "/d/qXz7?id=Ab")}
print(seen)
assert seen == {"example,press)/d/qxz7?id=ab"}
PYTHON
