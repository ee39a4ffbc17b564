"""How often the day of publication is right on labelled pages, and in which way it is wrong where it is not.

    python benchmarks/dates.py DATA_DIR [--parts 0-3] [--sets extraction,extraction-modern]
                               [--unstated] [--list FILE] [--json]

Only what decides a date runs: claims, blocks, lines beside the headline, reconciliation.  A day is right where
score_extraction.py says so: in the truth's own offset, or in UTC.  "its change" counts pages whose stated day is the one
that we state as the day of the last change: whoever labelled them took that one.  --unstated leaves out what JSON-LD, meta
elements and microdata state of dates: how the rest is read, which decides on pages that have nothing else.  --list writes a
line for each page that is not right.
"""

import argparse
import itertools
import json
import re
import sys
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from newscrawler.extraction import LANGUAGE_SAMPLE_PARAGRAPHS, parse_html
from newscrawler.markup.blocks import read_blocks
from newscrawler.metadata.authors.byline_area import lines_beside
from newscrawler.metadata.claims.structured import Claims, read_claims
from newscrawler.metadata.reconcile import Metadata, reconcile
from newscrawler.metadata.titles.believed import headline, lower_headings
from newscrawler.urls import host_of

sys.path.insert(0, str(Path(__file__).parent))
from labelled_pages import add_options, chosen_pages, groups, page_bytes

OF_DATES = ("datePublished", "dateModified", "dateCreated", "uploadDate")
DATED = re.compile(r"date|time|publish|modif|updat|issued|created|posted|released|uploaded|revis")
KINDS = ("right", "off by one", "its change", "wrong", "none")


def unstated(claims: Claims) -> Claims:
    """The claims of a page whose markup states no date but that of its visible elements."""

    def undated(stated: dict) -> dict:
        return {name: each for name, each in stated.items() if name not in OF_DATES}

    meta = {name: each for name, each in claims.meta.items() if not DATED.search(name)}
    return replace(
        claims, jsonld=undated(claims.jsonld), page=undated(claims.page), itemprops=undated(claims.itemprops), meta=meta
    )


def read_metadata(record: dict, *, is_unstated: bool = False) -> Metadata | None:
    tree = parse_html(page_bytes(record), "text/html")
    if tree is None:
        return None
    url = record.get("url") or "https://unknown.invalid/"
    claims, page = read_claims(tree), read_blocks(tree)
    claims = unstated(claims) if is_unstated else claims
    title = headline(claims, host_of(url), None, lower_headings(page))
    sample = "\n".join(itertools.islice((block.text for block in page.blocks if block.good), LANGUAGE_SAMPLE_PARAGRAPHS))
    return reconcile(claims, url, datetime.now(UTC), title=title, beside=lines_beside(page, title[0]), sample=sample)


def days_of(stated: str) -> set[str]:
    """The days that a moment may be said to be of: in its own offset and in UTC."""
    value = stated.strip().replace(" ", "T", 1)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return {value[:10]}
    return {value[:10]} | ({moment.astimezone(UTC).date().isoformat()} if moment.tzinfo else set())


def local(found: Metadata) -> str | None:
    if not found.published or not found.published_zone:
        return found.published
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{found.published_zone}").tzinfo
    return datetime.fromisoformat(found.published).astimezone(zone).isoformat()


def kind_of(truth: str, found: str | None) -> str:
    if not found:
        return "none"
    true, said = days_of(truth), days_of(found)
    if true & said:
        return "right"
    try:
        apart = min(abs((date.fromisoformat(one) - date.fromisoformat(other)).days) for one in true for other in said)
    except ValueError:  # a truth that is no day
        return "wrong"
    return "off by one" if apart == 1 else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    add_options(parser)
    parser.add_argument("--unstated", action="store_true", help="as if JSON-LD, meta elements and microdata stated no date")
    parser.add_argument("--list", type=Path, metavar="FILE", help="write what is not right there, a line a page")
    parser.add_argument("--json", action="store_true", help="print all numbers as JSON")
    options = parser.parse_args()
    records = [each for each in chosen_pages(options) if each.get("date")]
    kinds, lines = {}, []
    started = time.process_time()
    for record in records:
        found = read_metadata(record, is_unstated=options.unstated)
        kind = kind_of(record["date"], local(found) if found else None)
        if kind in ("wrong", "none") and found and kind_of(record["date"], found.modified) == "right":
            kind = "its change"
        kinds[record["id"]] = kind
        if kind != "right" and found:
            lines.append("\t".join(map(str, (
                kind, record["date"], found.published, found.published_origin, found.modified, record["id"],
                record.get("url"), record["path"],
            ))))  # fmt: skip
    spent = 1_000 * (time.process_time() - started) / max(1, len(records))
    if options.list:
        options.list.write_text("\n".join(lines) + "\n", encoding="utf-8")
    shares = {
        name: Counter(kinds[record["id"]] for record in of) for name, of in {"all": records, **groups(records)}.items()
    }
    if options.json:
        print(json.dumps({"kinds": shares, "cpu_ms_a_page": spent}, indent=1))
        return
    print(f"{'':<28}{'pages':>6}{'share':>7}" + "".join(f"{kind:>12}" for kind in KINDS))
    for name, counts in shares.items():
        total = sum(counts.values())
        print(f"{name:<28}{total:>6}{counts['right'] / total:>7.3f}" + "".join(f"{counts[kind]:>12}" for kind in KINDS))
    print(f"{spent:.1f} CPU ms a page, parsing and blocks included")


if __name__ == "__main__":
    main()
