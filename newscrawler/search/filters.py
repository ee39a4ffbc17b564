"""Values of filters: what was typed behind a field in, labels of the index out, or why there are none.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import parse_date_range
from newscrawler.search.date_ranges import date_tokens
from newscrawler.storage.articles.labels import (
    ARTICLE_TYPES,
    CHANGED,
    GONE,
    MOST_WORDS,
    NO,
    NOTED_CHANGES,
    PAYWALL,
    TYPE,
    WORD_DIGITS,
    WORDS,
    YES,
    token,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from newscrawler.search.vocabulary import Vocabulary

SINGLE = ("source", "country", "lang", "type", "kind", "site")  # an article has one of each: two are alternatives
MAX_REPEATED = 80  # characters of what was typed
TRUE, FALSE = ("yes", "true", "1", "on"), ("no", "false", "0", "off", "free")
_SPAN = re.compile(r"\d{1,6}(?:min|mo|[mhdwy])", re.ASCII)
_NUMBER = re.compile(r"(?P<sign>[<>]=?|=)?(?P<low>\d{1,9})(?:(?:\.\.|-|–)(?P<high>\d{1,9})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Value:
    """What a filter's value means: any of `tokens` (`without`: none of them), a `label` to show, or why nothing (`problem`).

    `near`: values that may have been meant.  A value that means nothing at all is left out; one that the archive does not
    know finds nothing (`unknown`).
    """

    tokens: tuple[str, ...] = ()
    label: str = ""
    problem: str | None = None
    near: tuple[str, ...] = ()
    without: bool = False
    unknown: bool = False


def shortened(text: str) -> str:
    """What was typed, as a remark repeats it."""
    return text if len(text) <= MAX_REPEATED else f"{text[: MAX_REPEATED - 1]}…"


def read_value(field: str, value: str, vocabulary: Vocabulary, today: date) -> Value:
    """What the value of a filter means; not of since: and until:, which belong together."""
    match field:
        case "words":
            return _number(value)
        case "paywall":
            return _yes_or_no(value)
        case "changed" | "gone":
            return _event(field, value, today)
        case "story":
            return _story(value, vocabulary)
        case "event":
            return _stories_of_event(value, vocabulary)
    return _named(field, value, vocabulary)


def _named(field: str, value: str, vocabulary: Vocabulary) -> Value:
    known = _look_up(field, value, vocabulary)
    if not known:
        near = tuple(vocabulary.near(field, value))
        meant = f"; did you mean {' or '.join(near[:3])}?" if near else ""
        return Value(label=value, problem=_UNKNOWN[field].format(shortened(value)) + meant, near=near, unknown=True)
    names = list(dict.fromkeys(label for _, label in known))
    label = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Value(tuple(each for each, _ in known), label or value)


def _look_up(field: str, value: str, vocabulary: Vocabulary) -> Sequence[tuple[str, str]]:
    """(token, label) of what a filter's value names in the archive."""
    if field == "type":
        wanted = value.casefold().replace(" ", "-")
        return [(token(TYPE, each), each) for each in ARTICLE_TYPES if wanted in (each, f"{each}s")]
    look_up: dict[str, Callable[[str], Sequence[tuple[str, str]]]] = {
        "source": vocabulary.sources, "country": vocabulary.countries, "lang": vocabulary.languages,
        "topic": vocabulary.topics, "mentions": vocabulary.mentions, "kind": vocabulary.kinds, "site": vocabulary.sites,
    }  # fmt: skip
    return look_up[field](value)


_UNKNOWN = {
    "source": "no source of the archive has {} in its id or name",
    "country": "no source of the archive is in a country called {}",
    "lang": "{} is no language of the archive; use a code such as en, fr or uk",
    "topic": "no topic of the archive has {} in its name",
    "mentions": "nothing that the archive knows by name is called {}",
    "type": f"a type is one of {', '.join(ARTICLE_TYPES)}, not {{}}",
    "kind": "no source of the archive is of a kind called {}",
    "site": "no article of the archive is at {}",
}


def _story(value: str, vocabulary: Vocabulary) -> Value:
    if not value.isdecimal() or len(value) > 18:
        return Value(problem="a story has a number, as `newscrawler search` and the web show it")
    found = vocabulary.story(int(value))
    if found is None:
        return Value(label=f"story {int(value)}", problem="the archive has no story of that number", unknown=True)
    return Value((found,), f"story {int(value)}")


def _stories_of_event(value: str, vocabulary: Vocabulary) -> Value:
    if not value.isdecimal() or len(value) > 18:
        return Value(problem="an event has a number, as `newscrawler events` and the web show it")
    found = tuple(vocabulary.event(int(value)))
    label = f"event {int(value)}"
    return Value(found, label, None if found else "the archive has no event of that number", unknown=not found)


def _yes_or_no(value: str) -> Value:
    if value.casefold() in TRUE:
        return Value((token(PAYWALL, YES),), "yes")
    if value.casefold() in FALSE:
        return Value((token(PAYWALL, NO),), "no")
    return Value(problem=f"{shortened(value)} is neither yes nor no")


def _event(field: str, value: str, today: date) -> Value:
    """Of changed: and gone: whether, when, and how."""
    mark = CHANGED if field == "changed" else GONE
    folded = value.casefold()
    if folded in TRUE:
        return Value((token(mark, YES),), "yes")
    if folded in FALSE:
        return Value((token(mark, YES),), "no", without=True)
    if mark == CHANGED and folded in NOTED_CHANGES:
        return Value((token(mark, folded),), folded)
    span = parse_date_range(value, today)
    if span is None:
        kinds = f", {', '.join(NOTED_CHANGES)}" if mark == CHANGED else ""
        wanted = f"none of yes, no{kinds}, a date (2026-11-01, 2026-11, 2026) or a span (7d, 2w, 6m, 1y)"
        return Value(problem=f"{shortened(value)} is {wanted}")
    since_then = bool(_SPAN.fullmatch(folded))
    days = date_tokens(span[0], None if since_then else span[1], today, mark)
    return Value(tuple(days), f"since {span[0]}" if since_then else value)


def _number(value: str) -> Value:
    found = _NUMBER.fullmatch(value.replace(" ", ""))
    if not found or (found["sign"] and found["high"]):
        return Value(problem=f"{shortened(value)} is no number of words; write words:>300, words:<=80 or words:300-800")
    low = int(found["low"])
    ranged = found[0].endswith(("..", "-", "–"))
    high = int(found["high"]) if found["high"] else MOST_WORDS if ranged else low
    match found["sign"]:
        case ">":
            low, high = low + 1, MOST_WORDS
        case ">=":
            high = MOST_WORDS
        case "<":
            low, high = 0, low - 1
        case "<=":
            low, high = 0, low
    tokens = tuple(number_range(low, high))
    return Value(tokens, value, unknown=not tokens, problem=None if tokens else f"no number of words is {value}")


def number_range(low: int, high: int) -> list[str]:
    """Tokens of the beginnings of numbers that make up a range, both ends included (`labels.number_tokens`).

    >>> [each[1:] for each in number_range(298, 1099)]
    ['00298', '00299', '003', '004', '005', '006', '007', '008', '009', '010']
    """
    low, high = max(low, 0), min(high, MOST_WORDS)
    if low > MOST_WORDS:
        low = high = MOST_WORDS
    found = []
    while low <= high:
        size, digits = 1, WORD_DIGITS
        while digits > 1 and low % (size * 10) == 0 and low + size * 10 - 1 <= high:
            size, digits = size * 10, digits - 1
        found.append(token(WORDS, f"{low:0{WORD_DIGITS}}"[:digits]))
        low += size
    return found
