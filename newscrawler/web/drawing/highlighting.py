"""An article's text as pieces that a template puts marks around: strings in, pieces out.  No markup here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.dates import read_moment
from newscrawler.relevance.term_offsets import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from newscrawler.items import TermMatch
    from newscrawler.relevance.term_offsets import Range

RTL = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ku-Arab", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and the names of the topics that it speaks for ("" for none)."""

    text: str
    topics: str = ""


def direction(language: str | None) -> str:
    """The direction of a language's script; auto where nobody says which language it is.

    >>> direction("ar-EG"), direction("fr"), direction(None)
    ('rtl', 'ltr', 'auto')
    """
    if not language:
        return "auto"
    return "rtl" if language.split("-")[0] in RTL else "ltr"


def highlighted(text: str, matches: Iterable[TermMatch], part: str, names: Mapping[str, str]) -> list[list[Piece]]:
    """The paragraphs of a text, each as its pieces.  `names`: topic id -> the name that a page gives it."""
    found = list(ranges(text, matches, part))
    return list(_paragraphs(text, found, names))


def _paragraphs(text: str, found: Sequence[Range], names: Mapping[str, str]) -> Iterator[list[Piece]]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        yield list(_pieces(text, (start, end), found, names))
        start = end + 1


def _pieces(text: str, span: tuple[int, int], found: Sequence[Range], names: Mapping[str, str]) -> Iterator[Piece]:
    at, end = span
    for left, right, topics in found:
        shown = " ".join(sorted(names[each] for each in topics if each in names))
        if left < at or right > end or not shown:
            continue
        if left > at:
            yield Piece(text[at:left])
        yield Piece(text[left:right], shown)
        at = right
    if at < end:
        yield Piece(text[at:end])


def time_between(earlier: str | None, later: str | None) -> str | None:
    """How long after one stated time another one is, in words; None where the two cannot be compared.

    >>> time_between("2026-11-22T09:00:00Z", "2026-11-22T12:20:00Z"), time_between(None, "2026")
    ('3 h', None)
    >>> time_between("2026-11-20", "2026-11-22")
    '2 days'
    """
    first, second = read_moment(earlier), read_moment(later)
    if first is None or second is None or second < first:
        return None
    if str(earlier).endswith("Z") and str(later).endswith("Z"):
        minutes = int((second - first).total_seconds() // 60)
        if minutes < 60:
            return f"{minutes} min" if minutes else None
        return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
    days = (second.date() - first.date()).days
    return f"{days} day{'' if days == 1 else 's'}" if days else None
