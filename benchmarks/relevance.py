"""How well articles on defence and diplomacy are told from others, per language and collection, and how fast.

    uv run python benchmarks/relevance.py DATA_DIR [--json] [--out PRED.jsonl] [--half report|tune|all]

The peer is a TF-IDF + logistic regression trained on the other collections in the same process.  Reported is the
half of the articles that nothing was tuned on (by publisher, or event); articles that no careful reader could call count
neither way.  Intervals are of a bootstrap over events and publishers.  PRED.jsonl holds a line an article: id, relevant,
defence, diplomacy (0..1), decision, countries, terms.
"""

import argparse
import json
import time
from collections import defaultdict
from pathlib import Path

from country_oracle import plainly_named
from relevance_data import by_hand, is_tuning, language, read_documents
from relevance_intervals import disagreement, intervals
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score, precision_recall_curve

from newscrawler.relevance import judge, shipped_lexicon

OURS = {"defence", "diplomacy", "both"}
PACKAGE = Path(__file__).parent.parent / "newscrawler" / "relevance"


def text_of(document: dict) -> str:
    return f"{document['title']}\n{document['text']}"


def peer_scores(documents: list[dict]) -> dict[str, float]:
    """The peer's score of each article, trained on all collections but its own."""
    usable = [each for each in documents if each["label"] != "borderline"]
    scores = {}
    for source in {each["source"] for each in documents}:
        training = [each for each in usable if each["source"] != source]
        labels = [each["label"] in OURS for each in training]
        testing = [each for each in documents if each["source"] == source]
        if len(set(labels)) < 2:
            continue
        words = TfidfVectorizer(sublinear_tf=True, min_df=2, max_features=50_000, ngram_range=(1, 2))
        model = LogisticRegression(max_iter=2_000, class_weight="balanced")
        model.fit(words.fit_transform(map(text_of, training)), labels)
        found = model.predict_proba(words.transform(map(text_of, testing)))[:, 1]
        scores |= dict(zip((each["id"] for each in testing), map(float, found), strict=True))
    return scores


def precision_at(labels: list[bool], scores: list[float], recall: float) -> float | None:
    """The best precision at which so much is found."""
    if not any(labels):
        return None
    precisions, recalls, _ = precision_recall_curve(labels, scores)
    return max(float(p) for p, r in zip(precisions, recalls, strict=True) if r >= recall)


def average_precision(labels: list[bool], scores: list[float]) -> float | None:
    return round(float(average_precision_score(labels, scores)), 3) if any(labels) and not all(labels) else None


def group_figures(documents: list[dict], verdicts: dict, peer: dict[str, float]) -> dict:
    called = [each for each in documents if each["label"] != "borderline"]
    labels = [each["label"] in OURS for each in called]
    scores = [verdicts[each["id"]].score for each in called]
    kept = [verdicts[each["id"]].decision for each in called]
    figures = {
        "articles": len(called),
        "relevant": sum(labels),
        "average_precision": average_precision(labels, scores),
        "peer": average_precision(labels, [peer.get(each["id"], 0.0) for each in called]),
        "precision_at_recall_90": precision_at(labels, scores, 0.9),
        "kept_precision": round(
            sum(yes for yes, k in zip(labels, kept, strict=True) if k == "keep") / max(1, kept.count("keep")), 3
        ),
        "kept_recall": round(sum(yes for yes, k in zip(labels, kept, strict=True) if k == "keep") / max(1, sum(labels)), 3),
        "kept_or_review_recall": round(
            sum(yes for yes, k in zip(labels, kept, strict=True) if k != "drop") / max(1, sum(labels)), 3
        ),
    }
    for field in ("defence", "diplomacy"):
        truth = [each["label"] in (field, "both") for each in called]
        found = [getattr(verdicts[each["id"]], field) >= 0.5 for each in called]
        figures[f"f1_{field}"] = round(float(f1_score(truth, found, zero_division=0)), 3) if any(truth) else None
    return figures


def country_figures(documents: list[dict], verdicts: dict) -> dict:
    """What is found of the countries named in relevant articles.

    with_a_country: share of all relevant ones in which we found any, whether they name one or not (headlines often do not).
    found_where_named: share of those that plainly name one (country_oracle) in which we found one of these.
    oracle_recall: share of all the countries so named.  recall, precision: against `countries`, where the data has it.
    """
    figures = {}
    for name, wanted in (("en", True), ("other", False)):
        relevant = [each for each in documents if each["label"] in OURS and (each["language"] == "en") == wanted]
        found = [{m.code for m in verdicts[each["id"]].mentions if m.kind == "country"} for each in relevant]
        figures[name] = {"relevant": len(relevant), "with_a_country": round(sum(map(bool, found)) / max(1, len(found)), 3)}
        plain = [plainly_named(text_of(each), each["language"]) for each in relevant]
        named = [(truth, got) for truth, got in zip(plain, found, strict=True) if truth]
        if named:
            figures[name]["naming_one"] = len(named)
            figures[name]["found_where_named"] = round(sum(bool(t & g) for t, g in named) / len(named), 3)
            figures[name]["oracle_recall"] = round(sum(len(t & g) for t, g in named) / sum(len(t) for t, _ in named), 3)
        truths = [(set(each["countries"]), got) for each, got in zip(relevant, found, strict=True) if each.get("countries")]
        if truths:
            figures[name]["recall"] = round(sum(len(t & g) for t, g in truths) / sum(len(t) for t, _ in truths), 3)
            figures[name]["precision"] = round(
                sum(len(t & g) for t, g in truths) / max(1, sum(len(g) for _, g in truths)), 3
            )
    return figures


def speed(documents: list[dict], lexicon) -> float:
    """Documents of 4,000 characters a CPU second, topics and mentions included; the best of three passes."""
    joined: defaultdict[str, str] = defaultdict(str)
    texts = []
    for each in documents:
        code = each["language"] or ""
        joined[code] += each["text"] + "\n"
        while len(joined[code]) >= 4_000:
            texts.append((each["title"], joined[code][:4_000], code or None))
            joined[code] = joined[code][4_000:]
    rates = []
    for _ in range(3):
        before = time.process_time()
        for title, text, code in texts:
            judge(title, None, text, lexicon, code)
        rates.append(len(texts) / (time.process_time() - before))
    return max(rates)


def prediction(document: dict, verdict) -> dict:
    return {
        "id": document["id"],
        "relevant": verdict.score,
        "defence": verdict.defence,
        "diplomacy": verdict.diplomacy,
        "decision": verdict.decision,
        "countries": [each.code for each in verdict.mentions if each.kind == "country"],
        "terms": [each.term for each in verdict.matches if each.weight],
    }


def measure(documents: list[dict], chosen: list[dict], lexicon, *, peer: bool) -> tuple[dict, dict]:
    verdicts = {each["id"]: judge(each["title"], None, each["text"], lexicon, each["language"]) for each in documents}
    theirs = peer_scores(documents) if peer else {}
    groups: dict[str, list[dict]] = {"all": chosen, "hand-labelled": [each for each in chosen if by_hand(each)]}
    for each in chosen:
        if each["source"] != "plover":
            groups.setdefault(f"language {each['language']}", []).append(each)
        groups.setdefault(f"collection {each['source']}", []).append(each)
        if by_hand(each):
            groups.setdefault(f"hand-labelled {each['language']}", []).append(each)
    kept = [verdict for verdict in verdicts.values() if verdict.decision != "drop"]
    figures = {
        "groups": {name: group_figures(group, verdicts, theirs) for name, group in groups.items()},
        "intervals": intervals([(each, verdicts[each["id"]]) for each in chosen]),
        "translations_judged_otherwise": disagreement([(each, verdicts[each["id"]]) for each in chosen]),
        "countries": country_figures(chosen, verdicts),
        "documents_a_cpu_second": round(speed(documents, lexicon)),
        "data_bytes": sum(path.stat().st_size for path in PACKAGE.rglob("*") if path.suffix in (".toml", ".json")),
        "kept_without_a_term": sum(not any(match.weight for match in verdict.matches) for verdict in kept),
        "lexicon": lexicon.version,
    }
    return figures, verdicts


def show(figures: dict) -> None:
    heads = ("n", "rel.", "AP", "peer", "P@R.9", "kept P", "kept R", "+rev R", "F1 def", "F1 dip")
    print(f"{'group':<28}" + "".join(f"{head:>7}" for head in heads))
    for name, each in sorted(figures["groups"].items(), key=lambda item: (item[0].split()[0], -item[1]["articles"])):
        if each["relevant"] == 0 and each["articles"] < 10:
            continue
        cells = (
            "average_precision",
            "peer",
            "precision_at_recall_90",
            "kept_precision",
            "kept_recall",
            "kept_or_review_recall",
            "f1_defence",
            "f1_diplomacy",
        )
        values = "".join(f"{each[cell]:>7.3f}" if each[cell] is not None else f"{'-':>7}" for cell in cells)
        print(f"{name:<28}{each['articles']:>7}{each['relevant']:>7}{values}")
    for name, (value, low, high) in figures["intervals"].items():
        print(f"{name:<28}{value:>7.3f} ({low:.3f} to {high:.3f})")
    for key in (
        "translations_judged_otherwise",
        "countries",
        "documents_a_cpu_second",
        "data_bytes",
        "kept_without_a_term",
        "lexicon",
    ):
        print(f"{key}: {figures[key]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path, metavar="DATA_DIR", help="a folder with docs.jsonl")
    parser.add_argument("--no-peer", action="store_true", help="leave out the peer, which takes a minute to train")
    parser.add_argument("--json", action="store_true", help="print all figures as JSON")
    parser.add_argument("--out", type=Path, metavar="PRED.jsonl", help="write what we say of every article")
    parser.add_argument(
        "--half", choices=("report", "tune", "all"), default="report", help="which articles to report on  [default: report]"
    )
    arguments = parser.parse_args()
    lexicon = shipped_lexicon()
    documents = read_documents(arguments.data)
    for each in documents:
        each["language"] = language(each)
    wanted = {"report": lambda each: not is_tuning(each), "tune": is_tuning, "all": lambda each: True}[arguments.half]
    figures, verdicts = measure(documents, [each for each in documents if wanted(each)], lexicon, peer=not arguments.no_peer)
    if arguments.out:
        lines = (json.dumps(prediction(each, verdicts[each["id"]]), ensure_ascii=False) for each in documents)
        arguments.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(json.dumps(figures, indent=2)) if arguments.json else show(figures)


if __name__ == "__main__":
    main()
