"""What a crawl costs: newscrawler twice, and the obvious Scrapy project, on the same pages in the same run.

    python benchmarks/crawl.py --web NEWSWEB.py --pages DIR [--json] [--against WHEEL] [--pairs 3]

NEWSWEB.py serves the recorded pages of DIR through a proxy, as the live web: called with --pages, --catalogue
and --port it writes a catalogue and prints `ca: PATH`.  CPU is that of all processes; memory is the largest
sum over the process tree that a look every .1 s saw (RSS counts shared pages in each process, PSS once).

--against puts another build beside this one, as a wheel (`git worktree add DIR COMMIT; uv build --wheel DIR`): it is
installed with what it needs into an environment of its own, of the versions in constraints.txt, and so is this one: extras
that the environment at hand happens to have, such as the encoder of meaning, would count as ours.  The builds take turns,
--pairs times, and what the two archives of the first pair hold is compared row by row (same_rows.py).

--events puts a first crawl with vectors and events beside one without, --pairs times in turn, and nothing else.
"""

import argparse
import json
import os
import resource
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from same_rows import report

ROOT = Path(__file__).resolve().parent.parent
COMPILES_ANEW = "PYTHONDONTWRITEBYTECODE"  # with it each process pays for compiling all modules, unless pip has done it
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
    place = tempfile.gettempdir()  # not where a checkout of newscrawler would come before the build that is measured
    process = subprocess.Popen(command, env=environment, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


@contextmanager
def served(web: Path, pages: Path, work: Path) -> Iterator[dict[str, str]]:
    """The recorded web, with its catalogue in `work`; the environment in which it is the whole web.

    Ends the benchmark, with what the web said last, where the web ends before it is there.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    output, errors = work / "web.out", work / "web.err"
    command = [sys.executable, str(web), "--pages", str(pages), "--port", str(port)]
    command += ["--catalogue", str(work / "catalogue.toml")]
    with output.open("w") as said, errors.open("w") as complained:
        server = subprocess.Popen(command, stdout=said, stderr=complained)
    try:
        while "ca: " not in output.read_text():
            if (code := server.poll()) is not None:
                said = errors.read_text().strip().rpartition("\n")[2]
                sys.exit(f"--web {web} ended with {code} before it served anything: {said or 'it said nothing'}")
            time.sleep(0.1)
        authority = next(line[4:] for line in output.read_text().splitlines() if line.startswith("ca: "))
        proxy = f"http://127.0.0.1:{port}"
        inherited = {name: value for name, value in os.environ.items() if name != COMPILES_ANEW}
        yield {**inherited, "SSL_CERT_FILE": authority, "http_proxy": proxy, "https_proxy": proxy, "no_proxy": ""}
    finally:
        server.terminate()
        server.wait()


def installed(wheel: Path, place: Path) -> str:
    """The interpreter of a new environment that holds newscrawler from a wheel or a checkout."""
    python = str(place / "bin" / "python")
    constraints = ROOT / "constraints.txt"
    subprocess.run(["uv", "venv", "-q", "--python", sys.executable, str(place)], check=True)
    install = ["uv", "pip", "install", "-q", "--compile-bytecode", "--python", python, "-c", str(constraints)]
    subprocess.run([*install, str(wheel)], check=True)
    return python


def crawl(python: str, work: Path, archive: str) -> list[str]:
    catalogue = ["--catalogue", str(work / "catalogue.toml")]
    return [python, "-m", "newscrawler", "crawl", *catalogue, "--archive", str(work / archive), *FAST]


def twice(python: str, work: Path, archive: str, environment: dict[str, str]) -> dict[str, dict[str, float]]:
    """A first crawl, and a second one that finds nothing new."""
    found = {f"{which} crawl": measure(crawl(python, work, archive), environment) for which in ("first", "second")}
    for each in found.values():
        each["articles"] = count(work / archive / "news.db")
    return found


def obvious(python: str, work: Path, number: int, environment: dict[str, str]) -> dict[str, float]:
    database = work / f"obvious-{number}.db"
    command = [python, str(Path(__file__).parent / "obvious.py"), str(work / "catalogue.toml"), str(database)]
    return measure(command, environment) | {"articles": count(database)}


def pair(number: int, work: Path, environment: dict[str, str], this: str, other: str | None) -> dict[str, dict[str, float]]:
    """One turn of each: the builds, the one that was second last time first, and the obvious project."""
    turns = [("", this)] + ([("base: ", other)] if other else [])
    results = {}
    for name, python in turns if number % 2 else turns[::-1]:
        done = twice(python, work, f"archive{'-base' if name else ''}-{number}", environment)
        results |= {f"{name}{crawled}": figures for crawled, figures in done.items()}
    results["obvious project"] = obvious(this, work, number, environment)
    for each in results.values():
        each["cpu_ms_an_article"] = round(1000 * each["cpu"] / max(1, each["articles"]), 1)
    return results


def with_and_without_events(number: int, work: Path, environment: dict[str, str]) -> dict[str, dict[str, float]]:
    """A first crawl of each, the one that was second last time first."""
    results = {}
    turns = [("with events", "True"), ("without events", "False")]
    for name, value in turns if number % 2 else turns[::-1]:
        archive = f"{name.replace(' ', '-')}-{number}"
        command = [*crawl(sys.executable, work, archive), "--set", f"NEWSCRAWLER_EVENTS={value}"]
        results[name] = measure(command, environment) | {"articles": count(work / archive / "news.db")}
        with sqlite3.connect(work / archive / "news.db") as connection:
            results[name]["waiting"] = connection.execute("SELECT count(*) FROM to_group").fetchone()[0]
    return results


def say_events(pairs: list[dict[str, dict[str, float]]]) -> None:
    for number, results in enumerate(pairs, 1):
        for name, row in results.items():
            print(number, name, row)
    ratios = [one["with events"]["wall"] / one["without events"]["wall"] for one in pairs]
    found = ", ".join(f"{each:.2f}" for each in ratios)
    print(f"wall of a first crawl with events / without: {statistics.median(ratios):.2f} (pair by pair: {found})")


def run(arguments: argparse.Namespace, work: Path) -> tuple[list[dict[str, dict[str, float]]], str | None]:
    """The figures of each pair, and how the archives of the first one differ."""
    other = installed(arguments.against.resolve(), work / "base") if arguments.against else None
    this = installed(ROOT, work / "this") if other else sys.executable
    with served(arguments.web.resolve(), arguments.pages.resolve(), work) as environment:
        # a first visit makes the web's certificates, and a first run compiles modules: let nobody pay for that
        for at, python in enumerate(filter(None, (this, other))):
            warm_up = crawl(python, work, f"warm-up-{at}")
            subprocess.run(warm_up, env=environment, cwd=work, check=False, capture_output=True)
        if arguments.events:
            return [with_and_without_events(number, work, environment) for number in range(1, arguments.pairs + 1)], None
        pairs = []
        for number in range(1, arguments.pairs + 1):
            pairs.append(pair(number, work, environment, this, other))
            if not arguments.json:
                say_pair(number, pairs[-1])
    archives = [work / name / "news.db" for name in ("archive-base-1", "archive-1")]
    return pairs, report(*archives) if other else None


def ratios(results: dict[str, dict[str, float]]) -> dict[str, float]:
    """What the table of goals asks for, of one pair."""
    first, second, peer = (results[name] for name in ("first crawl", "second crawl", "obvious project"))
    found = {
        "first crawl / obvious project, CPU an article": first["cpu_ms_an_article"] / peer["cpu_ms_an_article"],
        "second crawl / first crawl, CPU": second["cpu"] / first["cpu"],
        "second crawl / first crawl, wall": second["wall"] / first["wall"],
    }
    if base := results.get("base: first crawl"):
        found |= {
            "first crawl / base, CPU an article": first["cpu_ms_an_article"] / base["cpu_ms_an_article"],
            "first crawl / base, wall": first["wall"] / base["wall"],
            "second crawl / base's first crawl, CPU": second["cpu"] / base["cpu"],
            "first crawl / base, peak RSS": first["rss_mb"] / base["rss_mb"],
        }
    return found


def say_pair(number: int, results: dict[str, dict[str, float]]) -> None:
    """A pair's figures, once they are there: a run of several takes long, and may be stopped."""
    keys = ("articles", "wall", "cpu", "cpu_ms_an_article", "rss_mb", "pss_mb", "exit")
    if number == 1:
        print(f"{'':<22}" + "".join(f"{key:>19}" for key in keys))
    for name, row in results.items():
        print(f"{number} {name:<20}" + "".join(f"{row[key]:>19}" for key in keys), flush=True)


def refuse_what_cannot_be(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    """Before minutes go by: what is named must be there, and options must go together."""
    for option, path, is_there in (
        ("--web", arguments.web, arguments.web.is_file()),
        ("--pages", arguments.pages, arguments.pages.is_dir()),
        ("--against", arguments.against, arguments.against is None or arguments.against.is_file()),
    ):
        if not is_there:
            parser.error(f"{option} {path}: there is no such {'folder' if option == '--pages' else 'file'}")
    if arguments.against and arguments.against.suffix != ".whl":
        parser.error(f"--against {arguments.against}: not a wheel; `uv build --wheel DIR` makes one of a checkout")
    if arguments.pairs < 1:
        parser.error(f"--pairs {arguments.pairs}: one or more")
    if arguments.events and arguments.against:
        parser.error("--events compares this build with itself: leave out --against")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--web", type=Path, required=True, help="the program that serves recorded pages")
    parser.add_argument("--pages", type=Path, required=True, help="the folder of recorded pages")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--against", type=Path, metavar="WHEEL", help="another build, turn by turn")
    parser.add_argument("--pairs", type=int, default=1, metavar="N", help="so many turns")
    parser.add_argument("--events", action="store_true", help="with and without vectors and events, and nothing else")
    arguments = parser.parse_args()
    refuse_what_cannot_be(parser, arguments)
    work = Path(tempfile.mkdtemp(prefix="newscrawler-benchmark-"))
    try:
        pairs, difference = run(arguments, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if arguments.json:
        print(json.dumps(pairs, indent=2))
        return
    if arguments.events:
        say_events(pairs)
        return
    each = [ratios(results) for results in pairs]
    for name in each[0]:
        found = [round(one[name], 2) for one in each]
        print(f"{name}: {statistics.median(found):.2f} (pair by pair: {', '.join(map(str, found))})")
    if difference:
        print(f"\nthe base's archive and this one's: {difference}")


if __name__ == "__main__":
    main()
