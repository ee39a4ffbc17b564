"""Crawl after crawl of a growing web while machines fail: what `benchmarks/soak.py` runs for minutes and a test for seconds.

A few papers publish further articles in every round, whose words never change, though clocks, counters and links around them
do; hostile hosts are asked beside them.  Each round has one trouble, drawn by a seeded chance; the clock goes on by a day.
"""

import errno
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from crawling import SOURCE, Kit, names_of, prepare, read_cases
from hosts import HostileWeb, reply, title_of, words_of

DAY = 26 * 3600.0  # seconds that the clock goes on in each round: what is looked at daily is due
STEP = 400 * 86400.0
STOP_SECONDS = 15.0
HANG = 300.0  # seconds after which a crawl will not end any more
EARLY = 0.2  # of the troubles come while a crawl still starts, all others after so many requests
HOSTILE = 20  # hosts of cases that are asked in one round
NEW = 2  # articles of each paper in each round
SLOW = {"framing", "drip"}  # cases that wait for a time-out are left out: there is a round each few seconds
TROUBLES = (
    "none", "kill", "kill a worker", "kill the group", "SIGTERM to the group", "SIGINT to the group", "SIGTERM", "SIGHUP to the group",
    "full disk", "locked archive", "clock ahead", "clock behind", "load", "backup beside",
)  # fmt: skip


@dataclass
class Round:
    """One crawl: its trouble, how it ended, what it took."""

    trouble: str
    exit_code: int
    seconds: float
    stopping: float | None  # seconds from a signal to the end
    peak: float  # MB of all processes (PSS)
    broken: list[str] = field(default_factory=list)  # promises


def descendants(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [root]
    while queue:
        found.append(pid := queue.pop())
        queue += children.get(pid, [])
    return found


def memory_of(root: int) -> float:
    """MB that a process and those below it hold, shared pages counted once."""
    total = 0
    for pid in descendants(root):
        with suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1000


@contextmanager
def watched(process):
    """The largest memory of a process and those below it, in a list of one number."""
    peak, done = [0.0], threading.Event()

    def watch():
        while not done.wait(0.25):
            peak[0] = max(peak[0], memory_of(process.pid))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


class Rounds:
    """A world, an archive of it, and troubles."""

    def __init__(self, folder: Path, seed: int, papers: int = 6, *, hostile: bool = True, small_disk: bool = False) -> None:
        self.chance = random.Random(seed)
        self.folder, self.rounds, self.offset = folder, [], 0.0
        self.workers = 2 if hostile else 1
        self._disk = _Disk(folder / "archive") if small_disk else None
        self._papers = [f"paper-{n}.example" for n in range(papers)]
        self._cases = [each for each in read_cases() if hostile and each.scheme == "http" and not _waits(each.given)]
        (folder / "tls").mkdir(parents=True)
        self.web = HostileWeb(folder / "tls")
        self.published: dict[str, str] = {}  # address -> what its text was made of

    def __enter__(self):
        self.web.__enter__()
        catalogue = "".join(prepare(case, self.web, "first") for case in self._cases)
        for name in self._papers:
            self.web.add(name)
            base = f"http://{name}:{self.web.port}"
            catalogue += SOURCE.format(id=name.removesuffix(".example"), base=base, kind="rss", url=f"{base}/feed.xml")
        self.kit = Kit(self.folder, catalogue, names_of(self._cases, self.web), self.web.authority)
        return self

    def __exit__(self, *error):
        self.web.__exit__(*error)
        if self._disk:
            self._disk.end()

    def publish(self) -> None:
        """Bring out further articles, and serve all of them with other things around the same words."""
        number = len(self.rounds)
        for name in self._papers:
            base, host = f"http://{name}:{self.web.port}", self.web.hosts[name]
            for n in range(NEW):
                self.published[f"{base}/{number}-{n}"] = f"{name}/{number}-{n}"
            own = [address for address in self.published if address.startswith(base)]
            for address in own:
                host.replies[address.removeprefix(base)] = reply(self.published[address], _around(number, address))
            host.replies["/feed.xml"] = reply("", {"feed": own})

    def run(self, trouble: str | None = None) -> Round:
        """One crawl with one trouble, then a look at all that is promised."""
        self.publish()
        self.offset += DAY
        self.kit.clock.write_text(str(self.offset))
        trouble = trouble or self.chance.choice(TROUBLES)
        began = time.monotonic()
        process = self._start(trouble)
        with watched(process) as peak:
            stopping = _Trouble(self, process, trouble).make()
            try:
                _, stderr = process.communicate(timeout=HANG)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                _, stderr = process.communicate()
                stderr += "\nit hung"
        self.kit.clock.write_text(str(self.offset))
        if self._disk:
            self._disk.make_room()
        done = Round(trouble, process.returncode, time.monotonic() - began, stopping, peak[0])
        done.broken = [*self._ended_badly(done, stderr), *self._damage()]
        self.rounds.append(done)
        return done

    def _start(self, trouble: str) -> subprocess.Popen:
        if trouble == "full disk" and self._disk:
            self._disk.fill(self.chance.randrange(0, 400_000))
        limit = None
        if trouble == "full disk" and not self._disk:
            path = self.kit.archive / "news.db"
            size = path.stat().st_size if path.exists() else 0
            limit = size + self.chance.choice((0, 4_096, 65_536, 200_000, 400_000))
        some = self.chance.sample([case.name for case in self._cases], min(HOSTILE, len(self._cases)))
        names = [*(name.removesuffix(".example") for name in self._papers), *some]
        return self.kit.start(
            *names,
            settings={"DOWNLOAD_TIMEOUT": 2, "DOWNLOAD_DELAY": 0.02, "NEWSCRAWLER_WORKERS": self.workers},
            largest_file=limit,
        )

    def finish(self) -> None:
        """Crawls without trouble until nothing new comes: what is not there then is lost."""
        for _ in range(3):
            if self.run("none").exit_code in (0, 3) and not self.lost():
                return

    def _rows(self, sql: str) -> list[tuple]:
        path = self.kit.archive / "news.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(path, timeout=30)) as db:
            return db.execute(sql).fetchall()

    def _ended_badly(self, done: Round, stderr: str) -> list[str]:
        broken = []
        if "Traceback" in stderr or "it hung" in stderr or "Task was destroyed" in stderr:
            at = max(stderr.find("Traceback"), stderr.find("Task was"), 0)
            broken.append(f"{done.trouble}: not quiet: {stderr[max(0, at - 300) : at + 2500]}")
        if done.stopping is not None and done.stopping > STOP_SECONDS:
            broken.append(f"{done.trouble}: {done.stopping:.1f} seconds to stop")
        allowed = {
            "kill": (-9, 0, 3), "kill the group": (-9, 0, 3), "full disk": (1, 0, 3), "locked archive": (75, 0, 3),
        }.get(done.trouble, (130, 0, 3) if "SIG" in done.trouble else (0, 3))  # fmt: skip
        began = bool(stderr)  # a signal that comes before Python has begun with us ends it as any other program
        if done.exit_code not in allowed and not (done.stopping is not None and done.exit_code < 0 and not began):
            broken.append(f"{done.trouble}: exit code {done.exit_code}: {stderr[-1000:]}")
        return broken

    def _damage(self) -> list[str]:
        """What no trouble may bring about, whenever one looks."""
        if not (self.kit.archive / "news.db").exists():
            return []
        try:
            whole, loose = self._rows("PRAGMA integrity_check"), self._rows("PRAGMA foreign_key_check")
            if not self._rows("SELECT 1 FROM pragma_table_info('revisions') WHERE name = 'grown'"):
                return []  # its making was cut off, and the next command goes on with it
        except sqlite3.DatabaseError as error:
            return [f"the database: {error}"]
        broken = [f"integrity: {whole}"] if whole != [("ok",)] else []
        broken += [f"foreign keys: {loose[:3]}"] if loose else []
        broken += [f"twice: {each}" for each in self.twice()]
        broken += [f"false revision: {each}" for each in self.false_revisions()]
        return broken

    def twice(self) -> list[str]:
        """Articles that are there more than once."""
        return [row[0] for row in self._rows("SELECT min(url) FROM articles GROUP BY url_key HAVING count(*) > 1")]

    def false_revisions(self) -> list[tuple]:
        """What is said of papers that never changed a word."""
        return self._rows(
            "SELECT a.url, r.change, r.reason FROM revisions r JOIN articles a ON a.id = r.article_id "
            "WHERE a.source_id LIKE 'paper-%' AND r.change NOT IN ('new', 'reextracted')"
        )

    def lost(self) -> list[str]:
        """Articles that were published and are not there, or not with all of their own words."""
        stored = {url: f"{title}\n{text}" for url, title, text in self._rows("SELECT url, title, text FROM articles")}
        wanted = {address: "\n".join([title_of(made_of), *words_of(made_of)]) for address, made_of in self.published.items()}
        return [address for address, text in wanted.items() if not stored.get(address, "").startswith(text)]

    def unreadable(self) -> list[str]:
        """What `newscrawler doctor` finds wrong, the clock's jumps left out."""
        words = [sys.executable, "-m", "newscrawler", "doctor", "--archive", str(self.kit.archive)]
        done = subprocess.run(words, cwd=self.folder, env=self.kit.environment, capture_output=True, text=True, check=False)
        return [line for line in done.stdout.splitlines() if line.startswith("wrong") and "  clock  " not in line]


def _waits(given) -> bool:
    """Whether a case keeps a crawl waiting."""
    if isinstance(given, dict):
        return any(key in SLOW or _waits(value) for key, value in given.items())
    return False


def _around(number: int, address: str) -> dict:
    """What stands around an article's words, and changes with every look."""
    return {
        "before": f"<header><div class='clock'>Round {number}, {number % 24}:00</div><nav><a href='/'>Home</a></nav></header>",
        "last": f"<div class='ad' id='ad-{number}'>Advertisement</div><p class='views'>Views: {1_000 + 37 * number}</p>",
        "after": f"<aside class='related'><h2>Related</h2><ul><li><a href='/{number}-0'>Another headline of round {number}</a></li>"
        f"</ul></aside><footer>© The Paper. Page {sum(map(ord, address)) % 1_000}-{number}</footer>",
    }


class _Trouble:
    """What goes wrong in one round, at some moment of it."""

    def __init__(self, rounds: Rounds, process: subprocess.Popen, trouble: str) -> None:
        self._rounds, self._process, self._trouble = rounds, process, trouble

    def make(self) -> float | None:
        """Bring it about; seconds from a signal to the crawl's end, where one was sent."""
        chance, trouble, process = self._rounds.chance, self._trouble, self._process
        if trouble in ("none", "full disk"):
            return None
        if chance.random() < EARLY:
            self._wait(chance.uniform(0.2, 3.0))
        else:
            self._wait_for_requests(chance.randrange(1, 90))
        if process.poll() is not None:
            return None
        match trouble:
            case "kill":
                process.kill()
            case "kill a worker":
                self._kill_a_worker()
            case "kill the group":
                os.killpg(process.pid, signal.SIGKILL)
            case "SIGTERM":
                process.terminate()
                return self._stop_seconds()
            case "SIGTERM to the group" | "SIGINT to the group" | "SIGHUP to the group":
                os.killpg(process.pid, getattr(signal, trouble.split()[0]))
                return self._stop_seconds()
            case "locked archive":
                self._lock(chance.uniform(0.5, 3.0))
            case "clock ahead" | "clock behind":
                step = STEP if trouble == "clock ahead" else -STEP
                self._rounds.kit.clock.write_text(str(self._rounds.offset + step))
            case "load":
                self._load(chance.uniform(2.0, 4.0))
            case "backup beside":
                self._back_up()
        return None

    def _stop_seconds(self) -> float:
        """How long the crawl takes to end; its last workers may close the pipe of what it says a little later."""
        told = time.monotonic()
        self._wait(HANG)
        return time.monotonic() - told

    def _wait_for_requests(self, number: int) -> None:
        """Let so many requests come, or the crawl end."""
        began = len(self._rounds.web.log)
        while len(self._rounds.web.log) - began < number and self._process.poll() is None:
            time.sleep(0.01)

    def _wait(self, seconds: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def _kill_a_worker(self) -> None:
        below = [pid for pid in descendants(self._process.pid) if pid != self._process.pid]
        if below:
            with suppress(ProcessLookupError):
                os.kill(self._rounds.chance.choice(below), signal.SIGKILL)

    def _lock(self, seconds: float) -> None:
        path = self._rounds.kit.archive / "news.db"
        if not path.exists():
            return
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as db, suppress(sqlite3.OperationalError):
            db.execute("BEGIN IMMEDIATE")
            self._wait(seconds)
            db.execute("ROLLBACK")

    def _load(self, seconds: float) -> None:
        spin = [sys.executable, "-c", f"import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"]
        busy = [subprocess.Popen(spin) for _ in range(12)]
        for each in busy:
            each.wait()

    def _back_up(self) -> None:
        kit = self._rounds.kit
        words = [sys.executable, "-m", "newscrawler", "backup", str(kit.folder / "safe"), "--archive", str(kit.archive)]
        if (kit.archive / "news.db").exists():
            subprocess.run(words, cwd=kit.folder, env=kit.environment, capture_output=True, check=False)


class _Disk:
    """A small file system in memory for the archive, which can be full; OSError where this machine lets us make none."""

    SIZE = 600  # MB

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder, self._ballast = folder, folder / "ballast"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.SIZE}m,mode=755", "none", str(folder)],
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise OSError(errno.EPERM, "no small disk can be made here")

    def fill(self, left: int) -> None:
        """Leave so many bytes."""
        free = shutil.disk_usage(self._folder).free
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free - left))

    def make_room(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def end(self) -> None:
        subprocess.run(["umount", "-l", str(self._folder)], check=False)


__all__ = ["TROUBLES", "Round", "Rounds"]
