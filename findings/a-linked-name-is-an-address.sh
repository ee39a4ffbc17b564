#!/usr/bin/env bash
# <a itemprop="author" href="/team/lind">Ana Lind</a> looks like an author of that name. By the HTML standard the value of a property on a
# link is where it leads, whatever the property is, so a reader of microdata that keeps to it has no name at all. extruct 0.18.0 does:
# author, and a Person's name that is marked on the link, are addresses. Papers mark names so; who reads authors by such a library has to
# take the words of the link where an address stands for a name.
# Seen: author https://paper.example/team/lind, the second's name https://paper.example/team/ek, the name itself on a <span>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q extruct==0.18.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import extruct

page = """<article itemscope itemtype="https://schema.org/NewsArticle">
<a itemprop="author" href="/team/lind">Ana Lind</a>
<p itemprop="contributor" itemscope itemtype="https://schema.org/Person"><a itemprop="name" href="/team/ek">Bo Ek</a></p>
<span itemprop="editor">Cy Moe</span></article>"""
item = extruct.extract(page, base_url="https://paper.example/news/1", syntaxes=["microdata"])["microdata"][0]["properties"]
seen = item["author"], item["contributor"]["properties"]["name"], item["editor"]
print(seen)
assert seen == ("https://paper.example/team/lind", "https://paper.example/team/ek", "Cy Moe")
PYTHON
