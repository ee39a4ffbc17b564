#!/usr/bin/env bash
# A page that states no date has none; a year beside a copyright sign is not one.
# trafilatura 2.3.1, asked for metadata, makes the first of January of the footer's year of it, with or without a range of years, and
# nothing says that it was a guess. In an archive such articles pile up on New Year's Day.
# Seen: 2026-01-01 twice
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q trafilatura==2.3.1 lxml_html_clean==0.4.6
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from trafilatura import bare_extraction

text = "The keel of the ship was laid in the old yard, and people worked on her for years. " * 6
pages = [
    f"<html><body><article><h1>A harbour</h1><p>{text}</p></article><footer>© {years} Gazette</footer></body></html>"
    for years in ("2026", "1995-2026")
]
seen = [bare_extraction(page, with_metadata=True).date for page in pages]
print(seen)
assert seen == ["2026-01-01", "2026-01-01"]
PYTHON
