"""A Redis of one's own for a test, and hosts on loopback that a crawl can tell apart."""

import contextlib
import os
import shutil
import socket
import struct
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from command import environment


def came_at(connection: socket.socket) -> float:
    """When what came last on a connection was here, by time.monotonic(): a busy machine's thread may read it far later."""
    told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    (milliseconds,) = struct.unpack_from("I", told, 52)  # tcpi_last_data_recv
    return time.monotonic() - milliseconds / 1000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class RedisServer:
    """redis-server in a folder of its own, with an append-only file."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    host: str = "127.0.0.1"
    on: Sequence[str] = ()  # words that run a command where it is to run

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}/0"

    def start(self, *more: str) -> None:
        self.process = subprocess.Popen(
            [*self.on, "redis-server", "--port", str(self.port), "--bind", self.host, "--dir", str(self.folder),
             "--appendonly", "yes", "--save", "", "--protected-mode", "no", *more],
            stdout=subprocess.DEVNULL, env=environment(),
        )  # fmt: skip
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection((self.host, self.port), 1):
                return
            time.sleep(0.05)
        raise AssertionError("redis-server did not come up")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


def needs_redis() -> None:
    """Skip where there is no redis-server; where NEWSCRAWLER_NEEDS_REDIS is set, that is a failure."""
    if shutil.which("redis-server") is None:
        if os.environ.get("NEWSCRAWLER_NEEDS_REDIS"):
            pytest.fail("redis-server is not installed")
        pytest.skip("redis-server is not installed")  # .ci/run installs it


@contextlib.contextmanager
def redis_server(folder: Path):
    needs_redis()
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


ARTICLE = """<!doctype html><html lang="en"><head><title>Navy orders cutter {n} of {host}</title></head><body><article>
<h1>Navy orders cutter {n} of {host}</h1>{paragraphs}</article></body></html>"""


class Patient(ThreadingHTTPServer):
    """Who asks may be killed at any moment: of that nothing is said."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class Hosts:
    """So many newspapers at 127.0.1.1, 127.0.1.2 ..., each with a feed of so many articles; `asked` says when and what."""

    def __init__(self, hosts: int, articles: int, think: float = 0.0) -> None:
        self.port, self.articles, self.think = free_port(), articles, think
        self.names = [f"127.0.1.{number}" for number in range(1, hosts + 1)]
        self.asked: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        self._servers: list[ThreadingHTTPServer] = []

    def catalogue(self) -> str:
        entry = (
            '[host{n}]\nname = "Host {n}"\nhome = "{base}/"\nkind = "newspaper"\nkeep = "all"\n'
            '[[host{n}.endpoints]]\nkind = "rss"\nurl = "{base}/feed"\n'
        )
        return "".join(entry.format(n=n, base=f"http://{host}:{self.port}") for n, host in enumerate(self.names, 1))

    def page(self, host: str, path: str) -> tuple[str, str]:
        base = f"http://{host}:{self.port}"
        if path == "/robots.txt":
            return "User-agent: *\nAllow: /\n", "text/plain"
        if path == "/feed":
            items = "".join(
                f"<item><title>Navy orders cutter {n}</title><link>{base}/2026/11/navy-orders-cutter-{n}.html</link></item>"
                for n in range(self.articles)
            )
            return (
                f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>',
                "application/rss+xml",
            )
        n = path.rpartition("-")[2].partition(".")[0]
        paragraphs = "".join(
            f"<p>Paragraph {k} of {host}: the yard at berth {n}{k} lays down hull {hash((host, n, k)) % 99991} of the navy, "
            f"said commander {hash((n, k, host)) % 7919} of the ministry on the day of review {k}.</p>"
            for k in range(6)
        )
        return ARTICLE.format(n=n, host=host, paragraphs=paragraphs), "text/html; charset=utf-8"

    def __enter__(self) -> "Hosts":
        for host in self.names:
            server = Patient((host, self.port), self._handler(host))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self._servers.append(server)
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def _handler(self, host: str) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked[host].append((came_at(self.connection), self.path))
                if self.path != "/robots.txt":
                    time.sleep(web.think)
                text, kind = web.page(host, self.path)
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):  # who was killed reads no answer
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler
