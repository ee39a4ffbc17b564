#!/usr/bin/env bash
# A sitemap may state a page's change to the month or the year alone: sitemaps.org takes all precisions of W3C Datetime.
# ultimate-sitemap-parser 1.8.1 fills in what is missing from the day on which it runs: a page of March is of 12 March when it is read
# on a 12th, one of 2024 is of today's month and day, and tomorrow both are a day later. Nothing tells such a date from a stated one.
# Seen, whatever the day: month and day of the run in both
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q ultimate-sitemap-parser==1.8.1
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import logging
from calendar import monthrange
from datetime import date

from usp.tree import sitemap_from_str

logging.disable(logging.CRITICAL)
sitemap = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://navy.example/exercise</loc><lastmod>2025-03</lastmod></url>
<url><loc>https://navy.example/yearbook</loc><lastmod>2024</lastmod></url>
</urlset>"""
before = date.today()
seen = [page.last_modified.date() for page in sitemap_from_str(sitemap).all_pages()]
print([each.isoformat() for each in seen])
days = (before, date.today())  # midnight may pass between
month, year = seen
assert (month.year, month.month) == (2025, 3) and month.day in {min(each.day, 31) for each in days}
assert year.year == 2024 and (year.month, year.day) in {
    (each.month, min(each.day, monthrange(2024, each.month)[1])) for each in days
}
PYTHON
