"""A text's words as the lexicon's patterns read them: as written, each letter in one way.  Strings in, words out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from newscrawler.text import MARKS, UNSPACED, beyond_ascii, is_marked, is_respelt, respelt, without_joiners

RUN = re.compile(rf"[{UNSPACED}]+|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{MARKS}])*")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# The bytes that no letter of Arabic, Indic or an unspaced script begins with, and those that none of Arabic does: that a
# text holds none is found out many times as fast as by a pattern
_NEAR_BYTES = bytes({*range(0x100)} - {*range(0xD8, 0xF5)} | {0xE2})
_NOT_ARABIC = bytes({*range(0x100)} - {*range(0xD8, 0xDC)})
# the letters of Latin-1 of which NFKC makes nothing else
_STABLE = bytes(code for code in range(0x100) if unicodedata.normalize("NFKC", chr(code)) == chr(code))
# those of them that are spelt in one way, and of these letters and digits, with spaces for all other characters
_PLAIN = bytes(code for code in _STABLE if not is_respelt(chr(code)))
_LATIN_BYTES = bytes(code if chr(code).isalnum() else 32 for code in range(0x100))
_ASCII_BYTES = bytes(byte if byte >= 0x80 or chr(byte).isalnum() else 32 for byte in range(0x100))
# ASCII in full width, as Chinese and Japanese write it: NFKC of a text that holds none mostly has nothing to do
_WIDE = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in (0x3000, *range(0xFF01, 0xFF5F))}
# what stands between words in texts that are else plain; NFKC makes nothing else of it
_MARKS = "\u2019\u2018\u201c\u201d\u201e\u2013\u2014\u2026\xab\xbb\xa0\u2022"
_ARABIC = re.compile("[\u0600-\u06ff]")
# letters that writers use for each other become one
_FOLD_INDIC = {0x93C: "", 0x901: "\u0902"}  # Hindi's nukta, and chandrabindu for anusvara: writers leave them out
_FOLD_ARABIC = {ord(letter): plain for letter, plain in zip("أإآىةیک", "ااايهيك", strict=True)}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one part of an article, as written; a run of characters without spaces is one."""

    raw: list[str]
    shouted: bool = False  # all capitals: they tell nothing then


def fold(text: str) -> str:
    """Text with one way of writing for each letter; letter case stays."""
    if text.isascii():
        return text
    text = respelt(composed(text)).replace("İ", "I")
    far = text.encode("utf-8", "surrogatepass").translate(None, _NEAR_BYTES)
    if far and is_marked(text):
        text = without_joiners(text).translate(_FOLD_INDIC)
    text = text.replace("\u200c", " ")
    return text.translate(_FOLD_ARABIC) if far.translate(None, _NOT_ARABIC) and _ARABIC.search(text) else text


def composed(text: str) -> str:
    """NFKC, in a tenth of the time where a text of western Europe or the far East is composed but for wide letters."""
    if unicodedata.is_normalized("NFKC", text):  # found out at once, but where only the whole work can tell
        return text
    try:
        if not text.encode("latin-1").translate(None, _STABLE):
            return text
    except UnicodeEncodeError:
        for wide in _WIDE.keys() & set(text):
            text = text.replace(wide, _WIDE[wide])
    return unicodedata.normalize("NFKC", text)


def _as_latin(text: str) -> bytes | None:
    """A text of western Europe in Latin-1; None where it holds other letters, or one that is written in several ways."""
    try:
        encoded = text.encode("latin-1")
    except UnicodeEncodeError:
        return None
    return encoded if not encoded.translate(None, _PLAIN) else None


def split(text: str) -> Words:
    """The words of a text.

    >>> split("L'Iran: NATO事務総長").raw
    ['L', 'Iran', 'NATO', '事務総長']
    >>> split("भारतीय सेना।").raw
    ['भारतीय', 'सेना']
    """
    if not text.isascii():
        for mark in _MARKS:
            text = text.replace(mark, " ")
    if text.isascii():
        return Words(text.encode().translate(_ASCII_BYTES).decode().split(), text.isupper())
    latin = _as_latin(text)
    if latin is not None:  # fold has nothing to do there
        return Words(latin.translate(_LATIN_BYTES).decode("latin-1").split(), text.isupper())
    folded = fold(text)
    encoded = folded.encode("utf-8", "surrogatepass")
    if encoded.translate(None, _NEAR_BYTES) and (_UNSPACED.search(folded) or is_marked(folded)):
        return Words(RUN.findall(folded), folded.isupper())
    return Words(_spaced(encoded.translate(_ASCII_BYTES).decode("utf-8", "surrogatepass")), folded.isupper())


def _spaced(text: str) -> list[str]:
    """The runs of letters and digits; half the time of a regular expression, as most texts hold few kinds of marks."""
    far = beyond_ascii(text)  # of ASCII only letters and digits are left
    if not far.isalnum():
        for mark in {each for each in set(far) if not each.isalnum()}:
            text = text.replace(mark, " ")
    return text.split()
