"""The reading room's side: a process for each request that asks for SQL, from a template that is started once."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import socket
import subprocess
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

from newscrawler.sandbox.messages import HEADER, MAX_MESSAGE_BYTES, Answer, Place, Statement, decode, encode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

KILLED = Answer(None, (), "OperationalError", "interrupted")  # as SQLite says it where its own limit was enough


class Template:
    """The process that forks the others.  It is started when it is first wanted, and again should it have died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def start(self) -> None:
        """Start it, unless it runs.  Returns at once: it imports while others work."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._control, theirs = socket.socketpair()
        with theirs:
            # -P: nothing is imported from the folder that we happen to be in; a session of its own: Ctrl-C is not for it
            command = [sys.executable, "-P", "-m", "newscrawler.sandbox.template"]
            self._process = subprocess.Popen(
                command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL, start_new_session=True
            )

    def fork(self) -> socket.socket:
        """A socket to a new process of one request.  Raises OSError where none can be had."""
        self.start()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"+"], [theirs.fileno()])
            except OSError:
                ours.close()
                raise
        return ours

    def close(self) -> None:
        """End it and all that it has forked."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()
        self._control = self._process = None


TEMPLATE = Template()
atexit.register(TEMPLATE.close)


class Session:
    """The statements of one request.  Its process begins with the first; after one was killed there is no further."""

    def __init__(self, before_much: Callable[[int], Awaitable[None]] | None = None) -> None:
        """`before_much` is awaited with the bytes of an answer before they are read."""
        self._before_much = before_much
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._place: Place | None = None
        self._killed = False
        self._one_at_a_time = asyncio.Lock()

    async def ask(self, place: Place, statement: Statement) -> Answer:
        """What became of a statement; KILLED where its process was ended."""
        async with self._one_at_a_time:
            if self._killed:
                return KILLED
            try:
                return await self._ask(place, statement)
            except (EOFError, OSError):
                self._killed = True
                await self._close()
                return KILLED

    async def _ask(self, place: Place, statement: Statement) -> Answer:
        if self._streams is None or self._place != place:
            await self._close()
            self._streams = await asyncio.open_unix_connection(sock=TEMPLATE.fork())
            self._streams[1].write(encode(place))
            self._place = place
        reader, writer = self._streams
        writer.write(encode(statement))
        await writer.drain()
        (size,) = HEADER.unpack(await reader.readexactly(HEADER.size))
        if size > MAX_MESSAGE_BYTES:
            raise EOFError("an answer that none of ours is")
        if self._before_much is not None:
            await self._before_much(size)
        answer: Answer = decode(Answer, await reader.readexactly(size))
        return answer

    async def _close(self) -> None:
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    @classmethod
    @contextlib.asynccontextmanager
    async def of_request(cls, before_much: Callable[[int], Awaitable[None]] | None = None) -> AsyncIterator[Session]:
        """A session that `current` gives to whatever runs within."""
        session = cls(before_much)
        token = current.set(session)
        try:
            yield session
        finally:
            current.reset(token)
            await session._close()


current: ContextVar[Session | None] = ContextVar("sandbox_session", default=None)
