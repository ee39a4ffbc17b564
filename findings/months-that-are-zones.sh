#!/usr/bin/env bash
# A reader of dates in many languages is expected to know the short names of months of the languages that it lists.
# dateparser 1.5.0 takes SET (September in Italian and Portuguese) and MART (March in Turkish) for time zones, the day for the month,
# and today for the day: 1 September becomes 29 January, without an error. Told the language it reads Turkish as meant.
# Seen, on a 29 November: 2026-01-29 and 2026-03-29; 2026-03-03 when told the language
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q dateparser==1.5.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from datetime import datetime

import dateparser

today = datetime(2026, 11, 29)
settings = {"RELATIVE_BASE": today}
found = [dateparser.parse(text, settings=settings) for text in ("1 SET 2026 10:00", "3 MART 2026")]
told = dateparser.parse("3 Mart 2026", languages=["tr"], settings=settings)
seen = [each.date().isoformat() for each in (*found, told)]
print(seen)
assert seen == ["2026-01-29", "2026-03-29", "2026-03-03"]
PYTHON
