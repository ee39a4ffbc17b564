"""What belongs to an article though it stands as what does not: corrections, a gallery's captions, a section about its makers."""

import pytest
from conftest import NOW

from newscrawler.extraction import examine

PARAGRAPHS = (
    "The harbour council of Nordby voted on Thursday to close the eastern quay to cargo ships from May, after four years.",
    "The decision ends a dispute between fishermen and the ministry, which had asked for the quay three times since spring.",
    "“Nobody has lost a metre that he used,” said the harbour master, Tove Brand, after the vote of eleven hands against three.",
    "The boats will be based in Nordby from the summer on, and their crews, forty people in all, live in the customs house.",
    "The ministry pays for new bollards and for lights along the breakwater, and the council will see to the road behind.",
)
TEXT = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
NOTICES = {
    "en": "This article was amended on 20 November 2026. An earlier version said that the quay closes in April.",
    "de": "In einer früheren Version dieses Artikels hieß es, der Kai werde schon im April geschlossen. Das war falsch.",
    "fr": "Correctif : une version précédente de cet article disait que le quai fermerait en avril, et non en mai.",
    "es": "Fe de errores: una versión anterior de este texto decía que el muelle cerraría en abril, y no en mayo.",
    "pl": "Sprostowanie: w poprzedniej wersji podaliśmy, że nabrzeże zostanie zamknięte w kwietniu, a nie w maju.",
    "ru": "Исправление: в предыдущей версии говорилось, что причал закроют в апреле, а не в мае этого года.",
    "ja": "訂正:当初の記事では埠頭が四月に閉鎖されるとしていましたが、正しくは五月でした。訂正しておわびします。",
}


def text_of(inside, *, title="Nordby closes its eastern quay"):
    page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
        <script type="application/ld+json">{{"@type": "Article", "headline": "{title}",
        "author": {{"@type": "Person", "name": "Ana Lind"}}}}</script></head>
        <body><nav><a href="/">Home</a> <a href="/sea">Sea</a></nav><main><article><h1>{title}</h1>{inside}</article></main>
        <footer><p>The Nordby Gazette, 1 Harbour Street, Nordby</p></footer></body></html>"""
    return examine(page.encode(), "https://gazette.example/a", NOW).article.text.split("\n")


WRAPPED = (
    "<footer><p>{}</p></footer>",
    "<div class='share-tools'><a href='#'>Share</a> <a href='#'>Send</a></div><div class='promo meta'><small>{}</small></div>",
    "<ul class='tags'><li><a href='/t'>Harbours</a></li><li><a href='/u'>Nordby</a></li></ul><div class='credit'><i>{}</i></div>",
)


@pytest.mark.parametrize("wrapped", WRAPPED)
@pytest.mark.parametrize("language", NOTICES)
def test_a_correction_behind_the_text_is_part_of_it(language, wrapped):
    assert text_of(TEXT + wrapped.format(NOTICES[language])) == [*PARAGRAPHS, NOTICES[language]]


@pytest.mark.parametrize("wrapped", ["<p>{}</p>", "<div class='correction-box'>{}</div>"])
def test_an_editors_note_above_the_text_is_part_of_it(wrapped):
    note = "Editor’s note: the council has changed its mind since, and the quay stays open until the autumn."
    assert text_of(wrapped.format(note) + TEXT) == [note, *PARAGRAPHS]


@pytest.mark.parametrize(
    "line",
    [
        "Corrections: If you find a mistake, <a href='mailto:desk@gazette.example'>write to us</a> and we will look at it soon.",
        "Clarifications and corrections: our readers' editor answers letters about mistakes at desk@gazette.example.",
    ],
)
def test_where_readers_may_tell_of_mistakes_is_none(line):
    assert text_of(f"{TEXT}<footer><p>{line}</p></footer>") == list(PARAGRAPHS)


def test_the_captions_of_a_gallery_are_its_text():
    captions = [
        f"Picture {number}: the old ferry in her {number}th year at the quay of Nordby, with her crew on deck and the town behind."
        for number in range(4, 12)
    ]
    figures = "".join(
        f"<figure><img src='/{at}.jpg'><figcaption>{each}</figcaption></figure>" for at, each in enumerate(captions)
    )
    found = text_of(f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>{figures}", title="The ferry of Nordby in pictures")
    assert found == [*PARAGRAPHS[:2], *captions]


def test_captions_beside_a_text_are_none_of_it():
    figures = "".join(
        f"<figure><img src='/{at}.jpg'><figcaption>Picture {at}: {each}</figcaption></figure>"
        for at, each in enumerate(PARAGRAPHS)
    )
    assert text_of(TEXT + figures) == list(PARAGRAPHS)


@pytest.mark.parametrize(("before", "is_kept"), [("<h2>Who we are</h2>", True), ("", False)])
def test_a_biography_below_a_heading_of_the_article_is_a_section_of_it(before, is_kept):
    told = "Ana Lind is an editor at the Nordby Gazette who has written about harbours and ferries for twenty years."
    assert (told in text_of(f"{TEXT}{before}<p>{told}</p>")) is is_kept


DAYS = (
    "Updated 10:01 pm PST, Tuesday, November 17, 2026",
    "Published 11:34 PM EST Nov 17, 2026",
    "terça-feira, 17 de novembro de 2026 às 0:13",
    "Zuletzt aktualisiert: 17. November 2026, 14:10 Uhr",
    "Publié le 17 novembre 2026 à 14h10",
    "By Ana Lind on Tuesday, November 17th, 2026 at 11:04 a.m.",
)


@pytest.mark.parametrize("line", DAYS)
def test_a_line_that_says_when_is_none_of_the_text_at_its_ends(line):
    assert text_of(f"<p>{line}</p>{TEXT}") == list(PARAGRAPHS)
    assert text_of(f"{TEXT}<p>{line}</p>") == list(PARAGRAPHS)


TELLING = (
    "The vote of 17 November 2026 at 11:04",
    "17 November 2026, 11:04: the quay burns and nobody sees it",
    "Kickoff: Saturday, November 21, 2026, 15:30",
    "Concert on 17 November 2026 at 19:30",
    "Beginn: Samstag, 21. November 2026, 15:30 Uhr",
    "Konzert am 17. November 2026 um 19:30 Uhr",
    "Concert le 17 novembre 2026 à 19h30",
    "2026年11月17日 19:30 音乐会",
)


@pytest.mark.parametrize("line", TELLING)
def test_a_line_that_tells_more_than_when_is_of_the_text(line):
    assert line in text_of(f"<p>{line}</p>{TEXT}")
    assert line in text_of(f"{TEXT}<p>{line}</p>")


def test_the_days_of_a_chronology_are_of_the_text():
    days = ("3 November 2026", "9 November 2026", "17 November 2026")
    short = ("The quay is closed, and nobody is asked why.", "It is open again, and closed on the next day.", "It burns.")
    lines = ["How it went with the quay.", *(line for entry in zip(days, short, strict=True) for line in entry)]
    assert text_of("".join(f"<p>{line}</p>" for line in lines) + TEXT) == [*lines, *PARAGRAPHS]
    lines = ["How it went with the quay.", days[0], *PARAGRAPHS[:4], days[1], PARAGRAPHS[4]]
    assert text_of("".join(f"<p>{line}</p>" for line in lines)) == lines


def test_tags_that_end_an_article_are_none_of_it():
    tags = "<p class='post-tags'><a href='/t'>Harbours of the north</a></p><p class='post-tags'><a href='/u'>Nordby</a></p>"
    assert text_of(TEXT + tags) == list(PARAGRAPHS)
    assert text_of(TEXT + WRAPPED[2].partition("<div")[0]) == list(PARAGRAPHS)


@pytest.mark.parametrize(
    "box",
    [
        "<div class='comments'>{}</div>",
        "<aside class='related'>{}</aside>",
        "</article><div class='replies'>{}</div>",
        "</article><aside class='sidebar'><div class='card'>{}</div></aside>",
        "</article><div class='latest'>{}</div>",
    ],
)
def test_a_notice_of_another_article_or_a_readers_one_is_none_of_the_text(box):
    assert text_of(TEXT + box.format(f"<p>{NOTICES['en']}</p>")) == list(PARAGRAPHS)


WITHHELD = (
    "Subscribe to continue reading this article about the harbour.",
    "Il vous reste 57.09% de cet article à lire. La suite est réservée aux abonnés.",
    "Um weiterzulesen, melden Sie sich an oder wählen Sie ein Abo der Zeitung.",
    "Para seguir leyendo, inicia sesión con tu cuenta del diario.",
    "Aby czytać dalej, zaloguj się lub wykup dostęp do serwisu gazety.",
    "Чтобы продолжить чтение, войдите в аккаунт читателя газеты.",
    "続きを読むには、会員登録が必要です。すでに会員の方はこちらからどうぞ。",
    "لمتابعة القراءة، سجل الدخول إلى حسابك في الجريدة الآن",
)


@pytest.mark.parametrize("line", WITHHELD)
def test_a_line_that_withholds_the_rest_is_none_of_the_text(line):
    assert text_of(f"{TEXT}<p>{line}</p>") == list(PARAGRAPHS)


def test_a_line_amid_a_text_that_tells_of_readers_who_pay_is_of_it():
    line = "The paper’s archive is réservée aux abonnés since May, says its owner, and no harbour is the poorer for it."
    assert line in text_of(f"<p>{PARAGRAPHS[0]}</p><p>{line}</p>{TEXT}")


ASKING = (
    "Bitte anmelden unter hafenfest@nordby.example, die Teilnahme kostet nichts.",
    "Bitte anmelden unter Telefon 04711 oder im Zollhaus am Kai.",
    "Bitte anmelden bis zum Freitag vor dem Fest im Zollhaus.",
    "Inicia sesión, le dijo el capitán al ordenador del barco.",
    "“Please log in to read it,” the harbour’s computer told the captain when he asked for the verdict.",
)


@pytest.mark.parametrize("line", ASKING)
def test_a_last_line_that_asks_for_something_else_is_of_the_text(line):
    assert text_of(f"{TEXT}<p>{line}</p>") == [*PARAGRAPHS, line]


BOXES = (
    "infobox",
    "article-info-box",
    "kasten",
    "background-box",
    "bakgrundsruta",
    "info-kast",
    "okvir",
    "caseta",
    "bilgi-kutusu",
)
BOXED = "The eastern quay was built in 1911 for ships that carried coal, and has been mended four times since the last war."


@pytest.mark.parametrize("name", BOXES)
def test_a_box_with_a_title_of_its_own_is_none_of_the_text(name):
    for title in ("<h3>The quay</h3>", "<p><strong>The quay in short</strong></p>"):
        box = f"<div class='{name}'>{title}<p>{BOXED}</p></div>"
        assert text_of(
            "".join(f"<p>{each}</p>" for each in PARAGRAPHS[:3]) + box + TEXT[TEXT.index("<p>The boats") :]
        ) == list(PARAGRAPHS)


def test_a_box_without_a_title_or_without_paragraphs_is_of_the_text():
    plain, steps = (
        f"<div class='infobox'><p>{BOXED}</p></div>",
        [f"{part} of the quay" for part in ("East", "West", "North")],
    )
    assert BOXED in text_of(TEXT + plain + TEXT.replace("the", "its"))
    listed = f"<div class='infobox'><h3>Parts</h3><ul>{''.join(f'<li>{each}</li>' for each in steps)}</ul></div>"
    assert text_of(TEXT + listed + TEXT.replace("the", "its")).count(steps[0]) == 1


BIOGRAPHIES = (
    "Ana Lind, a former captain, writes about the sea.",
    "Dr Ana Lind teaches naval history at Nordby College.",
    "Ana Lind — correspondent of the Gazette in Nordby",
    "The author is a professor of history at the University of Nordby.",
    "(The writer is a fellow at the Institute for the Sea in Nordby.)",
    "Die Autorin ist Professorin für Geschichte an der Universität Nordby.",
    "Unsere Autorin ist Redakteurin in Nordby.",
    "L’auteure est professeure d’histoire à l’université de Nordby.",
    "El autor es profesor de historia en la Universidad de Nordby.",
    "L’autore è professore di storia all’università di Nordby.",
    "O autor é professor de história na Universidade de Nordby.",
    "De auteur is hoogleraar geschiedenis in Nordby.",
    "Autor jest profesorem historii na uniwersytecie w Nordby.",
    "Autor je profesor historie na univerzitě v Nordby.",
    "Автор — профессор истории Нордбийского университета.",
    "Автор є професором історії в Нордбю.",
    "Författaren är professor i historia i Nordby.",
    "Forfatteren er professor i historie i Nordby.",
    "Kirjoittaja on historian professori Nordbyn yliopistossa.",
    "A szerző a nordbyi egyetem történészprofesszora.",
    "Autorul este profesor de istorie la Nordby.",
    "Ο συγγραφέας είναι καθηγητής ιστορίας στο Πανεπιστήμιο.",
    "Yazar, Nordby Üniversitesi'nde tarih profesörüdür.",
    "الكاتب أستاذ التاريخ في جامعة نوردبي.",
    "筆者は、ノルドビー大学教授。専門は海洋史。",
    "（作者为诺尔比大学历史系教授）",
    "필자는 노르드비 대학교 교수다.",
)


@pytest.mark.parametrize("line", BIOGRAPHIES)
def test_what_ends_an_article_and_says_what_its_author_is_is_none_of_it(line):
    assert text_of(f"{TEXT}<p>{line}</p>") == list(PARAGRAPHS)
    assert line in text_of(f"{TEXT}<p>{line}</p><p>{PARAGRAPHS[0]} So it was.</p>") or line.startswith("Dr")


TELLING_OF_OTHERS = (
    "The author is suing the director of the museum over a quay that she says he made up.",
    "The author was asked by a reporter why the captain drowns.",
    "The author is of another mind, and so is the town.",
    "The author is a friend of the town, and the town is a friend of hers.",
    "Der Autor ist nicht zu Hause, und das Haus ist leer.",
    "L’auteur est mort à Nordby, dans la maison du port.",
    "Der Autor war beim Hafenmeister, der ihn nicht empfing.",
    "Tove Brand is a professor of history, and the quay is hers now.",
    "Ana Lind: And what does the professor of history say of that, if one may ask the two of you?",
    "Автор этой идеи — другой человек, и он молчит.",
    "作者的名字没有人知道，码头也没有名字。",
)


@pytest.mark.parametrize("line", TELLING_OF_OTHERS)
def test_what_ends_an_article_and_tells_of_another_author_is_of_it(line):
    assert text_of(f"{TEXT}<p>{line}</p>") == [*PARAGRAPHS, line]
