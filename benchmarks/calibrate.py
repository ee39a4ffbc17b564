"""Fit newscrawler/relevance/model.toml: three small logistic regressions over summed evidence.

    uv run python benchmarks/calibrate.py DATA_DIR [--write] [--all] [--json]

Fitted on the half of the articles that `relevance_data.is_tuning` names, hand-labelled ones weighing most; the
features hold no word, so that nothing of the articles themselves is in the model.
"""

import argparse
import json
import math
from collections import Counter
from pathlib import Path

from relevance_data import by_hand, is_tuning, language, read_documents
from sklearn.linear_model import LogisticRegression

from newscrawler.relevance import evidence, shipped_lexicon
from newscrawler.relevance.score import FEATURES, features

TARGET = Path(__file__).parent.parent / "newscrawler" / "relevance" / "model.toml"
WANTED = {
    "relevant": {"defence", "diplomacy", "both"},
    "defence": {"defence", "both"},
    "diplomacy": {"diplomacy", "both"},
}
HAND_WEIGHT = 3.0  # a hand-labelled article against one whose label comes from its collection's section


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="DATA_DIR", help="a folder with docs.jsonl")
    parser.add_argument("--write", action="store_true", help="write model.toml")
    parser.add_argument("--all", action="store_true", help="fit on all articles, for a release; report nothing on them")
    parser.add_argument("--json", action="store_true", help="print the coefficients as JSON")
    parser.add_argument("-C", "--regularisation", type=float, default=0.3, help="inverse strength of the L2 penalty")
    arguments = parser.parse_args()
    lexicon = shipped_lexicon()
    documents = [each for each in read_documents(arguments.data) if arguments.all or is_tuning(each)]
    rows = [features(evidence(d["title"], None, d["text"], lexicon, language(d))[0]) for d in documents]
    # each collection counts as much as the root of its size, and what was read by hand more
    sizes = Counter(each["source"] for each in documents)
    weights = [(HAND_WEIGHT if by_hand(each) else 0.4) / math.sqrt(sizes[each["source"]]) for each in documents]
    mean = sum(weights) / len(weights)
    lines, coefficients = ["# Written by benchmarks/calibrate.py; the features are named in score.py.\n"], {}
    for name, labels in WANTED.items():
        used = [i for i, each in enumerate(documents) if each["label"] != "borderline"]
        model = LogisticRegression(C=arguments.regularisation, max_iter=5_000)
        model.fit(
            [rows[i] for i in used], [documents[i]["label"] in labels for i in used], sample_weight=[weights[i] / mean for i in used]
        )
        values = {"bias": float(model.intercept_[0])} | dict(zip(FEATURES, map(float, model.coef_[0]), strict=True))
        coefficients[name] = {key: round(value, 3) for key, value in values.items()}
        lines.append(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in coefficients[name].items()))
    if arguments.write:
        TARGET.write_text("\n".join(lines), encoding="utf-8")
    print(json.dumps(coefficients) if arguments.json else "\n".join(lines))


if __name__ == "__main__":
    main()
