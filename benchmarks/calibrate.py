"""Fit newscrawler/relevance/model.toml: three small logistic regressions over summed evidence.

    uv run python benchmarks/calibrate.py DATA_DIR... [--cross-validate | --write] [--all] [--json]

Fitted on the half of the articles that `relevance_data.is_tuning` names, hand-labelled ones weighing most; the
features hold no word, so that nothing of the articles themselves is in the model.  --cross-validate shows what a change
of terms or features brings on publishers that were left out of the fit, without a look at the other half.
"""

import argparse
import json
import math
from collections import Counter
from hashlib import blake2b
from pathlib import Path

import numpy as np
from relevance_data import by_hand, is_tuning, language, publisher, read_documents
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score, f1_score

from newscrawler.relevance import evidence, shipped_lexicon
from newscrawler.relevance.score import FEATURES, KINDS, features

TARGET = Path(__file__).parent.parent / "newscrawler" / "relevance" / "model.toml"
WANTED = {
    "relevant": {"defence", "diplomacy", "both"},
    "defence": {"defence", "both"},
    "diplomacy": {"diplomacy", "both"},
}
# Signs that must hold in every language: evidence for a field never speaks against relevance, another subject never for it,
# and no article is ours because it names countries.  Without them the fit learns the habits of the collections.  The fields
# know of each other: evidence for one speaks against the other, but for what both share (agreement).
OWN, OTHER_FIELD, AGAINST = (0.1, 2.0), (-0.6, 0.0), (-1.0, 0.0)
BOUNDS = {
    "variety": (0.0, 1.0), "countries_head": (0.0, 0.3), "countries_body": (0.0, 0.2), "margin": (0.1, 2.0),
    "acts_title": (0.0, 1.5), "acts_opening": (0.0, 1.5), "agreement": (0.0, 1.0),
    "strongest": (0.0, 2.0), "titled": (0.0, 1.0), "spread": (0.0, 1.0), "two_states": (0.0, 0.6),
}  # fmt: skip
LEAN = {"relevant": (0.0, 0.0), "defence": (0.0, 2.0), "diplomacy": (-2.0, 0.0)}  # by score
SILENT = {"defence": ("two_states", "strongest"), "diplomacy": ("strongest",)}  # what says nothing of a score
FOLDS = 5
HAND_WEIGHT = 3.0  # a hand-labelled article against one whose label comes from its collection's section


def bound(score: str, feature: str) -> tuple[float, float]:
    """What a feature's coefficient may be in a score."""
    subject = feature.partition("_")[0]
    if feature in SILENT.get(score, ()):
        return 0.0, 0.0
    if subject in ("defence", "diplomacy"):
        return OWN if score in ("relevant", subject) else OTHER_FIELD
    if subject == "elsewhere" or feature in KINDS:
        return AGAINST
    return LEAN[score] if feature == "lean" else BOUNDS[feature]


def fit(rows: list, labels: list[bool], weights: list[float], *, name: str, strength: float) -> list[float]:
    """[bias, coefficients] of a logistic regression with an L2 penalty, each coefficient within its bounds."""
    x, y, w = np.array(rows), np.array(labels, dtype=float), np.array(weights)

    def loss(theta):
        z = theta[0] + x @ theta[1:]
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        value = (w * (np.logaddexp(0, z) - y * z)).sum() + strength * (theta[1:] ** 2).sum()
        return value, np.concatenate([[(w * (p - y)).sum()], x.T @ (w * (p - y)) + 2 * strength * theta[1:]])

    limits = [(-12.0, 2.0), *(bound(name, feature) for feature in FEATURES)]
    start = np.array([-2.0] + [sum(each) / 2 for each in limits[1:]])
    return list(map(float, minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x))


def cross_validate(rows: list, documents: list[dict], weights: list[float], strength: float) -> dict[str, dict]:
    """Average precision and F1 on hand-labelled articles, scored by fits without their publishers; means of 3."""
    hand = np.array([by_hand(each) for each in documents])
    figures: dict[str, dict] = {}
    for name, labels in WANTED.items():
        truth = np.array([each["label"] in labels for each in documents])
        found = []
        for seed in range(3):
            fold = np.array([blake2b(f"{seed} {publisher(each)}".encode()).digest()[0] % FOLDS for each in documents])
            scores = np.zeros(len(documents))
            for number in range(FOLDS):
                used = np.flatnonzero(fold != number)
                chosen = ([rows[i] for i in used], [bool(truth[i]) for i in used], [weights[i] for i in used])
                theta = fit(*chosen, name=name, strength=strength)
                scores += (fold == number) / (1 + np.exp(-(theta[0] + np.array(rows) @ np.array(theta[1:]))))
            best = max((f1_score(truth[hand], scores[hand] >= limit), limit) for limit in np.arange(0.1, 0.9, 0.05))
            middle = f1_score(truth[hand], scores[hand] >= 0.5)
            found.append((average_precision_score(truth[hand], scores[hand]), middle, *best))
        names = ("average_precision", "f1_at_half", "best_f1", "best_limit")
        figures[name] = {key: round(float(value), 3) for key, value in zip(names, np.mean(found, axis=0), strict=True)}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="+", metavar="DATA_DIR", help="folders with a docs.jsonl")
    parser.add_argument("--cross-validate", action="store_true", help="fit nothing; print figures of publishers left out")
    parser.add_argument("--write", action="store_true", help="write model.toml")
    parser.add_argument("--all", action="store_true", help="fit on all articles, for a release; report nothing on them")
    parser.add_argument("--json", action="store_true", help="print the coefficients as JSON")
    parser.add_argument("--regularisation", type=float, default=10.0, help="strength of the L2 penalty  [default: 10]")
    arguments = parser.parse_args()
    lexicon = shipped_lexicon()
    documents = [each for folder in arguments.data for each in read_documents(folder) if arguments.all or is_tuning(each)]
    documents = [each for each in documents if each["label"] != "borderline"]
    rows = [features(evidence(d["title"], None, d["text"], lexicon, language(d))[0]) for d in documents]
    # each collection counts as much as the root of its size, what was read by hand more, what stands for many by their root
    sizes = Counter(each["source"] for each in documents)
    weights = [
        (HAND_WEIGHT if by_hand(each) else 0.05) * math.sqrt(each.get("stands_for", 1.0) / sizes[each["source"]])
        for each in documents
    ]
    weights = [each * len(weights) / sum(weights) for each in weights]
    if arguments.cross_validate:
        print(json.dumps(cross_validate(rows, documents, weights, arguments.regularisation), indent=2))
        return
    lines, coefficients = ["# Written by benchmarks/calibrate.py; the features are named in score.py.\n"], {}
    for name, labels in WANTED.items():
        truth = [each["label"] in labels for each in documents]
        found = fit(rows, truth, weights, name=name, strength=arguments.regularisation)
        values = dict(zip(("bias", *FEATURES), found, strict=True))
        coefficients[name] = {key: round(value, 3) for key, value in values.items()}
        lines.append(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in coefficients[name].items()))
    if arguments.write:
        TARGET.write_text("\n".join(lines), encoding="utf-8")
    print(json.dumps(coefficients) if arguments.json else "\n".join(lines))


if __name__ == "__main__":
    main()
