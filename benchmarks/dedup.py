"""How well copies are found, and what it costs: labelled articles through the archive, in order of arrival.

    uv run --group benchmarks python benchmarks/dedup.py DATA_DIR [--json] [--out PRED.tsv] [--scale 1000000]

DATA_DIR, or each folder in it, holds docs.jsonl (`id`, `title`, `text`; `url` or `host`, `day`, `canonical` where known),
truth.tsv (document, story, and what was done to it; scores mean nothing without it) and, if there is one, ignore.tsv (pairs
that nobody is judged on).
Each document is filed as a crawl files it, and stories are those that the archive then has.  PRED.tsv gets document and
story.  `--scale N` files documents into archives that hold 10,000 to N others, and prints what copies cost.

Pairwise precision, recall and F1 count pairs of documents in one story.  Peers, in the same run: an exact hash of the
words, and datasketch's MinHash (128 permutations, shingles of three words, Jaccard >= .5).
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newscrawler.dedup.fingerprints import fingerprints, shingled
from newscrawler.dedup.stories import first_publisher
from newscrawler.items import Article, Candidate, Lease, Source, Verdict
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.kept_fingerprints import RECENT_ARTICLES, settle
from newscrawler.storage.articles.rebuild import rebuild
from newscrawler.storage.sites import sources as stored_sources
from newscrawler.text import clean, content_hash, words
from newscrawler.urls import url_key

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BATCH = 100
VERDICT = Verdict(relevant=True, score=1.0, reason="a benchmark")
CHROME = (
    "Share this article", "Skip to content", "Facebook Twitter WhatsApp Email Print", "Listen to this article",
    "Sign up for the daily briefing that our newsroom sends to your inbox every morning",
    "More stories that our readers found worth their time this week, from all our sections",
    "This report is carried from a news agency and has not been edited by our staff",
)  # fmt: skip


# --- documents


def load(folder: Path) -> tuple[list[dict], dict[str, tuple[str, str]], list[tuple[str, str]]]:
    """(documents, document -> (story, class), pairs to ignore)."""
    docs = [json.loads(line) for line in (folder / "docs.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()]
    truth = {doc["id"]: (doc["id"], "-") for doc in docs}
    known = folder / "truth.tsv"
    for line in known.read_text(encoding="utf-8").splitlines() if known.exists() else ():
        doc, story, *rest = line.split("\t")
        truth[doc] = (story, rest[0] if rest else "-")
    ignore = folder / "ignore.tsv"
    pairs = [tuple(line.split("\t")[:2]) for line in ignore.read_text().splitlines()] if ignore.exists() else []
    return docs, truth, pairs


def candidate(doc: dict, number: int) -> Candidate:
    """A document as a worker would hand it over."""
    host = doc.get("host") or f"{doc['id']}.example"
    url = doc.get("url") or f"https://{host}/{doc['id']}"
    day = (doc.get("day") or "").replace("_", "-") or None
    text = clean(doc["text"])
    article = Article(
        url, text, content_hash(text), len(words(text)), "given", title=doc.get("title"), published=day,
        canonical=doc.get("canonical"), credit=first_publisher(text),
    )  # fmt: skip
    # two documents of one address are two documents here
    key = f"{url_key(url)}#{doc['id']}"
    return Candidate(
        Lease(0, "benchmark", url), url, key, NOW + timedelta(seconds=number), 200, article=article, verdict=VERDICT,
        fingerprints=tuple(fingerprints(shingled(text))),
    )  # fmt: skip


def open_archive(folder: Path) -> Archive:
    archive = Archive.open(folder)
    stored_sources.sync_sources(archive, [Source("benchmark", "Benchmark", "https://benchmark.example/", "other")])
    return archive


def filed(archive: Archive, docs: list[dict]) -> dict[str, float]:
    """File documents in order; CPU milliseconds a document: to sketch it, and to file it with all that belongs to it."""
    sketch = file = 0.0
    for start in range(0, len(docs), BATCH):
        begun = time.process_time()
        batch = [candidate(doc, start + at) for at, doc in enumerate(docs[start : start + BATCH])]
        made = time.process_time()
        archive.file(batch)
        sketch, file = sketch + made - begun, file + time.process_time() - made
    return {"prepare_ms": 1000 * sketch / len(docs), "file_ms": 1000 * file / len(docs)}


def stories(archive: Archive) -> dict[str, int]:
    rows = archive.db.execute("SELECT substr(url_key, instr(url_key, '#') + 1), story_id FROM articles").fetchall()
    return dict(rows)


# --- scores


def pairs(number: int) -> int:
    return number * (number - 1) // 2


def score(truth: dict[str, str], found: dict[str, object], ignore: list[tuple[str, str]] = ()) -> dict[str, float]:
    """Pairwise precision, recall and F1.  A predicted pair between two true stories of an ignored pair does not count."""
    both = Counter((truth[doc], found.get(doc, doc)) for doc in truth)
    right = sum(map(pairs, both.values()))
    true = sum(map(pairs, Counter(truth.values()).values()))
    predicted = sum(map(pairs, Counter(found.get(doc, doc) for doc in truth).values()))
    ignored = {frozenset((truth[a], truth[b])) for a, b in ignore if truth[a] != truth[b]}
    parts = defaultdict(list)
    for (story, group), number in both.items():
        parts[group].append((story, number))
    for members in parts.values():
        for at, (story, number) in enumerate(members):
            for other, more in members[:at]:
                if frozenset((story, other)) in ignored:
                    predicted -= number * more
    precision, recall = right / predicted if predicted else 1.0, right / true if true else 1.0
    return {"precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall or 1)}


def welded(truth: dict[str, tuple[str, str]], found: dict[str, object]) -> dict[str, float]:
    """Class of document -> share of its documents that share a story with a document of another one."""
    sizes = Counter(found.get(doc, doc) for doc in truth)
    same = Counter((story, found.get(doc, doc)) for doc, (story, _) in truth.items())
    classes = defaultdict(list)
    for doc, (story, kind) in truth.items():
        group = found.get(doc, doc)
        classes[kind].append(sizes[group] > same[story, group])
    return {kind: sum(wrong) / len(wrong) for kind, wrong in sorted(classes.items())}


# --- peers


def exact(docs: list[dict]) -> dict[str, object]:
    return {doc["id"]: content_hash(doc["text"]) for doc in docs}


def minhash(docs: list[dict]) -> dict[str, object] | None:
    """Stories by datasketch's MinHash and LSH, each document joining whatever it matches; None where it is not installed."""
    try:
        from datasketch import MinHash, MinHashLSH
    except ImportError:
        return None
    index, group, members = MinHashLSH(threshold=0.5, num_perm=128), {}, defaultdict(list)
    for doc in docs:
        parts = words(doc["text"])
        sketch = MinHash(num_perm=128)
        sketch.update_batch(
            [" ".join(parts[at : at + 3]).encode("utf-8", "replace") for at in range(max(1, len(parts) - 2))]
        )
        joined = sorted({group[other] for other in index.query(sketch)})
        label = joined[0] if joined else doc["id"]
        for other in joined[1:]:
            for member in members.pop(other):
                group[member] = label
                members[label].append(member)
        group[doc["id"]] = label
        members[label].append(doc["id"])
        index.insert(doc["id"], sketch)
    return group


# --- a story that forty papers carry


def carried(docs: list[dict], truth: dict[str, tuple[str, str]], papers: int, seed: int) -> tuple[list[dict], dict]:
    """Forty edited copies each of some documents, among others: headlines, leads, endings, words and chrome differ."""
    chance = random.Random(seed)
    sizes = Counter(story for story, _ in truth.values())
    plain = [doc for doc in docs if sizes[truth[doc["id"]][0]] == 1 and 1_200 < len(doc["text"]) < 9_000]
    plain = [doc for doc in plain if not truth[doc["id"]][1].startswith(("n_", "template"))]
    chance.shuffle(plain)
    chosen, others = plain[:20], plain[20:420]
    made, answer = list(others), {doc["id"]: (doc["id"], "other") for doc in others}
    for doc in chosen:
        for paper in range(papers):
            copy = _edited(doc, others, chance) | {"id": f"{doc['id']}-{paper}", "host": f"paper{paper}.example"}
            made.append(copy)
            answer[copy["id"]] = (doc["id"], "carried")
    chance.shuffle(made)
    return made, answer


def _edited(doc: dict, others: list[dict], chance: random.Random) -> dict:
    paragraphs, title = doc["text"].split("\n"), doc["title"]
    if chance.random() < 0.3 and others:
        title = chance.choice(others)["title"]
    if chance.random() < 0.3 and len(paragraphs) > 3:
        paragraphs = paragraphs[: max(2, int(len(paragraphs) * chance.uniform(0.4, 0.9)))]
    if chance.random() < 0.3 and others:
        paragraphs = [chance.choice(chance.choice(others)["text"].split("\n")), *paragraphs[chance.randrange(2) :]]
    if chance.random() < 0.3:
        paragraphs = [" ".join(w if chance.random() > 0.03 else "also" for w in each.split(" ")) for each in paragraphs]
    if chance.random() < 0.7:
        paragraphs = [*chance.sample(CHROME, 2), *paragraphs, *chance.sample(CHROME, 2)]
    return {"title": title, "text": "\n".join(paragraphs)}


# --- cost


def fill(archive: Archive, articles: int, seed: int) -> float:
    """Other articles' fingerprints, in batches as they would have arrived; bytes that an article's take."""
    chance, db = random.Random(seed), archive.db
    start = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    standing = [chance.randrange(-(2**31), 2**31) for _ in range(5_000)]
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    for first in range(start + 1, start + articles + 1, RECENT_ARTICLES):
        ids = range(first, min(first + RECENT_ARTICLES, start + articles + 1))
        rows = [(chance.randrange(-(2**31), 2**31), each) for each in ids for _ in range(32)]
        rows += [(chance.choice(standing), each) for each in ids if chance.random() < 64 * 5_000 / articles]
        with archive.transaction():
            db.conn.executemany("INSERT OR IGNORE INTO gathered_fingerprints VALUES (?, ?)", sorted(rows))
            settle(db, first // RECENT_ARTICLES)
    more = db.execute("PRAGMA page_count").fetchone()[0] - pages
    size = more * db.execute("PRAGMA page_size").fetchone()[0] / articles
    with archive.transaction():
        db.execute("DROP TRIGGER articles_ai")
        db.execute("INSERT INTO stories (id, articles, sources) VALUES (1, 1, 1)")
        db.conn.executemany(
            "INSERT INTO articles (id, url, url_key, source_id, text, word_count, story_id, first_seen, last_seen, "
            "content_hash, extractor) VALUES (?, '', ?, 'benchmark', '', 600, 1, '', '', ?, '')",
            ((each, str(each), str(each)) for each in range(start + 1, start + articles + 1)),
        )
    return size


def cost(docs: list[dict], sizes: list[int], seed: int) -> list[dict[str, float]]:
    """What copies cost a document beside so many others: the difference between filing with and without them."""
    found = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            archive = open_archive(Path(folder) / "archive")
            bytes_each = fill(archive, size, seed)
            ready = [candidate(doc, at) for at, doc in enumerate(docs)]
            begun = time.process_time()
            for doc in docs:
                fingerprints(shingled(doc["text"]))
            sketch = 1000 * (time.process_time() - begun) / len(docs)
            bare = [_bare(each, at) for at, each in enumerate(ready)]
            spent = {"with": 0.0, "without": 0.0}
            for start in range(0, len(docs), BATCH):  # turn by turn: the machine is shared
                for name, batch in (("with", ready), ("without", bare)):
                    begun = time.process_time()
                    archive.file(batch[start : start + BATCH])
                    spent[name] += time.process_time() - begun
            archive.close()
        more = 1000 * (spent["with"] - spent["without"]) / len(docs)
        found.append(
            {"articles": size, "sketch_ms": sketch, "archive_ms": more, "all_ms": sketch + more, "bytes": bytes_each}
        )
    return found


def _bare(made: Candidate, number: int) -> Candidate:
    """The same document without what finds copies."""
    assert made.article is not None
    article = replace(made.article, content_hash=f"bare-{number}")
    return replace(made, fingerprints=(), url_key=f"{made.url_key}-bare", article=article)


# --- report


def measure(folder: Path, seed: int) -> tuple[dict, dict[str, int]]:
    """All figures of one folder, and the stories found."""
    docs, truth, ignore = load(folder)
    names = {doc: story for doc, (story, _) in truth.items()}
    with tempfile.TemporaryDirectory() as place, open_archive(Path(place) / "archive") as archive:
        spent = filed(archive, docs)
        online = stories(archive)
        rebuild(archive, lambda: None)
        batch = stories(archive)
    result = {
        "documents": len(docs),
        "online": score(names, online, ignore),
        "batch": score(names, batch, ignore),
        "batch_against_online": score({doc: str(story) for doc, story in online.items()}, batch)["f1"],
        "welded": welded(truth, online),
        **spent,
        "exact": score(names, exact(docs), ignore),
    }
    peer = minhash(docs)
    result["minhash"] = score(names, peer, ignore) if peer else None
    made, answer = carried(docs, truth, 40, seed)
    with tempfile.TemporaryDirectory() as place, open_archive(Path(place) / "archive") as archive:
        filed(archive, made)
        result["carried_by_40"] = score({doc: story for doc, (story, _) in answer.items()}, stories(archive))
    return result, online


def addresses() -> dict[str, int] | None:
    """Groups of the tests' address table that meet, and addresses that would hide another article."""
    file = Path(__file__).parent.parent / "tests" / "cases" / "addresses.json"
    if not file.exists():
        return None
    cases = json.loads(file.read_text(encoding="utf-8"))
    same, different = ([[url_key(url) for url in group] for group in cases[name]] for name in ("same", "different"))
    return {
        "variants": sum(len(group) - 1 for group in same),
        "merged": sum(key == group[0] for group in same for key in group[1:]),
        "lost": sum(len(group) - len(set(group)) for group in different),
    }


def _line(name: str, value: dict[str, float] | None) -> str:
    if value is None:
        return f"  {name:<22} not installed: uv run --group benchmarks …"
    return f"  {name:<22} F1 {value['f1']:.4f}  precision {value['precision']:.4f}  recall {value['recall']:.4f}"


def report(results: dict) -> str:
    lines = []
    for name, found in results["folders"].items():
        lines.append(f"{name}: {found['documents']} documents")
        lines += [_line(each, found[each]) for each in ("online", "batch", "carried_by_40", "exact", "minhash")]
        lines.append(f"  batch against online   F1 {found['batch_against_online']:.4f}")
        wrong = ", ".join(f"{kind} {share:.1%}" for kind, share in found["welded"].items() if share)
        lines.append(f"  welded to another      {wrong or 'none'}")
        lines.append(f"  CPU ms a document      {found['prepare_ms']:.2f} to prepare, {found['file_ms']:.2f} to file")
    if results["addresses"]:
        lines.append(
            "addresses: {merged} of {variants} variants merged, {lost} articles lost".format(**results["addresses"])
        )
    cost_line = (
        "cost beside {articles:>9,} articles: {all_ms:.2f} CPU ms a document "
        "({sketch_ms:.2f} sketch, {archive_ms:.2f} archive), {bytes:.0f} bytes"
    )
    lines += [cost_line.format(**row) for row in results["cost"]]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--out", type=Path, metavar="PRED.tsv", help="write document and story")
    parser.add_argument("--scale", type=int, default=0, metavar="N", help="also measure cost beside 10,000 to N articles")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folders = [path.parent for path in sorted(options.data.glob("**/docs.jsonl"))]
    if not folders:
        sys.exit(f"{options.data} holds no docs.jsonl")
    results: dict = {"folders": {}, "addresses": addresses(), "cost": []}
    predicted: list[tuple[str, int]] = []
    for folder in folders:
        results["folders"][folder.name], found = measure(folder, options.seed)
        predicted += found.items()
    if options.out:
        options.out.write_text("".join(f"{doc}\t{story}\n" for doc, story in predicted), encoding="utf-8")
    if options.scale:
        sizes = sorted({size for size in (10_000, 100_000, options.scale) if size <= options.scale})
        results["cost"] = cost(load(folders[0])[0][:1500], sizes, options.seed)
    print(json.dumps(results, indent=2) if options.json else report(results))


if __name__ == "__main__":
    main()
