"""Answers that are not whole: never a page, an article, a revision or a feed's validators, and asked again."""

import contextlib
import gzip
import socketserver
import threading
import zlib

import brotli
import pytest
from conftest import DEMO, NOW, SOURCES, database, lease, newscrawler, rows
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.content_coding import ACCEPTED, IncompleteStream, TooLarge, decoded, zstd
from newscrawler.crawl.tasks import work_page
from newscrawler.items import Page

LIMIT = 1_000_000


def bare_deflate(plain: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(plain) + stream.flush()


CODERS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "bare deflate": bare_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def undone(coder: str, body: bytes, limit: int = LIMIT) -> bytes:
    return decoded(body, [coder.removeprefix("bare ")], limit)


@pytest.mark.parametrize("coder", CODERS)
@given(plain=st.binary(max_size=2_000), cut=st.integers(min_value=1))
def test_a_stream_is_whole_or_it_is_refused(coder, plain, cut):
    body = CODERS[coder](plain)
    assert undone(coder, body) == plain
    with pytest.raises(IncompleteStream):
        undone(coder, body[: len(body) - 1 - cut % len(body)])


@pytest.mark.parametrize("coder", CODERS)
def test_more_than_the_limit_is_refused_before_it_is_held(coder):
    with pytest.raises(TooLarge):
        undone(coder, CODERS[coder](b"x" * 50 * LIMIT), LIMIT)


@given(body=st.binary(max_size=300))
@pytest.mark.parametrize("coding", ACCEPTED)
def test_any_bytes_are_decoded_or_refused(coding, body):
    with contextlib.suppress(IncompleteStream, TooLarge):
        decoded(body, [coding], LIMIT)


def test_codings_upon_codings_and_several_members():
    assert decoded(gzip.compress(brotli.compress(b"twice")), ["br", "gzip"], LIMIT) == b"twice"
    assert decoded(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0", ["gzip"], LIMIT) == b"one two"
    with pytest.raises(IncompleteStream):
        decoded(gzip.compress(b"one ") + gzip.compress(b"two")[:-5], ["gzip"], LIMIT)


# --- over HTTP: a server that sends what a test tells it to, byte for byte, and closes the connection


class RawServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _RawHandler)
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers = {}
        self.asked = []

    def serve(self, path, body, *headers, cut=0, chunked=False, status="200 OK"):
        """An answer of whose bytes the last `cut` are announced and never sent."""
        sent = body[: len(body) - cut]
        if chunked:
            framing = "Transfer-Encoding: chunked"
            sent = b"%x\r\n" % len(body) + sent + (b"" if cut else b"\r\n0\r\n\r\n")
        else:
            framing = f"Content-Length: {len(body)}"
        head = "\r\n".join([f"HTTP/1.1 {status}", framing, "Connection: close", *headers])
        self.answers[path] = head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + sent


class _RawHandler(socketserver.StreamRequestHandler):
    def handle(self):
        path = self.rfile.readline().split(b" ")[1].decode()
        headers = iter(lambda: self.rfile.readline().strip(), b"")
        self.server.asked.append((path, dict(line.lower().split(b": ", 1) for line in headers)))
        missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        self.wfile.write(self.server.answers.get(path, missing))


@pytest.fixture
def server():
    with RawServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server
        server.shutdown()


HTML = "Content-Type: text/html; charset=utf-8"
RSS = "Content-Type: application/rss+xml"
VALIDATOR = 'ETag: "one"'


def article(name: str, sentences: int = 40) -> bytes:
    told = " ".join(f"The {name} fleet sailed to harbour number {n} with frigates and tankers." for n in range(sentences))
    return f"<html lang='en'><body><article><h1>The {name} fleet sails</h1><p>{told}</p></article></body></html>".encode()


class Crawl:
    """An archive of one feed of a raw server."""

    def __init__(self, server, folder):
        self.server, self.folder, self.archive = server, folder, folder / "archive"
        self.catalogue = folder / "catalogue.toml"
        self.catalogue.write_text(
            f'[raw]\nname="Raw"\nhome="{server.base}/"\nkind="wire"\nkeep="all"\n'
            f'[[raw.endpoints]]\nkind="rss"\nurl="{server.base}/feed"\n'
        )

    def feed(self, *paths):
        items = "".join(f"<item><link>{self.server.base}{path}</link><title>{path}</title></item>" for path in paths)
        return f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>".encode()

    def __call__(self, *arguments):
        words = ["crawl", "--catalogue", self.catalogue, "--archive", self.archive, *DEMO, *arguments]
        return newscrawler(*words, "--set", "RETRY_TIMES=1", cwd=self.folder)

    def rows(self, sql):
        with database(self.archive / "news.db") as connection:
            return connection.execute(sql).fetchall()

    def let_time_pass(self):
        with database(self.archive / "news.db") as connection:
            connection.execute("UPDATE links SET next_try = NULL")
            connection.execute("UPDATE endpoints SET next_poll = NULL")
            connection.execute("UPDATE revisits SET next_visit = '2000-01-01T00:00:00Z'")


@pytest.fixture
def crawl(server, tmp_path):
    return Crawl(server, tmp_path)


def test_half_a_page_is_no_article_and_the_whole_one_is(server, crawl):
    halves = {coder: CODERS[coder](article(coder)) for coder in CODERS}
    for coder, body in halves.items():
        coding = f"Content-Encoding: {coder.removeprefix('bare ')}"
        server.serve(f"/{coder[:4]}", body[: len(body) * 2 // 3], HTML, coding, VALIDATOR)
    server.serve("/length", article("length"), HTML, cut=900)
    server.serve("/chunked", article("chunked"), HTML, cut=900, chunked=True)
    server.serve("/whole", article("whole"), HTML, chunked=True)
    paths = [*(f"/{coder[:4]}" for coder in CODERS), "/length", "/chunked", "/whole"]
    server.serve("/feed", crawl.feed(*paths), RSS)
    done = crawl()
    assert done.returncode == 0, done.stderr
    assert crawl.rows("SELECT title FROM articles") == [("The whole fleet sails",)]
    assert crawl.rows("SELECT state, failure, count(*) FROM links WHERE failure IS NOT NULL GROUP BY 1, 2") == [
        ("pending", "incomplete", 7)
    ]
    assert [path for path, _ in server.asked].count("/gzip") == 2  # once more at once, then later
    for coder, body in halves.items():
        server.serve(f"/{coder[:4]}", body, HTML, f"Content-Encoding: {coder.removeprefix('bare ')}")
    server.serve("/length", article("length"), HTML)
    server.serve("/chunked", article("chunked"), HTML, chunked=True)
    crawl.let_time_pass()
    done = crawl()
    assert done.returncode == 0, done.stderr
    assert crawl.rows("SELECT count(*), min(word_count), max(word_count) FROM articles") == [(8, 480, 520)]


def test_half_a_page_is_no_revision(server, crawl):
    server.serve("/a", gzip.compress(article("long")), HTML, "Content-Encoding: gzip", VALIDATOR)
    server.serve("/feed", crawl.feed("/a"), RSS)
    crawl()
    before = crawl.rows("SELECT text, gone_since FROM articles")
    torn = gzip.compress(article("other"))
    server.serve("/a", torn[: len(torn) // 2], HTML, "Content-Encoding: gzip", 'ETag: "two"')
    crawl.let_time_pass()
    crawl()
    assert crawl.rows("SELECT text, gone_since FROM articles") == before
    assert crawl.rows("SELECT change FROM revisions") == [("new",)]
    assert crawl.rows("SELECT etag, failures FROM revisits") == [('"one"', 1)]


@pytest.mark.parametrize("how", ["coded", "as it lies on the disk", "short"])
def test_half_a_feed_leaves_no_validators(server, crawl, how):
    server.serve("/a", article("a"), HTML)
    body = gzip.compress(crawl.feed("/a", "/b", "/c"))
    if how == "short":
        server.serve("/feed", body, RSS, VALIDATOR, cut=20)
    else:
        coding = ["Content-Encoding: gzip"] if how == "coded" else []
        server.serve("/feed", body[:-20], RSS, VALIDATOR, *coding)
    assert crawl().returncode == 4
    assert crawl.rows("SELECT polls.failure, etag, links_seen FROM endpoints JOIN polls ON endpoint_id = endpoints.id") == [
        ("incomplete", None, 0)
    ]


def test_half_of_the_rules_are_none(server, crawl):
    rules = gzip.compress(b"User-agent: *\nDisallow: /private\n" * 30 + b"Disallow: /\n")
    server.serve("/robots.txt", rules[:-9], "Content-Type: text/plain", "Content-Encoding: gzip")
    server.serve("/feed", crawl.feed("/a"), RSS)
    done = crawl()
    assert done.returncode == 4
    assert {path for path, _ in server.asked} == {"/robots.txt"}
    assert "robots.txt cannot be had: not whole" in done.stderr


def test_a_header_beyond_ascii_costs_nothing(server, crawl):
    server.serve("/a", article("a"), HTML, "Set-Cookie: t\u00edtulo=1", "X-Deviza: \udcff\udc80=")
    server.serve("/feed", crawl.feed("/a"), RSS)
    done = crawl()
    assert done.returncode == 0, done.stderr
    assert crawl.rows("SELECT count(page_id) FROM articles") == [(1,)]


def test_an_article_without_a_record_is_kept_and_its_page_comes_with_the_next_look(archive, monkeypatch):
    def stumble(page):
        raise ValueError("no record of this")

    url = "https://gazette.example/2026/fleet"
    headers = (("Content-Type", "text/html; charset=utf-8"), ("ETag", '"one"'))
    answer = Page(lease(archive, url), url, NOW, 200, headers, article("grey"))
    with monkeypatch.context() as patched:
        patched.setattr("newscrawler.crawl.candidates.make_record", stumble)
        archive.file([work_page(answer, SOURCES[0])])
    assert rows(archive, "SELECT title, page_id FROM articles") == [("The grey fleet sails", None)]
    assert rows(archive, "SELECT etag FROM revisits") == [(None,)]
    [again] = archive.file([work_page(answer, SOURCES[0])])
    assert again.outcome == "unchanged"
    assert rows(archive, "SELECT page_id FROM articles UNION SELECT page_id FROM revisions") == [(1,)]
    assert rows(archive, "SELECT etag FROM revisits") == [('"one"',)]
