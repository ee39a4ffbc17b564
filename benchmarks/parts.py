"""Where a first crawl's CPU goes, part by part, from the socket to the row: this build, and another one beside it.

    python benchmarks/parts.py --web NEWSWEB.py --pages DIR [--spy PY-SPY] [--hosts 40] [--against WHEEL] [--json]

NEWSWEB.py, DIR and WHEEL are those of crawl.py.  PY-SPY (`uv tool install py-spy`) looks at all processes of a crawl 50
times a second; a look counts where a thread is at work, for the innermost function that RULES has a part for.  Looks slow
a crawl down: they tell shares alone, and what is shared out by them is the CPU of another crawl, at which nobody looks.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from crawl import ROOT, count, crawl, installed, measure, refuse_what_cannot_be, served

RATE = 50
WAITING = re.compile(
    r"\b(select|poll|_?wait|_worker|accept) \((selectors|multiprocessing|threading|concurrent|subprocess)"
    r"|\(pebble/pool/|newscrawler/cli/stopping\.py"
)
# the first that the innermost function's file matches; of both builds' files, whose names are not the same
RULES = [
    ("vectors and events", r"newscrawler/(events|meaning|reprocess)/"),
    ("second opinion: trafilatura", r"(trafilatura|justext|courlan|htmldate)/"),
    ("TLS", r"(OpenSSL|service_identity|cryptography)/|twisted/(protocols|internet)/(tls|_sslverify|ssl)\.py"),
    ("HTTP: Scrapy, Twisted, asyncio", r"(scrapy|twisted|itemadapter|w3lib|queuelib|pydispatch|asyncio)/"),
    (
        "robots.txt, gates, bodies",
        r"newscrawler/(middlewares|downloads|content_coding|discovery/(robots|forwarding)|rights/)",
    ),
    ("feeds", r"newscrawler/(discovery/|polling|scheduling/)"),
    ("pipe to the workers", r"multiprocessing/|newscrawler/crawl/(processes|workers|turns)|newscrawler/workers\.py"),
    ("dates", r"newscrawler/(dates|extraction/(written|moments)\.py)"),
    (
        "metadata",
        r"newscrawler/(metadata/|extraction/(metadata|authors|titles|json|struct|names|places|kinds|rivals))",
    ),
    ("features and forest", r"newscrawler/extraction/(features|forest)\.py"),
    ("tree and blocks", r"newscrawler/(markup/|extraction/(blocks|containers|walls)\.py)|lxml/"),
    ("encoding", r"newscrawler/(extraction/encoding|text/(encoding|detection))"),
    ("the article's text", r"newscrawler/(extraction|block_pages)/|newscrawler/extraction\.py"),
    ("relevance and language", r"newscrawler/(relevance/|lexicons)|py3langid|langid"),
    ("copies and revisions", r"newscrawler/(dedup|revisions)/"),
    ("WARC", r"newscrawler/storage/(warc/|pages\.py)|warcio/|gzip\.py"),
    ("SQLite: rows", r"newscrawler/(storage|frontier)/|sqlite_utils/"),
    ("the crawl between them", r"newscrawler/(?!text\b)"),  # whoever asks for a text's words is who they are for
]


def part_of(stack: list[str]) -> str | None:
    """What a look at a thread counts for, by its functions, the outermost first; None where it waits."""
    if WAITING.search(stack[-1]):
        return None
    if any(re.search(RULES[0][1], each) for each in stack):
        return RULES[0][0]
    if any("<frozen importlib" in each or re.search(r"\bstart_workers? \(", each) for each in stack):
        return "starting"
    for each in reversed(stack):
        for name, files in RULES:
            if re.search(files, each):
                return name
    begins = all(each.startswith("process ") for each in stack)  # nothing of Python yet
    return "starting" if begins or any("<module>" in each for each in stack) else "other"


def counted(lines: Iterable[str]) -> Counter[str]:
    """Looks by part, of what py-spy wrote as `raw`: functions joined by semicolons, a space, how often."""
    found: Counter[str] = Counter()
    for line in lines:
        stack, _, number = line.rstrip().rpartition(" ")
        if part := part_of(stack.split(";")):
            found[part] += int(number)
    return found


def some_pages(pages: Path, hosts: int, place: Path) -> Path:
    """A folder with the recorded pages of the first hosts."""
    chosen: dict[str, list[str]] = {}
    for line in (pages / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        address = json.loads(line).get("url") or ""
        if match := re.match(r"\s*https?://([^/]+)", address):
            chosen.setdefault(match[1], []).append(line)
    place.mkdir()
    for each in pages.iterdir():
        if each.name != "truth.jsonl":
            (place / each.name).symlink_to(each.resolve())
    lines = [line for of_host in list(chosen.values())[:hosts] for line in of_host]
    (place / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


def looked_at(arguments: argparse.Namespace, work: Path) -> dict[str, dict[str, float]]:
    """Build -> part -> CPU ms an article."""
    builds = {"this build": installed(ROOT, work / "this")}
    if arguments.against:
        builds = {"base": installed(arguments.against.resolve(), work / "base"), **builds}
    pages = some_pages(arguments.pages.resolve(), arguments.hosts, work / "pages")
    found = {}
    with served(arguments.web.resolve(), pages, work) as environment:
        for at, (name, python) in enumerate(builds.items()):
            options = {"env": environment, "cwd": work, "check": False, "capture_output": True}
            subprocess.run(crawl(python, work, f"warm-up-{at}"), **options)
            raw = work / f"{at}.raw"
            spy = [arguments.spy, "record", "--subprocesses", "-r", str(RATE), "-d", "100000", "-f", "raw", "-o", str(raw)]
            done = subprocess.run([*spy, "--", *crawl(python, work, f"archive-{at}")], **options, text=True)
            if not raw.exists():
                sys.exit(f"--spy {arguments.spy} told nothing of {name}: {done.stderr.strip()[-500:]}")
            cost = measure(crawl(python, work, f"unseen-{at}"), environment)["cpu"]
            article = 1000 * cost / max(1, count(work / f"unseen-{at}" / "news.db"))
            looks = counted(raw.read_text(encoding="utf-8").splitlines())
            found[name] = {part: round(article * number / looks.total(), 2) for part, number in looks.most_common()}
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", type=Path, required=True, help="the program that serves recorded pages")
    parser.add_argument("--pages", type=Path, required=True, help="the folder of recorded pages")
    parser.add_argument("--spy", default="py-spy", help="the py-spy to look with")
    parser.add_argument("--hosts", type=int, default=40, help="of how many hosts the pages are; %(default)s")
    parser.add_argument("--against", type=Path, metavar="WHEEL", help="another build")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(pairs=1, events=False)  # of crawl.py
    arguments = parser.parse_args()
    refuse_what_cannot_be(parser, arguments)
    if shutil.which(arguments.spy) is None:
        parser.error(f"--spy {arguments.spy}: no such program")
    with tempfile.TemporaryDirectory(prefix="newscrawler-parts-") as folder:
        found = looked_at(arguments, Path(folder))
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    names = dict.fromkeys(part for each in found.values() for part in each)
    print(f"{'CPU ms an article (%)':34}" + "".join(f"{name:>20}" for name in found))
    for part in sorted(names, key=lambda part: -sum(each.get(part, 0) for each in found.values())):
        cells = (f"{each.get(part, 0):.1f} ({100 * each.get(part, 0) / sum(each.values()):.1f})" for each in found.values())
        print(f"{part:34}" + "".join(f"{cell:>20}" for cell in cells))
    print(f"{'all':34}" + "".join(f"{sum(each.values()):>20.1f}" for each in found.values()))


if __name__ == "__main__":
    main()
