#!/usr/bin/env bash
# The same word names another month next door: "listopada" is of October in Croatian and of November in Polish. A reader of dates that
# is not told the language cannot know, and is expected to give nothing, or to follow what else is Croatian about a date.
# dateparser 1.5.0 says November, though a day with a full stop behind it and a year with one are written in Croatian and not in Polish. A
# month later is believed everywhere; told the language it reads October.
# Seen: 2026-11-24 without a language, 2026-10-24 with it
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q dateparser==1.5.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import dateparser

text = "24. listopada 2026."
seen = [found.date().isoformat() for found in (dateparser.parse(text), dateparser.parse(text, languages=["hr"]))]
print(seen)
assert seen == ["2026-11-24", "2026-10-24"]
PYTHON
