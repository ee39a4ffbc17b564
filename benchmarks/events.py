"""How well stories are put into events, and what it costs: labelled articles through the archive, in order of time.

    uv run python benchmarks/events.py DATA_DIR [--half tuned] [--json] [--out PRED.tsv] [--scale 1000000]

DATA_DIR holds *.jsonl, a collection each: `id`, `event`, `lang`, `title`, and `text` and `time` where there are any.
Each article is filed as a crawl files it; vectors and events are made as a crawl's end makes them.  Half of the events, by
a hash of their names, is what the weights of `events/model.toml` were fitted to (`tuned`); `other` is the half that they
were not.

Precision, recall and F1 over pairs, over pairs of two languages, and B-cubed (Bagga & Baldwin 1998).  Peers, in the same
run: words alone (TF-IDF), vectors alone, names alone, and vectors of wordllama, where it is installed (`uv run --with
wordllama==0.4.0.post1`), each joining its likest story over the threshold that is best on the tuned half.  `--half tuned`
scores that half alone, for whoever changes something.  `--scale N` puts the same 150 articles beside 10,000 to N others,
2,000 a day, and prints what one costs, the reading of the days around them with it, and what a search by meaning does.
"""

import argparse
import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in newscrawler's own processes; numpy reads it when it is imported

import numpy as np
from dedup import open_archive

from newscrawler.crawl.memory import collect_less
from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.events.pairs import FEATURES, shipped_weights
from newscrawler.events.window import Window
from newscrawler.items import Article, Candidate, Lease
from newscrawler.meaning import encoder, vectors
from newscrawler.meaning.texts import pieces
from newscrawler.relevance import judge, shipped_lexicon
from newscrawler.reprocess.encoding import make_vectors
from newscrawler.reprocess.grouping import Grouping, group, regroup
from newscrawler.search.meaning import RESCORED
from newscrawler.storage.archive import Archive
from newscrawler.storage.meaning import events, vector_file
from newscrawler.storage.meaning import vectors as stored_vectors
from newscrawler.text import clean, content_hash, words

LEXICON = shipped_lexicon()
NOON = datetime(2024, 10, 4, 12, tzinfo=UTC)  # of articles that state no time
A_DAY = 2_000  # others
ROUNDS = 3  # of each measurement of costs
HALVES = ["tuned", "other"]
PEERS = {"words alone": "words", "vectors alone": "meaning", "names alone": "names"}
COVERED = {"ar", "de", "en", "es", "fr", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh"}


def half(event: str) -> str:
    return "other" if hashlib.md5(event.encode()).digest()[0] % 2 else "tuned"


def candidate(doc: dict) -> Candidate:
    """A document as a worker would hand it over."""
    at = datetime.fromisoformat(doc["time"]) if doc.get("time") else NOON
    text = clean(doc.get("text") or doc["title"])
    url = f"https://{hashlib.md5(doc['id'].encode()).hexdigest()[:12]}.example/{doc['id']}"
    article = Article(
        url,
        text,
        content_hash(text),
        len(words(text)),
        "given",
        title=doc["title"],
        published=at.isoformat(),
        language=doc["lang"],
    )
    verdict = replace(judge(doc["title"], None, text, LEXICON, doc["lang"]), relevant=True)
    return Candidate(
        Lease(0, "benchmark", url), url, doc["id"], at, 200, article=article, verdict=verdict,
        fingerprints=tuple(fingerprints(shingled(text))),
    )  # fmt: skip


def filed(archive: Archive, docs: list[dict]) -> dict[str, float]:
    """File documents in order of time and make their events; CPU milliseconds a document of each part."""
    for start in range(0, len(docs), 100):
        archive.file([candidate(doc) for doc in docs[start : start + 100]])
    begun = time.process_time()
    make_vectors(archive)
    made = time.process_time()
    group(archive)
    return {"encode_ms": 1000 * (made - begun) / len(docs), "group_ms": 1000 * (time.process_time() - made) / len(docs)}


def found_events(archive: Archive) -> dict[str, int]:
    sql = "SELECT url_key, event_id FROM articles JOIN event_stories USING (story_id)"
    return dict(archive.db.execute(sql).fetchall())


# --- scores


def _f1(right: float, predicted: float, true: float) -> dict[str, float]:
    precision, recall = right / max(predicted, 1e-9), right / max(true, 1e-9)
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall or 1)}


def score(docs: list[dict], found: dict[str, object]) -> dict[str, dict[str, float]]:
    """Over pairs, pairs of two languages, and B-cubed."""
    truth, langs = [doc["event"] for doc in docs], [doc["lang"] for doc in docs]
    groups = [found.get(doc["id"], doc["id"]) for doc in docs]

    def pairs(labels) -> int:
        return sum(number * (number - 1) // 2 for number in Counter(labels).values())

    def across(labels: list) -> int:
        return pairs(labels) - pairs(zip(labels, langs, strict=True))

    both = list(zip(groups, truth, strict=True))
    sizes, events_, common = Counter(groups), Counter(truth), Counter(both)
    purity = sum(number * number / sizes[one] for (one, _), number in common.items())
    completeness = sum(number * number / events_[event] for (_, event), number in common.items())
    precision, recall = purity / len(docs), completeness / len(docs)
    return {
        "pairs": _f1(pairs(both), pairs(groups), pairs(truth)),
        "across": _f1(across(both), across(groups), across(truth)),
        "b_cubed": {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall or 1)},
    }


def halves(docs: list[dict], found: dict[str, object], names: list[str]) -> dict[str, dict]:
    scores = {}
    for name in names:
        part = [doc for doc in docs if half(doc["event"]) == name]
        scores[name] = score(part, found)
        covered = [doc for doc in part if doc["lang"] in COVERED]
        if len(covered) < len(part):
            scores[f"{name}, covered"] = score(covered, found)
    return scores


def peer(docs: list[dict], archive: Archive, feature: str, encoded: dict[int, bytes] | None = None) -> dict[str, object]:
    """Events by one kind of evidence: each joins its likest story; the threshold is the best of the tuned half.

    `encoded`: story -> a vector in the place of ours.
    """
    rows = archive.db.execute("SELECT story_id FROM event_evidence").fetchall()
    grouping = Grouping(archive.db)
    stories = events.evidence_of(archive.db, grouping.encoder, [row[0] for row in rows])
    if encoded is not None:
        stories = [replace(each, vector=encoded[each.story]) for each in stories]
    place = FEATURES.index(feature)
    window, likest = Window(shipped_weights()), {}
    for one in stories:
        near = [(each.features[place], each.other.story) for each in window.near(one, 5.0)]
        likest[one.story] = max(near, default=(0.0, 0))
        window.add(one)
    of = dict(archive.db.execute("SELECT url_key, story_id FROM articles").fetchall())
    tuned = [doc for doc in docs if half(doc["event"]) == "tuned"]
    best: tuple[float, dict[str, object]] = (-1.0, {})
    for threshold in np.arange(0.1, 0.9, 0.05):
        groups: dict[int, int] = {}
        for one in stories:
            near_by, other = likest[one.story]
            groups[one.story] = groups[other] if near_by >= threshold and other in groups else one.story
        found = {key: groups.get(story) for key, story in of.items()}
        best = max(best, (score(tuned, found)["b_cubed"]["f1"], found), key=lambda each: each[0])
    return best[1]


def by_wordllama(docs: list[dict], archive: Archive) -> dict[int, bytes] | None:
    """Story -> its vector by wordllama, of the same pieces of text; None where that is not installed.  Fetches nothing."""
    try:
        import wordllama  # a peer that is no dependency of ours
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as cache:  # its tokenizer lies in its package where it does not look
        for name in ("tokenizer", "tokenizers"):
            (Path(cache) / name).symlink_to(Path(wordllama.__file__).parent / "tokenizers")
        model = wordllama.WordLlama.load(cache_dir=Path(cache), disable_download=True)
    by = {doc["id"]: doc for doc in docs}
    sql = "SELECT stories.id, url_key FROM stories JOIN articles ON articles.id = stories.first_article_id"
    of = {story: by[key] for story, key in archive.db.execute(sql)}
    said = [" ".join(pieces(doc["title"], None, doc.get("text") or "")) for doc in of.values()]
    rows = np.asarray(model.embed(said), dtype=np.float32)
    padded = np.pad(rows - rows.mean(axis=0), ((0, 0), (0, vectors.DIMENSIONS - rows.shape[1])))
    return dict(zip(of, vectors.packed(padded), strict=True))


def nearest(docs: list[dict], archive: Archive, which: str) -> dict[str, float]:
    """Pair of languages -> how often an article's nearest article in the other is its translation, of one half."""
    number = stored_vectors.encoder_id(archive.db, encoder.encoder_name() or "") or 0
    ids = dict(archive.db.execute("SELECT url_key, id FROM articles").fetchall())
    blobs = stored_vectors.vectors_of(archive.db, number, list(ids.values()))
    known = [doc for doc in docs if ids.get(doc["id"]) in blobs]
    rows = vectors.unpacked([blobs[ids[doc["id"]]] for doc in known])
    right: dict[str, list[bool]] = {}
    for language in {doc["lang"] for doc in known}:
        for other in {doc["lang"] for doc in known} - {language}:
            there = [at for at, doc in enumerate(known) if doc["lang"] == other]
            named = {known[at]["event"] for at in there}
            for at, doc in enumerate(known):
                if doc["lang"] == language and doc["event"] in named and half(doc["event"]) == which:
                    best = there[int(np.argmax(rows[there] @ rows[at]))]
                    right.setdefault(f"{language}-{other}", []).append(known[best]["event"] == doc["event"])
    return {pair: sum(each) / len(each) for pair, each in sorted(right.items()) if len(each) >= 8}


# --- scale


def fill(archive: Archive, wanted: int, rng: np.random.Generator, real: np.ndarray) -> None:
    """Put others into an archive until it has so many: stories, evidence and vectors like real ones, 2,000 a day."""
    db = archive.db
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
    name = stored_vectors.name_encoder(db, encoder.encoder_name() or "")
    vocabulary = np.array([f"w{number}" for number in range(50_000)])
    middle = real.mean(axis=0)
    spread = np.linalg.svd(real - middle, full_matrices=False)
    spread = spread[1][:, None] * spread[2] / np.sqrt(len(real))
    db.execute("PRAGMA foreign_keys = OFF")  # stories and articles name each other, and each would look for all others
    while last < wanted:
        ids = list(range(last + 1, min(wanted, last + 5_000) + 1))
        # as far from each other as real ones are, and made of none of them: a mixture of what is looked for is near it
        blobs = vectors.packed((rng.standard_normal((len(ids), len(spread))) @ spread + middle).astype(np.float32))
        said = np.minimum(rng.zipf(1.3, size=(len(ids), 40)), 49_999)
        at = [((NOON - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(days=1)) + 7 - (id_ - 1) / A_DAY for id_ in ids]
        twice = [(id_, id_) for id_ in ids]
        with archive.transaction():
            db.conn.executemany("INSERT INTO stories (id, first_article_id, articles, sources) VALUES (?, ?, 1, 1)", twice)
            db.conn.executemany(
                """
                INSERT INTO articles (id, url, url_key, source_id, title, text, word_count, story_id, first_seen, last_seen,
                    content_hash, extractor, language)
                VALUES (?, ?, ?, 'benchmark', 'x', 'x', 1, ?, '2024-10-04T12:00:00Z', '2024', ?, 't', 'en')
                """,
                [(i, f"o{i}", f"o{i}", i, f"o{i}") for i in ids],
            )
            db.conn.executemany("INSERT INTO events (id, stories, languages, first_story_id) VALUES (?, 1, 1, ?)", twice)
            db.conn.executemany("INSERT INTO event_stories VALUES (?, ?, 'first', NULL, 'other', NULL)", twice)
            db.conn.executemany(
                "INSERT INTO event_evidence VALUES (?, ?, ?, 'en', 'benchmark', 'article', ?, 'country:US', 1)",
                [(i, i, day, "|" + " ".join(set(vocabulary[row]))) for i, day, row in zip(ids, at, said, strict=True)],
            )
            stored_vectors.keep(db, name, zip(ids, blobs, strict=True))
        last = ids[-1]
    db.execute("PRAGMA foreign_keys = ON")
    vector_file.bring_up_to_date(archive.folder, db, encoder.encoder_name() or "")


def scale(docs: list[dict], largest: int) -> list[dict[str, float]]:
    """What the same articles cost beside ever more others: medians of ROUNDS, each in a copy of the archive."""
    rng = np.random.default_rng(1)
    texts = [doc for doc in docs if doc.get("text")]
    made = [each for each in encoder.encode([(d["title"], None, d["text"], d["lang"]) for d in texts]) if each]
    real, rows, size = vectors.unpacked(made), [], 10_000
    few = sorted(texts, key=lambda doc: hashlib.md5(doc["event"].encode()).digest())[:150]  # whole events
    with tempfile.TemporaryDirectory() as place:
        folder, copy = Path(place) / "archive", Path(place) / "copy"
        while size <= largest:
            with open_archive(folder) as archive:
                fill(archive, size, rng, real)
            found = []
            for _ in range(ROUNDS):
                shutil.copytree(folder, copy)
                with open_archive(copy) as archive:
                    found.append({**filed(archive, few), **searches(archive, few)})
                shutil.rmtree(copy)
            rows.append({"articles": size, **{name: median([each[name] for each in found]) for name in found[0]}})
            print(rows[-1], file=sys.stderr, flush=True)
            size *= 10
    return rows


def searches(archive: Archive, docs: list[dict]) -> dict[str, float]:
    """CPU milliseconds of finding what is nearest to a title, and how often the first other article is its translation."""
    name = encoder.encoder_name() or ""
    number = stored_vectors.encoder_id(archive.db, name) or 0
    table = vector_file.signs(archive.folder, name).table
    ids = {
        id_: key
        for key, id_ in archive.db.execute("SELECT url_key, id FROM articles WHERE url_key LIKE '+%' OR url_key LIKE 'og%'")
    }
    by = {doc["id"]: doc for doc in docs}
    times, right = [], []
    for doc in docs[:100]:
        if (
            doc["lang"] not in COVERED
            or sum(other["event"] == doc["event"] and other["lang"] in COVERED for other in docs) < 2
        ):
            continue
        begun = time.process_time()
        row = encoder.encode_query(doc["title"], doc["lang"])
        near = vectors.nearest(table, vectors.bits_of(row[None]), RESCORED)
        blobs = stored_vectors.vectors_of(archive.db, number, near)
        ranked = sorted(blobs, key=lambda id_: -vectors.cosines(vectors.unpacked([blobs[id_]]), row)[0])
        times.append(1000 * (time.process_time() - begun))
        others = [by.get(ids.get(id_, "")) for id_ in ranked if ids.get(id_) != doc["id"]]
        right.append(bool(others) and others[0] is not None and others[0]["event"] == doc["event"])
    times.sort()
    return {
        "query_p95_ms": times[int(0.95 * (len(times) - 1))],
        "precision_at_1": sum(right) / len(right),
        "queries": len(right),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--out", type=Path, help="write id and event of each article")
    parser.add_argument("--scale", type=int, help="put articles beside so many others")
    parser.add_argument("--half", choices=HALVES, help="score this half alone")
    parser.add_argument("--rebuilt", action="store_true", help="score events made anew, too")
    given = parser.parse_args()
    collect_less()  # as newscrawler's own processes do
    report: dict[str, object] = {}
    scored = [given.half] if given.half else HALVES
    lines = []
    everything = []
    for path in sorted(given.data.glob("*.jsonl")):
        docs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        everything += docs
        if given.scale:
            continue
        docs.sort(key=lambda doc: doc.get("time", ""))
        with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "archive") as archive:
            cost = filed(archive, docs)
            found = found_events(archive)
            lines += [f"{key}\t{event}" for key, event in found.items()]
            results = {"newscrawler": halves(docs, found, scored)}
            if given.rebuilt:
                regroup(archive)
                results["rebuilt"] = halves(docs, found_events(archive), scored)
                results["rebuilt against online"] = {
                    "same": score([{**doc, "event": found.get(doc["id"])} for doc in docs], found_events(archive))
                }
            results |= {name: halves(docs, peer(docs, archive, feature), scored) for name, feature in PEERS.items()}
            if (encoded := by_wordllama(docs, archive)) is not None:
                results["wordllama alone"] = halves(docs, peer(docs, archive, "meaning", encoded), scored)
            report[path.stem] = {"cost": cost, "nearest": nearest(docs, archive, scored[-1]), "scores": results}
    if given.scale:
        report["scale"] = scale(everything, given.scale)
    if given.out:
        given.out.write_text("\n".join([*lines, ""]), encoding="utf-8")
    if given.json:
        print(json.dumps(report))
        return
    for name, each in report.items():
        print(name)
        if name == "scale":
            print(*each, sep="\n")
            continue
        print("  CPU ms an article:", {key: round(value, 2) for key, value in each["cost"].items()})
        print(
            f"  nearest is the translation ({scored[-1]}):", {key: round(value, 3) for key, value in each["nearest"].items()}
        )
        for who, scores in each["scores"].items():
            for part, score_ in scores.items():
                told = "  ".join(
                    f"{kind} {s['precision']:.3f}/{s['recall']:.3f}/{s['f1']:.3f}" for kind, s in score_.items()
                )
                print(f"  {who:22} {part:15} {told}")


if __name__ == "__main__":
    main()
