"""Answers that are given again: a page that was made a moment ago, of an archive that has not changed since.

Pages, feeds and files of moderate size, for whoever comes without a name (no cookie, no authorization); never what a
visitor's own SQL gave.  A page gets an entity tag, so that a browser that has it is answered with 304 (RFC 9110).
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    Message = dict[str, Any]
    Send = Callable[[Message], Awaitable[None]]

MOST_BYTES = 24_000_000  # of all that are kept
LARGEST = 400_000  # bytes of one that is kept
SECONDS = 30.0  # that one is given again: pages say how long ago things were
_OF_ONE_READER = frozenset({b"cookie", b"authorization"})
_VALIDATED = (b"text/html",)  # types that get an entity tag here; feeds have their own


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of status 200: its headers and body, and when it was made, in seconds of a monotonic clock."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    made: float


class KeptAnswers:
    """The answers of one version of what they are made of; those that were not wanted for longest leave first."""

    def __init__(self, most_bytes: int = MOST_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most_bytes, clock
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._version: Hashable = None
        self._bytes = 0

    def get(self, version: Hashable, key: Hashable) -> Answer | None:
        """The answer to a request; None where there is none of this version, or it is old."""
        if version != self._version:
            self._answers.clear()
            self._version, self._bytes = version, 0
        found = self._answers.get(key)
        if found is None:
            return None
        if self._clock() - found.made > SECONDS:
            self._bytes -= len(self._answers.pop(key).body)
            return None
        self._answers.move_to_end(key)
        return found

    def put(self, version: Hashable, key: Hashable, answer: tuple[tuple[tuple[bytes, bytes], ...], bytes]) -> None:
        """Keep (headers, body) of an answer that was begun when `version` held, unless it no longer does."""
        headers, body = answer
        if version != self._version or len(body) > LARGEST:
            return
        if (before := self._answers.pop(key, None)) is not None:
            self._bytes -= len(before.body)
        self._answers[key] = Answer(headers, body, self._clock())
        self._bytes += len(body)
        while self._bytes > self._most:
            self._bytes -= len(self._answers.popitem(last=False)[1].body)


def key_of(scope: dict[str, Any]) -> Hashable | None:
    """What an answer depends on beside the archive; None for a request whose answer is not for others."""
    headers = dict(scope.get("headers") or ())
    if scope["method"] != "GET" or not _OF_ONE_READER.isdisjoint(headers):
        return None
    gzipped = b"gzip" in headers.get(b"accept-encoding", b"")
    path = scope.get("raw_path") or scope["path"].encode()
    return scope.get("scheme"), headers.get(b"host"), path, scope.get("query_string"), gzipped


def _tag(body: bytes) -> bytes:
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'.encode()


def _is_known(scope: dict[str, Any], headers: dict[bytes, bytes]) -> bool:
    """Whether the reader has an answer already."""
    told = dict(scope.get("headers") or ()).get(b"if-none-match")
    return bool(told and (tag := headers.get(b"etag")) and tag.removeprefix(b"W/") in told)


async def give(scope: dict[str, Any], answer: Answer, send: Send) -> None:
    """Send a kept answer, or that the reader has it."""
    known = _is_known(scope, dict(answer.headers))
    headers = [each for each in answer.headers if not (known and each[0] in (b"content-length", b"content-type"))]
    await send({"type": "http.response.start", "status": 304 if known else 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if known else answer.body})


class Recorder:
    """An answer on its way out: a whole page gets its entity tag; `whole` is what may be kept of it, when it has left."""

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        self._scope, self._send = scope, send
        self._start: Message | None = None
        self.whole: tuple[tuple[tuple[bytes, bytes], ...], bytes] | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        if start is None or start["status"] != 200 or message.get("more_body"):
            if start is not None:
                await self._send(start)
            await self._send(message)
            return
        headers, body = list(start["headers"]), message.get("body", b"")
        present = dict(headers)
        if b"etag" not in present and present.get(b"content-type", b"").startswith(_VALIDATED):
            headers.append((b"etag", _tag(body)))
            if b"cache-control" not in present:
                headers.append((b"cache-control", b"no-cache"))
        if b"set-cookie" not in present:
            self.whole = tuple(headers), body
        await give(self._scope, Answer(tuple(headers), body, 0), self._send)
