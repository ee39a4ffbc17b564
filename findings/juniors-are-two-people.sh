#!/usr/bin/env bash
# Fundus splits a line of authors by one rule for the papers of all its countries: at commas, semicolons, "and" and "und". A "Jr." behind a
# comma becomes a person of its own, and the "et" and "y" of French and Spanish papers keep two people as one, though it has parsers
# for papers of both languages. A count of who writes most has a Jr. in it.
# Seen (fundus 0.5.7): "Ana Lind, Jr. and Bo Ek" three, "Ana Lind et Bo Ek" one, "Ana Lind und Bo Ek" two
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q fundus==0.5.7 curl_cffi==0.13.0  # beside curl_cffi 0.17.0, which its bounds allow, fundus cannot be imported
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from fundus.parser.utility import generic_author_parsing

seen = [generic_author_parsing(line) for line in ("Ana Lind, Jr. and Bo Ek", "Ana Lind et Bo Ek", "Ana Lind und Bo Ek")]
print(seen)
assert seen == [["Ana Lind", "Jr.", "Bo Ek"], ["Ana Lind et Bo Ek"], ["Ana Lind", "Bo Ek"]]
PYTHON
