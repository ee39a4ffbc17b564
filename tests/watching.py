"""A simulated week of `newscrawler watch`: papers on localhost, and a clock that jumps to whatever comes next.

    python tests/watching.py FOLDER DAYS [ARGUMENT...]      run by `week` in a process of its own

The clock stands in FOLDER/clock, seconds since the simulation began, so that the papers know what they have published by then.
FOLDER/days has a line for each day: bytes of memory of the process, and its CPU seconds so far.
"""

import asyncio
import contextlib
import datetime as dt
import json
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BEGAN = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)  # a Sunday
QUIET = 4  # articles of a paper that publishes no more
TRUSTING = (
    "trusting"  # a file in FOLDER: validators are believed for the whole simulation, so that all but first looks bring 304
)
EVERY = 3 * 3600.0  # seconds between two articles of a paper that publishes
WHO = [
    "ministry",
    "admiral",
    "minister",
    "general",
    "ambassador",
    "spokeswoman",
    "delegation",
    "committee",
    "alliance",
    "navy",
    "embassy",
    "treaty",
]
DOES = [
    "announced",
    "postponed",
    "welcomed",
    "criticised",
    "financed",
    "inspected",
    "cancelled",
    "reviewed",
    "signed",
    "proposed",
    "defended",
    "questioned",
]
WHAT = [
    "patrol",
    "frigate",
    "exercise",
    "talks",
    "sanctions",
    "radar",
    "missiles",
    "drones",
    "summit",
    "budget",
    "base",
    "agreement",
]
WHERE = [
    "north",
    "south",
    "strait",
    "coast",
    "border",
    "capital",
    "harbour",
    "island",
    "airfield",
    "province",
    "river",
    "mountains",
]


def story(seed: int) -> list[str]:
    """Sentences of one article, always the same for one number, and unlike all others."""
    drawn = random.Random(seed)
    return [
        f"The {drawn.choice(WHO)} of defence {drawn.choice(DOES)} {drawn.randrange(2, 900)} {drawn.choice(WHAT)} near the "
        f"{drawn.choice(WHERE)}, and the {drawn.choice(WHO)} {drawn.choice(DOES)} the {drawn.choice(WHAT)} a day later."
        for _ in range(12)
    ]


class Papers(ThreadingHTTPServer):
    """Feeds /N.xml and pages /N/K.html, N from 0 on; the first `lively` ones publish, all others have a few old articles."""

    daemon_threads = True

    def __init__(self, folder: Path, lively: int) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.clock, self.lively = folder / "clock", lively
        self.asked: list[tuple[str, int]] = []  # (path, status)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def published(self, number: int) -> int:
        """How many articles a paper has published."""
        return 1 + int(float(self.clock.read_text() or 0) // EVERY) if number < self.lively else QUIET

    def feed(self, number: int, host: str) -> str:
        count = self.published(number)
        items = "".join(
            f"<item><title>Frigate {each} of paper {number} leaves for a patrol</title>"
            f"<link>http://{host}/{number}/{each}.html</link><pubDate>{self._date(number, each)}</pubDate></item>"
            for each in range(count - 1, max(-1, count - 21), -1)
        )
        return f'<rss version="2.0"><channel><title>Paper {number}</title>{items}</channel></rss>'

    def _date(self, number: int, each: int) -> str:
        """One article each three hours; of a quiet paper one a week, until the simulation began."""
        ago = dt.timedelta(seconds=-EVERY * each) if number < self.lively else dt.timedelta(weeks=QUIET - each)
        return format_datetime(BEGAN - ago)

    def page(self, number: int, each: int) -> str:
        text = "".join(f"<p>{line}</p>" for line in story(1000 * number + each))
        return f"<html><head><title>Frigate {each} of paper {number} leaves</title></head><body><article>{text}</article></body>"


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Papers

    def do_GET(self) -> None:
        name, _, kind = self.path.strip("/").rpartition(".")
        etag, body, status = "", "", 404
        if kind == "xml":
            etag = f'"{self.server.published(int(name))}"'
            body, status = self.server.feed(int(name), self.headers["Host"]), 200
        elif kind == "html":
            etag, status = '"page"', 200
            body = self.server.page(*map(int, name.split("/")))
        if status == 200 and self.headers["If-None-Match"] == etag:
            body, status = "", 304
        self.server.asked.append((self.path, status))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.send_header("Content-Type", "application/rss+xml" if kind == "xml" else "text/html; charset=utf-8")
        if etag:
            self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: `asked` has it."""


def week(folder: Path, papers: Papers, endpoints: int, days: float, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Watch so many papers, five on a host, for simulated days; what the process said.  Its archive is FOLDER/archive."""
    port = papers.server_port
    tables = [
        f'[p{host}]\nname = "Paper {host}"\nkind = "newspaper"\ncountry = "FR"\nlanguages = ["en"]\nkeep = "all"\n'
        f'home = "http://paper-{host}.test:{port}/"\nplain_http = true\nendpoints = [\n'
        + "".join(f'  {{ kind = "rss", url = "http://paper-{host}.test:{port}/{number}.xml" }},\n'
                  for number in range(host * 5, min(endpoints, host * 5 + 5)))
        + "]\n"
        for host in range(-(-endpoints // 5))
    ]  # fmt: skip
    (folder / "papers.toml").write_text("\n".join(tables))
    (folder / "newscrawler.toml").write_text(
        'contact = "me@example.org"\nshipped_catalogue = false\ncatalogues = ["papers.toml"]\n'
        'allow_networks = ["127.0.0.0/8"]\nworkers = 1\ndelay = 0\n'
    )
    papers.clock.write_text("0")
    words = [sys.executable, str(Path(__file__).absolute()), str(folder), str(days), "watch", *arguments]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, env=_environment(), check=False)


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}


class _Simulation:
    """The clock of the process: it runs as every clock does, and jumps where nothing is under way."""

    def __init__(self, folder: Path, days: float) -> None:
        self._file, self._log = folder / "clock", folder / "days"
        self._ends, self._day = days * 86400.0, 0
        self._ahead, self._real = 0.0, time.monotonic()

    def seconds(self) -> float:
        return self._ahead + time.monotonic() - self._real

    def now(self) -> dt.datetime:
        return BEGAN + dt.timedelta(seconds=self.seconds())

    async def sleep(self, until: dt.datetime, changed: asyncio.Event, *, idle: bool) -> None:
        if not idle:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), 1.0)
            return
        self._ahead += max(0.0, (until - self.now()).total_seconds())
        self._file.write_text(str(self.seconds()))
        if self.seconds() // 86400 > self._day:
            self._day = int(self.seconds() // 86400)
            self._write()
        if self.seconds() >= self._ends:
            self._ends = float("inf")
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(60)

    def _write(self) -> None:
        from newscrawler.crawl.memory import resident_memory

        usage = resource.getrusage(resource.RUSAGE_SELF)
        record = {"day": self._day, "memory": resident_memory(), "cpu": usage.ru_utime + usage.ru_stime}
        with self._log.open("a") as file:
            file.write(json.dumps(record) + "\n")


def _look_up(name: str) -> str:
    if name.endswith(".test"):
        return "127.0.0.1"
    raise socket.gaierror(socket.EAI_NONAME, "not known")


def main(folder: Path, days: float, *arguments: str) -> None:
    """The process: the command with another clock."""
    simulation = _Simulation(folder, days)
    import newscrawler.crawl.session as session

    session.utc_now = simulation.now
    socket.gethostbyname = _look_up
    import newscrawler.crawl.watching as watching

    watching.WallClock = lambda: simulation
    if (folder / TRUSTING).exists():
        import newscrawler.scheduling.polling as polling

        polling.FULL_LOOK = dt.timedelta(days=days + 1)
    from newscrawler.cli import main as command

    command(list(arguments), prog_name="newscrawler")


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:])
