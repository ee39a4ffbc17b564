"""HTTP/1.1 as a crawl asks: answers as they come in, byte by byte, and connections that are kept, closed and led on."""

import asyncio
import contextlib
import ssl

import pytest
from certificates import certificates

from newscrawler.crawl.http import connections
from newscrawler.crawl.http.connections import Connections, Place, Proxy, Unreachable
from newscrawler.crawl.http.messages import MAX_HEAD, Answer, BadAnswer, IncompleteAnswer, NoAnswer, request_bytes

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def read(wire: bytes, step: int = 1 << 20, method: str = "GET", *, ends: bool = False) -> Answer:
    answer = Answer(method)
    for at in range(0, len(wire), step):
        answer.take(wire[at : at + step])
    if ends:
        answer.end()
    return answer


@pytest.mark.parametrize("step", [1, 2, 7, 1 << 20])
@pytest.mark.parametrize(
    ("wire", "status", "body"),
    [
        (HELLO, 200, b"hello"),
        (CHUNKED + b"3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: 1\r\n\r\n", 200, b"hello"),
        (CHUNKED.replace(b"\r", b"") + b"5\nhello\n0\n\n", 200, b"hello"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + HELLO, 200, b"hello"),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: x\r\n\r\n", 304, b""),
        (b"HTTP/1.1 204\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello", 200, b"hello"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n", 200, b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\nContent-Length: 1\r\n\r\nx", 200, b"x"),
        (b"HTTP/1.1 404 Not Found\r\nno header\r\nContent-Length: 0\r\n\r\n", 404, b""),
    ],
)
def test_an_answer_is_whole_where_it_ends_however_it_comes(wire, status, body, step):
    answer = read(wire, step)
    assert (answer.status, answer.body, answer.is_whole, answer.leaves_more) == (status, body, True, False)
    assert answer.may_be_followed


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        HELLO.replace(b"OK\r\n", b"OK\r\nConnection: Close\r\n"),
        HELLO + b"more",
        b"HTTP/1.1 200 OK\r\n\r\nhello",
    ],
)
def test_some_answers_are_the_last_of_their_connection(wire):
    answer = read(wire, ends=True)
    assert answer.is_whole
    assert answer.body == b"hello"
    assert not answer.may_be_followed


@pytest.mark.parametrize(
    ("wire", "error"),
    [
        (b"", NoAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-", IncompleteAnswer),
        (HELLO[:-1], IncompleteAnswer),
        (CHUNKED + b"5\r\nhello\r\n", IncompleteAnswer),
        (CHUNKED + b"5\r\nhello\r\nx\r\n", IncompleteAnswer),
        (CHUNKED + b"4\r\nhello\r\n0\r\n\r\n", IncompleteAnswer),
        (CHUNKED + b"-1\r\n", IncompleteAnswer),
        (CHUNKED + b"1" * 5_000, IncompleteAnswer),
        (CHUNKED + b"0\r\n" + b"Trailer: 1\r\n" * 30_000, IncompleteAnswer),
        (b"SSH-2.0-OpenSSH\r\n\r\n", BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", BadAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", BadAnswer),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", BadAnswer),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", BadAnswer),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * MAX_HEAD, BadAnswer),
        (b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 9_000, BadAnswer),
    ],
)
def test_what_is_no_whole_answer_is_told_apart(wire, error):
    with pytest.raises(error):
        read(wire, 4_096, ends=True)


def test_a_head_of_as_much_as_browsers_take_is_read():
    cookie = b"Set-Cookie: " + b"x" * 200_000
    answer = read(HELLO.replace(b"OK\r\n", b"OK\r\n" + cookie + b"\r\n"), 65_536)
    assert answer.is_whole
    assert answer.headers[0] == (b"Set-Cookie", b"x" * 200_000)


def test_whoever_counts_may_give_an_answer_up_before_it_is_kept():
    seen = []

    def receive(answer, size):
        seen.append((size, answer.length))
        if size > 3:
            raise MemoryError

    answer = Answer("GET", receive)
    with pytest.raises(MemoryError):
        answer.take(HELLO)
    assert seen == [(0, 5), (5, 5)]
    assert answer.body == b""


def test_nothing_of_a_value_begins_a_line_of_its_own():
    sent = request_bytes("GET", "/", "a.example", [(b"If-None-Match", b'"a"\r\nHost: b.example')], b"")
    assert sent.count(b"\r\nHost:") == 1


# --- connections


class Server:
    """Answers on localhost as `answer` says: (request, connection's number) -> bytes, None to hang up."""

    def __init__(self, answer, context=None) -> None:
        self._answer, self._context = answer, context
        self.requests: list[tuple[int, bytes]] = []
        self.connections = 0
        self._at_work: set[asyncio.Task] = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._at_work:
            task.cancel()
        await asyncio.gather(*self._at_work, return_exceptions=True)
        await asyncio.sleep(0.01)

    async def _serve(self, reader, writer):
        self.connections += 1
        number = self.connections
        self._at_work.add(asyncio.current_task())
        with contextlib.closing(writer), contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                self.requests.append((number, request))
                answer = self._answer(request, number)
                if answer is None:
                    break
                if isinstance(answer, int):  # a tunnel to that port
                    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    await self._lead(reader, writer, answer)
                    break
                writer.write(answer)

    async def _lead(self, reader, writer, port):
        theirs, ours = await asyncio.open_connection("127.0.0.1", port)

        async def pass_on(source, target):
            while data := await source.read(65_536):
                target.write(data)
            target.close()

        with contextlib.closing(ours):
            await asyncio.gather(pass_on(reader, ours), pass_on(theirs, writer))


async def resolve(host):
    return [] if host == "nowhere.example" else ["127.0.0.1"]


def request(path="/"):
    return request_bytes("GET", path, "a.example", [])


def test_a_connection_serves_until_its_server_closes_it_and_a_stale_one_is_asked_anew(monkeypatch):
    monkeypatch.setattr(connections, "IDLE_SECONDS", 0.1)

    async def run():
        async with Server(lambda asked, number: None if b"/gone" in asked and number == 1 else HELLO) as server:
            pool = Connections(resolve, lambda host: None)
            place = Place("a.example", server.port, False)
            for path in ("/1", "/2", "/gone"):  # the last one finds that it was closed meanwhile
                answer, address = await pool.ask(place, request(path), Answer)
                assert (answer.body, address) == (b"hello", "127.0.0.1")
            assert [number for number, _ in server.requests] == [1, 1, 1, 2]
            await asyncio.sleep(0.3)
            assert not pool._all
            await pool.ask(place, request(), Answer)
            assert server.connections == 3
            pool.close()
            await asyncio.sleep(0)
            assert not pool._all

    asyncio.run(run())


def test_a_new_connection_that_brings_nothing_is_not_asked_again():
    async def run():
        async with Server(lambda asked, number: None) as server:
            with pytest.raises(NoAnswer):
                await Connections(resolve, lambda host: None).ask(Place("a.example", server.port, False), request(), Answer)
            assert server.connections == 1
            port = server.port
        with pytest.raises(Unreachable) as refused:
            await Connections(resolve, lambda host: None).ask(Place("a.example", port, False), request(), Answer)
        assert refused.value.is_refused
        with pytest.raises(Unreachable, match="no address"):
            await Connections(resolve, lambda host: None).ask(Place("nowhere.example", 80, False), request(), Answer)

    asyncio.run(run())


def test_an_answer_that_nobody_waits_for_any_more_ends_its_connection():
    async def run():
        async with Server(lambda asked, number: HELLO[:-1]) as server:
            pool = Connections(resolve, lambda host: None)
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await pool.ask(Place("a.example", server.port, False), request(), Answer)
            await asyncio.sleep(0)
            assert not pool._all

    asyncio.run(run())


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """(how a client trusts, contexts of servers: believed, signed by nobody, of another name)"""
    authority, pairs = certificates(tmp_path_factory.mktemp("tls"), ["a.example"])
    made = []
    for pair in pairs:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*pair)
        made.append(context)
    return ssl.create_default_context(cafile=authority), made


@pytest.mark.parametrize(("which", "told"), [(1, "self.signed|unable to get"), (2, "mismatch")])
def test_certificates_are_of_whom_is_asked_and_signed_by_whom_is_trusted(tls, which, told):
    async def run():
        async with Server(lambda asked, number: HELLO, tls[1][which]) as server:
            with pytest.raises(ssl.SSLCertVerificationError, match=told):
                await Connections(resolve, lambda host: tls[0]).ask(Place("a.example", server.port, True), request(), Answer)
            assert not server.requests

    asyncio.run(run())


def test_a_tunnel_is_shaken_hands_in_once_and_kept(tls):
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + b"x" * 500_000

    async def run():
        async with (
            Server(lambda asked, number: large, tls[1][0]) as server,
            Server(lambda asked, number: server.port) as proxy,
        ):
            pool = Connections(resolve, lambda host: tls[0])
            place = Place("a.example", 443, True, Proxy("127.0.0.1", proxy.port, b"Basic eDp5"))
            for _ in range(3):
                answer, _ = await pool.ask(place, request(), Answer)
                assert answer.body == b"x" * 500_000
            assert (server.connections, proxy.connections) == (1, 1)
            assert proxy.requests[0][1].startswith(b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nProxy-Auth")
            pool.close()
        async with Server(lambda asked, number: b"HTTP/1.1 407 Who are you\r\n\r\n") as proxy:
            place = Place("a.example", 443, True, Proxy("127.0.0.1", proxy.port))
            with pytest.raises(Unreachable, match="its status is 407"):
                await pool.ask(place, request(), Answer)

    asyncio.run(run())


def test_tls_with_who_does_not_speak_it_is_an_error_and_a_name_that_is_none_too(tls):
    async def greet(reader, writer):
        writer.write(HELLO)
        writer.close()

    async def run():
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            pool = Connections(resolve, lambda host: tls[0])
            with pytest.raises((ssl.SSLError, NoAnswer)):
                await pool.ask(Place("a.example", port, True), request(), Answer)
            with pytest.raises(Unreachable, match="is no name of a host"):
                await pool.ask(Place(f"{'a' * 70}.example", port, True), request(), Answer)

    asyncio.run(run())
