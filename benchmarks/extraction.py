"""What extraction finds and what it costs, on labelled pages, beside trafilatura in the same run.

    python benchmarks/extraction.py DATA_DIR [--sets extraction,extraction-modern] [--parts 0-3] [--every N]
                                    [--json] [--peers] [--predictions DIR]

DATA_DIR holds the sets of labelled pages (labelled_pages.py says how they are split) and score_extraction.py, which scores
as Zyte's article extraction benchmark does.  Each page goes through
`newscrawler extract`'s own function, and through trafilatura's default with metadata, turn by turn in one process;
CPU is process time.  Memory is the peak of a process of its own that extracts the pages one by one.

The forest that comes with newscrawler was trained on parts 0 to 3, so body figures on these flatter it:
benchmarks/train_extraction.py --folds measures on publishers left out, and part 4 is of publishers that nobody saw.

--peers wants readability-lxml, newspaper4k, resiliparse and justext:
    uv run --with readability-lxml --with newspaper4k --with resiliparse --with justext python benchmarks/extraction.py …
"""

import argparse
import importlib.util
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from newscrawler.cli.batch import local_date
from newscrawler.extraction import beyond_limits, examine, parse_markup, some_elements
from newscrawler.extraction.body import second_opinion
from newscrawler.extraction.cascade import in_doubt
from newscrawler.extraction.cleaning import clean_blocks
from newscrawler.extraction.features import advise, claimed, measure
from newscrawler.extraction.forest import shipped_forests
from newscrawler.extraction.litter import About
from newscrawler.extraction.patching import choose_blocks
from newscrawler.markup.blocks import read_blocks
from newscrawler.markup.elements import elements_of
from newscrawler.metadata.authors.byline_area import lines_beside
from newscrawler.metadata.claims.structured import read_claims
from newscrawler.metadata.reconcile import reconcile
from newscrawler.metadata.titles.believed import headline, lower_headings
from newscrawler.text.encoding import markup_of
from newscrawler.urls import host_of

sys.path.insert(0, str(Path(__file__).parent))
from labelled_pages import add_options, chosen_pages, page_bytes
from train_extraction import score, table

SHOWN = ("f1", "p", "r", "acc", "intro", "seg_f1", "title", "date", "author_f1", "empty")


def ours(body: bytes, record: dict) -> dict:
    found = examine(body, record.get("url") or "https://unknown.invalid/", datetime.now(UTC), content_type="text/html")
    if found.article is None:
        return {"body": "", "failure": found.failure}
    article = found.article
    return {
        "title": article.title,
        "authors": list(article.authors),
        "date": local_date(article),
        "body": article.text,
    }


def _trafilatura(body: bytes, record: dict, **options: object) -> dict:
    import trafilatura

    found = trafilatura.bare_extraction(body, url=record.get("url"), **options)
    if found is None:
        return {"body": ""}
    return {"title": found.title, "authors": found.author or "", "date": found.date, "body": found.text or ""}


def trafilatura_default(body: bytes, record: dict) -> dict:
    return _trafilatura(body, record, with_metadata=True)


def trafilatura_fast(body: bytes, record: dict) -> dict:
    return _trafilatura(body, record, with_metadata=True, fast=True)


def trafilatura_precision(body: bytes, record: dict) -> dict:
    return _trafilatura(body, record, with_metadata=True, favor_precision=True)


def readability(body: bytes, record: dict) -> dict:
    from lxml import html
    from readability import Document

    document = Document(body.decode("utf-8", "replace"))
    text = " \n".join(html.fromstring(document.summary()).itertext())
    return {"title": document.short_title(), "body": text}


def newspaper4k(body: bytes, record: dict) -> dict:
    import newspaper

    article = newspaper.Article(record.get("url") or "https://unknown.invalid/", fetch_images=False)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    day = article.publish_date.isoformat() if article.publish_date else None
    return {"title": article.title, "authors": article.authors, "date": day, "body": article.text}


def resiliparse(body: bytes, record: dict) -> dict:
    from resiliparse.extract.html2text import extract_plain_text

    return {"body": extract_plain_text(body.decode("utf-8", "replace"), main_content=True, alt_texts=False)}


def justext(body: bytes, record: dict) -> dict:
    import justext as library

    stoplist = frozenset().union(*(library.get_stoplist(name) for name in ("English", "German", "French", "Spanish")))
    return {"body": "\n".join(each.text for each in library.justext(body, stoplist) if not each.is_boilerplate)}


PEERS = (trafilatura_fast, trafilatura_precision, readability, newspaper4k, resiliparse, justext)
MODULES = {"readability": "readability", "newspaper4k": "newspaper", "resiliparse": "resiliparse", "justext": "justext"}


def installed_peers() -> list:
    """The peers that can run here; says on stderr which are missing, rather than to count them as finding nothing."""
    missing = [name for name, module in MODULES.items() if importlib.util.find_spec(module) is None]
    if missing:
        print(f"not installed, and so not measured: {', '.join(missing)}", file=sys.stderr)
    return [peer for peer in PEERS if peer.__name__ not in missing]


def run(records: list[dict], extractors: list) -> tuple[dict[str, list[dict]], dict[str, float]]:
    """(predictions, CPU ms a page) by extractor; every page goes through all of them before the next one."""
    predictions, seconds = defaultdict(list), defaultdict(float)
    for record in records:
        body = page_bytes(record)
        for extractor in extractors:
            started = time.process_time()
            try:
                found = extractor(body, record)
            except Exception as error:  # a peer's stumble is an empty prediction
                found = {"body": "", "failure": f"{type(error).__name__}: {error}"}
            seconds[extractor.__name__] += time.process_time() - started
            predictions[extractor.__name__].append({"id": record["id"], **found})
    return dict(predictions), {name: 1_000 * spent / len(records) for name, spent in seconds.items()}


def parts(records: list[dict]) -> dict[str, float]:
    """CPU ms a page of each part of our own way."""
    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, function, *arguments, **options):
        started = time.process_time()
        found = function(*arguments, **options)
        spent[name] += time.process_time() - started
        return found

    forests, now = shipped_forests(), datetime.now(UTC)
    for record in records:
        body = page_bytes(record)
        markup, _ = timed("encoding", markup_of, body, "text/html")
        tree = timed("parsing", parse_markup, markup)
        if tree is None:
            continue
        every = timed("elements", some_elements, tree)
        if timed("limits", beyond_limits, tree, every, len(markup)):
            continue
        elements = timed("elements", elements_of, tree, every)
        claims = timed("claims", read_claims, tree, elements)
        page = timed("blocks", read_blocks, tree)
        url = record.get("url") or "https://unknown.invalid/"
        title = timed("metadata", headline, claims, host_of(url), None, lower_headings(page))
        beside = timed("metadata", lines_beside, page, title[0])
        metadata = timed("metadata", reconcile, claims, url, now, title=title, beside=beside)
        claim = timed("features", claimed, metadata.title, metadata.lead, None)
        features = timed("features", measure, page, claim)
        chances = timed("forest", forests.alone.probabilities, features.rows)
        if in_doubt(page, features, chances):
            second = timed("second opinion (trafilatura)", second_opinion, tree)
            timed("features", advise, features, page, second)
            chances = timed("forest", forests.advised.probabilities, features.rows)
        judged = dict(zip(features.indexes, chances, strict=True))
        chosen, _ = timed("patching", choose_blocks, page, judged, forests.threshold)
        timed("cleaning", clean_blocks, page, chosen, About(metadata.title, metadata.authors))
    return {name: 1_000 * each / len(records) for name, each in spent.items()}


def peak_memory(records: list[dict]) -> float:
    """MB at the peak of a process that extracts all pages one by one."""
    with tempfile.TemporaryFile() as sink, tempfile.TemporaryDirectory() as folder:
        batch = Path(folder) / "batch.jsonl"
        lines = (json.dumps({"id": each["id"], "url": each.get("url"), "html": str(each["path"])}) for each in records)
        batch.write_text("\n".join(lines), encoding="utf-8")
        subprocess.run(
            [sys.executable, "-m", "newscrawler", "extract", "--batch", str(batch)], stdout=sink, stderr=sink, check=True
        )
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    parser.add_argument("--peers", action="store_true", help="run other extractors on the same pages")
    parser.add_argument("--predictions", type=Path, metavar="DIR", help="write each extractor's predictions there")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th page")
    add_options(parser)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    records = chosen_pages(options)[:: options.every]
    extractors = [ours, trafilatura_default, *(installed_peers() if options.peers else ())]
    run(records[:5], extractors)  # imports and caches are nobody's page
    predictions, cpu = run(records, extractors)
    if options.predictions:
        options.predictions.mkdir(parents=True, exist_ok=True)
        for name, rows in predictions.items():
            lines = "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
            (options.predictions / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    scores = {name: score(options.data, records, rows) for name, rows in predictions.items()}
    costs, memory = parts(records), peak_memory(records)
    if options.json:
        bare = {
            name: {group: {key: each[key] for key in SHOWN if key in each} for group, each in groups.items()}
            for name, groups in scores.items()
        }
        print(json.dumps({"scores": bare, "cpu_ms_a_page": cpu, "parts_ms_a_page": costs, "memory_mb": memory}, indent=1))
        return
    for name, groups in scores.items():
        print(
            f"\n{name}: {cpu[name]:.1f} CPU ms a page, {cpu[name] / cpu['trafilatura_default']:.2f} of trafilatura's default"
        )
        print(table(groups))
    print("\nour parts, CPU ms a page")
    print("\n".join(f"  {name:<30}{each:6.2f}" for name, each in costs.items()))
    print(f"\nmemory of one process, all pages one by one: {memory:.0f} MB at the peak")


if __name__ == "__main__":
    main()
