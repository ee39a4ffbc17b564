"""What hostile hosts cost the others, and what all of it holds in memory.

    python benchmarks/floods.py [--json] [--only NAME]

    pages       70 hosts with a page of 9.7 MB each, in few elements
    elements    a page of 3.3 million elements, one of 58,000 and one nested without end, from each of 6 hosts
    feeds       12 hosts with feeds and sitemaps of a hundred thousand entries, of 10 MB without any, and packed 1,000 : 1
    bystanders  40 hosts alone, then beside one host of 40 pages of 3.4 MB and 58,000 elements
    healing     six failures that pass: articles stored by the crawl of a day later

The first three print the largest memory of all processes of a crawl (PSS: shared pages count once; looked at each quarter of
a second), and how many articles of 20 other hosts are exact.  Seconds depend on the machine's load: what counts of
bystanders is the ratio of two crawls of one run, until the last bystander's article is stored.
"""

import argparse
import gzip
import json
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "hostile"))

from crawling import SMALL, SOURCE, Kit
from hosts import HTML, HostileWeb, Reply, reply, title_of, words_of
from rounds import memory_of

from newscrawler import settings

OURS = ("NEWSCRAWLER_ALLOW_NETWORKS", "NEWSCRAWLER_WORKERS")
SETTINGS = {name: getattr(settings, name) for name in SMALL if name not in OURS}  # the limits of a crawl, not the tests'
SETTINGS |= {name: SMALL[name] for name in OURS} | {"DOWNLOAD_DELAY": 0.05, "AUTOTHROTTLE_ENABLED": False}
XML = "application/xml"
DAY = 26 * 3600
PART = "<p>The harbour master said that the frigate had left in the morning, and nobody knew when she would be back.</p>\n"


def page(body: str) -> Reply:
    return Reply(200, (("Content-Type", HTML),), f"<!doctype html><title>Page</title><body>{body}".encode())


def large(number: int) -> Reply:
    """9.7 MB in few elements: a script, and an article."""
    return page(f"<article><h1>Number {number}</h1>{PART * 40}</article><script>{'var a = 1; ' * 881_000}</script>")


def xml(body: str, *, packed: bool = False) -> Reply:
    content = gzip.compress(body.encode(), 9) if packed else body.encode()
    return Reply(200, (("Content-Type", XML), *((("Content-Encoding", "gzip"),) if packed else ())), content)


def rss(inner: str) -> str:
    return f"<rss version='2.0'><channel><title>News</title>{inner}</channel></rss>"


class World:
    """Hosts and a crawl of them, in a folder of its own."""

    def __init__(self, folder: Path, web: HostileWeb) -> None:
        self.folder, self.web = folder, web
        self.catalogue, self.articles = "", {}

    def base(self, name: str) -> str:
        return f"http://{name}.example:{self.web.port}"

    def source(self, name: str, replies: dict[str, Reply], links: list[str], endpoint: str = "/feed.xml") -> None:
        host = self.web.add(f"{name}.example")
        host.replies.update({"/feed.xml": reply("", {"feed": [self.base(name) + each for each in links]})} | replies)
        kind = "sitemap" if endpoint.endswith("map.xml") else "rss"
        url = self.base(name) + endpoint
        self.catalogue += SOURCE.format(id=name, base=self.base(name), kind=kind, url=url)

    def bystanders(self, number: int) -> None:
        for n in range(number):
            seed = f"bystander-{n}/story"
            self.source(f"bystander-{n}", {"/story": reply(seed, {})}, ["/story"])
            self.articles[f"{self.base(f'bystander-{n}')}/story"] = seed

    def exact(self) -> int:
        """Bystanders' articles that are stored as they were published."""
        path = self.folder / "archive" / "news.db"
        if not path.exists():
            return 0
        with closing(sqlite3.connect(path, timeout=30)) as db:
            try:
                found = {url: (title, text) for url, title, text in db.execute("SELECT url, title, text FROM articles")}
            except sqlite3.OperationalError:  # it is being made
                return 0
        return sum(found.get(url) == (title_of(seed), "\n".join(words_of(seed))) for url, seed in self.articles.items())

    def crawl(self) -> dict:
        self.folder.mkdir()
        kit = Kit(self.folder, self.catalogue, self.web.names, self.web.authority)
        return self.again(kit)

    def again(self, kit: Kit) -> dict:
        began, peak, all_there = time.monotonic(), 0.0, None
        with (self.folder / "stderr").open("w") as stderr:
            process = kit.start(settings=SETTINGS, stderr=stderr)
            while process.poll() is None:
                peak = max(peak, memory_of(process.pid))
                if all_there is None and self.exact() == len(self.articles):
                    all_there = time.monotonic() - began
                time.sleep(0.25)
        seconds = time.monotonic() - began
        told = (self.folder / "stderr").read_text()
        return {
            "peak_mb": round(peak), "exact": self.exact(), "of": len(self.articles), "exit_code": process.returncode,
            "seconds_until_they_are_there": round(seconds if all_there is None else all_there, 1),
            "seconds": round(seconds, 1), "quiet": "Traceback" not in told,
        }  # fmt: skip


def pages(world: World) -> None:
    for n in range(70):
        world.source(f"large-{n}", {"/page": large(n)}, ["/page"])
    world.bystanders(20)


def elements(world: World) -> None:
    replies = {
        "/many": page("<i></i>" * 1_380_000), "/short": page("<b>" * 3_300_000), "/58000": page("<p>x<i>y</i></p>" * 29_000),
        "/attributes": page("<i " + "a=1 " * 2_000_000 + ">"), "/deep": page("<div>" * 1_900_000),
        "/angles": page("<" * 9_000_000), "/cells": page("<table><tr>" + "<td>7" * 1_900_000),
    }  # fmt: skip
    for n in range(6):
        world.source(f"elements-{n}", replies, list(replies))
    world.bystanders(20)


def feeds(world: World) -> None:
    def items(base: str) -> str:
        return "".join(f"<item><link>{base}/{n}</link></item>" for n in range(100_000))

    for n in range(12):
        base = world.base(f"flood-{n}")
        floods = {
            "/items.xml": xml(rss(items(base))),
            "/map.xml": xml(f"<urlset>{f'<url><loc>{base}/a</loc></url>' * 200_000}</urlset>"),
            "/empty.xml": xml(rss("<x/>" * 2_300_000)), "/packed.xml": xml(rss("<item/>" * 9_000_000), packed=True),
            "/one.xml": xml(rss(f"<item><title>{'x' * 9_000_000}</title><link>{base}/b</link></item>")),
        }  # fmt: skip
        for number, (path, flood) in enumerate(floods.items()):
            name = f"flood-{n}" if not number else f"flood-{n}-{number}"
            world.source(name, {path: flood}, [], path)
    world.bystanders(20)


def beside_one(world: World) -> None:
    slow = page(f"<article>{'<p><b>x</b> <i>y</i></p>' * 19_000}</article><script>{'var a = 1; ' * 270_000}</script>")
    paths = [f"/{n}" for n in range(40)]
    world.source("slow", dict.fromkeys(paths, slow), paths)
    world.bystanders(40)


def measure(folder: Path, make) -> dict:
    with HostileWeb(_tls(folder)) as web:
        world = World(folder / "world", web)
        make(world)
        return world.crawl()


def bystanders(folder: Path) -> dict:
    (folder / "alone").mkdir()
    (folder / "beside").mkdir()
    alone = measure(folder / "alone", lambda world: world.bystanders(40))
    beside = measure(folder / "beside", beside_one)
    key = "seconds_until_they_are_there"
    return {"alone": alone, "beside": beside, "ratio": round(beside[key] / alone[key], 2)}


HEALS = {
    "403": Reply(403), "404": Reply(404), "410": Reply(410), "401": Reply(401),
    "soft-404": page("<h1>404</h1><p>Sorry, the page that you are looking for could not be found.</p>"),
    "empty": Reply(200, (("Content-Type", HTML),), b""),
}  # fmt: skip


def healing(folder: Path) -> dict:
    """Six hosts whose article fails at first: stored by the crawl of a day later."""
    with HostileWeb(_tls(folder)) as web:
        world = World(folder / "world", web)
        for name, failing in HEALS.items():
            world.source(f"heals-{name}", {"/story": failing}, ["/story"])
            world.articles[f"{world.base(f'heals-{name}')}/story"] = f"heals-{name}/story"
        (folder / "world").mkdir()
        kit = Kit(folder / "world", world.catalogue, web.names, web.authority)
        before = world.again(kit)["exact"]
        for name in HEALS:
            web.hosts[f"heals-{name}.example"].replies["/story"] = reply(f"heals-{name}/story", {})
        kit.clock.write_text(str(DAY))
        return {"stored_at_first": before, "stored_after_a_day": world.again(kit)["exact"], "of": len(HEALS)}


def _tls(folder: Path) -> Path:
    (folder / "tls").mkdir(parents=True)
    return folder / "tls"


FLOODS = {"pages": pages, "elements": elements, "feeds": feeds}
ALL = (*FLOODS, "bystanders", "healing")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--only", choices=ALL, action="append", help="this one; may be given again")
    options = parser.parse_args()
    told: dict[str, dict] = {}
    for name in options.only or ALL:
        with tempfile.TemporaryDirectory(prefix="floods-") as folder:
            if name in FLOODS:
                told[name] = measure(Path(folder), FLOODS[name])
            else:
                told[name] = {"bystanders": bystanders, "healing": healing}[name](Path(folder))
        if not options.json:
            print(f"{name}: {told[name]}", flush=True)
    if peaks := [each["peak_mb"] for name, each in told.items() if name in FLOODS]:
        told["peak_mb"] = max(peaks)
    if options.json:
        print(json.dumps(told, indent=2))
    elif peaks:
        print(f"largest memory: {told['peak_mb']} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
