#!/usr/bin/env bash
# RFC 9309, 2.2.4: lines that a crawler does not know, between others, are no reason to see a group's rules otherwise.
# protego 0.7.0 (Scrapy's reader of robots.txt) lets one such line between two User-agent lines end the group: the first agent
# loses the rules that both share, and is allowed what it is forbidden. A Sitemap line in the same place does no harm.
# Seen: allowed with an unknown line, forbidden with a Sitemap line
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q protego==0.7.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from protego import Protego

def allowed(between: str) -> bool:
    rules = f"User-agent: goodbot\n{between}\nUser-agent: otherbot\nDisallow: /private/\n"
    return Protego.parse(rules).can_fetch("https://gazette.example/private/1", "goodbot")

seen = {line: allowed(line) for line in ("Noarchive: yes", "Sitemap: https://gazette.example/sitemap.xml")}
print(seen)
assert list(seen.values()) == [True, False]
PYTHON
