"""What a crawl costs: newscrawler twice, and the obvious Scrapy project, on the same pages in the same run.

    python benchmarks/crawl.py --web NEWSWEB.py --pages DIR [--json] [--runs 1]

NEWSWEB.py serves the recorded pages of DIR through a proxy, as the live web: called with --pages, --catalogue
and --port it writes a catalogue and prints `ca: PATH`.  CPU is that of all processes; memory is the largest
sum over the process tree that a look every .1 s saw (RSS counts shared pages in each process, PSS once).
"""

import argparse
import json
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

FAST = ["--set", "DOWNLOAD_DELAY=0", "--set", "AUTOTHROTTLE_ENABLED=False"]


def tree(root: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        found.append(pid := queue.pop())
        queue += children.get(pid, [])
    return found


def memory(pid: int, key: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{key}:"))
    except (OSError, StopIteration):
        return 0


def measure(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run a command; its wall and CPU seconds, its tree's peak memory in MB, its exit code."""
    peak = {"Rss": 0, "Pss": 0}
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            pids = tree(process.pid)
            for key in peak:
                peak[key] = max(peak[key], sum(memory(pid, key) for pid in pids))

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    done.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "wall": round(time.monotonic() - started, 2), "cpu": round(cpu, 2), "exit": code,
        "rss_mb": round(peak["Rss"] / 1024), "pss_mb": round(peak["Pss"] / 1024),
    }  # fmt: skip


def count(database: Path) -> int:
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT count(*) FROM articles").fetchone()[0]


def run(web: Path, pages: Path, work: Path) -> dict[str, dict[str, float]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    catalogue, output = work / "catalogue.toml", work / "web.out"
    server = subprocess.Popen(
        [sys.executable, str(web), "--pages", str(pages), "--port", str(port), "--catalogue", str(catalogue)],
        stdout=output.open("w"),
        stderr=subprocess.DEVNULL,
    )
    try:
        while "ca: " not in output.read_text():
            time.sleep(0.1)
        authority = next(line[4:] for line in output.read_text().splitlines() if line.startswith("ca: "))
        proxy = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "SSL_CERT_FILE": authority,
            "http_proxy": proxy,
            "https_proxy": proxy,
            "no_proxy": "",
        }
        ours = [
            sys.executable,
            "-m",
            "newscrawler",
            "crawl",
            "--catalogue",
            str(catalogue),
            "--archive",
            str(work / "archive"),
            *FAST,
        ]
        obvious = [sys.executable, str(Path(__file__).parent / "obvious.py"), str(catalogue), str(work / "obvious.db")]
        # a first visit makes the web's certificates: let neither side pay for that
        subprocess.run([*ours[:-5], str(work / "warm-up"), *FAST], env=environment, check=False, capture_output=True)
        results = {"first crawl": measure(ours, environment), "second crawl": measure(ours, environment)}
        results["obvious project"] = measure(obvious, environment)
        results["first crawl"]["articles"] = results["second crawl"]["articles"] = count(work / "archive" / "news.db")
        results["obvious project"]["articles"] = count(work / "obvious.db")
    finally:
        server.terminate()
        server.wait()
    for each in results.values():
        each["cpu_ms_an_article"] = round(1000 * each["cpu"] / max(1, each["articles"]), 1)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--web", type=Path, required=True, help="the program that serves recorded pages")
    parser.add_argument("--pages", type=Path, required=True, help="the folder of recorded pages")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="newscrawler-benchmark-"))
    try:
        results = run(arguments.web.resolve(), arguments.pages.resolve(), work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    keys = ("articles", "wall", "cpu", "cpu_ms_an_article", "rss_mb", "pss_mb", "exit")
    print(f"{'':<16}" + "".join(f"{key:>19}" for key in keys))
    for name, row in results.items():
        print(f"{name:<16}" + "".join(f"{row[key]:>19}" for key in keys))
    first, second, other = results.values()
    print(f"first crawl / obvious project, CPU an article: {first['cpu_ms_an_article'] / other['cpu_ms_an_article']:.2f}")
    print(f"second crawl / first crawl: CPU {second['cpu'] / first['cpu']:.2f}, wall {second['wall'] / first['wall']:.2f}")


if __name__ == "__main__":
    main()
