#!/usr/bin/env bash
# <meta name="author"> names the author, and names of Chinese, Japanese and Korean people are written without a space.
# trafilatura 2.3.1 believes an author of the page's head only with a space in it: 李小龙, 田中太郎 and 김민수 are None there, and in
# OpenGraph's article:author, without a word. A family name set apart is believed, and so is the same name in the page's text from three
# letters on; 李明, of two letters as many are, is not.
# Whom it concerns: who counts authors over countries: papers of three of them seem to sign nothing.
# Seen: None for 李小龙, 田中太郎 and 김민수 in the head, and for 李明 in the text as well; 김 민수 and Lu Xun in the head are read
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q --no-compile trafilatura==2.3.1 lxml_html_clean==0.4.6
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
from trafilatura import extract_metadata


def author(head="", byline=""):
    return extract_metadata(
        f'<html><head><title>海军演习在南海结束</title>{head}</head><body><article><h1>海军演习在南海结束</h1>{byline}'
        f"<p>{'海军周一在北部海峡结束了为期三天的演习，国防部说。' * 8}</p></article></body></html>"
    ).author


NAMES = ("李小龙", "田中太郎", "김민수", "김 민수", "Lu Xun")
named = [author(f'<meta name="author" content="{name}">') for name in NAMES]
graphed = [author(f'<meta property="article:author" content="{name}">') for name in NAMES]
signed = [author(byline=f'<span class="author">{name}</span>') for name in ("李小龙", "李明")]
print(named, graphed, signed)
assert named == graphed == [None, None, None, "김 민수", "Lu Xun"] and signed == ["李小龙", None]
PYTHON
