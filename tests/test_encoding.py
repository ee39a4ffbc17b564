"""What feeds and sitemaps are written in, whatever they and their servers say."""

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.discovery import charset_hint
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.text import parsable
from newscrawler.text.encoding import as_utf8, decode

GERMAN, RUSSIAN = "Überfahrt „beendet“", "Фрегат вышел в море"
POLISH, GREEK = "Łódź strzeże wybrzeża, żołnierze ćwiczą", "Η φρεγάτα έφυγε από το λιμάνι"
JAPANESE, CHINESE, KOREAN = (
    "護衛艦が出港した、と防衛省は発表した",
    "国防部发言人答记者问",
    "호위함이 항구를 떠났다고 국방부가 밝혔다",
)


def feed(title: str, encoding: str, declared: str | None, language: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    told = f"<language>{language}</language>" if language else ""
    item = f"<item><title>{title}</title><link>https://a.example/1</link></item>"
    return f'{head}<rss version="2.0"><channel>{told}{item}</channel></rss>'.encode(encoding)


@pytest.mark.parametrize(
    ("title", "encoding", "declared", "charset"),
    [
        (GERMAN, "utf-8", "utf-8", None),
        (GERMAN, "cp1252", "iso-8859-1", None),
        (GERMAN, "cp1252", "utf-8", None),
        (GERMAN, "cp1252", None, None),
        (GERMAN, "utf-8", "iso-8859-1", "iso-8859-1"),
        (GERMAN, "utf-8", "us-ascii", None),
        (GERMAN, "cp1252", "windows-1251", None),
        (GERMAN, "utf-16", "utf-16", None),
        (GERMAN, "utf-16-le", "utf-16", None),
        (GERMAN, "utf-16-be", None, None),
        (GERMAN, "utf-8", "utf-16", None),
        (GERMAN, "utf-8-sig", "windows-1252", None),
        (GERMAN, "utf-8", "no-such-thing", "neither"),
        ("Frigate", "ascii", "utf-16", None),
        (RUSSIAN, "utf-8", "windows-1251", None),
        (RUSSIAN, "cp1251", "utf-8", None),
        (RUSSIAN, "cp1251", "utf-8", "utf-8"),
        (RUSSIAN, "cp1251", None, "windows-1251"),
        (RUSSIAN, "cp1251", "windows-1251", "iso-8859-1"),
        (RUSSIAN, "cp1251", "iso-8859-1", None),
        (RUSSIAN, "koi8-r", "koi8-r", None),
        (RUSSIAN, "koi8-r", "utf-8", "koi8-r"),
        (POLISH, "cp1250", "windows-1250", None),
        (POLISH, "iso8859-2", "utf-8", "iso-8859-2"),
        (GREEK, "cp1253", "windows-1253", "utf-8"),
        (JAPANESE, "cp932", "Shift_JIS", None),
        (JAPANESE, "euc_jp", "utf-8", "euc-jp"),
        (JAPANESE, "iso2022_jp", None, "iso-2022-jp"),
        (CHINESE, "gb18030", "gb2312", "utf-8"),
        (CHINESE, "utf-8", "gbk", "gbk"),
        (KOREAN, "cp949", "euc-kr", None),
    ],
)
def test_a_feed_is_read_as_what_it_is_written_in(title, encoding, declared, charset):
    hints = charset_hint(f"text/xml; charset={charset}") if charset else ()
    found = parse_endpoint("rss", feed(title, encoding, declared), "https://a.example/f", NOW, hints)
    assert [link.title for link in found.links] == [title]


@pytest.mark.parametrize(
    ("title", "encoding", "language"), [("Флот", "cp1251", "ru"), ("Łódź", "cp1250", "pl"), ("Çığ", "cp1254", "tr")]
)
def test_where_letters_are_too_few_the_language_decides(title, encoding, language):
    found = parse_endpoint("rss", feed(title, encoding, "utf-8", language), "https://a.example/f", NOW)
    assert [link.title for link in found.links] == [title]


HEADLINES = {  # language -> headline, encodings that it is written in
    "cs": ("Šéf armády mluvil o příměří", ("cp1250", "iso8859-2")),
    "pl": ("Żołnierze ćwiczą w Świnoujściu", ("cp1250", "iso8859-2")),
    "hu": ("Őszi hadgyakorlat, új fregattok", ("cp1250", "iso8859-2")),
    "ro": ("Armata română și țările vecine", ("iso8859-16",)),
    "hr": ("Žarište sukoba: vlada šalje vojsku", ("cp1250", "iso8859-2")),
    "tr": ("Dışişleri Bakanı İstanbul’da", ("cp1254",)),
    "lt": ("Šauliai grįžo į Šiaulius", ("cp1257", "iso8859-13")),
    "lv": ("Ārlietu ministrs ieradās Rīgā", ("cp1257", "iso8859-13")),
    "et": ("Õppus Läänemerel jätkub", ("cp1257", "iso8859-4")),
    "de": ("Größere Flotte für Kiel", ("cp1252", "iso8859-15")),
    "fr": ("L’armée déploie une frégate à Brest", ("cp1252",)),
    "es": ("¿Qué hará el ejército español?", ("cp1252",)),
    "is": ("Þyrla sótti sjómann á Ísafjörð", ("cp1252",)),
    "ru": ("Флот: учения начались", ("cp1251", "koi8-r", "iso8859-5", "cp866")),
    "uk": ("Міністр оборони: її кораблі", ("cp1251", "koi8-u", "iso8859-5")),
    "bg": ("Министърът пристигна", ("cp1251",)),
    "el": ("Ο υπουργός Άμυνας στη Λευκωσία", ("cp1253", "iso8859-7")),
    "he": ("הפריגטה עזבה את הנמל", ("cp1255", "iso8859-8")),
    "ar": ("غادرت الفرقاطة الميناء", ("cp1256", "iso8859-6")),
    "fa": ("ناو از بندر رفت", ("cp1256",)),
    "th": ("รัฐมนตรีกลาโหม", ("cp874",)),
    "ja": ("首相、訪米へ", ("cp932", "euc_jp", "iso2022_jp")),
    "zh": ("外交部发言人", ("gb18030", "gb2312")),
    "ko": ("국방부 대변인", ("euc_kr", "cp949")),
}


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", None])
@pytest.mark.parametrize(("language", "encoding"), [(each, one) for each, (_, many) in HEADLINES.items() for one in many])
def test_one_headline_in_the_language_of_the_feed_tells_its_encoding(language, encoding, declared):
    title, _ = HEADLINES[language]
    for charset in (None, "utf-8"):
        hints = charset_hint(f"text/xml; charset={charset}") if charset else ()
        found = parse_endpoint("rss", feed(title, encoding, declared, language), "https://a.example/f", NOW, hints)
        assert [link.title for link in found.links] == [title]


@pytest.mark.parametrize(("language", "encoding"), [(each, one) for each, (_, many) in HEADLINES.items() for one in many])
def test_a_true_declaration_needs_no_language(language, encoding):
    title, _ = HEADLINES[language]
    for declared, charset in ((encoding, "utf-8"), (encoding, None), ("utf-8", encoding), (None, encoding)):
        hints = charset_hint(f"text/xml; charset={charset}") if charset else ()
        found = parse_endpoint("rss", feed(title, encoding, declared), "https://a.example/f", NOW, hints)
        assert [link.title for link in found.links] == [title], (declared, charset)


@pytest.mark.parametrize(("language", "encoding"), [(each, one) for each, (_, many) in HEADLINES.items() for one in many])
def test_a_page_that_is_declared_as_latin_is_read_in_its_language(language, encoding):
    title, _ = HEADLINES[language]
    page = f'<html lang="{language}"><meta charset="iso-8859-1"><title>News</title><body><h1>{title}</h1></body>'.encode(
        encoding
    )
    assert title in decode(page, "text/html")[0]


def test_what_somebody_pasted_costs_that_character_only():
    body = feed("“Café” – déjà vu", "utf-8", "utf-8").replace("é".encode(), b"\xe9", 1)
    assert [link.title for link in parse_endpoint("rss", body, "https://a.example/f", NOW).links] == ["“Café” – déjà vu"]


def test_sitemaps_pages_and_json_too():
    news = f"<n:news xmlns:n='x'><n:title>{RUSSIAN}</n:title></n:news>"
    urlset = f'<?xml version="1.0" encoding="utf-8"?><urlset><url><loc>https://a.example/1</loc>{news}</url></urlset>'
    assert parse_endpoint("sitemap", urlset.encode("cp1251"), "https://a.example/s", NOW).links[0].title == RUSSIAN
    page = f"<html><body><h2><a href='/2026/11/21/one-two-three-four'>{RUSSIAN * 2}</a></h2></body></html>".encode("cp1251")
    (link,) = parse_endpoint("listing", page, "https://a.example/", NOW, (("charset", "windows-1251"),)).links
    assert link.title == RUSSIAN * 2
    items = f'{{"items": [{{"url": "https://a.example/1", "title": "{RUSSIAN}"}}]}}'.encode("cp1251")
    found = parse_endpoint("json-feed", items, "https://a.example/f", NOW, (("charset", "windows-1251"),))
    assert found.links[0].title == RUSSIAN


@given(st.text(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp1251", "shift_jis", "nonsense", None]))
def test_utf8_stays_as_it_is(text, declared):
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    assert as_utf8(f"{head}<a>{text}é</a>".encode("utf-8", "replace")).decode().endswith("é</a>")


@given(st.binary(max_size=300), st.sampled_from(["utf-8", "cp1252", "utf-16", "idna", "hex", None]))
def test_bytes_of_any_kind_are_text_in_the_end(body, charset):
    assert isinstance(as_utf8(body, charset).decode(), str)


FEW = {  # language -> words with few letters beyond ASCII, the encoding of pages in that language
    "en": (("café", "Müller", "naïve", "it’s over", "a – b", "“Quay”", "£5", "cœur"), "cp1252"),
    "de": (("für", "Größe", "Überfahrt", "„Kai“"), "cp1252"),
    "fr": (("déjà", "L’armée", "sœur"), "cp1252"),
    "es": (("señor", "mañana", "¿qué?"), "cp1252"),
    "sv": (("Åland", "båt"), "cp1252"),
    "pl": (("Łódź", "żołnierz", "są"), "cp1250"),
    "cs": (("příměří", "věc"), "cp1250"),
    "tr": (("Çığ", "gemi değil"), "cp1254"),
    "ru": (("Флот",), "cp1251"),
    "he": (("נמל",), "cp1255"),
    "el": (("Άμυνα",), "cp1253"),
}


def sparse_page(said: bytes, language: str) -> bytes:
    told = f' lang="{language}"' if language else ""
    return f'<html{told}><meta charset="utf-8"><title>Quay</title><p>The quay is closed: '.encode() + said + b".</p></html>"


@pytest.mark.parametrize(("language", "said"), [(each, said) for each, (many, _) in FEW.items() for said in many])
def test_few_letters_of_a_page_that_is_no_utf8_are_read_in_its_language(language, said):
    page = sparse_page(said.encode(FEW[language][1]), language)
    for content_type in ("text/html", "text/html; charset=utf-8"):
        assert f"closed: {said}." in decode(page, content_type)[0]


@pytest.mark.parametrize("said", ["café", "für", "it’s over", "“Quay”"])
def test_few_letters_within_latin_words_need_no_language(said):
    text, encoding = decode(sparse_page(said.encode("cp1252"), ""), "text/html")
    assert (f"closed: {said}." in text, encoding) == (True, "cp1252")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("café – déjà".encode()[:-1], "fr"),  # cut off amid a letter
        (b"caf\xc3", "en"),
        ("it’s a ".encode() + b"caf\xe9", "en"),
        ("naïve".encode("cp1252"), ""),  # or naīve
        ("порт".encode("cp1251"), ""),  # or whatever
    ],
)
def test_few_letters_that_tell_nothing_leave_a_page_what_it_says_that_it_is(said, language):
    assert decode(sparse_page(said, language), "text/html")[1] == "utf-8"


ONE_WORD = {
    "cp1252": "für Brücke Größe Grüße Küste Türkei it’s naïve señor Perú båt möte forêt café",
    "cp1250": "mówi środa łódź święto armáda",
    "cp1255": "ישראל חדשות עזה ממשלה כנסת לבנון איראן ביטחון מלחמה שלום אניה",
    "cp1251": "флот армия россия война взрыв корабль съезды объект България министър",
}


@pytest.mark.parametrize(("encoding", "word"), [(each, word) for each, many in ONE_WORD.items() for word in many.split()])
def test_one_word_of_a_feed_without_a_language_tells_its_encoding(encoding, word):
    for title in (word, f"Nordby: {word} at noon"):
        found = parse_endpoint("rss", feed(title, encoding, None), "https://a.example/f", NOW)
        assert [link.title for link in found.links] == [title]


TWICE = (
    "“Überfahrt” – it’s over",
    "Министр обороны заявил: «нет»",
    "防衛省は、護衛艦を発表した。",
    "Ο υπουργός είπε «όχι»",
    "הפריגטה עזבה את הנמל",
)


@pytest.mark.parametrize("said", TWICE)
def test_what_was_encoded_twice_is_read_once(said):
    doubled = said.encode().decode("latin-1")
    assert said in decode(f'<meta charset="utf-8"><title>Quay</title><p>{doubled}</p>'.encode(), "text/html")[0]
    found = parse_endpoint("rss", feed(doubled, "utf-8", "utf-8"), "https://a.example/f", NOW)
    assert [link.title for link in found.links] == [said]


@pytest.mark.parametrize(
    "said", ["SÃO PAULO â", "Ã© is how é looks where it was read wrong", "a lone \xe2\x80\x99 here", "Ð° Â°"]
)
def test_what_only_looks_so_stays(said):
    page = f'<meta charset="utf-8"><title>Quay</title><p>{said}</p>'.encode()
    assert decode(page, "text/html")[0] == parsable(page.decode())
