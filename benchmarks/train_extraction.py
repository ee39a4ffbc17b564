"""Train the forests that say which blocks of a page are the article's, and measure it on publishers it never saw.

    uv run --with lightgbm python benchmarks/train_extraction.py DATA_DIR [--folds 6] [--out blocks.json] [--json]
                                    [--sets extraction,extraction-modern,extraction-extra] [--parts 0-3]

DATA_DIR holds the sets of labelled pages (labelled_pages.py): records with `body`, or with `with_segments` and
`without_segments` for pages of which parts are known.  Pages are split by publisher.  With --folds, each page is extracted
whole by forests that saw no page of its publisher, and the predictions are scored by DATA_DIR/score_extraction.py; with
--out, the forests are trained on all of these parts.
"""

import argparse
import difflib
import hashlib
import importlib.util
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from newscrawler.extraction import examine, parse_html
from newscrawler.extraction.body import second_opinion
from newscrawler.extraction.features import NAMES, advise, claimed, measure
from newscrawler.extraction.forest import Forests, parse_forests
from newscrawler.markup.blocks import read_blocks
from newscrawler.metadata.claims.structured import read_claims
from newscrawler.metadata.reconcile import reconcile

sys.path.insert(0, str(Path(__file__).parent))
from labelled_pages import BY_PEOPLE, SETS, add_options, chosen_pages, groups, page_bytes

PARAMETERS = {
    "objective": "binary", "learning_rate": 0.09, "num_leaves": 16, "max_depth": 7, "min_data_in_leaf": 20,
    "min_sum_hessian_in_leaf": 1e-3, "feature_fraction": 0.5, "bagging_fraction": 0.7, "bagging_freq": 1,
    "lambda_l2": 5, "max_bin": 127, "seed": 1, "num_threads": 1, "verbose": -1, "deterministic": True,
}  # fmt: skip
TREES, THRESHOLDS = 150, [0.35, 0.55]  # of pages that state no NewsArticle, and of those that do
WEIGHTS = {"trafilatura": 0.6}  # of a page that is known in part
BY_A_PROGRAM = 0.5  # of one whose truth is what another program found
TOKEN = re.compile(r"\w+")


@dataclass
class Labelled:
    record: dict
    site: str
    rows: list = field(default_factory=list)
    labels: list = field(default_factory=list)
    weights: list = field(default_factory=list)


def aligned(texts: list[str], truth: str, n: int = 3) -> list[float]:
    """Share of each block's tokens that the truth has too, by one alignment of n-grams over the whole page."""
    tokens, owners = [], []
    for index, text in enumerate(texts):
        said = TOKEN.findall(text)
        tokens += said
        owners += [index] * len(said)
    wanted = TOKEN.findall(truth)
    page = [tuple(tokens[i : i + n]) for i in range(max(0, len(tokens) - n + 1))][:30_000]
    body = [tuple(wanted[i : i + n]) for i in range(max(0, len(wanted) - n + 1))]
    hit = [0] * len(tokens)
    for match in difflib.SequenceMatcher(None, page, body, autojunk=False).get_matching_blocks():
        if match.size:
            hit[match.a : match.a + match.size + n - 1] = [1] * (match.size + n - 1)
    covered, sizes = [0] * len(texts), [0] * len(texts)
    for owner, each in zip(owners, hit, strict=True):
        covered[owner] += each
        sizes[owner] += 1
    return [part / size if size else 0.0 for part, size in zip(covered, sizes, strict=True)]


def segment_labels(texts: list[str], record: dict) -> list[float | None]:
    """1 where a block holds a segment of the article, 0 where it holds one of the frame, None where nobody knows."""

    def norm(value: str) -> str:
        return " ".join(value.split())

    ours = [norm(each) for each in record["with_segments"] if each.strip()]
    frame = [
        norm(each) for key in ("without_segments", "comment_segments") for each in record.get(key) or [] if each.strip()
    ]
    labels: list[float | None] = []
    for text in texts:
        is_ours, is_frame = any(each in text for each in ours), any(each in text for each in frame)
        labels.append(None if is_ours == is_frame else float(is_ours))
    return labels


def label(record: dict, now: datetime) -> Labelled:
    """A page's rows with labels and weights: each page weighs as much as another, its long blocks most."""
    found = Labelled(record, record["site"])
    tree = parse_html(page_bytes(record), "text/html")
    if tree is None or not (record.get("body") or record.get("with_segments")):
        return found
    claims = read_claims(tree)
    metadata = reconcile(claims, record.get("url") or "", now)
    page, stated = read_blocks(tree), claims.jsonld.get("articleBody")
    texts = [block.text for block in page.blocks]
    features = measure(
        page,
        claimed(metadata.title, metadata.lead, stated if isinstance(stated, str) else None),
    )
    advise(features, page, second_opinion(tree))
    whole = bool(record.get("body"))
    labels = aligned(texts, record["body"]) if whole else segment_labels(texts, record)
    sizes = [len(TOKEN.findall(text)) for text in texts]
    total = sum(sizes[i] * labels[i] for i in features.indexes) if whole else 300
    if total < 30:
        return found
    by_people = record["dataset"] in BY_PEOPLE or record.get("truth_by", "").startswith("human")
    factor = 1.0 if by_people else WEIGHTS.get(record["dataset"], BY_A_PROGRAM)
    for index, row in zip(features.indexes, features.rows, strict=True):
        if labels[index] is not None:
            found.rows.append(row)
            found.labels.append(float(labels[index] >= 0.5))
            found.weights.append(factor * min(1.0 if whole else 0.25, (sizes[index] + 3) / total))
    return found


def nested(node: dict) -> object:
    if "leaf_value" in node:
        return float(f"{node['leaf_value']:.4g}")
    split = [node["split_feature"], float(f"{node['threshold']:.7g}")]
    return [*split, nested(node["left_child"]), nested(node["right_child"])]


def _trees(rows, labels, weights, parameters: dict, number: int) -> str:
    import lightgbm

    model = lightgbm.train(parameters, lightgbm.Dataset(rows, labels, weight=weights), num_boost_round=number).dump_model()
    return ",\n".join(json.dumps(nested(tree["tree_structure"]), separators=(",", ":")) for tree in model["tree_info"])


def train(pages: list[Labelled]) -> str:
    """The text of the forests' file: one with the second extractor's columns, one without."""
    import numpy as np

    rows = np.array([row for page in pages for row in page.rows], dtype=float)
    labels = np.array([each for page in pages for each in page.labels])
    weights = np.array([each for page in pages for each in page.weights])
    weights /= weights.mean()
    unasked = rows.copy()
    unasked[:, [index for index, name in enumerate(NAMES) if name.startswith("in second")]] = -1
    alone = _trees(unasked, labels, weights, PARAMETERS, TREES)
    advised = _trees(rows, labels, weights, PARAMETERS, TREES)
    head = f'"names": {json.dumps(NAMES)},\n"thresholds": {json.dumps(THRESHOLDS)}'
    return f'{{{head},\n"alone": [\n{alone}\n],\n"advised": [\n{advised}\n]}}\n'


def predict(record: dict, forests: Forests | None, now: datetime) -> dict:
    found = examine(
        page_bytes(record), record.get("url") or "https://unknown.example/", now, content_type="text/html", forests=forests
    )
    article = found.article
    return {
        "id": record["id"],
        "title": article and article.title,
        "authors": list(article.authors) if article else [],
        "date": article and article.published,
        "body": article.text if article else "",
    }


def fold_of(site: str, folds: int) -> int:
    return int(hashlib.md5(site.encode(), usedforsecurity=False).hexdigest(), 16) % folds


def held_out(pages: list[Labelled], folds: int, now: datetime) -> list[dict]:
    """Predictions of every page, each by forests that saw no page of its publisher."""
    found = []
    for fold in range(folds):
        forests = parse_forests(train([page for page in pages if fold_of(page.site, folds) != fold and page.rows]))
        found += [predict(page.record, forests, now) for page in pages if fold_of(page.site, folds) == fold]
        print(f"fold {fold + 1} of {folds}", file=sys.stderr)
    return found


def scorer(folder: Path):
    """The scoring module that comes with the data."""
    spec = importlib.util.spec_from_file_location("score_extraction", folder / "score_extraction.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(folder: Path, records: list[dict], predictions: list[dict]) -> dict[str, dict]:
    """Scores of each group of the records; `intro`: pages of which little more than the introduction was found."""
    module, by_id = scorer(folder), {each["id"]: each for each in predictions}
    found = {name: module.score(group, by_id, 200) for name, group in groups(records).items()}
    for each in found.values():
        if "f1" in each:
            each["intro"] = sum(page["r"] < 0.7 <= page["p"] for page in each["pages"].values())
    return found


SHOWN = ("f1", "p", "r", "intro", "seg_f1", "title", "date", "author_f1", "empty")


def table(scores: dict[str, dict]) -> str:
    lines = [f"{'':<14}" + "".join(f"{name:>10}" for name in SHOWN)]
    for name, each in scores.items():
        cells = (f"{each[key]:>10.4f}" if key in each else f"{'':>10}" for key in SHOWN)
        lines.append(f"{name:<14}" + "".join(cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--folds", type=int, default=0, help="measure so many times, on the publishers left out")
    parser.add_argument("--out", type=Path, help="train on all pages and write the forest here")
    parser.add_argument("--predictions", type=Path, help="write the held-out predictions here, one JSON object a line")
    parser.add_argument("--json", action="store_true", help="print the scores as JSON")
    add_options(parser, sets=(*SETS, "extraction-extra"))
    options = parser.parse_args()
    now = datetime.now(UTC)
    pages = [label(record, now) for record in chosen_pages(options)]
    if options.folds:
        predictions = held_out(pages, options.folds, now)
        if options.predictions:
            options.predictions.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in predictions))
        scores = score(options.data, [page.record for page in pages], predictions)
        without_pages = {name: {key: each[key] for key in SHOWN if key in each} for name, each in scores.items()}
        print(json.dumps(without_pages, indent=1) if options.json else table(scores))
    if options.out:
        options.out.write_text(train([page for page in pages if page.rows]), encoding="utf-8")


if __name__ == "__main__":
    main()
