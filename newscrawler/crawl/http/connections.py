"""Connections to hosts, through proxies where there are some: one request at a time on each, kept for a while for the next.

Knows asyncio and no Scrapy.  Who may be asked, and how much may come in, is the caller's to say.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
import struct
from typing import TYPE_CHECKING, NamedTuple

from newscrawler.crawl.http.messages import Answer, NoAnswer, request_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

IDLE_SECONDS = 15.0  # after which an unused connection is closed; most servers wait no longer
KEPT = 8  # of them to one place; a proxy may be asked for many hosts
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: what was not sent yet is dropped
READ = 65_536  # bytes that are deciphered at once


class Proxy(NamedTuple):
    """`authorization`: the value of Proxy-Authorization, None where none is wanted."""

    host: str
    port: int
    authorization: bytes | None = None


class Place(NamedTuple):
    """Where a connection leads.  Without TLS a proxy's serves for all hosts: such a place is the proxy."""

    host: str
    port: int
    is_secure: bool
    proxy: Proxy | None = None

    @property
    def name(self) -> str:
        """As Host names it: without the port that goes without saying.

        >>> Place("::1", 80, False).name, Place("a.example", 8443, True).name
        ('[::1]', 'a.example:8443')
        """
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"


class Unreachable(Exception):
    """No connection came about; `is_refused` where there is nobody at the port."""

    def __init__(self, message: str, *, is_refused: bool = False) -> None:
        super().__init__(message)
        self.is_refused = is_refused


class _Tls:
    """The cipher of one connection: what is sent goes to `send`, what came is deciphered."""

    def __init__(self, context: ssl.SSLContext, host: str, send: Callable[[bytes], object]) -> None:
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_hostname=host)
        self._send = send
        self.is_ready = self.is_over = False

    def shake_hands(self) -> None:
        """Begin, or go on.  Raises ssl.SSLError where the two cannot agree, or whose certificate it is cannot be told."""
        try:
            self._object.do_handshake()
            self.is_ready = True
        except ssl.SSLWantReadError:
            pass
        finally:
            self._flush()

    def take(self, data: bytes) -> bytes:
        """What was sent to us, in plain.  Raises ssl.SSLError."""
        self._in.write(data)
        if not self.is_ready:
            self.shake_hands()
        pieces = []
        if self.is_ready:
            try:
                while piece := self._object.read(READ):
                    pieces.append(piece)
                self.is_over = True
            except ssl.SSLWantReadError:
                pass
            self._flush()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def write(self, data: bytes) -> None:
        self._object.write(data)
        self._flush()

    def _flush(self) -> None:
        if self._out.pending:
            self._send(self._out.read())


class Connection(asyncio.Protocol):
    """One connection to a place; `lost` is called when it is no more."""

    def __init__(self, place: Place, lost: Callable[[Connection], None]) -> None:
        self.place, self._lost = place, lost
        self._transport: asyncio.Transport | None = None
        self._tls: _Tls | None = None
        self._answer: Answer | None = None  # that comes in
        self._done: asyncio.Future[None] | None = None  # it is whole, or hands are shaken
        self._timer: asyncio.TimerHandle | None = None
        self.peer = ""  # the address at its other end

    # --- asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self.peer = (transport.get_extra_info("peername") or ("",))[0]

    def data_received(self, data: bytes) -> None:
        try:
            self._take(data)
        except Exception as error:  # of TLS, of the answer, or of whoever counts its bytes
            self._end(error)
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None:
            try:
                self._answer.end()
                self._end()
            except Exception as ended:
                self._end(ended)
        else:
            self._end(error or NoAnswer("the connection was closed"))
        self._transport = None
        self._lost(self)

    def _take(self, data: bytes) -> None:
        if self._tls is not None:
            data = self._tls.take(data)
            if self._answer is None and self._tls.is_ready and not data:  # or a ticket came, while it is idle
                self._end()
        if data and self._answer is not None:
            self._answer.take(data)
            if self._answer.is_whole:
                self._end()
        elif data:
            self.abort()  # nobody asked
        if self._tls is not None and self._tls.is_over and self._transport is not None:
            self._transport.close()  # and `connection_lost` says what that means

    def _end(self, error: Exception | None = None) -> None:
        if self._done is None or self._done.done():
            return
        if error is None:
            self._done.set_result(None)
        else:
            self._done.set_exception(error)

    # --- ours

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    async def tunnel(self, place: Place, proxy: Proxy) -> None:
        """Have a proxy lead on to a place.  Raises Unreachable where it does not."""
        target = f"[{place.host}]:{place.port}" if ":" in place.host else f"{place.host}:{place.port}"
        headers = [(b"Proxy-Authorization", proxy.authorization)] if proxy.authorization else []
        answer = Answer("CONNECT")
        await self.ask(request_bytes("CONNECT", target, target, headers), answer)
        if answer.status // 100 != 2 or answer.leaves_more:
            raise Unreachable(f"the proxy {proxy.host}:{proxy.port} leads to nobody: its status is {answer.status}")

    async def secure(self, context: ssl.SSLContext, host: str) -> None:
        """Speak TLS from here on.  Raises Unreachable, ssl.SSLError, NoAnswer and OSError where that cannot be."""
        assert self._transport is not None
        try:
            self._tls = _Tls(context, host, self._transport.write)
        except ValueError as error:  # a label of 64 letters
            raise Unreachable(f"{host} is no name of a host: {error}") from error
        self._done = asyncio.get_running_loop().create_future()
        try:
            self._tls.shake_hands()
            await self._done
        finally:
            self._done = None

    async def ask(self, request: bytes, answer: Answer) -> None:
        """Send a request and wait until its answer is whole.

        Raises NoAnswer, BadAnswer, IncompleteAnswer, OSError, ssl.SSLError, and what the answer's `receive` does.
        """
        assert self._transport is not None
        self._answer, self._done = answer, asyncio.get_running_loop().create_future()
        try:
            (self._tls or self._transport).write(request)
            await self._done
        finally:
            self._answer = self._done = None
            if not answer.is_whole:
                self.abort()

    def rest(self, seconds: float) -> None:
        """Be closed after so many seconds without a request."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self.close)

    def wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        self.wake()
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Have it end at once, and its other end told so: it shall send nothing more."""
        self.wake()
        if self._transport is not None:
            with contextlib.suppress(OSError):  # it has ended already
                self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self._transport.abort()


class Connections:
    """Those that there are.  `resolve`: name -> addresses; `context`: host -> how TLS is spoken with it."""

    def __init__(
        self,
        resolve: Callable[[str], Awaitable[Sequence[str]]],
        context: Callable[[str], ssl.SSLContext],
        local: tuple[str, int] | None = None,
    ) -> None:
        self._resolve, self._context, self._local = resolve, context, local
        self._idle: dict[Place, list[Connection]] = {}
        self._all: set[Connection] = set()

    async def ask(
        self, place: Place, request: bytes, make: Callable[[], Answer], sent: Callable[[], None] = lambda: None
    ) -> tuple[Answer, str]:
        """(the whole answer to a request, the address that it came from); `sent` is called as the request leaves.

        A connection that was kept may have been closed at its other end meanwhile: then the request leaves once more.
        Raises Unreachable, NoAnswer, BadAnswer, IncompleteAnswer, OSError, and what `resolve` and `make` bring.
        """
        while True:
            kept = self._kept(place)
            connection = kept or await self._connect(place)
            answer = make()
            sent()
            try:
                await connection.ask(request, answer)
            except (NoAnswer, OSError):
                if kept is None or answer.has_begun:
                    raise
            else:
                self._keep(connection, answer)
                return answer, connection.peer

    def close(self) -> None:
        """End all connections, whatever is under way."""
        for each in list(self._all):
            each.abort()

    def _kept(self, place: Place) -> Connection | None:
        waiting = self._idle.get(place, [])
        while waiting:
            connection = waiting.pop()
            connection.wake()
            if connection.is_open:
                return connection
        return None

    def _keep(self, connection: Connection, answer: Answer) -> None:
        waiting = self._idle.setdefault(connection.place, [])
        if answer.may_be_followed and connection.is_open and len(waiting) < KEPT:
            connection.rest(IDLE_SECONDS)
            waiting.append(connection)
        else:
            connection.close()

    def _forget(self, connection: Connection) -> None:
        self._all.discard(connection)
        waiting = self._idle.get(connection.place, [])
        if connection in waiting:
            waiting.remove(connection)
        if not waiting:
            self._idle.pop(connection.place, None)

    async def _connect(self, place: Place) -> Connection:
        host, port = (place.proxy.host, place.proxy.port) if place.proxy else (place.host, place.port)
        connection = await self._reach(place, await self._resolve(host), port)
        try:
            if place.proxy is not None:
                await connection.tunnel(place, place.proxy)
            if place.is_secure:
                await connection.secure(self._context(place.host), place.host.rstrip("."))
        except BaseException:
            connection.abort()
            raise
        return connection

    async def _reach(self, place: Place, addresses: Sequence[str], port: int) -> Connection:
        failed = OSError("it has no address")
        for address in addresses:
            connection = Connection(place, self._forget)
            try:
                await asyncio.get_running_loop().create_connection(
                    lambda made=connection: made, address, port, local_addr=self._local
                )
            except OSError as error:
                failed = error
            else:
                self._all.add(connection)
                return connection
        why = os.strerror(failed.errno) if failed.errno else str(failed)
        raise Unreachable(f"no connection to {place.host}: {why}", is_refused=isinstance(failed, ConnectionRefusedError))
