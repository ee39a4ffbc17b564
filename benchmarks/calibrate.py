"""Fit newscrawler/relevance/model.toml: three small logistic regressions over summed evidence.

One tells what is relevant; two, fitted on relevant articles alone, of which field these are.

    uv run --group benchmarks python benchmarks/calibrate.py DATA_DIR... [--cross-validate | --write] [--all] [--json]

Fitted on the half of the articles that `relevance_data.is_tuning` names, hand-labelled ones weighing most; the
features hold no word, so that nothing of the articles themselves is in the model.  --cross-validate shows what a change
of terms or features brings on publishers that were left out of the fit, without a look at the other half.  By the same
scores the bias of each field is moved to where F1 is highest at .5; that of relevance stays, so that the score is a chance.
"""

import argparse
import json
from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from relevance_data import by_hand, is_tuning, language, publisher, read_documents
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

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
# know of each other: evidence for one speaks against the other.
OWN, OTHER_FIELD, AGAINST = (0.1, 2.0), (-2.0, 0.0), (-1.0, 0.0)
BOUNDS = {
    "variety": (0.0, 1.0), "countries_head": (0.0, 0.3), "countries_body": (0.0, 0.2), "margin": (0.1, 2.0),
    "acts_title": (0.0, 1.5), "acts_opening": (0.0, 1.5), "strongest": (0.0, 2.0), "titled": (0.0, 1.0),
    "spread": (0.0, 1.0), "two_states": (0.0, 0.6), "two_in_title": (0.0, 0.6),
}  # fmt: skip
STATES = ("acts_title", "acts_opening", "countries_head", "two_states", "two_in_title")
TOGETHER = {
    "lean": {"defence": (0.0, 2.0), "diplomacy": (-2.0, 0.0)},
    "defence_terms": {"relevant": (0.0, 1.0), "defence": (0.0, 1.0), "diplomacy": (-1.0, 0.0)},
    "diplomacy_terms": {"relevant": (0.0, 1.0), "defence": (-1.0, 0.0), "diplomacy": (0.0, 1.0)},
}
STRENGTH = {"relevant": 10.0, "defence": 3.0, "diplomacy": 3.0}  # of the L2 penalty; fields have a tenth of the articles
FOLDS, SEEDS = 5, 3
SHIFTS = np.arange(-1.0, 1.01, 0.1)  # of a bias, that are tried
HAND_WEIGHT = 3.0  # a hand-labelled article against one whose label comes from its collection's section


def bound(score: str, feature: str) -> tuple[float, float]:
    """What a feature's coefficient may be in a score."""
    subject = feature.partition("_")[0]
    if feature in TOGETHER:
        return TOGETHER[feature].get(score, (0.0, 0.0))
    if subject in ("defence", "diplomacy"):
        return OWN if score in ("relevant", subject) else OTHER_FIELD
    if score != "relevant":
        return (0.0, 0.0) if feature not in STATES else (0.0, 1.0) if score == "diplomacy" else (-1.0, 0.0)
    return AGAINST if subject == "elsewhere" or feature in KINDS else BOUNDS[feature]


@dataclass(frozen=True)
class Articles:
    """Labelled articles, their features and weights; `stands_for`: of how many each is one."""

    documents: list[dict]
    rows: np.ndarray
    weights: np.ndarray
    stands_for: np.ndarray
    strong: np.ndarray  # whether a term of ours speaks by itself: without one every score is 0

    def truth(self, name: str) -> np.ndarray:
        return np.array([each["label"] in WANTED[name] for each in self.documents], dtype=float)


def read_articles(folders: list[Path], *, every: bool) -> Articles:
    lexicon = shipped_lexicon()
    documents = [each for folder in folders for each in read_documents(folder) if every or is_tuning(each)]
    documents = [each for each in documents if each["label"] != "borderline"]
    found = [evidence(each["title"], None, each["text"], lexicon, language(each))[0] for each in documents]
    # each collection counts as much as the root of its size, what was read by hand more, what stands for many by their root
    sizes = Counter(each["source"] for each in documents)
    stands_for = np.array([each.get("stands_for", 1.0) for each in documents])
    shares = stands_for / np.array([sizes[each["source"]] for each in documents])
    weights = np.sqrt(shares) * np.array([HAND_WEIGHT if by_hand(each) else 0.05 for each in documents])
    rows = np.array([features(each) for each in found])
    strong = np.array([each.strong for each in found])
    return Articles(documents, rows, weights * len(weights) / weights.sum(), stands_for, strong)


def fit(articles: Articles, used: np.ndarray, name: str) -> np.ndarray:
    """[bias, coefficients] of a logistic regression with an L2 penalty, each coefficient within its bounds."""
    x, y, w, strength = articles.rows[used], articles.truth(name)[used], articles.weights[used], STRENGTH[name]

    def loss(theta):
        z = theta[0] + x @ theta[1:]
        p = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
        value = (w * (np.logaddexp(0, z) - y * z)).sum() + strength * (theta[1:] ** 2).sum()
        return value, np.concatenate([[(w * (p - y)).sum()], x.T @ (w * (p - y)) + 2 * strength * theta[1:]])

    limits = [(-12.0, 4.0), *(bound(name, feature) for feature in FEATURES)]
    start = np.array([-2.0] + [sum(each) / 2 for each in limits[1:]])
    return minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits).x


def fitted(articles: Articles, used: np.ndarray) -> dict[str, np.ndarray]:
    """The coefficients of each score; of the fields, fitted on what is relevant."""
    ours = used & (articles.truth("relevant") > 0)
    return {name: fit(articles, used if name == "relevant" else ours, name) for name in WANTED}


def left_out(articles: Articles, seed: int) -> dict[str, np.ndarray]:
    """The log odds of each score, by fits without the article's publisher."""
    folds = [blake2b(f"{seed} {publisher(each)}".encode()).digest()[0] % FOLDS for each in articles.documents]
    found = {name: np.zeros(len(folds)) for name in WANTED}
    for number in range(FOLDS):
        out = np.array(folds) == number
        for name, theta in fitted(articles, ~out).items():
            found[name][out] = theta[0] + articles.rows[out] @ theta[1:]
    return found


def scored(articles: Articles, odds: dict[str, np.ndarray], shifts: dict[str, float]) -> dict[str, np.ndarray]:
    """Scores as `score.Model` makes them of log odds, each moved by a shift."""
    found = {name: articles.strong / (1 + np.exp(-(value + shifts.get(name, 0.0)))) for name, value in odds.items()}
    return {name: value if name == "relevant" else value * found["relevant"] for name, value in found.items()}


def shifted(articles: Articles, runs: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """By how much the bias of each field is moved, so that .5 is the best limit for articles that were left out."""
    hand = np.array([by_hand(each) for each in articles.documents])
    shifts: dict[str, float] = {}
    for name in ("defence", "diplomacy"):
        truth = articles.truth(name)[hand]
        gains = [
            sum(f1_score(truth, scored(articles, odds, {name: shift})[name][hand] >= 0.5) for odds in runs)
            for shift in SHIFTS
        ]
        shifts[name] = float(SHIFTS[int(np.argmax(gains))])
    return shifts


def figures(articles: Articles, chosen: np.ndarray, scores: dict[str, np.ndarray]) -> list[float]:
    """Average precision, precision at a recall of .9; of what is kept precision and recall; of each field F1 and AP."""
    truth, found = articles.truth("relevant")[chosen], scores["relevant"][chosen]
    precisions, recalls, _ = precision_recall_curve(truth, found)
    weights, kept = articles.stands_for[chosen], found >= 0.5
    both = (weights * truth * kept).sum()
    values = [average_precision_score(truth, found), max(precisions[recalls >= 0.9])]
    values += [both / (weights * kept).sum(), both / (weights * truth).sum()]
    for name in ("defence", "diplomacy"):
        field = articles.truth(name)[chosen], scores[name][chosen]
        values += [f1_score(field[0], field[1] >= 0.5), average_precision_score(*field)]
    return values


def cross_validate(articles: Articles, runs: list[dict[str, np.ndarray]], shifts: dict[str, float]) -> dict[str, dict]:
    """`figures` of the drawn articles and of the others that were read, of publishers left out of the fit; means."""
    hand = np.array([by_hand(each) for each in articles.documents])
    drawn = np.array([each["source"] == "hand_drawn" for each in articles.documents])
    names = ("average_precision", "precision_at_recall_90", "kept_precision", "kept_recall")
    names += ("f1_defence", "ap_defence", "f1_diplomacy", "ap_diplomacy")
    found: dict[str, dict] = {"shifts": {name: round(value, 1) for name, value in shifts.items()}}
    for group, chosen in (("drawn", drawn), ("read", hand & ~drawn)):
        means = np.mean([figures(articles, chosen, scored(articles, odds, shifts)) for odds in runs], axis=0)
        found[group] = {name: round(float(value), 3) for name, value in zip(names, means, strict=True)}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, nargs="+", metavar="DATA_DIR", help="folders with a docs.jsonl or truth.jsonl")
    parser.add_argument("--cross-validate", action="store_true", help="fit nothing; print figures of publishers left out")
    parser.add_argument("--write", action="store_true", help="write model.toml")
    parser.add_argument("--all", action="store_true", help="fit on all articles, for a release; report nothing on them")
    parser.add_argument("--json", action="store_true", help="print the coefficients as JSON")
    arguments = parser.parse_args()
    articles = read_articles(arguments.data, every=arguments.all)
    runs = [left_out(articles, seed) for seed in range(SEEDS)]
    shifts = shifted(articles, runs)
    if arguments.cross_validate:
        print(json.dumps(cross_validate(articles, runs, shifts), indent=2))
        return
    lines, coefficients = ["# Written by benchmarks/calibrate.py; the features are named in score.py.\n"], {}
    for name, theta in fitted(articles, np.full(len(articles.documents), True)).items():
        theta[0] += shifts.get(name, 0.0)
        values = {key: round(float(value), 3) for key, value in zip(("bias", *FEATURES), theta, strict=True)}
        coefficients[name] = {key: value for key, value in values.items() if value or key == "bias"}
        lines.append(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in coefficients[name].items()))
    if arguments.write:
        TARGET.write_text("\n".join(lines), encoding="utf-8")
    print(json.dumps(coefficients) if arguments.json else "\n".join(lines))


if __name__ == "__main__":
    main()
