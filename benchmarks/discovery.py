"""How well discovery finds what is there: precision and recall over a folder of real feeds, sitemaps, robots.txt and pages.

    uv run python benchmarks/discovery.py DATA_DIR [--json] [--verbose]

DATA_DIR holds feeds/, sitemaps/, robots/ and homepages/, each with truth.jsonl and the files that it names.
A record has `id`, `file`, `kind` and `expected`: items with their links, locs with their dates, decisions, article links.
The two load tests (a feed of 100,000 items, an index of 60,000 sitemaps) are made here, each in a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urldefrag

from newscrawler.dates.stated import parse_date
from newscrawler.discovery.autodiscovery import announced_feeds
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.discovery.feeds import parse_feed
from newscrawler.discovery.listings import article_links
from newscrawler.discovery.robots import parse_robots
from newscrawler.discovery.sitemaps import parse_sitemap
from newscrawler.errors import DiscoveryError
from newscrawler.text import clean_line
from newscrawler.urls import absolute

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOWHERE = "https://nowhere.example/"


class Score:
    """Right, wrong and missed, with the names of what went wrong."""

    def __init__(self) -> None:
        self.right = self.wrong = self.missed = 0
        self.pages: list[tuple[float, float]] = []
        self.complaints: list[str] = []

    def add(self, name: str, right: int, wrong: list, missed: list) -> None:
        self.right, self.wrong, self.missed = self.right + right, self.wrong + len(wrong), self.missed + len(missed)
        if right or wrong or missed:
            self.pages.append((right / max(1, right + len(wrong)), right / max(1, right + len(missed))))
        self.complaints += [f"{name}: wrong {each}" for each in wrong[:5]] + [
            f"{name}: missed {each}" for each in missed[:5]
        ]

    def report(self) -> dict:
        found, there = self.right + self.wrong, self.right + self.missed
        return {
            "precision": round(self.right / found, 4) if found else None,
            "recall": round(self.right / there, 4) if there else None,
            "macro_precision": round(sum(p for p, _ in self.pages) / len(self.pages), 4) if self.pages else None,
            "macro_recall": round(sum(r for _, r in self.pages) / len(self.pages), 4) if self.pages else None,
            "items": there,
            "documents": len(self.pages),
        }


def records(folder: Path):
    path = folder / "truth.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        record = json.loads(line)
        body = (folder / record["file"]).read_bytes() if record.get("file") else b""
        yield record, body


def feeds(folder: Path, score: Score) -> None:
    """An item is found by its link or any other address that the truth accepts for it; only http and https count."""
    for record, body in records(folder):
        base = record.get("self") or record.get("base") or NOWHERE
        try:
            found = {link.url for link in parse_feed(body, base, NOW).links}
        except DiscoveryError:
            found = set()
        items = record["expected"].get("items", [])
        accepted = [
            {absolute(each, base) for each in (item.get("link"), *item.get("alternates", []))} - {None} for item in items
        ]
        wanted = [
            (item["link"], names) for item, names in zip(items, accepted, strict=True) if absolute(item.get("link"), base)
        ]
        missed = [link for link, names in wanted if not names & found]
        allowed = set().union(*accepted, {absolute(link, base) for link in record["expected"]["links"]})
        score.add(record["id"], len(wanted) - len(missed), sorted(found - allowed), missed)


def sitemaps(folder: Path, score: Score, dates: Score) -> None:
    for record, body in records(folder):
        url = f"https://{record['site']}/sitemap.xml"
        try:
            found = parse_sitemap(body, url, NOW)
        except DiscoveryError:
            found = parse_endpoint("sitemap", b"<urlset/>", url, NOW)
        got = {each.url: each for each in (*found.links, *found.endpoints)}
        wanted = {absolute(loc, url) for loc in record["expected"]["locs"]}
        score.add(record["id"], len(wanted & set(got)), sorted(set(got) - wanted), sorted(wanted - set(got)))
        stated: dict[tuple[str, str], set] = {}
        for row in record["expected"]["rows"]:
            for name, read in (
                ("lastmod", parse_date),
                ("news_date", parse_date),
                ("news_title", lambda text, _: clean_line(text)),
            ):
                if row.get(name):
                    stated.setdefault((absolute(row["loc"], url), name), set()).add(read(row[name], NOW))
        fields = {"lastmod": "modified", "news_date": "published", "news_title": "title"}
        missed = [key for key, values in stated.items() if getattr(got.get(key[0]), fields[key[1]], None) not in values]
        dates.add(record["id"], len(stated) - len(missed), [], missed)


def announced(folder: Path, score: Score) -> None:
    for record, body in records(folder):
        try:
            found = {each.url for each in announced_feeds(body, record["base"])}
        except DiscoveryError:
            found = set()
        wanted = {absolute(each["url"], record["base"]) for each in record["expected"]["feeds"]}
        score.add(record["id"], len(wanted & found), sorted(found - wanted), sorted(wanted - found))


def _key(url: str) -> str:
    """Two spellings of one page, as the labels see it."""
    return urldefrag(url).url.rstrip("/").removeprefix("https://").removeprefix("http://").removeprefix("www.")


def articles(folder: Path, score: Score) -> None:
    for record, body in records(folder):
        expected = record["expected"]
        if "articles" not in expected:
            continue
        try:
            found = {_key(link.url) for link in article_links(body, record["base"], NOW).links}
        except DiscoveryError:
            found = set()
        wanted, neutral = ({_key(url) for url in expected[name]} for name in ("articles", "neutral"))
        score.add(record["id"], len(wanted & found), sorted(found - wanted - neutral), sorted(wanted - found))


def robots(folder: Path, decisions: Score, delays: Score, maps: Score) -> None:
    for record, body in records(folder):
        if record["kind"] == "robots_gate":
            right = parse_robots(record["robots"]).allows(record["url"], record["agent"]) == record["allowed"]
            decisions.add(record["id"], int(right), [] if right else [record["url"]], [])
        elif record["kind"] == "crawl_delay":
            right = parse_robots(record["robots"]).crawl_delay(record["agent"]) == record["delay"]
            delays.add(record["id"], int(right), [] if right else [record["agent"]], [])
        else:
            origin = "https://site.example"
            rules = parse_robots(body.decode("utf-8", "replace"), origin)
            wanted = {absolute(each, origin) for each in record["expected"]["sitemaps"]} - {None}
            found = set(rules.sitemaps)
            maps.add(record["id"], len(wanted & found), sorted(found - wanted), sorted(wanted - found))
            stated = {float(each) for each in record["expected"]["crawl_delay_values"]}
            lost = [] if bool(stated) == bool(rules.delays) and set(rules.delays.values()) <= stated else [sorted(stated)]
            delays.add(record["id"], int(bool(stated) and not lost), lost, [])


def _large(kind: str) -> bytes:
    if kind == "feed":
        rows = (
            f"<item><title>Minister {n} meets minister</title><link>https://a.example/news/2026/11/the-story-number-{n}</link>"
            f"<guid>https://a.example/?p={n}</guid><pubDate>Sun, 22 Nov 2026 {n % 24:02}:{n % 60:02}:30 +0100</pubDate>"
            f"<description>What was said at the meeting, {n}.</description></item>"
            for n in range(100_000)
        )
        text = f'<rss version="2.0"><channel><title>a</title><link>https://a.example/</link>{"".join(rows)}</channel></rss>'
        return text.encode()
    rows = (
        f"<sitemap><loc>https://a.example/maps/{n}.xml</loc><lastmod>2026-11-{n % 22 + 1:02}T12:00:00Z</lastmod></sitemap>"
        for n in range(60_000)
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(rows)}</sitemapindex>'.encode()


def load(kind: str) -> dict:
    """CPU seconds of the parser and peak memory of a process that does nothing else."""
    body = _large(kind)
    start = time.process_time()
    found = parse_endpoint("rss" if kind == "feed" else "sitemap", body, "https://a.example/feed", NOW)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"found": len(found.links) + len(found.endpoints), "cpu_seconds": round(seconds, 2), "peak_mb": round(peak)}


def in_own_process(kind: str) -> dict:
    done = subprocess.run([sys.executable, __file__, "--load", kind], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "data", metavar="DATA_DIR", nargs="?", type=Path, help="folder with feeds/, sitemaps/, robots/, homepages/"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    parser.add_argument("--verbose", action="store_true", help="name what was missed and what was wrong, on stderr")
    parser.add_argument("--load", choices=("feed", "index"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.load:
        print(json.dumps(load(options.load)))
        return
    if options.data is None or not options.data.is_dir():
        parser.error(f"{options.data} is no folder; give one with feeds/, sitemaps/, robots/ and homepages/")
    names = (
        "feed links", "sitemap links", "sitemap dates and titles", "announced feeds", "article links", "robots decisions",
        "crawl delays", "robots sitemaps",
    )  # fmt: skip
    scores = {name: Score() for name in names}
    feeds(options.data / "feeds", scores["feed links"])
    sitemaps(options.data / "sitemaps", scores["sitemap links"], scores["sitemap dates and titles"])
    announced(options.data / "homepages", scores["announced feeds"])
    articles(options.data / "homepages", scores["article links"])
    robots(options.data / "robots", scores["robots decisions"], scores["crawl delays"], scores["robots sitemaps"])
    result = {name: score.report() for name, score in scores.items()}
    result |= {f"load: {kind}": in_own_process(kind) for kind in ("feed", "index")}
    if options.verbose:
        print("\n".join(line for score in scores.values() for line in score.complaints), file=sys.stderr)
    if options.json:
        print(json.dumps(result, indent=2))
        return
    for name, values in result.items():
        print(f"{name:<26}" + "  ".join(f"{key} {value}" for key, value in values.items()))


if __name__ == "__main__":
    main()
