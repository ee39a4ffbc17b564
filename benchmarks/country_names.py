"""Write names of Unicode CLDR (through Babel) into newscrawler/relevance/names/cldr.json and text/territories.json.

The first has those of countries as patterns that inflect, the second those of countries and parts of the world as they are.

    uv run python benchmarks/country_names.py [--check] [--json]

Unicode CLDR is under the Unicode License v3.  Names that mean something else as often stand in names.toml,
where the hand-made names are: demonyms, capitals, places, exceptions.
"""

import argparse
import json
import re
import tomllib
from pathlib import Path

from babel import Locale
from babel import __version__ as babel_version

TARGET = Path(__file__).parent.parent / "newscrawler" / "relevance" / "names" / "cldr.json"
BY_HAND = TARGET.parent / "countries.toml"
LANGUAGES = (
    "en", "fr", "de", "es", "it", "pt", "nl", "sv", "da", "no", "fi", "et", "lv", "lt", "pl", "cs", "sk", "sl",
    "hr", "sr", "ro", "hu", "bg", "mk", "uk", "ru", "be", "el", "tr", "az", "ar", "he", "fa", "ur", "hi", "bn",
    "ta", "te", "mr", "th", "vi", "id", "ms", "fil", "ja", "ko", "zh", "zh_Hant", "ka", "hy", "sq", "ca", "gl",
    "is", "ga", "sw", "af", "am", "kk", "uz", "mn", "my", "km",
)  # fmt: skip
TERRITORIES = TARGET.parent.parent.parent / "text" / "territories.json"
# single words that are first names too, of a whole credit
FIRST_NAMES = frozenset(
    {"asia", "jordan", "georgia", "chad", "kuba", "dania", "india", "israel", "man", "martinique"}
    | {"maurice", "mauricio", "dominique", "montserrat", "malte", "guadalupe", "salvador"}
)
FULL_NAMES = frozenset({"diego garcia", "diego garcía", "hà lan"})  # of many people, and of an island and a country
SHORT = 4  # letters, as first names in some language have
# no countries, or names that are words: Jersey, Heard, Bouvet
LEFT_OUT = {
    "EU",
    "EZ",
    "UN",
    "QO",
    "ZZ",
    "XA",
    "XB",
    "AC",
    "CP",
    "CQ",
    "DG",
    "EA",
    "IC",
    "TA",
    "JE",
    "BV",
    "HM",
    "IO",
    "UM",
    "TF",
}
SLAVIC = {"ru", "uk", "be", "bg", "mk", "sr", "pl", "cs", "sk", "sl", "hr"}
SUFFIXING = {"fi", "et", "hu", "lv", "lt", "ka", "hy", "el", "ro", "sq", "az", "kk", "uz", "mn"}
GENITIVE_S = {"de", "nl", "sv", "da", "no", "is", "lb"}
# (language, country): said in names.toml with its context, or also a word
AMBIGUOUS = {
    ("en", "GE"), ("en", "JO"), ("en", "TD"), ("en", "TR"), ("es", "GE"), ("it", "GE"), ("fr", "RE"), ("pt", "PE"),
    ("en", "GN"), ("fil", "GE"), ("ms", "GE"), ("id", "GE"), ("nl", "JO"), ("en", "NE"), ("vi", "JO"),
}  # fmt: skip
# (language, country): its stem is another country's, too (Niger, Nigeri); it takes no endings
ONE_STEM = {("sq", "NE"), ("sq", "NG"), ("mn", "NE"), ("mn", "NG")}
_VOWELS = "aeiouyąęóáéíýěůúäöüõāēīūėёаеиоуыэюяіїєйьαεηιουωάέήίόύώς"


def inflected(name: str, language: str) -> str:
    """A name as a pattern that takes the language's endings."""
    if language in SUFFIXING and " " not in name and len(name) > 4:
        stem = name[:-1] if name[-1].lower() in _VOWELS else name
        return stem + ("*" if language in {"fi", "et", "hu", "ka", "hy", "mn", "kk"} and len(stem) > 4 else "~")
    if language not in SLAVIC:
        return name
    words = []
    for word in name.split():
        stem = re.sub(r"(?:ая|яя|ое|ий|ый|ые|ие)$", "", word) if " " in name else word
        while len(stem) > 4 and stem == word and stem[-1].lower() in _VOWELS:
            stem = stem[:-1]
            break
        words.append(stem + "~" if len(stem) >= 4 else word)
    return " ".join(words)


def spellings(name: str):
    """A CLDR name without its remarks: "Myanmar (Burma)" is both."""
    name = name.replace("\u2019", "'").replace("\u02bc", "'").replace(" & ", " and ")
    found = re.match(r"^(.*?)\s*[((](.*?)[))]\s*$", name)
    yield from (found.groups() if found else (name,))


def names() -> dict[str, dict[str, list[str]]]:
    """Language -> country code -> patterns."""
    made: dict[str, dict[str, list[str]]] = {}
    for tag in LANGUAGES:
        language = tag.partition("_")[0]
        table = made.setdefault(language, {})
        for code, name in Locale.parse(tag).territories.items():
            # "Congo - Kinshasa" and "Hong Kong SAR China" are said by hand
            if (
                not re.fullmatch("[A-Z]{2}", code)
                or code in LEFT_OUT
                or (language, code) in AMBIGUOUS
                or code in ("CD", "CG", "HK", "MO")
            ):
                continue
            texts = [inflected(each, language) for each in spellings(name) if len(each) > 1]
            if (language, code) in ONE_STEM:
                texts = list(spellings(name))
            if language in GENITIVE_S:
                texts += [f"{each}s" for each in texts if not each.endswith("s")]
            table.setdefault(code, []).extend(each for each in texts if each not in table.get(code, ()))
    by_hand = tomllib.loads(BY_HAND.read_text(encoding="utf-8"))
    for language, table in made.items():
        _drop_remarks(table, by_hand.get(language, {}))
    return made


def territories() -> list[str]:
    """The names of countries and parts of the world in all languages, in small letters; short ones in English only."""
    found = {
        each.casefold().strip()
        for tag in LANGUAGES
        for code, name in Locale.parse(tag).territories.items()
        if code not in ("ZZ", "XA", "XB", "EZ", "QO")
        for each in spellings(name)
        if len(each) > SHORT or not each.isascii() or (tag == "en" and len(each) > 2)
    }
    return sorted(found - FIRST_NAMES - FULL_NAMES)


def _drop_remarks(table: dict[str, list[str]], by_hand: dict[str, str]) -> None:
    """Take away the remarks that are another country's name, or short for one: "Saint Martin (France)" is not France.

    `by_hand`: country code -> its further names, with commas between; "Виргинские о-ва (США)" is not the USA.
    """
    owners = {each.strip(): code for code, texts in by_hand.items() for each in texts.split(",")}
    owners |= {texts[0]: code for code, texts in reversed(table.items()) if texts}
    for code, texts in table.items():
        texts[1:] = [each for each in texts[1:] if owners.get(each, code) == code and not each.rstrip("~*").endswith(".")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where a file is out of date")
    parser.add_argument("--json", action="store_true", help="say what was done as JSON")
    arguments = parser.parse_args()
    source = f"Unicode CLDR through Babel {babel_version}, Unicode License v3"
    files = {TARGET: {"source": source, "names": names()}, TERRITORIES: {"source": source, "names": territories()}}
    about = []
    for file, table in files.items():
        text = json.dumps(table, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"
        current = file.exists() and file.read_text(encoding="utf-8") == text
        if not arguments.check:
            file.write_text(text, encoding="utf-8")
        about.append({"file": file.name, "names": len(table["names"]), "bytes": len(text.encode()), "current": current})
    print(json.dumps(about) if arguments.json else about)
    raise SystemExit(arguments.check and not all(each["current"] for each in about))


if __name__ == "__main__":
    main()
