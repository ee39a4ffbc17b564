"""Many machines as processes: archivist, workers, a Redis and newspapers on loopback; what is lost, doubled, and how fast.

    uv run benchmarks/engine.py [--pages 2000] [--hosts 40] [--think 0.3] [--workers 2] [--at-once 8] [--kill] [--json]
    uv run benchmarks/engine.py --store s3://bucket/folder           # as `.ci/s3` runs it, with an S3 server of its own

Without --kill: the wall time of one worker and of `--workers` over the same pages, whose newspapers take `--think` seconds
for each answer, so that two cores show what more machines would: `--at-once` hosts a worker, of more hosts than all can
ask.  With --kill: three workers; by kill -9 and in this order a worker, the archivist and the engine (append-only file, its
last second lost), each of the last two started anew.

With --store: WARC files of 60 kB, which the archivist moves to `pages_store` while three workers report.  By kill -9 end a
worker, the archivist as soon as the store has a file that no row names there yet, and the archivist once more; then
`newscrawler offload` moves what is left.  Said is what is in the store by the rows, in the folder, and how many pages
`newscrawler verify` read back.

With --network: newspapers, engine, archivist and three workers each in a network namespace of its own (root, iproute2), with
a line to the web and one to the engine; the clock of the third worker is 20 seconds ahead (faketime, where it is installed).
Cut are, one after the other and each for two leases, a worker's line to the engine (not that to the web), a worker's line to
the web, the archivist's and the engine's.  A machine whose clock is an hour ahead is refused.
"""

import argparse
import contextlib
import itertools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from engines import Hosts, RedisServer
from network import Network, why_not

SETTINGS = """
catalogues = ["hosts.toml"]
shipped_catalogue = false
contact = "x@example.org"
delay = {delay}
concurrency = 64
workers = 1
allow_networks = ["127.0.0.0/8", "10.77.0.0/16"]
"""
LEASE = 5.0  # seconds, across a network
PROGRAM = ("-m", "newscrawler")
# the same with WARC files that are full soon
_SMALL = "from newscrawler.storage.warc import moving, writing; writing.MAX_BYTES = moving.MAX_BYTES = 60_000"
SMALL_FILES = ("-c", f"{_SMALL}; from newscrawler.__main__ import run; run()")
FAKETIME = [*Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")]  # where it is installed (Debian: faketime)
WEB, HOUSE = "web", "house"  # the lines of a network


class Machines:
    """A folder with an archive, an engine, and processes that are ended with it."""

    def __init__(self, hosts: Hosts, delay: float, network: Network | None = None) -> None:
        self._network = network
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "hosts.toml").write_text(hosts.catalogue())
        (self.folder / "newscrawler.toml").write_text(SETTINGS.format(delay=delay))
        self.redis = RedisServer(self.folder)
        self._all: list[subprocess.Popen] = []
        with contextlib.ExitStack() as there:
            if network:
                self.redis.host, self.redis.on = network.address("engine", HOUSE), network.on("engine")
                there.enter_context(network.within("engine"))
            self.redis.start("--appendfsync", "everysec")

    def begin(self, *words: str, on: str = "", clock: str = "", program: tuple[str, ...] = PROGRAM) -> subprocess.Popen:
        """Begin a verb, on a machine of the network, with a clock that is so much ahead."""
        log = (self.folder / f"{words[0]}-{len(self._all)}.log").open("w")
        command = [sys.executable, *program, words[0], "--engine", self.redis.url, *words[1:]]
        clocks = {"LD_PRELOAD": str(FAKETIME[0]), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"} if clock else {}
        command = [*(self._network.on(on) if self._network and on else ()), *command]
        self._all.append(subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, env=os.environ | clocks))
        log.close()
        return self._all[-1]

    def asked(self, sql: str) -> tuple:
        """The first row of a query of the archive."""
        with contextlib.closing(sqlite3.connect(self.folder / "archive" / "news.db")) as db:
            return db.execute(sql).fetchone()

    def articles(self) -> tuple[int, int]:
        """(rows, addresses)."""
        return self.asked("SELECT count(*), count(DISTINCT url) FROM articles")

    def said(self, *words: str) -> subprocess.CompletedProcess:
        """What a verb of the archive says."""
        return subprocess.run([sys.executable, *PROGRAM, *words], cwd=self.folder, capture_output=True, text=True)

    def end(self) -> None:
        for each in self._all:
            each.kill()
            each.wait()
        self.redis.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def asked(hosts: Hosts) -> int:
    return sum(path.startswith("/2026") for of_host in list(hosts.asked.values()) for _, path in list(of_host))


def found(hosts: Hosts, machines: Machines) -> dict[str, object]:
    rows, addresses = machines.articles()
    times = [sorted(at for at, _ in of_host) for of_host in hosts.asked.values()]
    paths = [(host, path) for host, of_host in hosts.asked.items() for _, path in of_host if path.startswith("/2026")]
    return {
        "pages": len(hosts.names) * hosts.articles,
        "lost": len(hosts.names) * hosts.articles - addresses,
        "twice": rows - addresses,
        "asked_twice": len(paths) - len(set(paths)),
        "shortest_gap": round(min(b - a for all_of in times for a, b in itertools.pairwise(all_of)), 3),
    }


def speed(arguments: argparse.Namespace, workers: int) -> dict[str, object]:
    with Hosts(arguments.hosts, arguments.pages // arguments.hosts, arguments.think) as hosts:
        machines = Machines(hosts, arguments.delay)
        try:
            for _ in range(workers):
                machines.begin("worker", "--set", f"CONCURRENT_REQUESTS={arguments.at_once}")
            archivist = machines.begin("archivist", "--once")
            while not hosts.asked:
                time.sleep(0.05)
            began = time.monotonic()
            code = archivist.wait()
            seconds = time.monotonic() - began
            return {"workers": workers, "exit": code, "seconds": round(seconds, 1)} | found(hosts, machines)
        finally:
            machines.end()


def kills(arguments: argparse.Namespace) -> dict[str, object]:
    with Hosts(arguments.hosts, arguments.pages // arguments.hosts, arguments.think) as hosts:
        machines = Machines(hosts, arguments.delay)

        def until(part: float) -> None:
            while asked(hosts) < arguments.pages * part:
                time.sleep(0.1)

        try:
            workers = [machines.begin("worker") for _ in range(3)]
            archivist = machines.begin("archivist", "--once")
            until(0.2)
            workers[0].kill()
            until(0.4)
            archivist.kill()
            archivist.wait()
            archivist = machines.begin("archivist", "--once")
            until(0.6)
            machines.redis.stop()
            time.sleep(1)
            machines.redis.start("--appendfsync", "everysec")
            code = archivist.wait()
            return {"workers": 3, "exit": code} | found(hosts, machines)
        finally:
            machines.end()


def storing(arguments: argparse.Namespace) -> dict[str, object]:
    """WARC files in a store, and who moves them killed."""
    os.environ["NEWSCRAWLER_PAGES_STORE"] = arguments.store
    from newscrawler.storage.database.identity import identity
    from newscrawler.storage.warc.store import store_at, stored_name

    with Hosts(arguments.hosts, arguments.pages // arguments.hosts, arguments.think) as hosts:
        machines = Machines(hosts, arguments.delay)

        def begin() -> subprocess.Popen:
            return machines.begin("archivist", "--once", program=SMALL_FILES)

        def until(part: float) -> None:
            while asked(hosts) < arguments.pages * part:
                time.sleep(0.1)

        def is_moving() -> bool:
            """Whether the store has a file that no row says to be there."""
            with contextlib.closing(sqlite3.connect(machines.folder / "archive" / "news.db")) as db:
                files = db.execute(
                    "SELECT DISTINCT warc_file FROM pages EXCEPT SELECT warc_file FROM warc_places"
                ).fetchall()
                names = [stored_name(identity(db), file) for (file,) in files]
            return any(store_at(arguments.store).size(name) is not None for name in names)

        try:
            workers = [machines.begin("worker") for _ in range(3)]
            archivist = begin()
            until(0.2)
            workers[0].kill()
            tries = 0
            while archivist.poll() is None and not (caught := is_moving()):
                tries += 1
            archivist.kill()
            archivist.wait()
            before = machines.asked("SELECT count(*) FROM warc_places")[0]
            archivist = begin()
            until(0.8)
            archivist.kill()
            archivist.wait()
            archivist = begin()
            code = archivist.wait()
            meanwhile = machines.asked("SELECT count(*) FROM warc_places")[0]
            offload, verify = machines.said("offload"), machines.said("verify", "--all", "--json")
            doctor, page = machines.said("doctor"), machines.said("page", "1", "--headers")
            places = machines.asked("SELECT count(*), count(DISTINCT place), min(place) FROM warc_places")
            return {
                "exit": code,
                "killed_while_it_moved": caught,
                "files_in_the_store": {"at_the_kill": before, "before_offload": meanwhile, "at_the_end": places[0]},
                "left_in_the_folder": len(list((machines.folder / "archive" / "pages").glob("*.warc.gz"))),
                "page_1": page.stdout.partition("\n")[0],
                "offload": offload.stderr.strip(),
                "verify": (verify.returncode, verify.stdout.strip() or verify.stderr.strip()),
                "doctor": (doctor.returncode, doctor.stdout.strip()),
            } | found(hosts, machines)
        finally:
            machines.end()


def cuts(arguments: argparse.Namespace) -> dict[str, object]:
    """The same across a network whose lines are cut."""
    workers = ["w1", "w2", "w3"]
    lines = {"press": (WEB,), "engine": (HOUSE,), "archivist": (HOUSE,), **dict.fromkeys(workers, (WEB, HOUSE))}
    with Network(lines) as network, contextlib.ExitStack() as ending:
        hosts = Hosts(arguments.hosts, arguments.pages // arguments.hosts, arguments.think)
        hosts.names = [f"10.77.0.{100 + number}" for number in range(arguments.hosts)]
        for name in hosts.names:
            network.add("press", WEB, name)
        with network.within("press"):
            ending.enter_context(hosts)
        machines = Machines(hosts, arguments.delay, network)
        ending.callback(machines.end)
        for name in workers:
            machines.begin("worker", "--lease", str(LEASE), on=name, clock="+20s" if FAKETIME and name == "w3" else "")
        archivist = machines.begin("archivist", "--once", "--lease", str(LEASE), on="archivist")
        wrong = machines.begin("worker", on="w1", clock="+1h") if FAKETIME else None
        for part, (name, line) in enumerate([("w1", HOUSE), ("w2", WEB), ("archivist", HOUSE), ("engine", HOUSE)], 1):
            while asked(hosts) < arguments.pages * part / 6 and archivist.poll() is None:
                time.sleep(0.1)
            network.cut(name, line)
            time.sleep(2 * LEASE)
            network.mend(name, line)
        code = archivist.wait()
        refused = wrong.wait(60) if wrong else None
        return {"workers": 3, "exit": code, "exit_an_hour_ahead": refused} | found(hosts, machines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--hosts", type=int, default=40)
    parser.add_argument("--think", type=float, default=0.3, help="seconds a newspaper takes for an answer")
    parser.add_argument("--delay", type=float, default=0.1, help="seconds between two requests to a host")
    parser.add_argument("--workers", type=int, default=2, help="how many are compared with one")
    parser.add_argument("--at-once", type=int, default=8, help="hosts that a worker asks at a time")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--store", metavar="ADDRESS", help="where WARC files go, a folder or such as s3://bucket/folder")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.network and (why := why_not()) is not None:
        sys.exit(f"skipped: {why}")
    if arguments.kill or arguments.network or arguments.store:
        runs = [(kills if arguments.kill else storing if arguments.store else cuts)(arguments)]
    else:
        runs = [speed(arguments, 1), speed(arguments, arguments.workers)]
    result = {"runs": runs, "load": os.getloadavg()[0]}
    if len(runs) > 1:
        result["ratio"] = round(runs[0]["seconds"] / runs[1]["seconds"], 2)
    if arguments.json:
        print(json.dumps(result, indent=2))
    else:
        print("\n".join(", ".join(f"{name} {value}" for name, value in run.items()) for run in runs))
        print(", ".join(f"{name} {value}" for name, value in result.items() if name != "runs"))


if __name__ == "__main__":
    main()
