"""A web of hostile hosts on the loopback network, beside the demo newspaper: each answers as its case's table says.

Hosts have names (`CASE.example`), which a crawl of the tests looks up in a file instead of asking a name server; the
addresses are 127.1.0.0/16, which such a crawl may ask.  CANARY is an address that it may not: whatever asks there got
past the guard, and `log` shows it, because the server listens on every address of the loopback network.
"""

import asyncio
import contextlib
import gzip
import random
import socket
import ssl
import threading
import zlib
from dataclasses import dataclass, field, replace
from html import escape

import brotli
from certificates import certificates

from newscrawler.content_coding import zstd

OPEN = "127.1.0.0/16"
CANARY = "127.66.6.6"
HTML = "text/html; charset=utf-8"
CODERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "zstd": zstd.compress}
WHO = ("The ministry", "The admiral", "The committee", "A spokesman", "The delegation", "The harbour master", "Parliament")
DID = ("confirmed", "denied", "postponed", "announced", "inspected", "criticised", "approved", "described", "welcomed")
WHAT = (
    "the frigate",
    "the treaty",
    "the exercise",
    "the minesweeper",
    "the embassy",
    "the sanctions",
    "the ceasefire",
    "the patrol",
)


def words_of(seed: str, paragraphs: int = 4) -> list[str]:
    """Paragraphs that no other seed has: what two articles share would make them copies."""
    chance = random.Random(seed)

    def sentence() -> str:
        place, number = "".join(chance.choices("abdegiklmnorstu", k=7)).title(), chance.randrange(11, 98)
        return f"{chance.choice(WHO)} of {place} {chance.choice(DID)} {chance.choice(WHAT)} near {place}berg {number} times on that day."

    return [" ".join(sentence() for _ in range(4)) for _ in range(paragraphs)]


def title_of(seed: str) -> str:
    return words_of(f"title {seed}", 1)[0].split(" near ")[0]


def article(seed: str, given: dict) -> str:
    """An article's page; `given` may replace its title, text and head, and put markup before, between and after."""
    title, paragraphs = given.get("title", title_of(seed)), given.get("paragraphs", words_of(seed))
    if marks := given.get("marks"):  # that stand on one letter
        paragraphs = [
            *paragraphs,
            "The harbour master wrote o" + "\u0301\u0316" * (marks // 2) + " and nothing else at all.",
        ]
    text = "\n".join(f"<p>{each}</p>" for each in paragraphs)
    heading = f"<h1>{escape(title)}</h1>" if title else ""
    return (
        f"<!doctype html><html lang='en'><head><title>{escape(title)}</title>{given.get('head', '')}</head><body>"
        f"{given.get('before', '')}<article>{heading}{given.get('first', '')}{text}{given.get('last', '')}</article>"
        f"{given.get('after', '')}</body></html>"
    )


def _long(length: int) -> dict:
    """Claims of so many characters each."""
    if not length:
        return {}
    names = ("author", "keywords", "description", "article:section", "article:tag", "og:title", "og:image")
    metas = [f"<meta property='{name}' name='{name}' content='{(name + ' ') * (length // len(name))}'>" for name in names]
    return {"head": "".join(metas)}


def feed(items: list) -> str:
    def item(given: str | dict) -> str:
        if isinstance(given, str):
            given = {"link": given, "title": ""}
        if "raw" in given:
            return given["raw"]
        if "long" in given:
            given = {"link": "http://long.example/" + "x" * given["long"]}
        dated = f"<pubDate>{escape(given['date'])}</pubDate>" if "date" in given else ""
        return f"<item><title>{escape(given.get('title', ''))}</title><link>{escape(given['link'])}</link>{dated}</item>"

    inner = "".join(map(item, items))
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>News</title>{inner}</channel></rss>"


def sitemap(addresses: list[str], kind: str) -> str:
    outer, inner = ("sitemapindex", "sitemap") if kind == "index" else ("urlset", "url")
    rows = "".join(f"<{inner}><loc>{escape(each)}</loc></{inner}>" for each in addresses)
    return f"<{outer} xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{rows}</{outer}>"


@dataclass(frozen=True)
class Reply:
    """What a host sends.  `cut`: bytes of the body that never come; `drip`: seconds before each of ten parts."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    framing: str = "length"  # or chunked, unending (no last chunk), until-close, silence, hang-up
    cut: int = 0
    drip: float = 0.0
    announce: int | None = None  # what Content-Length says
    head: str = ""  # sent before the body as it stands, in the place of all that is said here

    def wire(self) -> bytes:
        if self.head:
            return self.head.encode("latin-1") + self.body
        headers = [*self.headers, ("Connection", "close")]
        body = self.body[: len(self.body) - self.cut]
        if self.framing in ("chunked", "unending"):
            headers.append(("Transfer-Encoding", "chunked"))
            last = b"0\r\n\r\n" if self.framing == "chunked" else b""
            body = b"%x\r\n%s\r\n%s" % (len(body), body, last) if body else last
        elif self.framing == "length":
            headers.append(("Content-Length", str(len(self.body) if self.announce is None else self.announce)))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return f"HTTP/1.1 {self.status} Whatever\r\n{head}\r\n".encode("utf-8", "surrogateescape") + body


def reply(seed: str, given: dict) -> Reply:
    """A case's table of one answer as what is sent."""
    if "feed" in given:
        kind, text = "application/rss+xml; charset=utf-8", feed(given["feed"])
    elif "sitemap" in given or "index" in given:
        which = "index" if "index" in given else "sitemap"
        kind, text = "application/xml", sitemap(given[which], which)
    elif "many" in given:
        kind, text = (
            "application/xml",
            sitemap([f"{given['many']['base']}/{n}" for n in range(given["many"]["links"])], "sitemap"),
        )
    elif "text" in given:
        kind, text = "text/plain", given["text"]
    elif "repeat" in given:
        unit = given["repeat"]
        kind, text = HTML, unit.get("before", "") + unit["unit"] * unit["times"] + unit.get("after", "")
    elif "html" in given:
        kind, text = HTML, given["html"]
    else:
        kind, text = HTML, article(given.get("seed", seed), given | _long(given.get("long_head", 0)))
    if "latin" in given:
        text = ""
    body = given["latin"].encode("latin-1") if "latin" in given else text.encode("utf-8", "surrogatepass")
    headers = [("Content-Type", given.get("type", kind))]
    for coding in given.get("coding", []):
        body = CODERS[coding](body)
    if named := given.get("named", given.get("coding", [])):
        headers.append(("Content-Encoding", ", ".join(named)))
    more = [(name, value) for name, value in given.get("headers", [])]
    more += [(f"X-Header-{n}", "x" * given["header_length"]) for n in range(given.get("header_count", 0))]
    return Reply(
        given.get("status", 200), (*headers, *more), body, given.get("framing", "length"), given.get("cut", 0),
        given.get("drip", 0.0), given.get("announce"), given.get("wire", ""),
    )  # fmt: skip


@dataclass
class Host:
    """One hostile host: path -> Reply; any other path is not there."""

    name: str
    address: str
    replies: dict[str, Reply] = field(default_factory=dict)
    missing: Reply = Reply(404, (("Content-Type", HTML),), b"<h1>Not found</h1>")


class HostileWeb:
    """Serves hosts by their names; `log` has (host, path, address that was asked, scheme) of every request."""

    def __init__(self, tls_folder, tls_names=("tls.example",)) -> None:
        self.hosts: dict[str, Host] = {}
        self.log: list[tuple[str, str, str, str]] = []
        self._sockets = [socket.create_server(("0.0.0.0", 0), backlog=512) for _ in range(4)]
        self.port, self.tls_port, self.untrusted_port, self.misnamed_port = (each.getsockname()[1] for each in self._sockets)
        self.authority, pairs = certificates(tls_folder, list(tls_names))
        self._contexts = [None, *map(_context, pairs)]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def add(self, name: str) -> Host:
        number = len(self.hosts) + 1
        host = self.hosts[name] = Host(name, f"127.1.{number // 250}.{number % 250 + 1}")
        return host

    @property
    def names(self) -> dict[str, list[str]]:
        """name -> its addresses, as a crawl looks them up: one after another, the last one from then on."""
        return {name: [host.address] for name, host in self.hosts.items()}

    def __enter__(self):
        self._thread.start()
        for each, context in zip(self._sockets, self._contexts, strict=True):
            started = asyncio.start_server(self._serve, sock=each, ssl=context)
            asyncio.run_coroutine_threadsafe(started, self._loop).result(10)
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        for each in self._sockets:
            each.close()

    async def _end(self):
        tasks = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            await self._answer(head, writer)
        writer.close()

    async def _answer(self, head, writer):
        path = head.split(" ")[1]
        name = next((line[5:].strip() for line in head.split("\r\n") if line.lower().startswith("host:")), "")
        name = name.rpartition(":")[0] or name
        scheme = "https" if writer.get_extra_info("ssl_object") else "http"
        self.log.append((name, path, writer.get_extra_info("sockname")[0], scheme))
        host = self.hosts.get(name)
        sent = host.replies.get(path, host.missing) if host else Reply(404)
        tag = f'"{zlib.crc32(sent.body):x}"'
        if sent.status == 200:
            if f"If-None-Match: {tag}".lower() in head.lower():
                sent = Reply(304)
            sent = replace(sent, headers=(*sent.headers, ("ETag", tag)))
        if sent.framing == "hang-up":
            return
        if sent.framing == "silence":
            await asyncio.sleep(60)
            return
        whole = sent.wire()
        step = max(1, len(whole) // 10) if sent.drip else len(whole)
        for start in range(0, len(whole), step):
            await asyncio.sleep(sent.drip)
            writer.write(whole[start : start + step])
            await writer.drain()
        if sent.framing == "unending":
            await asyncio.sleep(60)


def _context(pair):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context
