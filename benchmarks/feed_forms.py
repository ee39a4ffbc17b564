"""Feeds as others test them: the cases of feedparser's source distribution, read by our reader and by feedparser itself.

    python -m pip download --no-deps --no-binary :all: feedparser==6.0.14 && tar xzf feedparser-6.0.14.tar.gz
    uv run python benchmarks/feed_forms.py feedparser-6.0.14/tests [--json]

Every file has to end in links or in a reason of ours, within SECONDS: exit code 1 where one does not.  Links that feedparser
finds in a well-formed file and we do not are named; ids that are no link, channels (CDF) and words in place of an address
are left out on purpose.
"""

import argparse
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

import feedparser

from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.urls import url_key

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
URL = "https://a.example/feed.xml"
SECONDS = 5.0  # for one file; they have a few kB


def addresses_by_feedparser(body: bytes) -> set[str]:
    """Keys of the entries' links that lead to http or https, read against URL."""
    found = feedparser.parse(body, response_headers={"content-location": URL})
    links = [urljoin(URL, str(entry.get("link") or "")) for entry in found.entries if entry.get("link")]
    return {url_key(link) for link in links if link.startswith(("http://", "https://"))}


def addresses(body: bytes) -> set[str] | None:
    """Keys of our links; None where the file is refused, with a reason of ours.  Whatever is raised is a bug."""
    found = parse_endpoint("rss", body, URL, NOW)
    return None if found.failure else {url_key(link.url) for link in found.links}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path, help="the folder `tests` of feedparser's source distribution")
    arguments.add_argument("--json", action="store_true", help="figures for programs")
    asked = arguments.parse_args()
    files = sorted(path for path in asked.folder.rglob("*.xml") if path.is_file())
    if not files:
        sys.exit(f"{asked.folder}: no feeds are there; unpack feedparser's source distribution and name its folder tests")
    refused = missed = wanted = 0
    bugs: list[str] = []
    for path in files:
        body, began = path.read_bytes(), time.perf_counter()
        try:
            ours = addresses(body)
        except Exception as error:  # which is what is looked for
            bugs.append(f"{path}: {type(error).__name__}: {error}")
            continue
        if time.perf_counter() - began > SECONDS:
            bugs.append(f"{path}: {time.perf_counter() - began:.1f} s")
        refused += ours is None
        if "wellformed" in path.parts:
            theirs = addresses_by_feedparser(body)
            wanted += len(theirs)
            lost = theirs - (ours or set())
            missed += len(lost)
            if lost and not asked.json:
                print(f"{path.relative_to(asked.folder)}: {', '.join(sorted(lost))}")
    figures = {"files": len(files), "refused": refused, "links of well-formed ones": wanted, "missed": missed, "bugs": bugs}
    print(json.dumps(figures, indent=2) if asked.json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    sys.exit(bool(bugs))


if __name__ == "__main__":
    main()
