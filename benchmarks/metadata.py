"""What is found of titles and authors on labelled pages, and what an article is taken for.

    python benchmarks/metadata.py DATA_DIR [--sets extraction,extraction-modern] [--parts 0-3] [--wrong titles|authors]

DATA_DIR as labelled_pages says; part 4 of the publishers stays for the end.  A title is measured three ways: as it is
stated by whoever labelled the page (some took the search engine's title); against the visible headline, which is the
heading of the page with most of the stated words, outside of paths and navigation, by its words
or in those of the label; and against og:title, which
holds it as a rule.  Authors are F1 of folded names, averaged over pages that state some.  "listing" counts labelled
articles that are taken for lists.
"""

import argparse
import html
import importlib.util
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from labelled_pages import Record, add_options, chosen_pages, groups, page_bytes

from newscrawler.extraction import beyond_limits, parse_markup
from newscrawler.markup.blocks import Block, Node, Page, read_blocks
from newscrawler.markup.containers import HEADINGS
from newscrawler.metadata.authors.byline_area import lines_beside
from newscrawler.metadata.claims.structured import read_claims
from newscrawler.metadata.kinds import page_type
from newscrawler.metadata.reconcile import reconcile
from newscrawler.metadata.titles.believed import headline, lower_headings
from newscrawler.text import words
from newscrawler.text.encoding import markup_of
from newscrawler.urls import host_of

ALIKE = 0.6  # share of words that make a heading the headline
MAX_HEADING = 300  # characters


def scorer(folder: Path) -> ModuleType:
    """The scoring module that comes with the data: how titles and names are folded."""
    spec = importlib.util.spec_from_file_location("score_extraction", folder / "score_extraction.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def is_seen(block: Block) -> bool:
    """Whether a heading is one to a reader: in no path to the page, where some sites put an h1, and no navigation."""
    node: Node | None = block.node
    while node is not None:
        if node.tag in ("nav", "footer", "aside") or "breadcrumb" in node.label:
            return False
        node = node.parent
    return True


def visible_headline(stated: str, page: Page, fold: Any) -> str | None:
    """The heading that says most of a stated title, the first of those that say as much; None where none is like it."""
    wanted = set(words(stated))
    found = []
    for block in page.blocks:
        said = (
            set(words(block.text)) if block.node.tag in HEADINGS and block.chars <= MAX_HEADING and is_seen(block) else set()
        )
        shared = len(wanted & said)
        is_first = block.node.tag == "h1" and shared >= ALIKE * min(len(wanted), len(said))
        if shared > 1 and (is_first or shared >= ALIKE * max(len(wanted), len(said))):
            found.append(
                (fold(block.text) == fold(stated), is_first, shared / max(len(wanted), len(said)), -block.index, block.text)
            )
    return max(found)[4] if found else None


def read(record: Record, fold: Any, now: datetime) -> dict[str, Any]:
    """Title, authors and type of a page, and what they are measured against."""
    tree = parse_markup(markup_of(page_bytes(record), "text/html")[0])
    if tree is None or beyond_limits(tree):
        return {}
    url = record.get("url") or "https://unknown.invalid/"
    claims, page = read_claims(tree), read_blocks(tree)
    title = headline(claims, host_of(url), None, lower_headings(page))
    beside = lines_beside(page, title[0])
    metadata = reconcile(claims, url, now, title=title, beside=beside)
    return {
        "title": title[0],
        "authors": metadata.authors,
        "type": page_type(claims, url, beside, page)[0],
        "visible": visible_headline(record["title"], page, fold) if record.get("title") else None,
        "og": html.unescape(claims.meta.get("og:title", "")),
    }


def author_f1(stated: Any, found: Any, names: Any) -> float:
    wanted, got = names(stated), names(list(found or ()))
    hits = len(wanted & got)
    return 2 * hits / (len(wanted) + len(got)) if hits else 0.0


def measured(record: Record, found: dict[str, Any], module: ModuleType) -> dict[str, float]:
    """The figures of one page, those that it can have."""
    figures: dict[str, float] = {"listing": float(found.get("type") == "listing")}
    title = module.fold(found.get("title"))
    if record.get("title"):
        figures["title"] = float(title == module.fold(record["title"]))
        if found.get("visible"):
            shown = (words(module.fold(each)) for each in (found["visible"], record["title"]))  # folding writes ß as ss
            figures["visible"] = float(words(title) in shown)
        if found.get("og"):
            figures["og:title"] = float(bool(title) and title in module.fold(found["og"]))
    if record.get("authors"):
        figures["authors"] = author_f1(record["authors"], found.get("authors"), module.names)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    add_options(parser, parts="0-3")
    parser.add_argument("--wrong", choices=("titles", "authors"), help="print each page of which this is wrong")
    options = parser.parse_args()
    module, now = scorer(options.data), datetime.now(UTC)
    records = chosen_pages(options)
    found = {record["id"]: read(record, module.fold, now) for record in records}
    figures = {record["id"]: measured(record, found[record["id"]], module) for record in records}
    shown = ("title", "visible", "og:title", "authors", "listing")
    print(f"{'':<32}" + "".join(f"{name:>16}" for name in shown))
    for name, group in sorted(groups(records).items()):
        values = defaultdict(list)
        for record in group:
            for key, value in figures[record["id"]].items():
                values[key].append(value)
        cells = (
            f"{sum(values[key]) / len(values[key]):.3f} of {len(values[key]):>4}" if values[key] else "" for key in shown
        )
        print(f"{name:<32}" + "".join(f"{cell:>16}" for cell in cells))
    key = {"titles": "title", "authors": "authors"}.get(options.wrong or "")
    for record in records:
        if key and figures[record["id"]].get(key, 1) < 1:
            of = found[record["id"]]
            print(f"{record['id']}: stated {record[key]!r}, found {of.get(key)!r}, visible {of.get('visible')!r}")


if __name__ == "__main__":
    main()
