"""The dates of pages: each language's labels and months, and the kinds of places where dates mislead.

tests/cases/dates/labels.json   language -> what it calls a day of publication, and one of a change
tests/cases/dates/kinds.json    parts of a page (head, meta: below the headline, below: after the text, after: the article;
                                "{text}" stands for the paragraphs once more), its address, its day of publication
                                (null: it states none); its last change and its zone where they are looked at
tests/cases/dates/more_labels.json  language -> how it writes a day in numbers, more such labels, in all their cases and numbers
tests/cases/dates/lines.json    language, a line below the headline as its papers write it, (published, modified)
"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest
from babel.dates import format_date, format_datetime, format_timedelta
from conftest import NOW

from newscrawler.dates.written import Writing, find_day
from newscrawler.extraction import extract

CASES = Path(__file__).parent / "cases" / "dates"
LABELS = json.loads((CASES / "labels.json").read_text(encoding="utf-8"))
MORE_LABELS = json.loads((CASES / "more_labels.json").read_text(encoding="utf-8"))
LINES = json.loads((CASES / "lines.json").read_text(encoding="utf-8"))
KINDS = json.loads((CASES / "kinds.json").read_text(encoding="utf-8"))
TEXT = """
    <p>Two survey vessels began to map the seabed off Kelling on Tuesday, where a cable that carries power to the islands
    was found damaged last winter, the hydrographic office said in the provincial capital.</p>
    <p>Their crews will work in shifts for eleven weeks and tow a sonar behind each hull; what they find goes to the grid
    operator first, and to the public once the prosecutors have read it.</p>
    <p>Trawlers have to keep a mile away from both ships, which the fishermen of the bay call too much in the season of the
    herring, and their union has asked the harbour master for money.</p>
    <p>A retired engineer who laid the first cable in the seventies told the council that anchors had cut it four times
    since, and that nobody had looked for a culprit then.</p>
"""
HEADLINE = "<h1>Survey vessels map the seabed off Kelling</h1>"
PUBLISHED, CHANGED = datetime(2026, 11, 16, 9), datetime(2026, 11, 20, 10, 5)


def dates_of(parts, url="https://gazette.example/a"):
    """(published, modified) of a page put together from its parts."""
    article = article_of(parts, url)
    return article.published, article.modified


def article_of(parts, url):
    page = f"""<!doctype html><html lang="{parts.get("lang", "en")}"><head><meta charset="utf-8">
        <title>Survey vessels map the seabed off Kelling - The Kelling Courier</title>{parts.get("head", "")}</head>
        <body><header><nav><a href="/">Home</a> <a href="/world">World</a></nav>{parts.get("above", "")}</header><main>
        <article>{parts.get("h1", HEADLINE)}{parts.get("meta", "")}{TEXT}{parts.get("below", "").replace("{text}", TEXT)}</article>
        {parts.get("after", "")}</main><footer><p>The Kelling Courier, 1 Harbour Street</p></footer></body></html>"""
    return extract(page.encode(), url, datetime(2026, 11, 29, 12, tzinfo=NOW.tzinfo))


@pytest.mark.parametrize("kind", KINDS, ids=lambda each: each["name"].replace(" ", "-"))
def test_kind(kind):
    article = article_of(kind, kind["url"])
    expected = {name: kind[name] for name in ("published", "modified", "published_zone") if name in kind}
    assert {name: getattr(article, name) for name in expected} == expected


@pytest.mark.parametrize(("language", "line", "published", "modified"), LINES)
def test_lines_as_papers_write_them(language, line, published, modified):
    assert dates_of({"lang": language, "meta": f"<p>{line}</p>"}) == (published, modified)


@pytest.mark.parametrize(
    ("language", "label"), [(language, label) for language, known in MORE_LABELS.items() for label in known["changed"]]
)
def test_a_change_in_a_list_of_properties_dates_no_publication(language, label):
    day = MORE_LABELS[language]["day"].format(24)
    meta = f"<dl><dt>{label}</dt><dd>{day}</dd></dl>"
    assert dates_of({"lang": language, "meta": meta}) == (None, "2026-11-24")


@pytest.mark.parametrize(
    ("language", "at", "label"),
    [(language, at, label) for language, known in MORE_LABELS.items() for at, label in enumerate(known["published"])],
)
def test_a_publication_beside_a_change(language, at, label):
    known = MORE_LABELS[language]
    changed = known["changed"][-1 - at]
    first, last = (f"<span>{each} {known['day'].format(day)}</span>" for each, day in ((changed, 24), (label, 16)))
    assert dates_of({"lang": language, "meta": f"<div>{first} {last}</div>"}) == ("2026-11-16", "2026-11-24")


def in_one_line(published, changed):
    return f"<div><span>{changed}</span> <span>{published}</span></div>"


def in_another_order(published, changed):
    return f"<div><span>{published}</span> | <span>{changed}</span></div>"


def in_lines_of_their_own(published, changed):
    return f"<p>{changed}</p><p>{published}</p>"


@pytest.mark.parametrize("layout", [in_one_line, in_another_order, in_lines_of_their_own])
@pytest.mark.parametrize("language", LABELS)
def test_a_day_of_a_change_is_none_of_publication(language, layout):
    published, changed = LABELS[language]
    first, last = (format_datetime(each, "medium", locale=language) for each in (PUBLISHED, CHANGED))
    meta = layout(f"{published} {first}", f"{changed} {last}")
    assert dates_of({"lang": language, "meta": meta}) == (PUBLISHED.isoformat(), CHANGED.isoformat())


@pytest.mark.parametrize("line", ["{changed}: {last}, {first}", "{changed} {last} {first}", "{first}, {last} {changed}"])
@pytest.mark.parametrize("language", LABELS)
def test_bare_days_of_one_line_stay_apart(language, line):
    changed = LABELS[language][1].rstrip(":\uff1a")
    first, last = (format_date(each, "long", locale=language) for each in (PUBLISHED, CHANGED))
    meta = f"<p>{line.format(changed=changed, first=first, last=last)}</p>"
    assert dates_of({"lang": language, "meta": meta}) == ("2026-11-16", "2026-11-20")


@pytest.mark.parametrize("language", LABELS)
def test_only_a_change_leaves_the_day_of_publication_unknown(language):
    line = f"{LABELS[language][1]} {format_datetime(CHANGED, 'medium', locale=language)}"
    assert dates_of({"lang": language, "meta": f"<p>{line}</p>"}) == (None, CHANGED.isoformat())


def behind(day, counted):
    return f"<div><span>{day}</span> <span>{counted}</span></div>"


def before(day, counted):
    return f"<div><span>{counted}</span> | <span>{day}</span></div>"


def in_the_line_before(day, counted):
    return f"<p>{counted}</p><p>{day}</p>"


@pytest.mark.parametrize("layout", [behind, before, in_the_line_before])
@pytest.mark.parametrize("language", LABELS)
def test_a_change_counted_from_now_takes_no_day(language, layout):
    day = format_datetime(PUBLISHED, "medium", locale=language)
    ago = format_timedelta(timedelta(hours=-2), add_direction=True, locale=language)
    meta = layout(day, f"{LABELS[language][1]} {ago}")
    assert dates_of({"lang": language, "meta": meta}) == (PUBLISHED.isoformat(), None)


@pytest.mark.parametrize("language", LABELS)
def test_a_change_at_a_bare_clock_is_of_the_day_before_it(language):
    meta = f"<p>{format_datetime(PUBLISHED, 'medium', locale=language)}, {LABELS[language][1]} 10:05</p>"
    assert dates_of({"lang": language, "meta": meta}) == (PUBLISHED.isoformat(), "2026-11-16T10:05:00")


@pytest.mark.parametrize(
    ("language", "line", "published", "modified"),
    [
        ("en", "20 November 2026, updated yesterday", "2026-11-20", None),
        ("en", "Updated an hour ago | 20 November 2026", "2026-11-20", None),
        ("en", "Updated today, 20 November 2026", None, "2026-11-20"),
        ("en", "20 November 2026 23:00, updated 01:05", "2026-11-20T23:00:00", None),
        ("de", "20. November 2026, zuletzt aktualisiert gestern", "2026-11-20", None),
        ("es", "20 de noviembre de 2026 - Actualizado ayer", "2026-11-20", None),
        ("pl", "20 listopada 2026, aktualizacja: wczoraj", "2026-11-20", None),
        ("fi", "20. marraskuuta 2026, päivitetty eilen", "2026-11-20", None),
        ("pt", "20 de novembro de 2026 | Atualizado ontem", "2026-11-20", None),
        ("ko", "2026년 11월 20일 | 업데이트 어제", "2026-11-20", None),
        ("ja", "2026年11月20日 09:00 2時間前に更新", "2026-11-20T09:00:00", None),
        ("ja", "2026年11月20日 午前10:05 更新", None, "2026-11-20T10:05:00"),
        ("tr", "20 Kasım 2026, 2 saat önce güncellendi", "2026-11-20", None),
    ],
)
def test_a_label_with_a_time_of_its_own(language, line, published, modified):
    assert dates_of({"lang": language, "meta": f"<p>{line}</p>"}) == (published, modified)


@pytest.mark.parametrize("language", LABELS)
def test_labels_stand_in_the_element_before(language):
    first, last = (format_datetime(each, "medium", locale=language) for each in (PUBLISHED, CHANGED))
    published, changed = (each.rstrip(":\uff1a") for each in LABELS[language])
    meta = f"<dl><dt>{changed}</dt><dd>{last}</dd><dt>{published}</dt><dd>{first}</dd></dl>"
    assert dates_of({"lang": language, "meta": meta}) == (PUBLISHED.isoformat(), CHANGED.isoformat())


@pytest.mark.parametrize("language", LABELS)
def test_classes_are_labels(language):
    first, last = (format_datetime(each, "medium", locale=language) for each in (PUBLISHED, CHANGED))
    meta = f'<div><span class="updated">{last}</span> <span class="published">{first}</span></div>'
    assert dates_of({"lang": language, "meta": meta}) == (PUBLISHED.isoformat(), CHANGED.isoformat())


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(
    "language", ["pl", "cs", "nl", "da", "sv", "no", "it", "es", "uk", "hr", "sk", "fi", "lv", "lt", "el"]
)
def test_months_beside_the_headline(language, month):
    day = date(2025, month, 17)
    line = format_date(day, "long", locale=language)
    assert dates_of({"lang": language, "meta": f'<div class="date">{line}</div>'})[0] == day.isoformat()


def test_the_text_tells_the_months_where_the_page_is_in_a_template_of_another_language():
    polish = (
        """<p>Dwa statki badawcze rozpoczęły we wtorek pomiary dna morskiego, gdzie zimą znaleziono uszkodzony
        kabel, który dostarcza prąd na wyspy, poinformował urząd hydrograficzny, a prace potrwają jedenaście tygodni.</p>"""
        * 6
    )
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Statki mierzą dno</title></head><body>
        <article><h1>Statki badawcze mierzą dno</h1><div>24 listopada 2025</div>{polish}</article></body></html>"""
    article = extract(page.encode(), "https://gazeta.example/a", NOW)
    assert article.published == "2025-11-24"


@pytest.mark.parametrize("language", sorted(LABELS))
def test_days_in_capitals(language):
    for month in range(1, 13):
        day = date(2026, month, 16)
        written = format_date(day, "long", locale={"no": "nb", "sr": "sr_Cyrl"}.get(language, language)).upper()
        written = normalize("NFC", written.replace("\u0301", ""))  # an accent that Greek capitals do not have
        assert find_day(written, Writing(language)) == day.isoformat()


def table_of(label, day, changed, later):
    return f"<table><tr><th>{label}</th><td>{day}</td></tr><tr><th>{changed}</th><td>{later}</td></tr></table>"


@pytest.mark.parametrize("language", sorted(LABELS))
def test_labels_in_rows_of_a_table_and_in_elements_of_a_line(language):
    published, changed = LABELS[language]
    locale = {"no": "nb", "sr": "sr_Cyrl"}.get(language, language)
    first, second = (format_date(each, "long", locale=locale) for each in (PUBLISHED, CHANGED))
    rows = table_of(published, first, changed, second)
    line = f"<div><span>{changed}</span> <span>{second}</span> · <span>{published}</span> <span>{first}</span></div>"
    for meta in (rows, line):
        assert dates_of({"lang": language, "meta": meta}) == ("2026-11-16", "2026-11-20")
