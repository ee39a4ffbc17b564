"""Labelled pages for measuring: which sets there are, whose pages they are, and which publishers stay untouched.

DATA_DIR holds folders such as extraction/ and extraction-modern/, each with truth.jsonl: records with `id`, `html` (a path
beside the file), `url`, and what is true of the page.  Publishers are in five parts, by a hash of the site's name: parts
0 to 3 are for choosing and training, part 4 is looked at once, at the end.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from newscrawler.urls import bare_host
from newscrawler.urls.public_suffix import registered_domain

PARTS = 5
UNTOUCHED = 4
SETS = ("extraction", "extraction-modern")
BY_PEOPLE = frozenset({"zyte", "fundus", "fundus_eval"})  # sets of the older pages whose bodies are whole
Record = dict[str, Any]


def site(record: Record) -> str:
    """Whose page it is; a page without an address is nobody else's."""
    return registered_domain(bare_host(record.get("url") or "")) or str(record["id"])


def part_of(name: str, parts: int = PARTS) -> int:
    """Which part a site is in: the same on every machine.

    >>> part_of("example.org"), part_of("example.com")
    (0, 1)
    """
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % parts


def read_pages(folder: Path, sets: tuple[str, ...] = SETS, parts: frozenset[int] | None = None) -> list[Record]:
    """Records of these sets and parts (None: all), each with `path`, `set`, `site` and `part`.

    Raises FileNotFoundError where a set is not there.
    """
    found = []
    for name in sets:
        file = folder / name / "truth.jsonl"
        for line in file.read_text(encoding="utf-8").strip().split("\n"):
            record = json.loads(line)
            whose = site(record)
            record |= {"path": file.parent / record["html"], "set": name, "site": whose, "part": part_of(whose)}
            if parts is None or record["part"] in parts:
                found.append(record)
    return found


def page_bytes(record: Record) -> bytes:
    """The page as it was fetched."""
    raw: bytes = record["path"].read_bytes()
    return gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw


def groups(records: list[Record]) -> dict[str, list[Record]]:
    """Records by what figures are stated of: the older sets, the modern ones by kind, and who says what is true."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        name = record["set"].removeprefix("extraction-")
        found[name if name != "extraction" else "old"].append(record)
        if record["set"] == "extraction":
            found[record["dataset"]].append(record)
            if record["dataset"] in BY_PEOPLE:
                found["old with a body"].append(record)
        if record["set"] == "extraction-modern":
            found["modern news" if record["kind"] == "news" else "modern rest"].append(record)
            found[f"modern {record['kind']}"].append(record)
            found[f"modern by {record['truth_by']}"].append(record)
    return dict(found)


def add_options(parser: argparse.ArgumentParser, sets: tuple[str, ...] = SETS, parts: str = "0-3") -> None:
    """--sets and --parts, as every measurement on labelled pages has them."""
    parser.add_argument("--sets", default=",".join(sets), help="folders of DATA_DIR, comma-separated; %(default)s")
    parser.add_argument(
        "--parts", default=parts, help="parts of the publishers, such as 0-3 or 4; 4 stays for the end; %(default)s"
    )


def chosen_pages(options: argparse.Namespace) -> list[Record]:
    """The records that `add_options` and `data` name."""
    return read_pages(options.data, tuple(options.sets.split(",")), parse_parts(options.parts))


def parse_parts(value: str) -> frozenset[int]:
    """Numbers out of a list with ranges.

    >>> sorted(parse_parts("0-2,4"))
    [0, 1, 2, 4]
    """
    found: set[int] = set()
    for each in value.split(","):
        first, _, last = each.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)
