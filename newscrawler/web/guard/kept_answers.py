"""Answers that are given again: a page that was made a moment ago, or is being made, of an archive that did not change.

Pages, feeds and files of moderate size, for whoever comes without a name (no cookie, no authorization); never what a
visitor's own SQL gave.  A page gets an entity tag, so that a browser that has it is answered with 304 (RFC 9110).
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    Message = dict[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    Whole = tuple[tuple[tuple[bytes, bytes], ...], bytes]  # headers and body of an answer that is for others, too

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

    def put(self, version: Hashable, key: Hashable, answer: Whole) -> None:
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


# within the making of an answer that others may wait for: what asks its own instance must wait for nobody in turn
_is_made: ContextVar[bool] = ContextVar("is_made", default=False)


class Flights:
    """Answers that are being made: whoever asks for the same waits for it, and it is made once."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Future[Whole | None]] = {}

    async def of_others(self, key: Hashable) -> Whole | None:
        """The answer that is being made for somebody else; None where there is none, or it is for that reader alone."""
        flight = self._flights.get(key)
        return None if flight is None or _is_made.get() else await asyncio.shield(flight)

    async def make(self, key: Hashable, work: Callable[[Callable[[Whole | None], None]], Awaitable[None]]) -> None:
        """Do what makes an answer; it calls what it is given as soon as it knows that, whether others may have it."""
        if key in self._flights:  # that of a reader alone: nobody need wait for a second one
            await work(lambda _: None)
            return
        flight = self._flights[key] = asyncio.get_running_loop().create_future()

        def told(whole: Whole | None) -> None:
            if not flight.done():
                self._flights.pop(key, None)
                flight.set_result(whole)

        token = _is_made.set(True)
        try:
            await work(told)
        finally:
            _is_made.reset(token)
            told(None)


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
    """An answer on its way out: a whole page gets its entity tag.

    `told` is called before anything leaves: with what others may have of it, or None.
    """

    def __init__(self, scope: dict[str, Any], send: Send, told: Callable[[Whole | None], None]) -> None:
        self._scope, self._send, self._told = scope, send, told
        self._start: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        start, self._start = self._start, None
        if start is None or start["status"] != 200 or message.get("more_body"):
            self._told(None)
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
        self._told(None if b"set-cookie" in present else (tuple(headers), body))
        await give(self._scope, Answer(tuple(headers), body, 0), self._send)


class Answers:
    """How requests of one instance are answered: with what is kept, with what is being made, or anew."""

    def __init__(self) -> None:
        self._kept, self._flights = KeptAnswers(), Flights()

    async def give(
        self, version: Hashable | None, scope: dict[str, Any], send: Send, anew: Callable[[Send], Awaitable[None]]
    ) -> None:
        """Answer a request; `anew` makes an answer, `version` is of all that it is made of, None where nothing is shared."""
        key = key_of(scope) if version is not None else None
        if key is None:
            await anew(send)
            return
        if (known := self._kept.get(version, key)) is not None:
            await give(scope, known, send)
            return
        if (made := await self._flights.of_others((version, key))) is not None:
            await give(scope, Answer(*made, 0), send)
            return

        async def work(told: Callable[[Whole | None], None]) -> None:
            def keep(whole: Whole | None) -> None:
                if whole is not None:
                    self._kept.put(version, key, whole)
                told(whole)

            await anew(Recorder(scope, send, keep).send)

        await self._flights.make((version, key), work)
