"""Whether two wordings say the same: their words, their figures in full, and slips of the keyboard.

A false "revised" costs a row, a false "touched" hides a silent edit: what is not clearly a slip is an edit.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from newscrawler.revisions import phrases
from newscrawler.text import words

MIN_LETTERS_DOUBLED, MIN_LETTERS_SLIP = 6, 7  # letters of a word with a doubled letter, or another slip
MIN_TAIL = 3  # letters after a missing one: nearer to its end it makes another form of the word
VARIANTS = (frozenset("sz"), frozenset("cs"))  # organise and organize, defence and defense

_SAME_MARK = str.maketrans({**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"), "\u2019": "'", "\u2044": "/"})
_SPACED_RANGE = re.compile(r"(?<=\d) - (?=\d)")
_UNITS = "$¢£¤¥฿\u20a0-\u20c0%‰°"
# a number as it is written: sign, currency, points, and the unit behind it; the dash of F-16 is no sign
_FIGURE = re.compile(rf"(?:(?<![^\s(\[{{\"'“‘„«|/])[-+±])?(?:[{_UNITS}] ?[-+]?)?\d+(?:[.,:/'-]\d+)*(?: ?[{_UNITS}])?")
_UNIT = re.compile(f"[{_UNITS}]")
_NAME = re.compile(r"(?<!^)\b[^\W\d_]\w*")
# a space or hyphen after one of these makes another word: re-signed, not able, in action
_PREFIXES = frozenset({"re", "no", "not", "non", "in", "im", "un", "dis", "a", "an"})


def figures(value: str) -> list[str]:
    """The numbers of a text as they are written, with sign, decimal point, per cent and currency.

    >>> figures("-5 °C, $1.5 billion, 12 %, two F-16s, 10 – 15")
    ['-5°', '$1.5', '12%', '16', '10-15']
    """
    value = unicodedata.normalize("NFKC", value).translate(_SAME_MARK)
    return [found.replace(" ", "") for found in _FIGURE.findall(_SPACED_RANGE.sub("-", value))]


def has_unit(value: str) -> bool:
    """Whether a figure stands there with its currency, per cent or degrees: no mere counter."""
    return any(map(_UNIT.search, figures(value)))


def normalized(value: str) -> str:
    """What a text says, to be compared: words and figures, whatever its case, punctuation and layout; may be empty.

    >>> normalized("It cost $5.") == normalized("it cost €5"), normalized("It sails!") == normalized("it sails")
    (False, True)
    """
    spoken = " ".join(words(value))
    return f"{spoken}\n{' '.join(found)}" if (found := figures(value)) else spoken


def typo(before: str, after: str) -> tuple[str, str] | None:
    """The first word as it was and is, where two sentences differ in the spelling of words only; else None.

    In a word of seven letters and more a letter missing, too many or in the wrong place, or s, z and c for one
    another; of six, a doubled letter.  A missing accent, space or hyphen in any.  Not its first two letters nor its
    last one, no number, no name, no two words that both exist as far as we know (`phrases.WORDS_APART`).

    >>> typo("The goverment agreed.", "The government agreed."), typo("He denied it.", "He defied it.")
    (('goverment', 'government'), None)
    """
    if figures(before) != figures(after):
        return None
    first, second = words(before), words(after)
    if "".join(first) == "".join(second):
        apart = (Counter(first) - Counter(second)) + (Counter(second) - Counter(first))
        return None if _PREFIXES & apart.keys() else (before, after)
    if len(first) != len(second):
        return None
    names = [name for each in (before, after) for name in _NAME.findall(each) if name[0].isupper()]
    capitals = {word for name in names for word in words(name)}
    differing = [(one, other) for one, other in zip(first, second, strict=True) if one != other]
    if differing and all(_misspelt(one, other, named=bool({one, other} & capitals)) for one, other in differing):
        return differing[0]
    return None


def _misspelt(one: str, other: str, *, named: bool) -> bool:
    if _bare(one) == _bare(other):
        return True
    if named or not (one + other).isalpha() or (one[:2], one[-1]) != (other[:2], other[-1]):
        return False
    if phrases.are_words_apart(one, other):
        return False
    if len(one) == len(other):
        return len(one) >= MIN_LETTERS_SLIP and _swapped_or_variant(one, other)
    short, long = sorted((one, other), key=len)
    at = next((at for at in range(len(short)) if short[at] != long[at]), len(short))
    if short[at:] != long[at + 1 :]:
        return False
    doubled = long[at] in (long[at - 1], long[at + 1 : at + 2])
    return len(long) >= MIN_LETTERS_DOUBLED if doubled else len(long) >= MIN_LETTERS_SLIP and len(long) - at > MIN_TAIL


def _swapped_or_variant(one: str, other: str) -> bool:
    wrong = [at for at in range(len(one)) if one[at] != other[at]]
    if len(wrong) == 1:
        return frozenset((one[wrong[0]], other[wrong[0]])) in VARIANTS
    first, last = wrong[0], wrong[-1]
    return len(wrong) == 2 and last == first + 1 and (one[first], one[last]) == (other[last], other[first])


def _bare(word: str) -> str:
    """A Latin or Greek word without its accents; in other scripts such marks make other letters."""
    if any(each >= "\u0400" for each in word):
        return word
    return "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))
