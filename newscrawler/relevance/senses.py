"""Words of two senses: the terms of a text in, those of them out that mean something else there.

A strike beside unions and wages is no attack, a mediator beside them no envoy.  A sense names the topic of another
subject and the terms that may mean it; which of the two a text means is told by the company they keep there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LEAST_COMPANY = 2  # different terms of the other subject that tell its sense
LEAST_FRAME = 3  # those that make a whole text a game's or a film's
FIRM_WEIGHT = 2.0  # of a term that stands for our sense of its neighbours


class _Term(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def topic(self) -> str | None: ...
    @property
    def weight(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Senses:
    """`of`: (language, term) -> topics of other subjects that it may speak of; `frames`: topics in which every term may."""

    of: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict, repr=False)
    frames: frozenset[str] = frozenset()

    def elsewhere(self, terms: Collection[_Term], others: Collection[str]) -> set[_Term]:
        """The terms that mean something else in a text.

        `terms`: all that stand in it; `others`: the topics of other subjects.  Where as many firm terms of ours that
        have no second sense stand in it as terms of the other subject, it is ours.
        """
        company: dict[str, int] = {}
        for term in terms:
            if term.topic in others and term.topic and term.weight:
                company[term.topic] = company.get(term.topic, 0) + 1
        told = {topic for topic, count in company.items() if count >= LEAST_COMPANY}
        if not told:
            return set()
        ours = [term for term in terms if term.topic and term.topic not in others and term.weight]
        if any(company.get(topic, 0) >= LEAST_FRAME for topic in self.frames):
            return set(ours)
        second = {term: self.of.get((term.language, term.text), frozenset()) for term in ours}
        firm = sum(term.weight >= FIRM_WEIGHT and not senses & told for term, senses in second.items())
        return {term for term, senses in second.items() if any(company[topic] > firm for topic in senses & told)}
