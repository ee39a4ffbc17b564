"""Strings in, strings out: cleaning, words, hashes.  No HTML here."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

HASH_VERSION = "1"
MAX_REMEMBERED = 2_000  # characters of a line whose words are kept for a while
_Text = TypeVar("_Text", str, str | None)

# Scripts written without spaces between words: Han, kana, Thai, Lao, Khmer, Myanmar.  One character
# counts as one word there, for hashing, for terms and for search.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
# Blocks whose scripts write vowels as combining marks: Thaana to Mandaic, Brahmic scripts but Tibetan and the unspaced,
# Ethiopic, Mongolian, Balinese and their like, beyond the basic plane Brahmi to Khojki
_MARKED_BLOCKS = (
    (0x700, 0x860), (0x900, 0xE00), (0x1350, 0x1360), (0x1700, 0x1780), (0x1800, 0x1C80), (0x1CD0, 0x1D00), (0xA800, 0xAC00),
    (0x11000, 0x11800),
)  # fmt: skip


def _marks() -> str:
    """The combining marks with which words are spelt (Unicode's Mn and Mc; in UAX 29 none of them parts a word)."""
    codes = (code for start, end in _MARKED_BLOCKS for code in range(start, end))
    return "".join(chr(code) for code in codes if unicodedata.category(chr(code)) in ("Mn", "Mc"))


# Marks that go on with a word and begin none
MARKS = _marks()
_SPACED_WORD = re.compile(r"\w+")
_MARK = re.compile(f"[{MARKS}]")
_JOINERS = re.compile(f"(?<=[{MARKS}])[\u200c\u200d]")
_UNSPACED_CHARACTER = re.compile(rf"([{UNSPACED}])")
# what nobody sees and what parts a word for search: soft hyphen, zero-width space, word joiner, byte order mark.  Not the
# zero-width joiners (U+200C, U+200D), which Persian, Hindi and others spell with
INVISIBLE = "\xad\u200b\u2060\ufeff"
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
# control characters but tab and newline, NUL among them; lone surrogates; what nobody sees; what filters are made of
_UNSTORABLE = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\ue00f\ufffe\uffff{INVISIBLE}]")
_STORABLE = bytes({9, 10, *range(0x20, 0x7F)})  # of ASCII; bytes are looked through many times as fast as characters
_ASCII = bytes(range(0x80))
_UNPARSABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CONTROLS = (*range(9), 11, 12, *range(14, 32))
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_BAD_REFERENCE = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2})"
    rb"|0*(?:[0-8]|1[124-9]|2\d|3[01]|55(?:29[6-9]|[3-9]\d{2})|5[67]\d{3}));"
)
_LATIN_MARKS = re.compile("[\u0300-\u0331]")  # what the tokenizer leaves out wherever it stands
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")
# a sentence ends with its punctuation; also where no space follows it
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？｡])[」』”’）]*|\n+")


# Accents that no letter has of its own (stress marks), Hebrew points, Arabic vowel signs and tatweel, what nobody sees
_LEFT_OUT = (
    *range(0x300, 0x370), *range(0x591, 0x5BE), 0x5BF, 0x5C1, 0x5C2, 0x5C7, 0x640, *range(0x64B, 0x660), 0x670,
    *range(0x6D6, 0x6DD), *map(ord, INVISIBLE),
)  # fmt: skip
# Unicode counts these apostrophes as letters (U+02BC of Ukrainian); beside them people write ' and ’
_APOSTROPHES = "ʹʺʻʼʽʾʿ"
_SPELLING = dict.fromkeys(_LEFT_OUT, "") | dict.fromkeys(map(ord, _APOSTROPHES), "'")
_RESPELT = re.compile(f"[{''.join(map(chr, sorted(_SPELLING)))}]")
_NO_SPELLING = bytes({*range(0x100)} - {chr(code).encode()[0] for code in _SPELLING})  # that a text has none: as `is_marked`


def _folds() -> dict[int, str]:
    """Letter -> what search reads instead, where SQLite's tokenizer would keep the two apart; "" for what it leaves out."""
    pairs = (
        "łl ŁL øo ØO đd ĐD ðd ÐD ħh ĦH ŧt ŦT ıi æae ÆAE œoe ŒOE ßss ẞSS þth ÞTH ŋn ŊN ﬀff ﬁfi ﬂfl ﬃffi ﬄffl ﬅst ﬆst "
        "ёе ЁЕ ѐе ЀЕ ѝи ЍИ ςσ آا أا إا ٱا ىي یي ېي ئي کك ةه ۀه ەه ؤو"
    )
    found = {ord(pair[:1]): pair[1:] for pair in pairs.split()}
    # Greek: the letter without its accents, small and capital, the old ones too; Devanagari: the letter without its nukta
    for code in (*range(0x370, 0x400), *range(0x958, 0x960), *range(0x1F00, 0x2000)):
        apart = unicodedata.normalize("NFD", chr(code))
        if len(apart) > 1 and apart[0].isalpha():
            found[code] = apart[0]
    # full width, as Japanese pages write Latin letters and digits
    found |= {code: chr(code - 0xFEE0) for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
    # letters and digits of another shape (Unicode's compatibility forms): Dutch ĳ, Croatian ǆ and ǌ, joined letters of
    # Hebrew and Arabic, kana of half width; the digits of all scripts
    shapes = [0x132, 0x133, *range(0x1C4, 0x1CD), *range(0xFB1D, 0xFB50), *range(0xFB50, 0xFDF3), *range(0xFE70, 0xFEFD)]
    for code in (*shapes, *range(0xFF66, 0xFF9E)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if plain != chr(code) and plain.isalpha():
            found[code] = plain.translate(found)
    found |= {code: str(unicodedata.digit(chr(code))) for code in range(0x660, 0x1100) if chr(code).isdecimal()}
    found[0x901] = "\u0902"  # chandrabindu and anusvara: Hindi writes either
    # the nukta, the joiner of Indic scripts, and what is no part of a word anywhere
    return found | dict.fromkeys((0x93C, 0x200D, *_LEFT_OUT), "")


# What the index of filled archives was made with: a change needs a migration that makes it anew
FOLDS = _folds()
_FOLDABLE = re.compile(f"[{''.join(map(chr, sorted(FOLDS)))}]")


def without_bad_references(markup: bytes) -> bytes:
    """Markup without references to control characters and surrogates, at which parsers stumble.

    >>> without_bad_references(b"a&#xD800;b&#55296;c&#2;d&#64;&#10;")
    b'abcd&#64;&#10;'
    """
    return _BAD_REFERENCE.sub(b"", markup)


def parsable(markup: str) -> str:
    """Text without characters that XML forbids: one of them, and extraction finds no text at all."""
    try:
        raw = markup.encode()
    except UnicodeEncodeError:  # lone surrogates
        return _UNPARSABLE.sub("", markup)
    return markup if is_parsable(raw) else _UNPARSABLE.sub("", markup)


def is_parsable(markup: bytes) -> bool:
    """Whether UTF-8 holds no such characters.  Bytes are looked for one by one, many times as fast as by a pattern."""
    if any(map(markup.__contains__, _CONTROLS)):
        return False
    return _NONCHARACTERS[0][0] not in markup or not any(map(markup.__contains__, _NONCHARACTERS))


@cache
def _any_word() -> re.Pattern[str]:
    """A word of whatever script: a thirtieth of the start of a search to compile, and few ask for it."""
    return re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}](?:[^\W{UNSPACED}]|[{MARKS}])*")


@cache
def _stacked() -> re.Pattern[str]:
    """More combining marks in a row than Unicode's Stream-Safe Text Format has (UAX 15): 30."""
    marks = "".join(each for each in map(chr, range(0x300, 0x1F000)) if unicodedata.combining(each))
    return re.compile(f"([{marks}]{{30}})[{marks}]+")


def unstacked(value: str) -> str:
    """Text without endless stacks of marks: to bring them into order takes the square of their number, minutes of a page.

    >>> len(unstacked("a" + "\u0301\u0316" * 5_000)), unstacked("e\u0301a\u0316\u0301") == "e\u0301a\u0316\u0301"
    (31, True)
    """
    if value.isascii() or unicodedata.is_normalized("NFC", value):  # what is out of order is not, and is found so at once
        return value
    return _stacked().sub(r"\1", value)


def clean(value: str, limit: int = 1_000_000) -> str:
    r"""Text as we store it: no control characters, lone surrogates or soft hyphens, single spaces, one newline a paragraph.

    >>> clean(" a\x00  b\r\n\n c\ud800 ")
    'a b\nc'
    """
    value = unstacked(_UNSTORABLE.sub("", value[: 2 * limit].replace("\r\n", "\n").replace("\r", "\n")))
    return _BREAKS.sub("\n", _SPACES.sub(" ", value)).strip()[:limit]


def storable(value: _Text) -> _Text:
    r"""Text without what SQLite or a terminal stumbles over, its layout as it is; None stays None.

    >>> storable("a\x00\n b\ud800"), storable(None)
    ('a\n b', None)
    """
    if not value:
        return value
    left = value.encode("utf-8", "surrogatepass").translate(None, _STORABLE)
    return _UNSTORABLE.sub("", value) if left and _UNSTORABLE.search(left.decode("utf-8", "surrogatepass")) else value


def clean_line(value: str | None, limit: int = 1_000) -> str | None:
    r"""One line of text for a field, None where nothing is left.

    >>> clean_line(" Ministers\n meet ")
    'Ministers meet'
    """
    if not value:
        return None
    line = " ".join(value.split())
    if line.isprintable():  # as nearly all are
        return line[:limit].rstrip() or None
    return clean(line, limit) or None


def is_unspaced(word: str) -> bool:
    """Whether a word (of `words`) is a character of a script written without spaces.

    >>> is_unspaced("防"), is_unspaced("nato"), is_unspaced("")
    (True, False, False)
    """
    return word[:1] >= "\u0e00" and _UNSPACED_CHARACTER.match(word) is not None


def beyond_ascii(value: str) -> str:
    """The characters of a text that are not of ASCII, in order: few in Latin scripts, and soon looked through."""
    if value.isascii():
        return ""
    return value.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def has_unspaced(value: str) -> bool:
    """Whether a text holds any character of such a script."""
    return _UNSPACED_CHARACTER.search(beyond_ascii(value)) is not None


def respelt(value: str) -> str:
    """A text with one kind of apostrophe, and without the marks that are no part of a word.

    >>> respelt("Вʼєтнам"), respelt("مِصْر")
    ("В'єтнам", 'مصر')
    """
    may_be = value.encode("utf-8", "surrogatepass").translate(None, _NO_SPELLING)
    return value.translate(_SPELLING) if may_be and _RESPELT.search(value) else value


# first bytes of the characters among which such marks are: that a text has none is found out many times as fast as by the
# pattern, on a page in Chinese or Japanese too
_BEFORE_MARKS = frozenset({*range(0xDC, 0xE2), 0xEA, 0xF0})
_UNMARKED = bytes(byte for byte in range(0x100) if byte not in _BEFORE_MARKS)


def is_marked(value: str) -> bool:
    """Whether a text spells words with combining marks: `words` took them for ends of words until m014_marks.

    >>> is_marked("सेना"), is_marked("armée"), is_marked("مُحَمَّد")
    (True, False, False)
    """
    may_be = value.encode("utf-8", "surrogatepass").translate(None, _UNMARKED)
    return bool(may_be) and _MARK.search("".join(set(value))) is not None  # of thousands of letters dozens are different


# first bytes of all characters that `words` reads otherwise than letters between spaces, but two whose first bytes are those
# of quotation marks and accented letters, too
_UNUSUAL = frozenset({0xCA, 0xCC, 0xCD, 0xD6, 0xD7, 0xD9, 0xDB, *range(0xDC, 0xE2), *range(0xE3, 0x100)})
_USUAL = bytes(byte for byte in range(0x100) if byte not in _UNUSUAL)


def _is_plain(value: str) -> bool:
    """Whether a text has only Latin, Greek and Cyrillic letters and common punctuation, which need no other look."""
    if value.encode("utf-8", "surrogatepass").translate(None, _USUAL):
        return False
    return not any(map(value.__contains__, "\xad\u200b\u2060"))


def without_joiners(value: str) -> str:
    r"""A text without the joiners that stand behind a combining mark: they choose between shapes of one word.

    >>> without_joiners("क्\u200dष") == "क्ष"
    True
    """
    return _JOINERS.sub("", value)


def words(value: str) -> list[str]:
    """The words of a text, NFKC and lower case; one character a word where no spaces are written.

    Apostrophes part words, however they are written; vowel signs of Arabic and Hebrew, stress marks and soft hyphens do not
    count.  Vowel signs of Indic and other scripts are part of their words (UAX 29).

    >>> words("Île-de-France: 防衛省, F-16s")
    ['île', 'de', 'france', '防', '衛', '省', 'f', '16s']
    >>> words("Вʼєтнам") == words("В’єтнам"), words("مُحَمَّد") == words("محمد")
    (True, True)
    >>> words("सेना, সেনাবাহিনী।")
    ['सेना', 'সেনাবাহিনী']
    """
    if value.isascii():
        return _SPACED_WORD.findall(value.lower())
    value = unicodedata.normalize("NFKC", value).lower()
    if _is_plain(value):
        return _SPACED_WORD.findall(value)
    value = respelt(value)
    if is_marked(value):
        return _any_word().findall(without_joiners(value))
    return (_any_word() if has_unspaced(value) else _SPACED_WORD).findall(value)  # the simpler one is faster


@lru_cache(maxsize=512)  # lines of one page, at which many look
def _words_of_line(line: str) -> tuple[str, ...]:
    return tuple(words(line))


def line_words(line: str) -> Sequence[str]:
    """The words of a line, split once for all who ask soon after each other; not to be changed."""
    return _words_of_line(line) if len(line) <= MAX_REMEMBERED else words(line)


def words_by_line(value: str) -> list[str]:
    r"""The `words` of a text whose lines others have split already, or will: no word goes on in the next line.

    >>> words_by_line("Île-de-France:\n防衛省") == words("Île-de-France:\n防衛省")
    True
    """
    return list(chain.from_iterable(map(line_words, value.split("\n"))))


@lru_cache(maxsize=2_000)
def spaceless(value: str) -> str:
    """The words of a text and nothing between them, by which spellings that differ in case, spaces and marks are one.

    >>> spaceless("Al-Monitor"), spaceless("AL MONITOR ") == spaceless("AlMonitor")
    ('almonitor', True)
    """
    return "".join(words(value))


def sentences(value: str) -> list[str]:
    """Sentences of a text, by their punctuation; also where no space follows it.

    >>> sentences("It sails. Why? 船が出た。港は空だ。")
    ['It sails.', 'Why?', '船が出た。', '港は空だ。']
    """
    return [part for each in _SENTENCE.split(value) if (part := each.strip())]


def shingles(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    """The runs of three words, in order; fewer words are one run, none are none.

    Stored copies are found by the hashes of such runs (dedup.fingerprints), which are taken from the bytes for speed.

    >>> shingles(["four", "frigates", "left", "port"]), shingles(["ahoy"]), shingles([])
    ([('four', 'frigates', 'left'), ('frigates', 'left', 'port')], [('ahoy',)], [])
    """
    return list(zip(tokens, tokens[1:], tokens[2:], strict=False)) or ([tuple(tokens)] if tokens else [])


def is_respelt(value: str) -> bool:
    r"""Whether a text has characters that `words` reads over: it took them for parts or ends of words until m012_letters.

    >>> is_respelt("Ver\xadteidigung"), is_respelt("Verteidigung")
    (True, False)
    """
    return _RESPELT.search(value) is not None


def visible(value: str) -> str:
    r"""A text without soft hyphens and other characters that nobody sees.

    >>> visible("Ver\xadtei\xaddigung")
    'Verteidigung'
    """
    return _INVISIBLE.sub("", value)


def content_hash(value: str) -> str:
    """Stable name of a text's words: version, dash, 32 hexadecimal digits.

    Letter case, punctuation and layout do not count.  The same on every machine and Python version; when
    the rule changes, so does HASH_VERSION, or a migration names anew the texts that it reads otherwise.

    >>> content_hash("Ministers  meet.") == content_hash("ministers meet")
    True
    """
    return hash_of_words(words(value))


def hash_of_words(tokens: Sequence[str]) -> str:
    """The same of a text whose words are known."""
    joined = " ".join(tokens).encode("utf-8", "replace")
    return f"{HASH_VERSION}-{hashlib.blake2b(joined, digest_size=16).hexdigest()}"


def _letters_folded(value: str) -> str:
    return value.translate(FOLDS) if _FOLDABLE.search(beyond_ascii(value)) else value


def search_form(value: str) -> str | None:
    """A text as search reads it, its letters folded, a space around each character of an unspaced script.

    None where SQLite's tokenizer does as much by itself: it leaves out the diacritics of Latin letters, and takes a run of
    Han characters for one word.  docs/search.md says what folds.

    >>> search_form("NATO事務総長"), search_form("Łódź, Straße"), search_form("défense")
    ('NATO 事 務 総 長', 'Lódź, Strasse', None)
    """
    form = _letters_folded(value)
    if has_unspaced(form):
        return " ".join(_UNSPACED_CHARACTER.sub(r" \1 ", form).split())
    return None if form == value else form


def index_term(word: str) -> str:
    """A word as SQLite's tokenizer has it in the index, its search form given.

    >>> index_term("Władysł"), index_term("DÉFENSE"), index_term("करें")
    ('wladysl', 'defense', 'करें')
    """
    apart = unicodedata.normalize("NFD", _letters_folded(_letters_folded(word).lower()))
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", apart))
