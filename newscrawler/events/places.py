"""Which places a text names, as codes that need no translation: towns, seas, straits, islands and regions. A text in,
codes out.

Towns are `places.tsv`'s, which `benchmarks/place_names.py` writes out of packaged data; waters and regions are
`places.toml`'s, and so are the endings by which languages decline names. What is rather a word, a person or a country
is left out there already: a place that is missed says nothing, one that is none says what is false.

In scripts that have capitals a name begins with one. A name that is a common word of the text's language is none there.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

KIND = "place"
SHORTEST_ROOT = 4  # letters of a name that takes endings
LONGEST_ENDING, LONGEST_RUN = 4, 8  # letters; characters of a name where no spaces are written
HEAD = 3  # letters of a phrase's first word by which it is found where the word may go on
VOWELS = frozenset("aeiouyаеиоуыэюяіьαεηιουωა")  # that a name's end loses before an ending
EVERY_WORD = ("en", "de", "")  # languages that write other words with capitals too: in headlines, or all nouns
_CHANGING = ("ів", "ka", "ка")  # ends of names that change more than a vowel
# what stands before a hyphen and the name of a place that is meant
_BEFORE = """
    nord sud ost west norden suden osten westen north south east northern southern eastern western central norte sul este
    oeste est ouest noord zuid oost sever jug istok zapad север юг восток запад северо юго восточно западно північ південь
    схід захід pro anti ex non greater gross inner old new
"""
_SIDES = frozenset(_BEFORE.split())
_OPEN = "*"  # behind a word that may go on
_WORD = re.compile(r"[^\W\d_]+(?:[\u0900-\u0963\u0980-\u09e3]+[^\W\d_]*)*")
_NO_SPACES = re.compile("[\u0e00-\u0e4e\u3040-\u9fff]")
_RUN = re.compile("[\u3040-\u30fa\u30fc-\u30ff\u3400-\u9fff]{2,}|[\u0e00-\u0e4e]{4,}")
_ARABIC_BEFORE, _HEBREW_BEFORE, _ARTICLE = "وفبلك", "ובלמהשכ", "ال"
_ARABIC, _HEBREW, _HANGUL = ("\u0620", "\u06ff"), ("\u05d0", "\u05ea"), "\uac00"
_KATAKANA = tuple(zip(("ヴァ", "ヴィ", "ヴェ", "ヴォ", "ヴ"), ("バ", "ビ", "ベ", "ボ", "ブ"), strict=True))
_ALIKE = str.maketrans(
    {"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ı": "i", "ß": "ss", "đ": "d", "ł": "l", "ø": "o", "æ": "ae"}
)


class Name(NamedTuple):
    """A place's code, and the languages in which the name is a common word."""

    code: str
    not_in: frozenset[str]


class Phrase(NamedTuple):
    """A name of several words: each, and whether it may go on."""

    words: tuple[tuple[str, bool], ...]
    code: str


class Read(NamedTuple):
    """A word that may be of a place's name.  `keys`: those of phrases that it may begin; `name`: the place that it names."""

    keys: tuple[str, str, str] | None
    name: Name | None


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Names of places, folded.  `roots`: names without their last vowel; of one that declines them.

    `forms`: (language, name) of those that are a place's in that language alone.
    """

    names: Mapping[str, Name] = field(repr=False)
    forms: Mapping[tuple[str, str], Name] = field(repr=False)
    roots: Mapping[str, Name] = field(repr=False)
    phrases: Mapping[str, Sequence[Phrase]] = field(
        repr=False
    )  # by their first word, or by its beginning where it may go on
    starts: frozenset[str] = field(repr=False)  # first words of phrases, or their beginnings where they may go on
    heads: frozenset[str] = field(repr=False)  # two characters with which a name in a script without spaces begins
    endings: Mapping[str, frozenset[str]] = field(repr=False)  # language -> endings

    def word(self, word: str, language: str) -> Name | None:
        """The place that one word names, with whatever the language puts before or behind it."""
        if (found := self.names.get(word) or self.forms.get((language, word))) is not None:
            return found
        if word[0] >= "\u0590":
            return (
                self._beginning(word) if word[0] >= _HANGUL else next(filter(None, map(self.names.get, _bare(word))), None)
            )
        endings = self.endings.get(language)
        if endings is not None:
            for end in range(len(word) - 1, max(SHORTEST_ROOT, len(word) - LONGEST_ENDING) - 1, -1):
                root = self.roots.get(word[:end])
                if root is not None and word[end:] in endings:
                    return root
        return None

    def _beginning(self, word: str) -> Name | None:
        """The place with which a Korean word begins: particles stand behind it."""
        ends = range(min(len(word) - 1, LONGEST_RUN), 1, -1)
        return next((found for end in ends if (found := self.names.get(word[:end])) is not None), None)

    def phrase(self, keys: tuple[str, str, str], written: Sequence[str], at: int) -> tuple[str, int] | None:
        """(the place that several words name from one on, how many they are), the longest."""
        begun, closed, opened = keys
        second = word_of(written[at + 1])[:HEAD] if at + 1 < len(written) else ""
        best: tuple[str, int] | None = None
        for key in (begun, closed + second, opened + second):
            for phrase in self.phrases.get(key, ()):
                size = len(phrase.words)
                if (best is None or size > best[1]) and _is_said(phrase, written[at : at + size]):
                    best = (phrase.code, size)
        return best

    def in_run(self, run: str) -> Iterator[str]:
        """The places that a text without spaces names, the longest at each character."""
        at = 0
        while at < len(run) - 1:
            if run[at : at + 2] in self.heads:
                for end in range(min(len(run), at + LONGEST_RUN), at + 1, -1):
                    if (found := self.names.get(run[at:end])) is not None and not _is_cut(run, at, end):
                        yield found.code
                        at = end - 1
                        break
            at += 1


def _is_cut(run: str, at: int, end: int) -> bool:
    """Whether a name in katakana is a part of a longer word in it."""
    before, behind = run[at - 1 : at], run[end : end + 1]
    return _is_katakana(run[at]) and (_is_katakana(before) or _is_katakana(behind))


def _is_katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30fa" or character == "ー"


def _keys(first: str) -> tuple[str, str, str]:
    """Under what a phrase is found by its first word, or its beginning where it may go on; behind the last two of them
    stands the beginning of its second.
    """
    begun = first[:HEAD] + _OPEN
    return begun, f"{first} ", f"{begun} "


def _is_said(phrase: Phrase, written: Sequence[str]) -> bool:
    return len(written) == len(phrase.words) and all(
        word == said or (is_open and word.startswith(said))
        for (said, is_open), word in zip(phrase.words, map(word_of, written), strict=True)
    )


def word_of(written: str) -> str:
    """A written word folded; "-" where nothing is left of it."""
    return folded(written) or "-"


@lru_cache(50_000)
def _read(written: str, language: str, places: Places) -> Read | None:
    """What a word may be of a name; most may not.  A name begins with a capital, where there are any."""
    word = word_of(written)
    keys = _keys(word) if word in places.starts or word[:HEAD] + _OPEN in places.starts else None
    name = None if written[0].islower() else places.word(word, language)
    return Read(keys, name) if keys or name else None


@lru_cache(5_000)
def folded(name: str) -> str:
    """A name as it is compared: small, without diacritics, with spaces for hyphens, Arabic without its article.

    >>> folded("Novi Sad"), folded("Île-de-Ré"), folded("الموصل"), folded("Київ"), folded("バルナ")
    ('novi sad', 'ile de re', 'موصل', 'киів', 'バルナ')
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    if not plain.isascii():
        plain = "".join(map(_without_marks, _of_one_spelling(plain))).translate(_ALIKE)
    said = plain.replace("'", "").replace("’", "").replace("-", " ").split()
    return " ".join(each[2:] if each.startswith(_ARTICLE) and len(each) > 4 else each for each in said)


def _of_one_spelling(text: str) -> str:
    """A text with katakana of foreign names written in one way."""
    if "ヴ" in text:
        for one, other in _KATAKANA:
            text = text.replace(one, other)
    return text


@lru_cache(2_000)
def _without_marks(letter: str) -> str:
    if letter >= "\u0700" and not "\u1e00" <= letter < "\u2000":  # marks of other scripts are vowels, or make another letter
        return letter
    return "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))


def _bare(word: str) -> Iterator[str]:
    """What is left of a folded word without the small words that Arabic and Hebrew write to the next one."""
    if len(word) <= SHORTEST_ROOT:
        return
    if _ARABIC[0] <= word[0] <= _ARABIC[1] and word[0] in _ARABIC_BEFORE:
        rest = word[1:]
        yield rest[2:] if rest.startswith(_ARTICLE) else rest[1:] if rest[0] == "ل" and word[0] == "ل" else rest
    elif _HEBREW[0] <= word[0] <= _HEBREW[1] and word[0] in _HEBREW_BEFORE:
        yield word[1:]
        if len(word) > SHORTEST_ROOT + 1 and word[1] in _HEBREW_BEFORE:
            yield word[2:]


def places_in(text: str, language: str, places: Places) -> list[str]:
    """Codes of the places that a text names, in its order, each once.  `language`: of two letters, "" where unknown.

    >>> places_in("Фрегат зіткнувся з танкером поблизу Варни у Чорному морі", "uk", shipped_places())
    ['Varna', 'Black_Sea']
    >>> places_in("Nice weather, split decision", "en", shipped_places())
    []
    >>> places_in("Požar u Splitu", "hr", shipped_places())
    ['Split']
    """
    runs = [] if text.isascii() or _NO_SPACES.search(text) is None else _RUN.findall(_of_one_spelling(text))
    found = [code for run in runs for code in places.in_run(run)]
    written = _WORD.findall(text)
    skipped = 0
    for at, word in enumerate(written):
        if (read := _read(word, language, places)) is None or at < skipped:
            continue
        if read.keys and (phrase := places.phrase(read.keys, written, at)):
            code, size = phrase
            if any(not each[0].islower() for each in written[at : at + size]):
                found.append(code)
                skipped = at + size
                continue
        if read.name is not None and not _is_word(read.name, language, text, at):
            found += [read.name.code] * ("-" not in text or not _is_tail(text, at, language, places))
    return list(dict.fromkeys(found))


def _is_word(name: Name, language: str, text: str, at: int) -> bool:
    """Whether a name may be a common word of the language, with a capital anyway.  `at`: how many words are before it."""
    if not name.not_in or (language and language not in name.not_in):
        return False
    here = list(islice(_WORD.finditer(text), max(0, at - 1), at + 1))
    is_first = len(here) < 2 or text[here[0].end() : here[1].start()].strip("\"'«“”„’() ") != ""
    return is_first or language in EVERY_WORD


def _is_tail(text: str, at: int, language: str, places: Places) -> bool:
    """Whether a word is the end of another name: Ust-Luga is not Luga; Nord-Gaza is of Gaza, and Paris-Berlin names both.

    `at`: how many words are before it.
    """
    near = list(islice(_WORD.finditer(text), max(0, at - 1), at + 1))
    if len(near) < 2 or text[near[0].end() : near[1].start()] != "-":
        return False
    first = near[0][0]
    is_name = len(first) > 1 and not first[0].islower() and not first.isupper() and word_of(first) not in _SIDES
    return is_name and places.word(word_of(first), language) is None


def parse_places(towns: str, others: str) -> Places:
    """Places out of `places.tsv` and `places.toml`."""
    names: dict[str, Name] = {}
    roots: dict[str, Name] = {}
    phrases: defaultdict[str, list[Phrase]] = defaultdict(list)
    starts: set[str] = set()
    told = tomllib.loads(others)
    lines = (line.split("\t") for line in towns.splitlines())
    for code, said in chain(((code, texts) for code, *texts in lines), _by_hand(told["place"])):
        plain = Name(code, frozenset())  # most are a common word nowhere
        for text in said:
            name, _, languages = text.partition("!")
            if " " in name or _OPEN in name:
                words = tuple((each.rstrip(_OPEN), each.endswith(_OPEN)) for each in name.split())
                first, is_open = words[0]
                begun, closed, opened = _keys(first)
                starts.add(begun if is_open else first)
                key = begun if len(words) == 1 else (opened if is_open else closed) + words[1][0][:HEAD]
                phrases[key].append(Phrase(words, code))
                continue
            made = Name(code, frozenset(languages.split())) if languages else plain
            names.setdefault(name, made)
            for root in roots_of(name):
                roots.setdefault(root, made)
    forms = {
        (language, folded(name.strip())): Name(code, frozenset())
        for each in told.get("forms", ())
        for code, said in each.items()
        if code != "languages"
        for language in each["languages"].split()
        for name in said.split(",")
    }
    endings: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    for each in told["declined"]:
        for language in each["languages"].split():  # Serbian has those of both its scripts
            endings[language] |= frozenset(each["endings"].split())
    heads = frozenset(name[:2] for name in names if name[0] >= "\u0e00" and _RUN.match(name))
    return Places(names, forms, roots, dict(phrases), frozenset(starts), heads, dict(endings))


def _by_hand(places: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    for code, value in places.items():
        yield code, [" ".join(_folded_open(word) for word in each.split()) for each in value.split(",")]


def _folded_open(word: str) -> str:
    return folded(word.rstrip(_OPEN)) + _OPEN * word.endswith(_OPEN)


def roots_of(name: str) -> Collection[str]:
    """What of a folded name stays when it is declined; none of a short one, or of a script that declines none.

    >>> sorted(roots_of("варна")), sorted(roots_of("киів")), sorted(roots_of("rijeka")), roots_of("pau")
    (['варн'], ['києв', 'киів'], ['rijec', 'rijek'], [])
    """
    if len(name) < SHORTEST_ROOT or name[0] >= "\u0590":
        return []
    root = name[:-1] if name[-1] in VOWELS else name
    if not name.endswith(_CHANGING):
        return [root] if len(root) >= SHORTEST_ROOT else []
    found = [root]
    if name.endswith("ів"):
        found += [f"{name[:-2]}{each}" for each in (("єв",) if name.endswith("иів") else ("ов", "ев"))]
    if name.endswith(("ka", "ка")):
        found.append(f"{name[:-2]}{'c' if name.endswith('ka') else 'ц'}")
    return [each for each in found if len(each) >= SHORTEST_ROOT]


@cache
def shipped_places() -> Places:
    """The places that come with newscrawler; read once, at the edge."""
    folder = resources.files("newscrawler.events")
    return parse_places(*((folder / name).read_text(encoding="utf-8") for name in ("places.tsv", "places.toml")))
