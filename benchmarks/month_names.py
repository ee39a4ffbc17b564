"""Write newscrawler/dates/months.json and weekdays.json: names of Unicode CLDR 47 (as Babel 2.18 has it), by language.

    uv run python benchmarks/month_names.py [--check]

Unicode CLDR is under the Unicode License v3.  Of each language, with all its regions: wide and abbreviated names, as they
stand in a date (genitive, partitive) and alone, in lower case and without diacritics.  A name that is two months in one
language is none.
"""

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

from babel import Locale, localedata
from babel.core import get_cldr_version

from newscrawler.dates.months import folded

TARGETS = Path(__file__).parent.parent / "newscrawler" / "dates"
# those of the lexicon and the catalogue, and their neighbours
LANGUAGES = (
    "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "fa", "fi", "fil", "fr",
    "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "ky", "lb", "lt", "lv", "mk", "ms",
    "mt", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw", "tr", "uk", "ur", "uz",
    "vi", "zh", "am", "ta", "te", "ml", "mr", "gu", "kn", "pa", "si", "km", "lo", "my",
)  # fmt: skip
ALSO = {"no": ("nb", "nn")}  # written languages of one that pages call by its name
# what people write and CLDR does not have; a beginning of three letters or more needs no entry
MORE = {
    "de": {2: ["feber"], 3: ["maerz", "mrz"]},
    "es": {9: ["setiembre"]},
    "id": {2: ["pebruari", "peb"], 8: ["agt", "ags", "agst"], 11: ["nopember", "nop"]},
    "ms": {2: ["febuari"]},
    "ro": {5: ["mai"], 11: ["noembrie"]},
    "ru": {5: ["май"]},
    "el": {
        1: ["γενάρη", "γενάρης"], 2: ["φλεβάρη", "φλεβάρης"], 3: ["μάρτη", "μάρτης"], 4: ["απρίλη", "απρίλης"],
        5: ["μαη", "μάης"], 6: ["ιούνη", "ιούνης"], 7: ["ιούλη", "ιούλης"], 9: ["σεπτέμβρη", "σεπτέμβρης"],
        10: ["οκτώβρη", "οκτώβρης"], 11: ["νοέμβρη", "νοέμβρης"], 12: ["δεκέμβρη", "δεκέμβρης"],
    },
    "ar": {
        1: ["جانفي"], 2: ["فيفري"], 4: ["أفريل", "إبريل"], 5: ["أيار", "ماي"], 6: ["جوان"],
        7: ["جويلية", "يوليوز"], 8: ["أغسطس", "آب", "أوت", "غشت"], 9: ["شتنبر"], 11: ["نونبر"], 12: ["دجنبر"],
    },
    "lv": {  # "28. novembrī", in November
        1: ["janvārī"], 2: ["februārī"], 3: ["martā"], 4: ["aprīlī"], 5: ["maijā"], 6: ["jūnijā"], 7: ["jūlijā"],
        8: ["augustā"], 9: ["septembrī"], 10: ["oktobrī"], 11: ["novembrī"], 12: ["decembrī"],
    },
    "he": {3: ["מרס"]},
    "hi": {
        4: ["अप्रेल"], 9: ["सितम्बर"], 10: ["अक्तूबर", "अक्टूबर"], 11: ["नवम्बर"], 12: ["दिसम्बर"],
    },
    "bn": {1: ["জানুয়ারি"], 2: ["ফেব্রুয়ারি"], 8: ["অগস্ট", "অগাস্ট"]},
    "fa": {4: ["آپریل"], 6: ["جون"], 7: ["جولای", "ژولای"], 8: ["آگوست", "اگست"]},
    "et": {5: ["mail"]},
    "bg": {1: ["ян"]},
    "sr": {
        5: ["maja", "маја"], 6: ["juna", "juni", "јуна", "јуни"], 7: ["jula", "juli", "јула", "јули"],
        9: ["septembra", "септембра"], 10: ["oktobra", "октобра"],
        11: ["novembra", "новембра"], 12: ["decembra", "децембра"],
    },
    "bs": {
        5: ["maja"], 6: ["juna"], 7: ["jula"],
        9: ["septembra", "септембра"], 10: ["oktobra", "октобра"],
        11: ["novembra", "новембра"], 12: ["decembra", "децембра"],
    },
    "sl": {5: ["maja"]},
}  # fmt: skip
PARTICLES = ("de ", "d’", "d'", "ta’ ", "ta' ")


def names_of(locale: Locale) -> dict[int, set[str]]:
    """Month -> its names in one locale."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in locale.months[context][width].items():
                plain = folded(name)
                for particle in PARTICLES:
                    plain = plain.removeprefix(particle)
                if not any(map(str.isdigit, plain)) and len(plain) > 1:
                    found[month].add(plain)
    return found


def months_of(language: str) -> list[list[str]]:
    """The names of January to December in a language, in all its regions."""
    months: defaultdict[str, set[int]] = defaultdict(set)
    for identifier in localedata.locale_identifiers():
        if identifier.partition("_")[0] in (language, *ALSO.get(language, ())):
            for month, names in names_of(Locale.parse(identifier)).items():
                for name in names:
                    months[name].add(month)
    for month, names in MORE.get(language, {}).items():
        for name in names:
            months[folded(name)].add(month)
    return [sorted(name for name, of in months.items() if of == {month}) for month in range(1, 13)]


def weekdays_of(language: str) -> list[list[str]]:
    """The names of Monday to Sunday in a language, in all its regions; one of two days (Slovak št, st) stands with both."""
    days: defaultdict[str, set[int]] = defaultdict(set)
    for identifier in localedata.locale_identifiers():
        if identifier.partition("_")[0] in (language, *ALSO.get(language, ())):
            locale = Locale.parse(identifier)
            for context in ("format", "stand-alone"):
                for width in ("wide", "abbreviated"):
                    for day, name in locale.days[context][width].items():
                        days[folded(name)].add(day)
    return [sorted(name for name, of in days.items() if day in of and len(name) > 1) for day in range(7)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a file differs")
    options = parser.parse_args()
    for name, names in (("months.json", months_of), ("weekdays.json", weekdays_of)):
        lines = [f"  {json.dumps(each)}: {json.dumps(names(each), ensure_ascii=False)}" for each in LANGUAGES]
        text = f'{{"cldr": "{get_cldr_version()}", "languages": {{\n' + ",\n".join(lines) + "\n}}\n"
        target = TARGETS / name
        if not options.check:
            target.write_text(text, encoding="utf-8")
            print(f"{name}: {len(LANGUAGES)} languages, {len(text.encode())} bytes")
        elif target.read_text(encoding="utf-8") != text:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
