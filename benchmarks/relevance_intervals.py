"""Intervals of benchmarks/relevance.py: articles of one event or publisher are drawn together.

A story in eight languages is one observation: a bootstrap over articles would believe it eight times.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence

from relevance_data import publisher
from sklearn.metrics import average_precision_score, f1_score

OURS = {"defence", "diplomacy", "both"}
DRAWS = 400
Judged = tuple[dict, object]  # an article with its verdict


def kept_recall(judged: Sequence[Judged]) -> float:
    """Share of the relevant articles that are kept or reviewed."""
    relevant = [verdict.decision != "drop" for document, verdict in judged if document["label"] in OURS]
    return sum(relevant) / len(relevant)


def keep_precision(judged: Sequence[Judged]) -> float:
    kept = [document["label"] in OURS for document, verdict in judged if verdict.decision == "keep"]
    return sum(kept) / len(kept)


def ranking(judged: Sequence[Judged]) -> float:
    return float(average_precision_score([d["label"] in OURS for d, _ in judged], [v.score for _, v in judged]))


def field_f1(field: str) -> Callable[[Sequence[Judged]], float]:
    """F1 of a field's score at .5."""

    def figure(judged: Sequence[Judged]) -> float:
        truth = [document["label"] in (field, "both") for document, _ in judged]
        return float(f1_score(truth, [getattr(verdict, field) >= 0.5 for _, verdict in judged], zero_division=0))

    return figure


FIGURES = {
    "average precision": ranking,
    "keep precision": keep_precision,
    "keep or review recall": kept_recall,
    "F1 defence": field_f1("defence"),
    "F1 diplomacy": field_f1("diplomacy"),
}


def intervals(judged: Sequence[Judged]) -> dict[str, tuple[float, float, float]]:
    """Figure -> (value, low and high end of its 95 % interval); percentile bootstrap over events and publishers."""
    called = [each for each in judged if each[0]["label"] != "borderline"]
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for each in called:
        groups[publisher(each[0])].append(each)
    names, draw = sorted(groups), random.Random(0)
    samples = [[each for name in draw.choices(names, k=len(names)) for each in groups[name]] for _ in range(DRAWS)]
    found = {}
    for label, figure in FIGURES.items():
        drawn = sorted(value for sample in samples if (value := _figure(figure, sample)) is not None)
        found[label] = (figure(called), drawn[len(drawn) // 40], drawn[-1 - len(drawn) // 40])
    return found


def _figure(figure: Callable[[Sequence[Judged]], float], sample: Sequence[Judged]) -> float | None:
    """A figure of one draw; None where it holds nothing relevant or nothing kept."""
    try:
        return figure(sample)
    except ZeroDivisionError:
        return None


def disagreement(judged: Sequence[Judged]) -> tuple[int, int]:
    """(pairs of translations of a relevant article that one keeps or reviews and the other drops, all pairs)."""
    events: defaultdict[str, list[bool]] = defaultdict(list)
    for document, verdict in judged:
        if document.get("event") and document["label"] in OURS:
            events[document["event"]].append(verdict.decision != "drop")
    pairs = [(one, other) for kept in events.values() for at, one in enumerate(kept) for other in kept[at + 1 :]]
    return sum(one != other for one, other in pairs), len(pairs)
