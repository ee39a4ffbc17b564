#!/usr/bin/env bash
# RSS 2.0 has an item's author as an address with the name in brackets, and a mail address may end in any top-level domain.
# feedparser 6.0.14 looks for an address whose last part has two to four letters. Of .press, .agency or .today it takes four, and what is
# left over goes into the name: author_detail says "cy (Ana Lind" of desk@paper.agency. The field author is whole. Whoever takes names
# from author_detail or authors gets people who do not exist, from newer domains only.
# Seen: of .info and .co.uk "Ana Lind"; of .press "s (Ana Lind", of .agency "cy (Ana Lind" at desk@paper.agen
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q feedparser==6.0.14
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import feedparser

feed = "<rss version='2.0'><channel><title>t</title><item><title>a</title><author>{}</author></item></channel></rss>"
seen = {}
for domain in ("info", "co.uk", "press", "agency"):
    author = f"desk@paper.{domain} (Ana Lind)"
    entry = feedparser.parse(feed.format(author)).entries[0]
    assert entry.author == author
    seen[domain] = entry.author_detail["name"], entry.author_detail["email"]
print(seen)
assert seen == {
    "info": ("Ana Lind", "desk@paper.info"),
    "co.uk": ("Ana Lind", "desk@paper.co.uk"),
    "press": ("s (Ana Lind", "desk@paper.pres"),
    "agency": ("cy (Ana Lind", "desk@paper.agen"),
}
PYTHON
