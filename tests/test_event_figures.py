"""Events: a number is its value, however a language writes it; what is none counts as none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.events.evidence import Evidence
from newscrawler.events.figures import numbers_in, with_plain_numbers
from newscrawler.events.pairs import shipped_weights
from newscrawler.events.said import stems_of
from newscrawler.events.window import Window

DRONES = {
    "en": "Russia launched 1,200 drones and 40,000 shells",
    "de": "Russland setzte 1.200 Drohnen und 40.000 Granaten ein",
    "fr": "La Russie a lancé 1\u202f200 drones et 40\u00a0000 obus",
    "ru": "Россия запустила 1 200 дронов и 40 тыс. снарядов",
    "ja": "ロシアは無人機１２００機と砲弾４万発を発射した",
    "ko": "러시아는 드론 1200대와 포탄 4만 발을 발사했다",
}


def numbers(text, language):
    return [number for part in numbers_in(text, language) for number in part.numbers]


@pytest.mark.parametrize("language", DRONES)
def test_a_number_is_its_value_in_every_language(language):
    _, said = stems_of("Angriff", None, DRONES[language], language)
    assert {each for each in said if each[0] == "#"} == {"#1200", "#40000"}


@pytest.mark.parametrize(("language", "text", "values"), [
    ("en", "1.1 billion dollars, $1.1bn", ["1100000000"] * 2),
    ("de", "1,1 Milliarden, 1,125 Mrd. Euro, 1.125 Euro", ["1100000000", "1125000000", "1125"]),
    ("es", "15.400 millones, 2 mil millones", ["15400000000", "2000000000"]),
    ("pl", "3 tys. osób, 1,5 mln", ["3000", "1500000"]),
    ("ja", "1億2千万円、四万発、三千五百人、1.5億円", ["120000000", "40000", "3500", "150000000"]),
    ("ko", "3만 5000명, 2천억 원", ["35000", "200000000000"]),
    ("zh", "1.2万人，2亿", ["12000", "200000000"]),
    ("ar", "١٬٢٠٠ جندي و٤٠", ["1200", "40"]),
    ("en", "0.125 km, 6.5, 1,00,000 men, 1'200, 1.234,5", ["0.125", "6.5", "100000", "1200", "1234.5"]),
    ("en", "on 12 300 men, 28.11.2026, 10-15", ["12", "300", "28", "11", "2026", "10", "15"]),
    ("en", "F-16s, COVID-19, Су-27, G20, 3rd", []),
    ("he", "ב-24 שעות", ["24"]),
    ("", "1.200 und 1,200", ["1200", "1200"]),
])  # fmt: skip
def test_the_numbers_of_a_text(language, text, values):
    assert numbers(text, language) == values


def test_small_numbers_and_those_of_names_are_nothing_that_two_share():
    window, texts = (
        Window(shipped_weights()),
        ["F-16s hit Estlink 2 near Article 5 as COVID-19 spread", "無人機2機、F-16が5回、COVID-19"],
    )
    one, other = (
        Evidence(at, 1.0, language, words=stems_of("A title of several words", None, text * 2, language)[1])
        for at, (language, text) in enumerate(zip(("en", "ja"), texts, strict=True))
    )
    assert "numbers" not in window.compare(one, other).reason
    assert stems_of("JO de Tokyo-2020", None, "", "fr")[0] == ("tokyo", "#2020")  # a headline alone


@given(st.text(alphabet="0123456789.,' -万億千인KF一二", max_size=40), st.sampled_from(["en", "fr", "ja", ""]))
def test_any_text_is_read_whole(text, language):
    assert all(float(each) >= 0 for each in numbers(text, language))
    assert numbers(with_plain_numbers("1,200 km", language), language) == ["1200"]
