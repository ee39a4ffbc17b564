"""Address keys: how many variants of one article meet, how many articles are lost, and what a call costs.

python benchmarks/addresses.py [--table TABLE.json] [--addresses FILE] [--json]

TABLE.json holds "same" and "different", lists of groups of addresses; FILE one address a line, for the time.  The same is
measured in the same run for courlan and w3lib, as their users would call them.
"""

import argparse
import json
import time
from pathlib import Path

from courlan import clean_url
from w3lib.url import canonicalize_url

from newscrawler.urls import url_key

TABLE = Path(__file__).parent.parent / "tests" / "cases" / "addresses.json"
METHODS = {
    "newscrawler url_key": url_key,
    "courlan clean_url": clean_url,
    "w3lib canonicalize_url": canonicalize_url,
}


def keys_of(method, group):
    """The keys of a group; an address that the method drops keeps its own."""
    return [method(address) or address for address in group]


def measured(method, table, addresses):
    variants = [key == keys[0] for keys in (keys_of(method, group) for group in table["same"]) for key in keys[1:]]
    apart = [len(group) - len(set(keys_of(method, group))) for group in table["different"]]
    best = float("inf")
    for _ in range(5):
        begun = time.process_time()
        keys_of(method, addresses)
        best = min(best, time.process_time() - begun)
    return {
        "merged": sum(variants),
        "variants": len(variants),
        "lost": sum(apart),
        "articles": sum(map(len, table["different"])),
        "microseconds": round(best / len(addresses) * 1e6, 1),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--table", type=Path, default=TABLE, help="groups of addresses [the tests' own]")
    parser.add_argument("--addresses", type=Path, help="one address a line, to measure the time on [those of the table]")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    options = parser.parse_args()
    table = json.loads(options.table.read_text(encoding="utf-8"))
    if options.addresses:
        addresses = options.addresses.read_text(encoding="utf-8", errors="replace").splitlines()
    else:
        addresses = [each for group in (*table["same"], *table["different"]) for each in group]
    results = {name: measured(method, table, addresses) for name, method in METHODS.items()}
    if options.json:
        print(json.dumps(results))
        return
    for name, found in results.items():
        print(
            f"{name:24} {found['merged']:4} of {found['variants']} variants merged, {found['lost']:3} of "
            f"{found['articles']} articles lost, {found['microseconds']:6.1f} µs a call"
        )


if __name__ == "__main__":
    main()
