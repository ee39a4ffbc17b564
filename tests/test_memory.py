"""What is read of a flood of markup, and how much memory a worker may take."""

import gzip
import multiprocessing
import resource

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.crawl import memory
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.discovery.xmlstream import CHUNK, MAX_TAGS
from newscrawler.errors import FailureKind

URL = "https://gazette.example/feed"
ITEM = "<item><link>https://gazette.example/{}</link><title>Ship {}</title></item>"
FEED, END = "<rss version='2.0'><channel><title>Gazette</title><ttl>60</ttl>", "</channel></rss>"
SIZE = 9_500_000  # bytes, of the 10 MB that an answer may have; zipped it may hold 50
MOST = 150  # MB beyond what the process had
BOMBS = {
    "elements in an item": ("rss", f"{FEED}<item>", "<a/>", f"</item>{END}"),
    "elements in a channel": ("rss", FEED, "<a/>", END),
    "elements in a broken item": ("rss", f"{FEED}<item>", "<a/>", f"</item>&no;<br>{END}"),
    "attributes": ("rss", f"{FEED}<item><a ", "a='1' b=\"2\" ", f"/></item>{END}"),
    "comments": ("rss", FEED, "<!---->", END),
    "depth": ("rss", f"{FEED}<item>", "<a>", ""),
    "entries in entries": ("rss", FEED, "<item>", ""),
    "channels": ("rss", "<rss>", "<channel><item/></channel>", "</rss>"),
    "elements in a sitemap's entry": ("sitemap", "<urlset><url>", "<a/>", "</url></urlset>"),
    "elements in a sitemap": ("sitemap", "<urlset>", "<a/>", "</urlset>"),
    "a page for a sitemap": ("sitemap", "<html>", "<a/>", "</html>"),
    "a list of one line": ("sitemap", "https://gazette.example/", "a", ""),
    "a list of short lines": ("sitemap", "", "https://a.example/\n", ""),
    "values": ("json-feed", '{"items":[', "[],", "[]]}"),
    "objects": ("api", "[", '{"a":1},', "{}]"),
    "broken bytes": ("rss", FEED, "a\x81", END),
}


def _bomb(name):
    kind, head, unit, tail = BOMBS[name]
    size = 5 * SIZE if name != "broken bytes" else SIZE
    whole = f"{head}{unit * ((size - len(head) - len(tail)) // len(unit))}{tail}".encode("latin-1")
    return kind, gzip.compress(whole, 1)


def _peak(name, kind, body, channel):
    parse_endpoint("rss", f"{FEED}{ITEM.format(1, 1)}{END}".encode(), URL, NOW)  # all is imported
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = parse_endpoint(kind, body, URL, NOW)
    channel.send(((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, len(found.links), found.failure))


@pytest.mark.parametrize("name", BOMBS)
def test_a_flood_of_markup_takes_little_memory(name):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_peak, args=(name, *_bomb(name), theirs))
    process.start()
    theirs.close()
    taken, links, failure = ours.recv()
    process.join()
    assert taken < MOST + 2 * 5 * SIZE / 1e6, name  # the bytes themselves are there, mended once
    assert links <= 1 or failure is None


def _feed(*parts):
    return f"{FEED}{''.join(parts)}{END}".encode()


def test_what_is_too_much_is_said():
    found = parse_endpoint("rss", _feed("<a/>" * (MAX_TAGS + CHUNK)), URL, NOW)
    assert (found.failure.kind, found.links) == (FailureKind.OUR_LIMIT, ())
    assert "tags that are no entry" in found.failure.reason


FLOOD = "<a/>" * (MAX_TAGS + CHUNK)
LARGE_ITEM = ITEM.format(77, 77).replace("<link>", f"{FLOOD}<link>")


@pytest.mark.parametrize("flood", [FLOOD, LARGE_ITEM, LARGE_ITEM * 3], ids=["between items", "in an item", "in three"])
def test_what_is_around_a_flood_is_kept(flood):
    items = "".join(ITEM.format(n, n) for n in range(20))
    found = parse_endpoint("rss", _feed(items, flood, ITEM.format(99, 99)), URL, NOW)
    assert found.failure is None
    assert [link.url[-2:] for link in found.links] == [f"/{n}"[-2:] for n in (*range(20), 99)]
    rows = [f"<url><loc>https://gazette.example/{n}</loc>{FLOOD * (n == 1)}</url>" for n in range(3)]
    sitemap = parse_endpoint("sitemap", f"<urlset>{''.join(rows)}</urlset>".encode(), URL, NOW)
    assert [link.url[-1] for link in sitemap.links] == ["0", "2"]


def test_a_flood_of_floods_ends(monkeypatch):
    monkeypatch.setattr("newscrawler.discovery.xmlstream.MAX_LEFT_OUT", 2)
    found = parse_endpoint("rss", _feed(*(LARGE_ITEM + ITEM.format(n, n) for n in range(4))), URL, NOW)
    assert [link.url[-1] for link in found.links] == ["0", "1"]


def test_a_large_feed_is_read_to_its_end():
    """Far more markup than may stand between two items, and what the feed says of itself before and after them."""
    items = "".join(ITEM.format(n, n) for n in range(60_000))
    found = parse_endpoint("rss", f"{FEED}<p>x</p>{items}<q>y</q>{END}".encode(), URL, NOW)
    assert (len(found.links), found.period) == (60_000, 3600)
    assert found.links[-1].title == "Ship 59999"
    rows = "".join(f"<url><loc>https://gazette.example/{n}</loc></url><!-- {n} -->" for n in range(60_000))
    assert len(parse_endpoint("sitemap", f"<urlset>{rows}</urlset>".encode(), URL, NOW).links) == 60_000


@given(st.lists(st.sampled_from([ITEM.format(1, 1), ITEM.format(2, 2), "<a>x</a>", "<!-- -->", "<m:item xmlns:m='itunes'/>",
                                 "<item><m:item xmlns:m='itunes'>x</m:item><link>https://gazette.example/3</link></item>"]), max_size=12),
       st.integers(1, 40))  # fmt: skip
def test_where_the_bytes_are_parted_does_not_matter(parts, size):
    from unittest import mock

    whole = parse_endpoint("rss", _feed(*parts), URL, NOW)
    with mock.patch("newscrawler.discovery.xmlstream.CHUNK", size):
        assert parse_endpoint("rss", _feed(*parts), URL, NOW) == whole


def test_a_list_of_addresses_is_read_line_by_line():
    lines = (
        b"\xef\xbb\xbfhttps://gazette.example/1\r\n\r\nhttps://gazette.example/2\rhttps://gazette.example/\xc3\xa9\n"
        + b"x" * 20_000
    )
    assert len(parse_endpoint("sitemap", lines, URL, NOW).links) == 3
    assert parse_endpoint("sitemap", b"Not found\n", URL, NOW).failure.kind is FailureKind.WRONG_KIND


# --- what a worker may take


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, None),
        ({"memory.max": "max\n"}, None),
        ({"memory.max": "700000000\n"}, 700_000_000),
        ({"system.slice/crawl.service/memory.max": "600000000\n", "memory.max": "max\n"}, 600_000_000),
        ({"system.slice/memory.max": "500000000\n", "system.slice/crawl.service/memory.max": "max\n"}, 500_000_000),
        ({"memory/memory.limit_in_bytes": "9223372036854771712\n"}, None),
        ({"memory/system.slice/crawl.service/memory.limit_in_bytes": "400000000\n"}, 400_000_000),
        ({"memory.max": "no number"}, None),
    ],
)
def test_the_limit_of_a_control_group_is_the_machines(tmp_path, monkeypatch, files, expected):
    monkeypatch.setattr(memory, "_physical", lambda: None)
    for name, text in files.items():
        file = tmp_path / "cgroup" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    own = tmp_path / "own"
    own.write_text("0::/system.slice/crawl.service\n4:memory:/system.slice/crawl.service\n")
    assert memory.machine_memory(tmp_path / "cgroup", own) == expected
    assert memory.machine_memory(tmp_path / "cgroup", tmp_path / "none") in (expected, None)


@given(st.none() | st.integers(1, 1 << 45), st.integers(1, 64))
def test_a_worker_has_what_pages_need_and_no_more(machine, workers):
    given_ = memory.allowance(machine, workers)
    assert memory.LEAST <= given_ <= memory.NEEDED
    assert given_ in (memory.LEAST, memory.NEEDED) or given_ * workers + memory.OTHERS <= machine * memory.SHARE


def _limited(channel):
    memory.limit_memory(50_000_000)
    try:
        channel.send(len(bytearray(500_000_000)))
    except MemoryError:
        channel.send(None)


def test_the_limit_holds():
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_limited, args=(theirs,))
    process.start()
    assert ours.recv() is None
    process.join()
