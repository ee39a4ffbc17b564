"""Whether two builds read labelled pages alike, field by field: hashes of one are written, and another's compared with them.

    python benchmarks/same_readings.py DATA_DIR --write FILE [--every N]
    python benchmarks/same_readings.py DATA_DIR --against FILE [--every N]

Each page goes through all that a worker does with it but its WARC record (`process.prepare`), and through `examine` for what
was cut and rejected.  The file holds hashes alone, no word of a page.  Exits 1 where anything differs, and names it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import sys
import warnings
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labelled_pages import page_bytes, read_pages

from newscrawler.config.lexicon import lexicon_of
from newscrawler.extraction import examine
from newscrawler.items import Lease, Page
from newscrawler.process import prepare

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADERS = (("Content-Type", "text/html"),)
SETS = ("extraction", "extraction-modern", "extraction-extra")
DIAGNOSTICS = ("candidates", "choice", "cut", "rejected", "rights", "seen", "encoding")


def _hash(value: object) -> str:
    return hashlib.blake2b(repr(_plain(value)).encode("utf-8", "replace"), digest_size=6).hexdigest()


def _plain(value: object) -> object:
    """A value whose repr does not depend on the order of a set, nor on where anything lies in memory."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return sorted(map(repr, value)) if isinstance(value, set | frozenset) else value


def reading(body: bytes, url: str) -> dict[str, str]:
    """Field -> hash of all that is found on a page."""
    examined = examine(body, url, NOW, content_type="text/html")
    found = {name: _hash(getattr(examined, name)) for name in DIAGNOSTICS}
    candidate = prepare(Page(Lease(1, "any", url), url, NOW, 200, HEADERS, body), None, lexicon_of(""))
    article = candidate.article
    if article is not None:
        found |= {f"article.{each.name}": _hash(getattr(article, each.name)) for each in fields(article)}
    names = {each.name for each in fields(candidate)} - {"article", "lease", "fetched"}
    return found | {name: _hash(getattr(candidate, name)) for name in sorted(names)}


def differences(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> dict[str, list[str]]:
    """Field -> the pages on which it is not what it was."""
    found: dict[str, list[str]] = {}
    for page, now in after.items():
        was: dict[str, Any] = before.get(page, {})
        for name in sorted({*was, *now}):
            if was.get(name) != now.get(name):
                found.setdefault(name, []).append(page)
    return found


def main() -> None:
    """Write, or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--against", type=Path, metavar="FILE")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th page")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sets = tuple(name for name in SETS if (options.data / name).is_dir())
    records = read_pages(options.data, sets)[:: options.every]
    found = {
        f"{each['set']}/{each['id']}": reading(page_bytes(each), each.get("url") or "https://unknown.invalid/")
        for each in records
    }
    if options.write:
        options.write.write_text(json.dumps(found), encoding="utf-8")
    if options.against:
        differing = differences(json.loads(options.against.read_text(encoding="utf-8")), found)
        for name, pages in differing.items():
            print(f"{name}: {len(pages)} pages, {', '.join(pages[:5])}")
        print(f"{len(found)} pages, {len({page for each in differing.values() for page in each})} read otherwise")
        sys.exit(bool(differing))


if __name__ == "__main__":
    main()
