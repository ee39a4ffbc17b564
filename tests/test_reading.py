"""Pages in many languages and structures of the field, and what is read of them: `cases/reading.json`."""

import pytest
from conftest import CASES, NOW, as_json

from newscrawler.extraction import extract

PAGES = as_json(CASES / "reading.json")
LATER = NOW.replace(month=12, day=1)


@pytest.mark.parametrize("page", PAGES, ids=[f"{at}-{each['lang']}-{each['name']}" for at, each in enumerate(PAGES)])
def test_a_page_is_read(page):
    direction = ' dir="rtl"' if page["lang"] in ("ar", "fa", "he", "ur") else ""
    markup = f"""<!doctype html><html lang="{page["lang"]}"{direction}><head><meta charset="utf-8">{page["head"]}</head>
        <body>{page["body"]}</body></html>"""
    found = extract(markup.encode(), page.get("url", "https://nord.example/news/frigates"), LATER)
    for field, wanted in page["want"].items():
        if field == "text_has":
            assert [each for each in wanted if each not in found.text] == []
        elif field == "text_has_not":
            assert [each for each in wanted if each in found.text] == []
        else:
            assert (list(found.authors) if field == "authors" else getattr(found, field)) == wanted
