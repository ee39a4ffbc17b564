"""What the reading room costs: CPU to the first byte, weight of its pages, many readers at once.

    uv run python benchmarks/reading_room.py [--articles 100000] [--archive DIR] [--readers 32] [--seconds 20] [--json]

The archive is that of benchmarks/search_data.py, made where DIR has none yet.  CPU is that of the whole process, which
answers one request at a time there, so that other work on the machine disturbs it less than a clock; weights are of the
HTML, unpacked.  The readers are coroutines of this process that each ask for the next page as soon as they have one, of
`newscrawler serve` in a process of its own: clients and server share the machine's cores, and the load is told.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import httpx
from search import percentile, queries
from search_data import build

from newscrawler.storage.database.connect import connect_for_reading

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from datasette.app import Datasette

GOALS = {"front": 60, "search": 30, "article": 30, "story": 30}  # milliseconds of CPU, p95
MAX_WEIGHT, MAX_MEDIAN, MAX_MEGABYTES, MIN_PAGES = 60_000, 0.8, 200, 60
WAIT = 120.0  # seconds for an answer or the server's beginning


def pages_of(folder: Path, number: int) -> dict[str, list[str]]:
    """Kind of page -> addresses, each asked for once."""
    db = connect_for_reading(folder)
    chance = random.Random(11)
    asked = queries(db, json.loads((folder / "words.json").read_text()), number, chance)
    (last,) = db.execute("SELECT max(id) FROM articles").fetchone()
    articles = [chance.randint(1, last) for _ in range(number)]
    stories = [db.execute("SELECT story_id FROM articles WHERE id = ?", [each]).fetchone()[0] for each in articles]

    def searches(kind: str) -> list[str]:
        return [f"/search?q={quote_plus(each)}" for each in asked[kind]]

    return {
        "front": ["/"] * min(number, 10),
        "search": [*searches("common word"), *searches("ordinary")],
        "phrase": searches("phrase of two common words"),
        "article": [f"/article/{each}" for each in articles],
        "story": [f"/story/{each}" for each in stories],
        "source": [f"/source/source-{each}" for each in range(5)],
        "schema": ["/schema"],
        "table": [f"/news/articles?_next={each}" for each in articles[:10]],
        "row": [f"/news/articles/{each}" for each in articles[:10]],
    }


async def alone(folder: Path, pages: dict[str, list[str]]) -> dict[str, dict[str, float]]:
    """Kind -> CPU milliseconds of an answer, and the bytes of the largest."""
    settings = json.loads((folder / "settings.json").read_text())
    datasette = Datasette([str(folder / "news.db")], settings=settings)
    await datasette.invoke_startup()
    found = {}
    for kind, paths in pages.items():
        await datasette.client.get(paths[0])  # templates, and the file's first pages
        cpu, weight = [], 0
        for path in paths:
            before = time.process_time()
            answer = await datasette.client.get(path)
            cpu.append(1000 * (time.process_time() - before))
            weight = max(weight, len(answer.text.encode()))
            if answer.status_code != 200:
                sys.exit(f"{path} answered {answer.status_code}")
        found[kind] = {
            "n": len(cpu),
            "cpu_p50": round(statistics.median(cpu), 1),
            "cpu_p95": round(percentile(cpu, 0.95), 1),
            "bytes": weight,
        }
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def megabytes(pid: int) -> float:
    """The most that a process had in memory (VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def cpu_seconds(pid: int) -> float:
    """CPU that a process and its children that ended have had; its template of sandboxes is one of them in the end."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


async def together(base: str, pages: dict[str, list[str]], readers: int, seconds: float) -> dict[str, Any]:
    """Pages a second, and the median wait for each kind, of readers that ask without a pause."""
    waits: dict[str, list[float]] = {kind: [] for kind in pages}
    errors = 0

    async def read(client: httpx.AsyncClient, chance: random.Random) -> None:
        nonlocal errors
        while time.monotonic() < end:
            kind = chance.choice(list(pages))
            begun = time.monotonic()
            try:
                answer = await client.get(base + chance.choice(pages[kind]))
                errors += answer.status_code != 200
            except httpx.HTTPError:
                errors += 1
            waits[kind].append(time.monotonic() - begun)

    async with httpx.AsyncClient(timeout=WAIT, limits=httpx.Limits(max_connections=readers)) as client:
        for paths in pages.values():
            await client.get(base + paths[0])  # templates, which the first page of a kind compiles
        begun = time.monotonic()
        end = begun + seconds
        await asyncio.gather(*(read(client, random.Random(each)) for each in range(readers)))
        took = time.monotonic() - begun
    medians = {kind: round(statistics.median(each), 2) for kind, each in waits.items() if each}
    return {
        "readers": readers,
        "pages": sum(map(len, waits.values())),
        "pages_a_second": round(sum(map(len, waits.values())) / took, 1),
        "median_seconds": medians,
        "worst_median": max(medians.values()),
        "errors": errors,
    }


def many(folder: Path, pages: dict[str, list[str]], readers: int, seconds: float) -> dict[str, object]:
    port = free_port()
    command = [sys.executable, "-m", "newscrawler", "serve", "--archive", str(folder), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            try:
                httpx.get(f"{base}/-/reading-room/0/style.css", timeout=WAIT)
                break
            except httpx.HTTPError:
                time.sleep(0.2)
        load = os.getloadavg()[0]
        before, own = cpu_seconds(server.pid), time.process_time()
        found = asyncio.run(together(base, pages, readers, seconds))
        cpu = {"server": cpu_seconds(server.pid) - before, "client": time.process_time() - own}
        return {
            **found,
            "cpu_ms_a_page": {of: round(1000 * each / found["pages"], 1) for of, each in cpu.items()},
            "megabytes": round(megabytes(server.pid), 1),
            "load_before": round(load, 1),
        }
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000, help="how many the archive has (default 100,000)")
    parser.add_argument("--archive", type=Path, help="a folder that keeps it; default: a new one, deleted afterwards")
    parser.add_argument("--pages", type=int, default=30, help="of each kind (default 30)")
    parser.add_argument("--readers", type=int, default=32, help="at once (default 32)")
    parser.add_argument("--seconds", type=float, default=20.0, help="that they read (default 20)")
    parser.add_argument("--json", action="store_true", help="print a JSON object")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = arguments.archive or Path(place) / "archive"
        if not (folder / "words.json").exists():
            build(folder, arguments.articles)
        pages = pages_of(folder, arguments.pages)
        result = {
            "load": round(os.getloadavg()[0], 1),
            "alone": asyncio.run(alone(folder, pages)),
            "together": many(folder, pages, arguments.readers, arguments.seconds),
        }
    if arguments.json:
        print(json.dumps(result, indent=2))
        return
    print(f"load {result['load']}; goals: CPU p95 {GOALS} ms, {MAX_WEIGHT:,} bytes")
    for kind, of in result["alone"].items():
        print(f"{kind:<10} n {of['n']:>3}  CPU p50 {of['cpu_p50']:>6} p95 {of['cpu_p95']:>6} ms  {of['bytes']:>8,} bytes")
    told = f"goals: {MIN_PAGES} pages/s, {MAX_MEDIAN} s, {MAX_MEGABYTES} MB, no error"
    print(f"{json.dumps(result['together'])} ({told})")


if __name__ == "__main__":
    main()
