#!/usr/bin/env bash
# An extractor that goes by the density of text is expected to find a long article in any script, or to say that it cannot.
# boilerpy3 1.0.7 counts words between spaces, so that a Japanese or Chinese paragraph is one word to it: ArticleExtractor, which is made
# for news, and LargestContentExtractor give an empty text for twelve paragraphs of them, without an error, and read the same page in
# English whole. Whoever compares extractors over several languages compares this.
# Seen: 0 of the Japanese and the Chinese page, all of the English one
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q boilerpy3==1.0.7
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from boilerpy3 import extractors

PARAGRAPHS = {
    "ja": "海軍は火曜日、三隻の船が北の海峡で機雷を探す訓練を終え、港に戻ったと発表した。乗組員は来月も訓練を続けるという。",
    "zh": "海军星期二表示，三艘军舰在北部海峡结束了搜寻水雷的演习并返回港口。船员们说下个月还将继续训练。",
    "en": "The navy said on Tuesday that three ships had ended an exercise in the northern strait and returned to their harbour.",
}


def share(paragraph, name):
    page = f"<html><body><h1>x</h1>{f'<p>{paragraph}</p>' * 12}</body></html>"
    return round(len(getattr(extractors, name)().get_content(page)) / len(paragraph * 12), 1)


names = ("ArticleExtractor", "LargestContentExtractor")
seen = {name: {language: share(paragraph, name) for language, paragraph in PARAGRAPHS.items()} for name in names}
print(seen)
assert all(each == {"ja": 0.0, "zh": 0.0, "en": 1.0} for each in seen.values())
PYTHON
