"""Credits in the languages of the lexicon; whole pages are cases of tests/cases/extraction.

tests/cases/credits.json   language, what stands below the headline, what in the head, and the authors (null: no person)
"""

import json
import tomllib
from importlib import resources
from pathlib import Path

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.extraction import extract
from newscrawler.metadata.authors.believed import credited
from newscrawler.metadata.authors.bylines import is_credit, parts_of, segments, split_names, turned
from newscrawler.metadata.authors.credit_words import Kind, shipped_credit_words
from newscrawler.metadata.authors.persons import is_person
from newscrawler.metadata.claims.structured import Claims
from newscrawler.relevance import shipped_lexicon

CREDITS = [
    ("en", "By our correspondent Ana Linde and Jo Berg, edited by Ole Ek", ["Ana Linde", "Jo Berg"]),
    ("en", "Ana Linde, Senior Defence Editor", ["Ana Linde"]),
    ("en", "BybyAna Linde", ["Ana Linde"]),
    ("en", "Byby Ana Linde", ["Ana Linde"]),
    ("en", "By Ana Linde@analinde", ["Ana Linde"]),
    ("en", "By Ana Linde ana.linde@courier.example", ["Ana Linde"]),
    ("en", "By Ana LindeAL", ["Ana Linde"]),
    ("de", "Von unserem Korrespondenten Ana Linde", ["Ana Linde"]),
    ("de", "Das Gespräch führten Ana Linde und Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("de", "Ein Gastbeitrag von Ana Linde", ["Ana Linde"]),
    ("de", "Text: Ana Linde, Fotos: Jo Berg", ["Ana Linde"]),
    ("fr", "Propos recueillis par Ana Linde et Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("fr", "Par notre envoyée spéciale Ana Linde", ["Ana Linde"]),
    ("es", "Por nuestra corresponsal Ana Linde", ["Ana Linde"]),
    ("es", "Una entrevista de Ana Linde y Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("it", "A cura di Ana Linde e Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("it", "Dal nostro inviato Ana Linde", ["Ana Linde"]),
    ("pt", "Por Ana Linde e Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("pt", "Texto de Ana Linde; fotos: Jo Berg", ["Ana Linde"]),
    ("nl", "Door onze correspondent Ana Linde", ["Ana Linde"]),
    ("nl", "Tekst: Ana Linde | Foto's: Jo Berg", ["Ana Linde"]),
    ("sv", "Av vår korrespondent Ana Linde", ["Ana Linde"]),
    ("no", "Tekst: Ana Linde Foto: Jo Berg", ["Ana Linde"]),
    ("da", "Af vores korrespondent Ana Linde og Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("fi", "Teksti: Ana Linde Kuvat: Jo Berg", ["Ana Linde"]),
    ("pl", "Rozmawiała Ana Linde", ["Ana Linde"]),
    ("pl", "Autor: Ana Linde | Fot.: Jo Berg", ["Ana Linde"]),
    ("pl", "opr. Anna Lindowa", ["Anna Lindowa"]),
    ("cs", "Autor: Ana Linde a Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("hr", "Piše: Ana Linde i Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("is", "Höfundur: Ana Linde og Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("et", "Autor: Ana Linde ja Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("lv", "Autori: Ana Linde un Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("lt", "Autoriai: Ana Linde ir Jo Berg", ["Ana Linde", "Jo Berg"]),
    ("sk", "Pripravila Ana Linde, foto: Jo Berg", ["Ana Linde"]),
    ("sl", "Pogovarjala se je Ana Linde", ["Ana Linde"]),
    ("sr", "Аутор: Ана Линде и Јо Берг", ["Ана Линде", "Јо Берг"]),
    ("bg", "От нашия кореспондент Ана Линде", ["Ана Линде"]),
    ("ro", "De la corespondentul nostru Ana Linde", ["Ana Linde"]),
    ("hu", "Írta: Ana Linde Fotó: Jo Berg", ["Ana Linde"]),
    ("el", "Του ανταποκριτή μας Άνα Λίντε", ["Άνα Λίντε"]),
    ("el", "Γράφει η Άνα Λίντε", ["Άνα Λίντε"]),
    ("ru", "Беседовала Анна Линде", ["Анна Линде"]),
    ("ru", "Автор: Анна Линде Фото: Ян Берг", ["Анна Линде"]),
    ("uk", "Розмовляла Анна Лінде", ["Анна Лінде"]),
    ("uk", "Автор: Анна Лінде, кореспондент", ["Анна Лінде"]),
    ("tr", "Yazan: Ana Linde", ["Ana Linde"]),
    ("tr", "Haber: Ana Linde Fotoğraf: Can Berg", ["Ana Linde"]),
    ("ar", "بقلم: آنا ليندي", ["آنا ليندي"]),
    ("ar", "حوار: آنا ليندي تصوير: يو بيرغ", ["آنا ليندي"]),
    ("he", "מאת: אנה לינדה צילום: יו ברג", ["אנה לינדה"]),
    ("fa", "نویسنده: آنا لینده", ["آنا لینده"]),
    ("hi", "लेखक: अना लिंडे", ["अना लिंडे"]),
    ("id", "Oleh: Ana Linde Editor: Jo Berg", ["Ana Linde"]),
    ("vi", "Tác giả: Linh Đan Ảnh: Minh Anh", ["Linh Đan"]),
    ("vi", "PV Nguyễn Văn An", ["Nguyễn Văn An"]),
    ("zh", "记者 王小明", ["王小明"]),
    ("zh", "记者 张伟 李娜 北京报道", ["张伟", "李娜"]),
    ("zh", "本报记者王小明 摄影：李四", ["王小明"]),
    ("zh", "发布时间：2026-11-20 09:00　来源：林德比新闻网　作者：王小明　责任编辑：李四", ["王小明"]),
    ("zh", "2026-11-20 09:00 来源：林德比日报 记者：王小明 李晓红", ["王小明", "李晓红"]),
    ("ja", "文／山田太郎 写真／鈴木花子", ["山田太郎"]),
    ("ja", "【山田太郎記者】", ["山田太郎"]),
    ("ko", "홍길동 기자", ["홍길동"]),
    ("ko", "글: 홍길동 사진: 김철수", ["홍길동"]),
    ("ko", "글 홍길동, 사진 김철수", ["홍길동"]),
]
NOBODY = [
    "Show Sidebar", "Read More", "PM ET Originally", "Share on Facebook", "5 min read", "Staff Writer", "Marketing Director",
    "Mehr lesen", "Jetzt abonnieren", "Redaktion", "Lire la suite", "Leer más", "Leggi di più", "Czytaj więcej",
    "Читать далее", "Пресс-служба Минобороны", "اقرأ المزيد", "وكالة الأنباء", "קראו עוד", "और पढ़ें", "Baca selengkapnya",
    "Đọc thêm", "公開日時", "2026年11月20日", "更新时间", "编辑部", "本报讯", "입력", "온라인뉴스팀", "Devamını oku", "2026",
]  # fmt: skip
FILLED_IN = [
    "Share", "Politics", "rss", "RSS Feed", "Harbour Feed", "2026年11月24日", "24.11.2026", "24 November 2026", "Автор", "Autor",
    "分享", "Lesezeit", "Newsletter", "Read more", "Author", "Politik", "Мир", "politica",
    "Letters to the Editor", "Leserbriefe", "Courrier des lecteurs", "Court Reporter",
]  # fmt: skip
NO_AUTHORS = json.loads((Path(__file__).parent / "cases" / "no_authors.json").read_text(encoding="utf-8"))
DESKS = [
    "Newsroom", "Redaktion", "Redaktion Politik", "Redacción Internacional", "World Harbour Organization",
    "Ministère des armées", "Instituto español de estudios navales", "Norsk maritimt institutt", "Centrum för militärhistoria",
    "Polska agencja morska", "Ústav námořních vztahů", "Институт морской истории", "Institutul de studii navale",
]  # fmt: skip


@pytest.mark.parametrize(("line", "names"), [(line, names) for _, line, names in CREDITS], ids=lambda each: str(each)[:30])
def test_credits_name_who_wrote(line, names):
    found = [
        name
        for said, kind in segments(line)
        if kind is not Kind.OTHER
        for part in parts_of(said)
        for name in split_names(part)
    ]
    assert [name for name in found if is_person(name)] == names


@pytest.mark.parametrize("text", NOBODY)
def test_buttons_desks_and_days_are_nobody(text):
    assert not is_person(text)


def authors_of(*, stated):
    return credited(Claims(jsonld={"author": {"@type": "Person", "name": stated}}))[0]


@pytest.mark.parametrize("text", FILLED_IN)
def test_what_templates_fill_in_is_no_author_where_nobody_else_is_stated(text):
    assert authors_of(stated=text) == ()


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, each in NO_AUTHORS.items() for text in each])
def test_buttons_placeholders_and_countries_are_no_authors_wherever_they_are_stated(language, text):
    assert authors_of(stated=text) == ()
    assert credited(Claims(meta={"author": text}, metas={"author": (text,)}))[0] == ()
    assert not is_person(text)


def test_what_is_no_author_has_cases_in_every_language():
    assert set(NO_AUTHORS) == {language for language, _, _ in CREDITS}


@pytest.mark.parametrize(
    "text",
    [
        "Jordan",
        "Georgia Lind",
        "Chad Berg",
        "Cuba Lind",
        "India Berg",
        "Washington Lind",
        "Min Lee",
        "Malte",
        "Diego García",
    ],
)
def test_names_that_are_those_of_places_too_are_authors(text):
    assert authors_of(stated=text) == (text,)


@pytest.mark.parametrize(("text", "authors"), [("Reuters", ("Reuters",)), ("Foreign Desk", ("Foreign Desk",)), ("Sea", ())])
def test_a_section_is_the_author_only_where_it_is_a_desk_or_an_agency(text, authors):
    assert credited(Claims(jsonld={"author": {"@type": "Person", "name": text}, "articleSection": text}))[0] == authors


def test_a_house_is_no_section_because_its_trail_begins_with_it():
    claims = Claims(
        jsonld={"author": {"@type": "Organization", "name": "Kelling Tide"}},
        meta={"og:site_name": "Kelling Tide"},
        trail=("Kelling Tide", "Politics"),
    )
    assert credited(claims)[0] == ("Kelling Tide",)


@pytest.mark.parametrize("text", DESKS)
def test_a_desk_is_the_author_where_nobody_else_is_stated(text):
    assert authors_of(stated=text) == (text,)


def test_the_words_are_those_of_the_lexicons_languages():
    words = tomllib.loads((resources.files("newscrawler.metadata.authors") / "credits.toml").read_text(encoding="utf-8"))
    assert set(words) >= {each for each in shipped_lexicon().languages() if len(each) == 2}
    assert {language for language, _, _ in CREDITS} == set(words)
    assert all(
        set(each) == {"by", "named", "about", "not", "role", "desk", "rank", "nobody", "filled"} for each in words.values()
    )


@given(st.text(max_size=200))
def test_any_line_is_read(line):
    assert isinstance(is_credit(line), bool)
    assert all(name == name.strip() for name in split_names(line))
    turned(line)
    labels = shipped_credit_words().labels_in(line)
    assert all(0 <= each.start < each.end <= len(line) for each in labels)


PAGES = json.loads((Path(__file__).parent / "cases" / "credits.json").read_text(encoding="utf-8"))
TEXT = (
    "<p>Two survey vessels began to map the seabed off Kelling on Tuesday, the hydrographic office of the islands said.</p>"
    * 4
)


@pytest.mark.parametrize(("language", "below", "head", "authors"), PAGES)
def test_credits_as_papers_write_them(language, below, head, authors):
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8">{head}
        <title>Survey vessels map the seabed off Kelling</title></head><body><main><article>
        <h1>Survey vessels map the seabed off Kelling</h1>{below}{TEXT}</article></main></body></html>"""
    found = extract(page.encode(), "https://gazette.example/a", NOW).authors
    if authors is None:
        assert not any(map(is_person, found))
    else:
        assert list(found) == authors


def said_of_authors():
    words = tomllib.loads((resources.files("newscrawler.metadata.authors") / "credits.toml").read_text(encoding="utf-8"))
    return [(language, heading.strip()) for language, each in words.items() for heading in each["about"].split(",")]


@pytest.mark.parametrize(("language", "heading"), said_of_authors())
def test_what_stands_below_about_the_author_is_none_of_the_text(language, heading):
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Survey vessels map the seabed</title>
        </head><body><main><article><h1>Survey vessels map the seabed</h1>{TEXT}<p><strong>{heading.capitalize()}:</strong></p>
        <p>Sails every summer from Kelling to the outer islands, and has written of them for eleven years.</p></article></main>
        </body></html>"""
    found = extract(page.encode(), "https://gazette.example/a", NOW).text
    assert "Sails every summer" not in found
    assert "Two survey vessels" in found


SIGNED = [
    ("pl", "Tekst: Anna Lind", ["Anna Lind"]),
    ("de", "</p><section><div>Text: <span>Ursula Eggers</span></div></section><p>", ["Ursula Eggers"]),
    ("cs", "Autor: Jana Lindová", ["Jana Lindová"]),
    ("ko", "홍길동 기자 hong@gazette.example", ["홍길동"]),
    ("ja", "【山田太郎】", ["山田太郎"]),
    ("en", "Photos: Jo Berg", []),
    ("en", "By the sea nobody knew", []),
    ("de", "<strong>Autorin: Ana Lind, Projektleiterin der Stiftung für Häfen in Tunis.</strong>", ["Ana Lind"]),
    ("de", "<em>Von <span><p>Ana Lind</p></span></em>", ["Ana Lind"]),
    ("de", ("</p><div><p>Wer die Pflanze liebt, der wird sie auch im Winter nicht ohne Schutz im Garten lassen wollen, und wer "
     "das weiß, gießt sie.</p></div><section><div>Text: <span>Ana Lind</span></div></section><p>"), ["Ana Lind"]),
    # of whom the page tells at its end
    ("en", "</p><h3>About the author</h3><p>Ana Lind is a senior fellow at the Institute for Sea Power.</p><p>", ["Ana Lind"]),
    ("en", ("</p><aside><h3>Authors</h3><ul><li><a href=/e/1>Ana Lind</a><p>Senior Fellow</p><li><a href=/e/2>Bo Ek</a>"
     "<p>Associate Fellow</p></ul></aside><p>"), ["Ana Lind", "Bo Ek"]),
    ("en", "</p><h6>Author(s)</h6><ul><li><a href=/l?a=1>Ana B. Lind</a><li><a href=/l?a=2>Bo Ek</a></ul><p>",
     ["Ana B. Lind", "Bo Ek"]),
    ("en", "</p><div class='author-bio footer'><h3>Ana Lind</h3><p><a href=/a>All posts</a></p></div><p>", ["Ana Lind"]),
    ("en", "</p><h3>Ana Lind</h3><p>Ana Lind is the Head of Charts at the Gazette.</p><p>", ["Ana Lind"]),
    ("en", "</p><h3>Art Deco</h3><p>Art Deco is a style of houses and ships.</p><p>", []),
    ("en", "</p><h3>Harbour Tool</h3><p>Harbour Tool is a program for developers and writers.</p><p>", []),
    ("en", "<em>Ana Lind and Bo Ek are researchers at the Institute for Sea Power.</em>", ["Ana Lind", "Bo Ek"]),
    ("en", "<em>Ana Lind is a senior fellow at the Institute. Bo Ek is a retired captain.</em>", ["Ana Lind", "Bo Ek"]),
    ("en", "Ana Lind is a researcher at the Institute for Sea Power, whom the ministry had asked.", []),
    ("en", "<em>Ana Lind is on the quay every morning.</em>", []),
    ("de", "<em>Ana Lind ist Redakteurin bei der Hafenzeitung.</em>", ["Ana Lind"]),
    ("fr", "<em>Anne Lind est chercheuse à l'Institut de la mer.</em>", ["Anne Lind"]),
    ("es", "<em>Ana Lind es periodista y escribe sobre la flota.</em>", ["Ana Lind"]),
    ("it", "<em>Anna Lind è giornalista e scrive di navi.</em>", ["Anna Lind"]),
    ("pt", "<em>Ana Lind é jornalista e escreve sobre navios.</em>", ["Ana Lind"]),
    ("nl", "<em>Ana Lind is redacteur bij de Havenkrant.</em>", ["Ana Lind"]),
    ("sv", "<em>Ana Lind är reporter på Hamnbladet.</em>", ["Ana Lind"]),
    ("no", "<em>Ana Lind er journalist i Havnebladet.</em>", ["Ana Lind"]),
    ("da", "<em>Ana Lind er journalist på Havnebladet.</em>", ["Ana Lind"]),
    ("fi", "<em>Ana Lind on toimittaja Satamalehdessä.</em>", ["Ana Lind"]),
    ("pl", "<em>Anna Lind jest dziennikarką Gazety Portowej.</em>", ["Anna Lind"]),
    ("cs", "<em>Jana Lindová je redaktorka Přístavních listů.</em>", ["Jana Lindová"]),
    ("sk", "<em>Jana Lindová je redaktorka Prístavných listov.</em>", ["Jana Lindová"]),
    ("sl", "<em>Ana Lind je novinarka Pristaniškega lista.</em>", ["Ana Lind"]),
    ("hr", "<em>Ana Lind je novinarka Lučkog lista.</em>", ["Ana Lind"]),
    ("sr", "<em>Ана Линд је новинарка Лучког листа.</em>", ["Ана Линд"]),
    ("ro", "<em>Ana Lind este jurnalistă la Gazeta Portului.</em>", ["Ana Lind"]),
    ("el", "<em>Η Άννα Λιντ είναι δημοσιογράφος στην Εφημερίδα του Λιμανιού.</em>", ["Άννα Λιντ"]),
    ("ru", "<em>Анна Линд — журналистка «Портовой газеты».</em>", ["Анна Линд"]),
    ("uk", "<em>Анна Лінд — журналістка «Портової газети».</em>", ["Анна Лінд"]),
    ("bg", "<em>Анна Линд е журналистка във вестник «Пристанище».</em>", ["Анна Линд"]),
    ("et", "<em>Ana Lind on ajakirjanik Sadamalehes.</em>", ["Ana Lind"]),
    ("lv", "<em>Anna Linda ir žurnāliste Ostas avīzē.</em>", ["Anna Linda"]),
    ("lt", "<em>Ana Lind yra žurnalistė Uosto laikraštyje.</em>", ["Ana Lind"]),
    ("is", "<em>Anna Lind er blaðamaður á Hafnarblaðinu.</em>", ["Anna Lind"]),
    ("id", "<em>Ana Lind adalah wartawan di Koran Pelabuhan.</em>", ["Ana Lind"]),
    ("vi", "<em>Nguyễn Văn An là phóng viên của báo Cảng.</em>", ["Nguyễn Văn An"]),
    # by lines that need to stand there to say so
    ("ko", "</p><p>홍길동 기자(hong@gazette.example)", ["홍길동"]),
    ("ko", "</p><p>hong@gazette.example 홍길동 기자", ["홍길동"]),
    ("ko", "</p><p>/홍길동·김철수 기자", ["홍길동", "김철수"]),
    ("ja", "（山田太郎）", ["山田太郎"]),
    ("ja", "（社会部　山田太郎、佐藤次郎）", ["山田太郎", "佐藤次郎"]),
    ("ja", "（おわり）", []),
    ("ja", "（関連記事）", []),
    ("en", "(Reporting by Ana Lind in Kelling and Cy Day; Editing by Bo Ek)", ["Ana Lind", "Cy Day"]),
    ("en", "Reporting by Ana Lind in Kelling; Additional reporting by Cy Day; Editing by Bo Ek and Di Ru", ["Ana Lind"]),
    ("en", "— Ana Lind, Associated Press", ["Ana Lind"]),
    ("en", "- Ana Lind said so", []),
    ("en", "Ana Lind contributed to this report.", []),
]  # fmt: skip
ABOUT = [
    ("fr", "À propos de l'auteur", "Anne Lind est historienne."), ("es", "Sobre la autora", "Ana Lind es historiadora."),
    ("it", "Sull'autrice", "Anna Lind è una storica."), ("pt", "Sobre a autora", "Ana Lind é historiadora."),
    ("nl", "Over de auteur", "Anna Lind is historicus."), ("sv", "Om författarna", "Anna Lind är historiker."),
    ("no", "Om forfatteren", "Anna Lind er historiker."), ("da", "Om forfatteren", "Anna Lind er historiker."),
    ("fi", "Tietoa kirjoittajasta", "Anna Lind on historioitsija."), ("pl", "O autorze", "Anna Lind jest historyczką."),
    ("cs", "O autorce", "Jana Lindová je historička."), ("sk", "O autorke", "Jana Lindová je historička."),
    ("sl", "O avtorici", "Ana Lind je zgodovinarka."), ("hr", "O autorici", "Ana Lind je povjesničarka."),
    ("sr", "О аутору", "Ана Линд је историчарка."), ("ro", "Despre autoare", "Ana Lind este istoric."),
    ("hu", "A szerzőről", "Lind Anna"), ("el", "Σχετικά με τον συγγραφέα", "Άννα Λιντ"),
    ("ru", "Об авторе", "Анна Линд — историк."), ("uk", "Про авторку", "Анна Лінд — історикиня."),
    ("bg", "За автора", "Анна Линд е историк."), ("et", "Autorist", "Anna Lind on ajaloolane."),
    ("lv", "Par autori", "Anna Linda ir vēsturniece."), ("lt", "Apie autorę", "Ana Lind yra istorikė."),
    ("is", "Um höfundinn", "Anna Lind er sagnfræðingur."), ("tr", "Yazar hakkında", "Ayşe Lind"),
    ("id", "Tentang penulis", "Ana Lind adalah sejarawan."), ("vi", "Về tác giả", "Nguyễn Văn An là sử gia."),
    ("ar", "عن الكاتب", "آنا ليندي"), ("he", "על הכותבת", "אנה לינדה"), ("fa", "درباره نویسنده", "آنا لینده"),
    ("hi", "लेखक के बारे में", "अना लिंडे"), ("zh", "作者简介", "王小明"), ("ja", "この記事を書いた人", "山田太郎"),
    ("ko", "필자 소개", "홍길동"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "heading", "told"), ABOUT)
def test_a_page_may_tell_of_its_author_under_a_heading(language, heading, told):
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Survey vessels map the seabed</title>
        </head><body><main><article><h1>Survey vessels map the seabed</h1>{TEXT}<h3>{heading}</h3><p>{told}</p>
        </article></main></body></html>"""
    (author,) = extract(page.encode(), "https://gazette.example/a", NOW).authors
    assert told.startswith(author)
    assert is_person(author)


@pytest.mark.parametrize(("language", "line", "authors"), SIGNED)
def test_an_article_may_be_signed_at_its_end(language, line, authors):
    page = f"""<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Survey vessels map the seabed</title>
        </head><body><main><article><h1>Survey vessels map the seabed</h1>{TEXT}<p>{line}</p></article>
        <h2>Bakers lower their prices</h2><p>By Ole Ek</p></main></body></html>"""
    assert list(extract(page.encode(), "https://gazette.example/a", NOW).authors) == authors


@pytest.mark.parametrize(
    ("credit", "authors"),
    [
        ("Senior Correspondent", ()), ("Chefredakteur", ()), ("Envoyé spécial", ()), ("首席记者", ()), ("ソウル支局長", ()),
        ("Staff Reporter", ("Staff Reporter",)), ("unsere Redaktion", ("Redaktion",)), ("onze redactie", ("redactie",)),
    ],
)  # fmt: skip
def test_a_job_alone_is_nobody_and_a_desk_is_a_desk(credit, authors):
    assert credited(Claims(jsonld={"author": {"@type": "Person", "name": credit}}))[0] == authors


@pytest.mark.parametrize(
    ("line", "agency"),
    [
        ("[서울=뉴시스] 홍길동 기자", "Newsis"),
        ("（北京＝共同通信）", "Kyodo"),
        ("新华社", "Xinhua"),
        ("РИА Новости", "RIA Novosti"),
    ],
)
def test_agencies_sign_in_their_own_scripts(line, agency):
    assert credited(Claims(jsonld={"author": line}))[1] == agency
