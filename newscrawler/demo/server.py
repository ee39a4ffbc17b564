"""Serves the demo web on localhost: 127.0.0.1 is the newspaper, localhost the aggregator, on one port."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from newscrawler.demo import site
from newscrawler.errors import NewscrawlerError

if TYPE_CHECKING:
    from datetime import datetime


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    web: DemoWeb


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        web = self.server.web
        host = (self.headers.get("Host") or "").partition(":")[0]
        answer = web.answer(host, urlsplit(self.path).path)
        unchanged = answer.status == 200 and self._has(answer)
        status = 304 if unchanged else answer.status
        web.log.append((host, self.path, status))
        if target := web.redirects.get(self.path):
            self.send_response(302)
            self.send_header("Location", target)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(status)
        if "Last-Modified" not in dict(answer.headers):  # such an answer is known by its date alone
            self.send_header("ETag", answer.etag)
        for name, value in answer.headers:
            self.send_header(name, value)
        if not unchanged:
            self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", "0" if unchanged else str(len(answer.body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(answer.body)

    def _has(self, answer: site.Answer) -> bool:
        """Whether who asks has this state already (RFC 9110, 13.2.2: an entity tag goes before a date)."""
        if tag := self.headers.get("If-None-Match"):
            return tag == answer.etag
        since = self.headers.get("If-Modified-Since")
        return since is not None and since == dict(answer.headers).get("Last-Modified")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: `web.log` has every request."""


class DemoWeb:
    """The demo web as a running server.  `log` holds (host, target, status) of every request.

    Raises NewscrawlerError where the port is taken.  Answers in `extra` ((host, path) -> Answer) come first.
    """

    def __init__(self, now: datetime, port: int = 0) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise NewscrawlerError(f"port {port} cannot be used ({error.strerror}); name another one with --port") from error
        self._server.web = self
        self._now = now
        self.port: int = self._server.server_address[1]
        self.gazette, self.relay = f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"
        self.log: list[tuple[str, str, int]] = []
        self.extra: dict[tuple[str, str], site.Answer] = {}
        self.redirects: dict[str, str] = {}  # path -> address
        self._pages: dict[str, dict[str, site.Answer]] = {}
        self.publish(1)

    def publish(self, edition: int) -> None:
        """Bring out an edition: in the second one an article has changed and one is new."""
        stories = site.read_stories(site.shipped_articles(), self._now, edition)
        self._pages = {
            "127.0.0.1": site.gazette(stories, self.gazette),
            "localhost": site.relay(stories, self.relay, self.gazette, self._now),
        }

    def answer(self, host: str, path: str) -> site.Answer:
        missing = site.Answer(404, "text/html; charset=utf-8", b"<h1>Not found</h1>")
        return self.extra.get((host, path)) or self._pages.get(host, {}).get(path, missing)

    @property
    def catalogue(self) -> str:
        return site.catalogue(self.gazette, self.relay)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
