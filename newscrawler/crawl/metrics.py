"""The figures of a crawl that never ends, as Prometheus' text format 0.0.4; into a file or by HTTP.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

import re
import tempfile
import threading
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newscrawler import __version__
from newscrawler.config.writing import replace_whole
from newscrawler.errors import ConfigError, NewscrawlerError
from newscrawler.storage.own_files import refuse_own

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from newscrawler.items import Decision, Poll
    from newscrawler.storage.sites.polls import Punctuality

LAST_PORT = 65_535
_NUMBER = re.compile(r"[-+][0-9.]+")  # somebody meant a port
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class Counts:
    """What this process has counted since it began."""

    decisions: Counter[str] = field(default_factory=Counter)  # pages by outcome
    polls: Counter[str] = field(default_factory=Counter)  # looks at endpoints: new, nothing_new, unchanged (304), failed
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)  # by (page or endpoint, kind)

    def decided(self, decision: Decision) -> None:
        self.decisions[decision.outcome.value] += 1
        if (failure := decision.candidate.failure) is not None:
            self.failures["page", failure.kind.value] += 1

    def polled(self, poll: Poll, links_new: int) -> None:
        if poll.failure is not None:
            self.failures["endpoint", poll.failure.kind.value] += 1
        answered = "unchanged" if poll.status == 304 else "new" if links_new else "nothing_new"
        self.polls["failed" if poll.failure is not None else answered] += 1


@dataclass(frozen=True, slots=True)
class Figures:
    """A look at a crawl that never ends.  Times are seconds since 1970, memory is bytes."""

    counts: Counts
    sources: Mapping[str, Punctuality]
    pending: int  # links of its sources that wait
    under_way: int  # links and endpoints
    memory: tuple[int, int]  # this process, its workers
    cpu_seconds: float
    at: float
    next_look: float | None

    @property
    def overdue(self) -> float:
        """Seconds by which the latest endpoint of all is overdue."""
        return max((each.overdue for each in self.sources.values()), default=0.0)

    @property
    def failing(self) -> int:
        return sum(each.failing for each in self.sources.values())

    @property
    def endpoints(self) -> int:
        return sum(each.endpoints for each in self.sources.values())


def escaped(value: str) -> str:
    r"""A label's value as it is written.

    >>> escaped('a "b" \\ c')
    'a \\"b\\" \\\\ c'
    """
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _family(name: str, kind: str, about: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> str:
    lines = [f"# HELP newscrawler_{name} {about}", f"# TYPE newscrawler_{name} {kind}"]
    for labels, value in samples:
        written = ",".join(f'{key}="{escaped(each)}"' for key, each in labels.items())
        lines.append(f"newscrawler_{name}{'{' + written + '}' if written else ''} {value:.15g}")
    return "\n".join(lines) + "\n"


def prometheus_text(figures: Figures) -> str:
    """All figures; of sources one line each."""
    counts, sources = figures.counts, figures.sources.items()
    return "".join((
        _family("build_info", "gauge", "The version that runs.", [({"version": __version__}, 1)]),
        _family("articles_total", "counter", "Pages decided on since it began, by outcome.",
                [({"outcome": name}, number) for name, number in sorted(counts.decisions.items())]),
        _family("polls_total", "counter", "Looks at endpoints since it began, by what they brought.",
                [({"result": name}, number) for name, number in sorted(counts.polls.items())]),
        _family("failures_total", "counter", "Pages and endpoints that failed since it began, by kind.",
                [({"of": of, "kind": kind}, number) for (of, kind), number in sorted(counts.failures.items())]),
        _family("source_overdue_seconds", "gauge", "How late the latest endpoint of a source is, by its own rhythm.",
                [({"source": name}, each.overdue) for name, each in sources]),
        _family("source_interval_seconds", "gauge", "Planned between two looks at the endpoint that is asked most often.",
                [({"source": name}, each.interval) for name, each in sources if each.interval is not None]),
        _family("source_failing_endpoints", "gauge", "Endpoints of a source whose last look failed.",
                [({"source": name}, each.failing) for name, each in sources]),
        _family("endpoints", "gauge", "Endpoints that are asked.", [({}, figures.endpoints)]),
        _family("queue_links", "gauge", "Links that wait, and what is under way.",
                [({"state": "pending"}, figures.pending), ({"state": "under_way"}, figures.under_way)]),
        _family("memory_bytes", "gauge", "Resident memory of the process and of its workers.",
                [({"process": name}, size) for name, size in zip(("watch", "workers"), figures.memory, strict=True)]),
        _family("cpu_seconds_total", "counter", "CPU time of the process and of the workers that have ended.",
                [({}, figures.cpu_seconds)]),
        _family("next_look_timestamp_seconds", "gauge", "When the next endpoint is due.",
                [({}, figures.next_look)] if figures.next_look is not None else []),
        _family("sign_of_life_timestamp_seconds", "gauge", "When these figures were made.", [({}, figures.at)]),
    ))  # fmt: skip


class Sink(Protocol):
    """Where the figures go."""

    address: str

    def put(self, text: str) -> None: ...

    def close(self) -> None: ...


class FileSink:
    """A file that is there whole at any moment, as node_exporter's textfile collector wants it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.address = str(path)

    def put(self, text: str) -> None:
        """Raises NewscrawlerError where it cannot be written."""
        try:
            replace_whole(self._path, text)
        except OSError as error:
            raise NewscrawlerError(f"--metrics {self._path}: cannot be written: {error.strerror}") from error

    def close(self) -> None:
        """Nothing is open."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10

    def do_GET(self) -> None:
        known = self.path.partition("?")[0] in ("/", "/metrics")
        body = self.server.text.encode() if known else b"the figures are at /metrics\n"
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a scrape every few seconds is no news."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    text = ""

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: who asked has gone."""


class HttpSink:
    """Answers GET /metrics.  Raises NewscrawlerError where the port cannot be had."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._server = _Server((host, port), _Handler)
        except (OSError, OverflowError) as error:
            raise NewscrawlerError(f"--metrics {host}:{port}: cannot listen there: {error}; choose another port") from error
        self.address = f"http://{host}:{self._server.server_port}/metrics"
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def put(self, text: str) -> None:
        self._server.text = text

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def sink_for(where: str) -> Sink:
    """What `--metrics` names: a port, host:port, or else a file.

    Raises ConfigError for what can be none of them, or where no file can be written; ArchiveError for an archive's own file;
    NewscrawlerError where nobody can listen there now.

    >>> sink_for("metrics.prom").__class__.__name__
    'FileSink'
    """
    host, colon, port = where.rpartition(":")
    if port.isdecimal() and "/" not in host:
        if int(port) > LAST_PORT or (colon and not host):
            whose = f"; on all of this machine's addresses it is 0.0.0.0:{port}" if colon and not host else ""
            raise ConfigError(f"--metrics {where}: give a port from 0 to {LAST_PORT}, or host:port{whose}")
        return HttpSink(host.strip("[]") if colon else "127.0.0.1", int(port))
    if (colon and "/" not in where) or not where.strip() or _NUMBER.fullmatch(where):
        raise ConfigError(f"--metrics {where!r}: {port or 'nothing'} is no port; a file of that name is ./{where or 'NAME'}")
    return FileSink(_writable(Path(where)))


_FIRST = b"# HELP newscrawler_"  # with which a file of figures begins


def _writable(path: Path) -> Path:
    """The file, if one can be made there.  Raises ConfigError, and ArchiveError where it is an archive's own."""
    refuse_own(path)
    if (path.exists() and not path.is_file()) or not path.absolute().parent.is_dir():
        raise ConfigError(f"--metrics {path}: no file can be there; give a file, a port or host:port")
    try:
        tempfile.TemporaryFile(dir=path.absolute().parent).close()  # as it is replaced: by one beside it
        with path.open("rb") if path.exists() else nullcontext() as file:
            head = file.read(len(_FIRST)) if file else b""
    except OSError as error:
        raise ConfigError(f"--metrics {path}: cannot be written: {error.strerror}; give another file, or a port") from error
    if head and head != _FIRST:
        raise ConfigError(f"--metrics {path}: is a file of something else, and would be lost; give another file, or a port")
    return path
