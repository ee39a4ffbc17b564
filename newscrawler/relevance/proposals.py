"""What people's reviews say of terms: reviewed verdicts in, weights that agree with people better out.

A term is overruled where people drop what it spoke for, or keep what the lexicon dropped or doubted although it spoke
against.  Of a term that they overrule often enough, and more often than they agree with it, a lower weight is proposed; of
one that stands in what the lexicon missed and people kept, a higher one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newscrawler.relevance.lexicon import Lexicon, Term

LEAST_OVERRULED = 3  # articles; one or two are chance
LEAST_TO_SILENCE = 6  # of which none agreed: the term counts for nothing
MOST_WEIGHT = 4.0
LEAST_WEIGHT = 1.0  # of a term that is not silenced: it counts beside heavier ones


@dataclass(frozen=True, slots=True)
class ReviewedTerm:
    """A term in one article that a person called; `kept`: what the person said, `found`: what the lexicon had decided."""

    language: str
    term: str
    kept: bool
    found: str  # keep, review or drop


@dataclass(frozen=True, slots=True)
class Proposal:
    """A term with what people said of the articles in which it stands; `proposed` is None where its weight may stay."""

    term: str
    language: str
    topic: str
    weight: float
    reviewed: int
    overruled: int
    proposed: float | None
    is_act: bool = False


def proposals(lexicon: Lexicon, reviewed: Iterable[ReviewedTerm]) -> list[Proposal]:
    """Every term that people overruled, the most often overruled first; what the lexicon no longer has is left out."""
    seen: defaultdict[tuple[str, str], Counter[tuple[bool, str]]] = defaultdict(Counter)
    for each in reviewed:
        seen[each.language, each.term][each.kept, each.found] += 1
    found = []
    for terms, is_act in ((lexicon.terms, False), (lexicon.acts, True)):
        for term in terms:
            ballot = seen.get((term.language, term.text))
            if ballot and term.weight and term.topic and (made := _proposal(lexicon, term, ballot, is_act=is_act)):
                found.append(made)
    return sorted(found, key=lambda each: (-each.overruled, -each.reviewed, each.language, each.term))


def _proposal(lexicon: Lexicon, term: Term, ballot: Counter[tuple[bool, str]], *, is_act: bool) -> Proposal | None:
    """None of a term that nobody overruled."""
    against = (term.topic or "") in lexicon.others
    lowered = sum(count for (kept, found), count in ballot.items() if _is_wrong(kept=kept, found=found, against=against))
    raised = sum(count for (kept, found), count in ballot.items() if not against and kept and found != "keep")
    if not lowered and not raised:
        return None
    right = sum(count for (kept, _), count in ballot.items() if kept != against)
    number = ballot.total()
    proposed = None
    share = 2 * (right + 1) / (number + 2)  # above 1 where people agree with the term more often than not
    if lowered >= LEAST_OVERRULED and share < 1:
        proposed = 0.0 if lowered >= LEAST_TO_SILENCE and not right else max(LEAST_WEIGHT, round(term.weight * share, 1))
    elif raised >= LEAST_OVERRULED and share > 1:
        proposed = min(MOST_WEIGHT, round(term.weight * share, 1))
    changed = (
        proposed if proposed is not None and (proposed < term.weight) == (share < 1) and proposed != term.weight else None
    )
    overruled = lowered + raised
    return Proposal(term.text, term.language, term.topic or "", term.weight, number, overruled, changed, is_act)


def _is_wrong(*, kept: bool, found: str, against: bool) -> bool:
    """Whether a person decided otherwise than the lexicon, where the term helped it to."""
    return (kept and found != "keep") if against else (not kept and found != "drop")


def as_beat(changes: Sequence[Proposal], heading: str) -> str:
    """The proposed weights as tables of a beat's file; "" where there are none."""
    tables: defaultdict[tuple[bool, str, float], defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for each in changes:
        if each.proposed is not None:
            tables[each.is_act, each.topic, each.proposed][each.language].append(each.term)
    lines = [f"# {heading}"] if tables else []
    for (is_act, topic, weight), languages in sorted(tables.items()):
        lines += ["[[acts]]" if is_act else "[[terms]]", f"topic = {json.dumps(topic)}", f"weight = {weight:g}"]
        lines += [f"{code} = {json.dumps(sorted(terms), ensure_ascii=False)}" for code, terms in sorted(languages.items())]
        lines.append("")
    return "\n".join(lines)
