"""Two states of an article in, what kind of change lies between them out.

lines --not in both--> sentences --not in both--> stamps aside --> reworded, typo, added, removed --> Change

Linear in the length of the texts: what both have is taken out first, by line and by sentence, and only what is
left is compared word by word, so much of it at most.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from newscrawler.revisions import phrases
from newscrawler.revisions.spelling import has_unit, normalized, typo
from newscrawler.text import sentences, words
from newscrawler.text.corrections import correction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

UNCHANGED, TOUCHED, REVISED, CORRECTED = "unchanged", "touched", "revised", "corrected"
GONE, RESTORED, DOUBTFUL = "gone", "restored", "doubtful"
REREAD = "reread"  # what changed may be our reading

MAX_CHANGED = 200_000  # characters of changed lines that are looked into; a rewritten book is just revised
MAX_PAIRED = 60  # removed or added sentences that are looked for each other
MIN_SIMILARITY = 0.6  # share of its words that a reworded sentence keeps at least


@dataclass(frozen=True, slots=True)
class Change:
    """What happened between two states.  `grown`: something came, and nothing that was there went.

    `ticks`: nothing but what the page itself counts and tells, such as a clock, a counter or the weather.
    """

    kind: str
    reason: str
    grown: bool = False
    ticks: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class _Difference:
    """Sentences that only one of the two states has, in order."""

    removed: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.removed)) + sum(map(len, self.added))


def change(old: tuple[str | None, str], new: tuple[str | None, str]) -> Change:
    """How (title, text) changed.

    unchanged   not at all
    touched     case, punctuation, layout, typos, times, counters, advertisement marks: it says the same
    revised     sentences, or words of the headline
    corrected   revised, and a correction notice is there that was not

    >>> change(("Ministers meet", "In Paris."), ("Ministers meet", "In Paris")).kind
    'touched'
    >>> change(("Ministers meet", "In Paris."), ("Ministers met", "In Paris."))
    Change(kind='revised', reason='headline changed: "meet" → "met"', grown=False)
    """
    if old == new:
        return Change(UNCHANGED, "the same text")
    body = _body(old[1], new[1])
    if old[0] == new[0]:
        return body
    title = _title(old[0] or "", new[0] or "")
    kind = max(title.kind, body.kind, key=(UNCHANGED, TOUCHED, REVISED, CORRECTED).index)
    reasons = [each.reason for each in (title, body) if each.kind != UNCHANGED]
    return Change(kind, "; ".join(reasons), body.grown and title.kind == TOUCHED)


def kept(old: str, new: str) -> float:
    """Share of the old text's sentences that the new one has too, by their length: 0..1."""
    if old == new:
        return 1.0
    left = _unshared(old, new)
    return max(0.0, 1 - sum(map(len, left.removed)) / max(1, len(old)))


def _only_in(these: Sequence[str], those: Iterable[str]) -> list[str]:
    """The elements of one list that the other has not, each as often as it is missing."""
    there = Counter(those)
    missing = []
    for each in these:
        if there[each] > 0:
            there[each] -= 1
        else:
            missing.append(each)
    return missing


def _unshared(old: str, new: str) -> _Difference:
    """What one text has and the other has not, by lines, and by sentences where that is not too much."""
    before, after = old.split("\n"), new.split("\n")
    lines = _Difference(tuple(_only_in(before, after)), tuple(_only_in(after, before)))
    if lines.size > MAX_CHANGED:
        return lines
    removed, added = sentences("\n".join(lines.removed)), sentences("\n".join(lines.added))
    return _Difference(tuple(_only_in(removed, added)), tuple(_only_in(added, removed)))


def _body(old: str, new: str) -> Change:
    if old == new:
        return Change(UNCHANGED, "the same text")
    left = _unshared(old, new)
    if left.size > MAX_CHANGED:  # too much to look into: only notices are looked for
        numbers = _numbers(len(left.added), len(left.removed), 0)
        revised = Change(REVISED, f"{numbers}: too much to compare", grown=not left.removed)
        return _corrected(left, numbers) or revised
    if not left.removed and not left.added:
        return Change(TOUCHED, "layout or order, no sentence changed")
    return _sentences(left)


def _sentences(left: _Difference) -> Change:
    """What sentences that only one state has make of the change."""
    removed, added = _without_same_words(left.removed, left.added)
    if not removed and not added:
        return Change(TOUCHED, "case, punctuation or layout")
    removed, added, ticked = _without_ticks(removed, added)
    if not removed and not added:
        return Change(TOUCHED, "times, counters or the weather", ticks=True)
    spoken_removed, spoken_added = _without_stamps(removed), _without_stamps(added)
    stamps = len(removed) + len(added) - len(spoken_removed) - len(spoken_added) + ticked
    if not spoken_removed and not spoken_added:
        return Change(TOUCHED, "times, counters or advertisement marks", ticks=True)
    pairs, gone, come = _pair(spoken_removed, spoken_added)
    typos = [found for before, after in pairs if (found := typo(before, after))]
    reworded = len(pairs) - len(typos)
    if not gone and not come and not reworded:
        return Change(TOUCHED, _spelling(typos) + (", times or counters" if stamps else ""))
    numbers, example = _numbers(len(come), len(gone), reworded), _example(pairs, come, gone)
    revised = Change(REVISED, f"{numbers}: {example}" if example else numbers, grown=not gone and not reworded)
    return _corrected(left, numbers) or revised


def _corrected(left: _Difference, numbers: str) -> Change | None:
    """The correction, where a notice is among what came; None where there is none."""
    before = {" ".join(words(line)) for line in left.removed if correction(line)}
    for line in left.added[: 10 * MAX_PAIRED]:
        if correction(line) and " ".join(words(line)) not in before:
            return Change(CORRECTED, f"{numbers}; notice: {_quote(line, 160)}")
    return None


def _title(old: str, new: str) -> Change:
    if normalized(old) == normalized(new):
        return Change(TOUCHED, "case or punctuation of the headline")
    if (notice := correction(new)) and correction(old) != notice:
        return Change(CORRECTED, f"headline says {_quote(new, 160)}")
    if found := typo(old, new):
        return Change(TOUCHED, f"headline: {_spelling([found])}")
    return Change(REVISED, f"headline changed: {_difference(old, new)}" if old and new else "headline changed")


def _without_same_words(removed: Sequence[str], added: Sequence[str]) -> tuple[list[str], list[str]]:
    """Drop the sentences of which the other state has the same words, however they are punctuated or broken."""
    if normalized("\n".join(removed)) == normalized("\n".join(added)):
        return [], []
    before, after = list(map(normalized, removed)), list(map(normalized, added))
    one_sided = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return _of(removed, before, one_sided[0]), _of(added, after, one_sided[1])


def _of(sentences_: Sequence[str], keys: Sequence[str], wanted: Counter[str]) -> list[str]:
    found = []
    for sentence, key in zip(sentences_, keys, strict=True):
        if key and wanted[key] > 0:
            wanted[key] -= 1
            found.append(sentence)
    return found


def _without_stamps(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if has_unit(line[:400]) or not phrases.is_stamp(words(line[:400]))]


def _without_ticks(removed: list[str], added: list[str]) -> tuple[list[str], list[str], int]:
    """(what went, what came, how many were left out): neither a clock that shows another time nor the weather is one."""
    clocks = set(map(phrases.clock, removed)) & set(map(phrases.clock, added)) - {None}
    went, came = ([each for each in lines if not _ticks(each, clocks)] for lines in (removed, added))
    return went, came, len(removed) + len(added) - len(went) - len(came)


def _ticks(line: str, clocks: Set[str | None]) -> bool:
    return phrases.is_weather(line) or phrases.clock(line) in clocks


def _pair(removed: list[str], added: list[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """(reworded sentences before and after, those that went, those that came)."""
    if len(removed) > MAX_PAIRED or len(added) > MAX_PAIRED:
        return [], removed, added
    pairs, gone, come = [], [], list(added)
    bags = {each: Counter(words(each[:2_000])) for each in {*removed, *added}}
    for before in removed:
        best = max(come, key=lambda after: _overlap(bags[before], bags[after]), default=None)
        if best is not None and _overlap(bags[before], bags[best]) >= MIN_SIMILARITY:
            pairs.append((before, best))
            come.remove(best)
        else:
            gone.append(before)
    return pairs, gone, come


def _overlap(these: Counter[str], those: Counter[str]) -> float:
    """Dice's coefficient of two bags of words."""
    return 2 * (these & those).total() / max(1, these.total() + those.total())


def _spelling(typos: list[tuple[str, str]]) -> str:
    if not typos:
        return "spelling"
    one, other = typos[0]
    shown = f": {_quote(one)} → {_quote(other)}" if len(one) + len(other) < 80 else ""
    return ("1 typo" if len(typos) == 1 else f"{len(typos)} typos") + shown


def _numbers(come: int, gone: int, reworded: int) -> str:
    """Such as "2 sentences added, 1 reworded"."""
    (first, name), *others = [each for each in ((come, "added"), (gone, "removed"), (reworded, "reworded")) if each[0]]
    return ", ".join([f"{first} sentence{'' if first == 1 else 's'} {name}", *(f"{n} {done}" for n, done in others)])


def _quote(value: str, limit: int = 60) -> str:
    line = " ".join(value.split())
    return f'"{line if len(line) <= limit else line[: limit - 1] + "…"}"'


def _example(pairs: list[tuple[str, str]], come: list[str], gone: list[str]) -> str | None:
    """The first difference, so that a list of changes can be read."""
    reworded = next(((before, after) for before, after in pairs if not typo(before, after)), None)
    if reworded:
        return _difference(*reworded)
    first = next(iter(come or gone), None)
    return _quote(first) if first else None


def _difference(before: str, after: str) -> str:
    """The words from the first that differs to the last that does, as they were and as they are."""
    one, other = (list(re.finditer(r"\w+|[^\w\s]", each[:1_000])) for each in (before, after))
    matcher = SequenceMatcher(None, [each[0] for each in one], [each[0] for each in other], autojunk=False)
    blocks = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    if not blocks:
        return _quote(after)
    (_, from_one, _, from_other, _), (_, _, to_one, _, to_other) = blocks[0], blocks[-1]
    return f"{_span(before, one[from_one:to_one])} → {_span(after, other[from_other:to_other])}"


def _span(text: str, found: list[re.Match[str]]) -> str:
    return _quote(text[found[0].start() : found[-1].end()] if found else "", 40)
