"""A page that has its article twice, for large screens and small: once in what is read, whatever its paragraphs are like."""

import time

import pytest
from conftest import NOW
from lxml import html

from newscrawler.extraction import examine, parse_markup
from newscrawler.markup.blocks import read_blocks

LONG = (
    "The harbour council of Nordby voted on Thursday to close the eastern quay to cargo ships from May, after four years.",
    "“Why now?” asked the fishermen.",
    "The decision ends a dispute between fishermen and the ministry, which had asked for the quay three times since spring.",
    "He said yes.",
    "The boats will be based in Nordby from the summer on, and their crews, forty people in all, live in the customs house.",
    "The ministry pays for new bollards and for lights along the breakwater, and the council will see to the road behind.",
    "They sail in May.",
)
SHORT = (
    "Nordby's harbour council closed its eastern quay on Thursday.",
    "The quay has been shut to cargo ships since the vote.",
    "Fishermen had asked for it for more than four years.",
    "The ministry wanted the quay for its two patrol boats.",
    "“Nobody has lost a metre,” said the harbour master.",
    "He said yes.",
    "Forty people will live in the old customs house there.",
    "The boats arrive in summer and the lights in autumn.",
    "New bollards are paid for by the ministry, she said.",
    "The council sees to the road that floods in spring.",
    "Two of its members voted against it all the same.",
    "The next vote is in March, and it is on the road.",
    "Nobody knows yet how much the whole of it will cost.",
)
BY_LANGUAGE = {
    "en": LONG,
    "en-short": SHORT,
    "zh": (
        "诺尔比港务委员会星期四投票决定，自五月起东码头不再向货船开放，四年之争就此结束。",
        "渔民们问道：为什么是现在？",
        "国防部今年春天以来已经三次要求使用这座码头，渔民则担心失去自己的泊位和生计。",
        "他说是。",
        "两艘巡逻艇将从夏天起驻泊在诺尔比，四十名艇员住进市场上方那座旧海关大楼里面。",
        "国防部出钱修建新的系船柱和防波堤上的灯，委员会负责修好后面那条春天被淹的道路。",
        "船五月启航。",
    ),
    "ja": (
        "ノルドビー港の評議会は木曜日、東埠頭を五月から貨物船に閉ざすことを賛成多数で決めた。",
        "漁師たちはなぜ今なのかと尋ねた。",
        "防衛省は春から三度にわたり埠頭の使用を求め、漁師たちは係留場所を失うことを恐れていた。",
        "彼はうなずいた。",
        "二隻の巡視艇は夏からノルドビーを母港とし、四十人の乗組員は旧税関の建物で暮らすという。",
        "新しい係船柱と防波堤の灯りの費用は防衛省が持ち、後ろの道路は評議会が直すことになった。",
        "船は五月に出る。",
    ),
    "ko": (
        "노르드비 항만위원회는 목요일 표결로 오월부터 동쪽 부두를 화물선에 닫기로 결정했다.",
        "어민들은 왜 지금이냐고 물었다.",
        "국방부는 봄부터 세 차례나 부두를 요구했고 어민들은 배를 댈 곳을 잃을까 걱정해 왔다.",
        "그는 그렇다고 했다.",
        "순찰정 두 척은 여름부터 노르드비에 머물고 승조원 마흔 명은 옛 세관 건물에서 지낸다.",
        "국방부가 새 계선주와 방파제 등불의 값을 내고 위원회는 뒤쪽 도로를 고치기로 하였다.",
        "배는 오월에 떠난다.",
    ),
}


def _copies(lines, label, tag="p"):
    return f"<div class='{label}'>{''.join(f'<{tag}>{line}</{tag}>' for line in lines)}</div>"


SHAPES = {
    "one container each": lambda lines: _copies(lines, "desktop-only") + _copies(lines, "mobile-only"),
    "containers without names": lambda lines: _copies(lines, "") + _copies(lines, ""),
    "side by side": lambda lines: "".join(f"<p class='d-md'>{line}</p><p class='d-sm'>{line}</p>" for line in lines),
    "side by side in a box": lambda lines: "".join(
        f"<div class='para'><p class='large'>{line}</p><p class='small'>{line}</p></div>" for line in lines
    ),
    "in boxes side by side": lambda lines: "".join(
        f"<div class='para'><div class='large'><p>{line}</p></div><div class='small'><p>{line}</p></div></div>"
        for line in lines
    ),
    "one of them with a name": lambda lines: "".join(f"<p>{line}</p><p class='print'>{line}</p>" for line in lines),
}


def text_of(inside, language="en"):
    page = f"""<!doctype html><html lang="{language[:2]}"><head><meta charset="utf-8"><title>Nordby closes its quay</title></head>
        <body><nav><a href="/">Home</a> <a href="/sea">Sea</a></nav><main><article><h1>Nordby closes its quay</h1>{inside}
        </article></main><footer><p>The Nordby Gazette</p></footer></body></html>"""
    return examine(page.encode(), "https://gazette.example/a", NOW).article.text.split("\n")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_an_article_that_stands_there_twice_is_read_once(language, shape):
    lines = BY_LANGUAGE[language]
    assert text_of(SHAPES[shape](lines), language) == list(lines)


def test_a_list_of_what_a_longer_text_says_stays():
    steps = [f"Step {number}: turn the {part} of the engine once." for number, part in enumerate(("wheel", "shaft", "pump"))]
    other = [
        f"Step {number}: open the valve behind the {part}, and wait." for number, part in enumerate(("mast", "bow", "keel"))
    ]
    assert text_of(_copies([*LONG[::2], *steps], "") + _copies([*steps, *other], ""))[-6:] == [*steps, *other]


def test_what_two_sections_have_in_common_leaves_their_short_lines():
    rows = [f"The {day} boat leaves the eastern quay of Nordby at noon" for day in ("first", "second", "third", "fourth")]
    short = ["It sails.", "It waits."]
    sections = "".join(
        f"<h2>{season}</h2>{_copies([*(f'{row} and in {season} it is the last.' for row in rows), *LONG[4:6], LONG[2], *short], '')}"
        for season in ("May", "November")
    )
    assert [text_of(sections).count(line) for line in short] == [2, 2]


def test_columns_that_agree_in_some_cells_stay_whole():
    same = [
        f"{name}: forty metres long, eleven crew, ten days at sea" for name in ("Lind", "Berg", "Holm", "Brand", "Ek", "Day")
    ]
    one, other = (
        [*same, *(f"{yard} yard, engine of {power} kW" for power in range(3, 9))] for yard in ("Kelling", "Nordby")
    )
    cells = "".join(
        f"<div><p class='odd'>{first}</p><p class='even'>{second}</p></div>"
        for first, second in zip(one, other, strict=True)
    )
    found = text_of("".join(f"<p>{line}</p>" for line in LONG) + cells)
    assert [found.count(line) for line in same] == [2] * len(same)


VOTERS = tuple(
    f"{name} {family} of the harbour list ({town})"
    for family, town in (("Lind", "Kelling"), ("Berg", "Nordby"), ("Holm", "Osten"), ("Brand", "Sandvik"))
    for name in ("Ana", "Jon", "Mia", "Eva", "Ole")
)


def _items(lines):
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ("".join(f"<section><h2>{nth} reading: in favour</h2>{_items(VOTERS)}</section>" for nth in ("First", "Second")), VOTERS),
        ("".join(f"<p>In favour in {month} were, of all:</p>{_items(VOTERS)}" for month in ("May", "June")), VOTERS),
        ("".join(f"<section><h2>Annex {nth}</h2>{_copies(LONG, '')}</section>" for nth in "ABC"), LONG),
        ("".join(f"<section><p><b>Annex {nth}</b></p>{_copies(LONG, '')}</section>" for nth in "AB"), LONG),
    ],
    ids=["sections of votes", "lists of votes", "annexes", "annexes with bold titles"],
)  # fmt: skip
def test_parts_of_one_text_that_say_the_same_stay(inside, lines):
    before = (
        "The council published on Friday how it had voted and what it had enacted since the spring, for whoever asks.",
        "The clerk of Nordby reads both out in the market hall, as the statute of the harbour has it, before the year ends.",
        "Whoever finds a mistake in them may come to the customs house until Easter and have it put right, he said.",
        "So the council wishes, and so the two towns on the other shore have done since the old bridge was taken down.",
    )
    found = text_of("".join(f"<p>{line}</p>" for line in before) + inside)
    times = inside.count(f">{lines[0]}<")
    assert [found.count(line) for line in lines] == [times] * len(lines)


def test_pairs_in_elements_of_many_names_take_no_longer_than_in_a_few():
    def seconds(each_name):
        pairs = "".join(
            f"<div class='a{number // each_name}'><p>{number} {LONG[0]}</p></div><div class='b{number // each_name}'>"
            f"<p>{number} {LONG[0]}</p></div>"
            for number in range(2_400)
        )
        tree = parse_markup(f"<html><body>{pairs}</body></html>")
        started = time.process_time()
        read_blocks(tree)
        return time.process_time() - started

    assert seconds(3) < 8 * seconds(600)


def test_headlines_in_han_that_lead_elsewhere_are_no_paragraphs():
    teasers = "".join(f"<div><p><a href='/{at}'>{line}</a></p></div>" for at, line in enumerate(BY_LANGUAGE["ja"][::2]))
    page = read_blocks(
        html.fromstring(f"<body><div class='new'>{teasers}</div><p>{LONG[0]}</p><div class='more'>{teasers}</div></body>")
    )
    assert page.repeated == 0
