"""What others have collected, taken in: through the same hall, nothing twice, and what is broken costs itself."""

import contextlib
import gzip
import io
import json
import os
import re
import signal
import sys
import warnings
import zipfile
import zlib
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import NOW, SOURCES, command, database, newscrawler, rows
from hypothesis import given
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newscrawler.crawl.pool import Pool, Result
from newscrawler.dates import iso
from newscrawler.errors import NewscrawlerError
from newscrawler.intake import lines
from newscrawler.intake.cut_zip import Window, stored_files
from newscrawler.intake.files import items, kind_of, opened, with_lists
from newscrawler.intake.lines import told_of
from newscrawler.intake.run import Intake, Report
from newscrawler.reprocess.verify import check_records
from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import imports
from newscrawler.storage.articles.withdrawal import withdraw
from newscrawler.storage.sites.publishers import Publishers
from newscrawler.storage.warc.reading import WarcRecord, read_records

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

URL = "https://gazette.example/2026/frigates"
NAVY = [
    "The navy sent two frigates to the northern strait on Monday for a joint patrol with the fleets of three allies.",
    "The defence minister said that the ships would stay until spring and train with submarines and patrol aircraft.",
    "The ambassadors of the allies were told of the mission last week, a spokesman of the ministry said in the capital.",
]
OTHER_NAVY = [
    "Four submarines will join the southern fleet by the end of the decade, the admiral told the committee on defence.",
    "They are built at the state yard and carry missiles of a range that treaties with the neighbours leave open.",
    "The foreign ministry has asked its embassies to explain the programme before the summit of the alliance in May.",
]
BAKERY = [
    "The bakery on the corner sells bread again, to the joy of the whole street, after three weeks of repairs.",
    "Its oven had to be taken out through the window, and the new one is half as large and twice as hot as that.",
    "On Saturday there will be cake for the neighbours who had to go without their rolls for the better part of a month.",
]


def html(title="Frigates sail for joint patrol", paragraphs=NAVY, charset="utf-8"):
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    page = f"<!doctype html><html lang='en'><head><meta charset='{charset}'><title>{title}</title></head><body>"
    return f"{page}<article><h1>{title}</h1>{text}</article></body></html>".encode(charset)


def warc(*pages, packed=True):
    """A WARC file as another crawler writes it: of (address, time, body, headers beside the content type)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for url, at, body, *headers in pages:
        asked = StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
        told = StatusAndHeaders("200 OK", [("Content-Type", "text/html"), *headers], protocol="HTTP/1.1")
        date = {"WARC-Date": iso(at or NOW)}
        for kind, payload, head in (("request", b"", asked), ("response", body, told)):
            record = writer.create_warc_record(
                url, kind, payload=io.BytesIO(payload), length=len(payload), http_headers=head, warc_headers_dict=date
            )
            if at is None:
                record.rec_headers.remove_header("WARC-Date")
            writer.write_record(record)
    return out.getvalue()


@pytest.fixture(scope="module")
def pool():
    with Pool(1) as pool:
        yield pool


@pytest.fixture
def take(archive, pool, tmp_path):
    """Take in a file of these bytes; (what became of its records, what could not be read)."""

    def run(content, name="others", *, everything=False, at=None, again=True, respect=frozenset()):
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        faults = []
        intake = Intake(archive, pool, Publishers(SOURCES), NOW, Report(fault=lambda each: faults.append(str(each))), everything, respect)  # fmt: skip
        with opened(path) as file:
            kind = kind_of(path, file)
            with archive.transaction():
                begun = at or imports.begin(archive.db, {"file": name, "kind": kind, "size": 1, "digest": ""}, {}, NOW)
            done = intake.take(kind, items(kind, file, Path(name)), begun)
        return done.counts, faults

    return run


OTHERS = [
    (URL, NOW - timedelta(days=400), html()),
    ("https://nobody.example/bread", NOW, html("Bakery opens again", BAKERY)),
    ("https://nobody.example/navy", NOW - timedelta(days=2), html("Submarines for the southern fleet", OTHER_NAVY)),
    ("https://nobody.example/", NOW, html("All of today's news")),
]


@pytest.mark.parametrize(("days", "goes"), [(3, True), (-3, False)])
def test_a_text_that_was_kept_goes_where_a_page_states_since_that_none_is(archive, take, days, goes):
    at = NOW - timedelta(days=400)
    take(warc((URL, at, html())), everything=True)
    page = (URL, at + timedelta(days=days), html(), ("X-Robots-Tag", "noarchive"))
    counts, _ = take(warc(page), "since", everything=True, respect=frozenset({"noarchive"}))
    assert counts["withheld"] == 1
    assert rows(archive, "SELECT withdrawn IS NOT NULL, text = '' FROM articles") == [(goes, goes)]


def test_what_is_not_to_be_kept_is_not_taken_in_where_a_user_says_so(archive, take):
    came = (iso(NOW - timedelta(days=9)), iso(NOW + timedelta(days=9)))
    pages = [
        (URL, NOW - timedelta(days=400), html(), ("X-Robots-Tag", "noarchive")),
        (f"{URL}/2", NOW - timedelta(days=400), html("A", OTHER_NAVY), ("X-Robots-Tag", f"unavailable_after: {came[0]}")),
        (f"{URL}/3", NOW - timedelta(days=400), html("B", BAKERY), ("X-Robots-Tag", f"unavailable_after: {came[1]}")),
    ]
    counts, _ = take(warc(*pages), everything=True, respect=frozenset({"noarchive", "unavailable_after"}))
    assert (counts["withheld"], counts["new"]) == (2, 1)
    assert rows(archive, "SELECT url FROM articles") == rows(archive, "SELECT url FROM pages") == [(f"{URL}/3",)]
    counts, _ = take(warc(*pages), "again", everything=True)  # the default keeps it all
    assert (counts["new"], counts["there already"]) == (2, 1)
    assert rows(archive, "SELECT rights FROM articles ORDER BY id") == [("unknown",), ("reserved",), ("reserved",)]
    # what was taken out since does not come back by an older look of somebody's
    with archive.transaction():
        withdraw(archive.db, 2, NOW + timedelta(days=1))
    older = (URL, NOW - timedelta(days=500), html(paragraphs=[*NAVY, "And there was more."]))
    assert take(warc(older), "older")[0]["unchanged"] == 1
    assert rows(archive, "SELECT count(*) FROM revisions WHERE article_id = 2 AND text <> ''") == [(0,)]


def test_pages_of_any_crawler_go_through_the_hall(archive, take):
    counts, faults = take(warc(*OTHERS))
    assert (counts, faults) == ({"new": 2, "off-topic": 1, "no article": 1, "other records": 4}, [])
    assert rows(archive, "SELECT url, source_id, first_seen, import_id FROM articles") == [
        (URL, "gazette", iso(NOW - timedelta(days=400)), 1),
        ("https://nobody.example/navy", "taken-in", iso(NOW - timedelta(days=2)), 1),
    ]
    # the pages of articles alone are kept, as of the day on which they came
    assert rows(archive, "SELECT url, fetched, warc_file, import_id FROM pages") == [
        (URL, iso(NOW - timedelta(days=400)), "2026-11-22-001.warc.gz", 1),
        ("https://nobody.example/navy", iso(NOW - timedelta(days=2)), "2026-11-22-001.warc.gz", 1),
    ]
    # what is old is not due at once
    assert rows(archive, "SELECT count(*) FROM revisits WHERE next_visit < '2026-11-22T12'") == [(0,)]


def everything_but_imports(archive):
    return [line for line in archive.db.conn.iterdump() if '"imports"' not in line and "sqlite_sequence" not in line]


def test_nothing_is_taken_in_twice(archive, take):
    take(warc(*OTHERS))
    before = everything_but_imports(archive)
    assert take(None)[0] == {"there already": 2, "off-topic": 1, "no article": 1, "other records": 4}
    assert everything_but_imports(archive) == before
    size = sum(each.stat().st_size for each in archive.pages.folder.iterdir())
    again = [(url, at, body.replace(b"</body>", b"<!-- 2 --></body>")) for url, at, body in OTHERS]
    assert take(warc(*again, *again))[0]["unchanged"] == 4
    assert size == sum(each.stat().st_size for each in archive.pages.folder.iterdir())


FORMS = {
    "plain": lambda: warc(*OTHERS, packed=False),
    "gzip as a whole": lambda: gzip.compress(warc(*OTHERS, packed=False)),
    "zstd": lambda: zstd.compress(warc(*OTHERS, packed=False)),
    "wacz": lambda: wacz(warc(*OTHERS[:2]), warc(*OTHERS[2:])),
}


def wacz(*warcs):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number, each in enumerate(warcs):
            packed.writestr(f"archive/{number}.warc.gz", each)
        packed.writestr("pages/pages.jsonl", "{}")
    return out.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_file_is_read(take, form):
    counts, faults = take(FORMS[form]())
    assert (counts["new"], counts["off-topic"], faults) == (2, 1, [])


def test_what_is_whole_of_a_torn_file_is_taken_and_the_offset_named(take):
    whole, first = warc(*OTHERS), warc(*OTHERS[:1])
    counts, faults = take(whole[: len(first) + 900])
    assert (counts["new"], counts["unreadable"], len(faults)) == (1, 1, 1)
    at = int(re.fullmatch(r"others at (\d+): breaks off.*", faults[0])[1])
    assert whole[at : at + 2] == b"\x1f\x8b"
    assert len(first) <= at < len(first) + 900


@pytest.mark.parametrize("form", [lambda raw: raw, lambda raw: wacz(raw, warc(*OTHERS[1:2]))])
def test_a_damaged_record_costs_itself(take, form):
    first = bytearray(warc(*OTHERS[:1]))
    first[-3] ^= 0xFF  # of what its last member says of itself at its end
    counts, faults = take(form(bytes(first) + warc(*OTHERS[1:])))
    assert (counts["new"], counts["unreadable"], len(faults)) == (1, 1, 1)
    assert "; read on at " in faults[0]


@pytest.mark.parametrize("at", [-3, -7])
def test_a_file_whose_first_record_is_damaged_is_a_warc_file_all_the_same(take, at):
    first = zlib.decompressobj(31)
    first.decompress(whole := warc(*OTHERS))
    raw = bytearray(whole)
    raw[len(whole) - len(first.unused_data) + at] ^= 0xFF
    counts, faults = take(bytes(raw))
    assert (counts["new"] > 0, counts["unreadable"]) == (True, 1)
    assert faults[0].startswith("others at 0: ")


def test_what_cannot_be_unpacked_is_said_to_be(take):
    for raw in (gzip.compress(b""), b"\x1f\x8b\x08\x00" + bytes(100)):
        with pytest.raises(NewscrawlerError, match="nothing of it can be unpacked"):
            take(raw)


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_a_damaged_wacz_cannot_unpack_is_named(take, packing):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", packing) as packed:
        packed.writestr("archive/a.warc", gzip.decompress(warc(*OTHERS)))
    raw = bytearray(held.getvalue())
    raw[60:400] = bytes(340)
    assert take(bytes(raw))[1]


def test_what_is_whole_of_a_cut_wacz_is_taken(take):
    whole = wacz(warc(*OTHERS[:1]), warc(*OTHERS[1:]))
    counts, faults = take(whole[:-100])  # its directory
    assert (counts["new"], counts["unreadable"]) == (2, 1)
    assert "no whole WACZ" in faults[0]
    counts, faults = take(whole[: len(warc(*OTHERS[:1])) + 900], "short")
    assert (counts["there already"], counts["unreadable"]) == (1, 2)
    assert re.match(r"short, archive/1.warc.gz at \d+: ", faults[0])


def test_files_of_zip64_and_of_unknown_length():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        with packed.open("a.warc", "w", force_zip64=True) as inside:
            inside.write(b"0123456789")
        packed.writestr("b", b"bytes")
        packed.writestr("packed", b"bytes" * 99, zipfile.ZIP_DEFLATED)
        packed.writestr("c", b"")
    found = list(stored_files(out))
    assert [(each.name, each.size) for each in found] == [("a.warc", 10), ("b", 5), ("c", 0)]
    window = io.BufferedReader(Window(out, found[0].begin, found[0].size))
    assert (window.read(4), window.seek(2), window.read()) == (b"0123", 2, b"23456789")

    class Pipe(io.BytesIO):
        def seekable(self):
            return False

        def seek(self, *_):
            raise OSError

        def tell(self):
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as packed:
        packed.writestr("a", b"bytes")
    assert list(stored_files(io.BytesIO(pipe.getvalue()))) == []


@given(st.binary(max_size=200))
def test_any_bytes_are_a_cut_zip(raw):
    list(stored_files(io.BytesIO(b"PK\x03\x04" + raw)))


def test_a_bomb_costs_itself(take):
    bomb = gzip.compress(b"<html>" + bytes(60_000_000))
    packed = gzip.compress(html("Submarines for the southern fleet", OTHER_NAVY))
    counts, faults = take(warc((URL, NOW, bomb, ("Content-Encoding", "gzip")),
                          (f"{URL}/2", NOW, packed, ("Content-Encoding", "gzip"))))  # fmt: skip
    assert (counts["new"], counts["unreadable pages"]) == (1, 1)
    assert [each.partition(": too large")[0] for each in faults] == [URL]


def chunked(body):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:], b""))


GZIPPED, CHUNKED = ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")
CODED = {
    "gzip": (gzip.compress(html()), GZIPPED),
    "gzip in name alone": (html(), GZIPPED),
    "chunks": (chunked(html()), CHUNKED),
    "chunks in name alone": (html(), CHUNKED),
    "both": (chunked(gzip.compress(html())), GZIPPED, CHUNKED),
    "windows-1252": (html("Frigates sail for the patrol – “at last”", charset="cp1252"),),
    "euc-jp": (html("Frigates sail for joint patrol 哨戒", charset="euc-jp"),),
}


@pytest.mark.parametrize("form", CODED)
def test_codings_and_encodings_of_pages_are_undone(archive, take, form):
    body, *headers = CODED[form]
    assert take(warc((URL, NOW, body, *headers)))[0]["new"] == 1
    ((title, text),) = rows(archive, "SELECT title, text FROM articles")
    assert text == "\n".join(NAVY)
    assert title in ("Frigates sail for joint patrol", "Frigates sail for the patrol – “at last”",
                     "Frigates sail for joint patrol 哨戒")  # fmt: skip


def test_a_page_without_a_date_is_of_the_time_when_it_was_taken_in(archive, take):
    dated = ("Date", "Sat, 01 Aug 2026 10:00:00 GMT")
    assert take(warc((URL, None, html()), (f"{URL}/2", None, html("Submarines", OTHER_NAVY), dated)))[0]["new"] == 2
    assert rows(archive, "SELECT first_seen FROM articles ORDER BY id") == [(iso(NOW),), ("2026-08-01T10:00:00Z",)]


def test_states_come_into_the_order_in_which_they_were_seen(archive, take):
    more = [*NAVY, "A third ship may follow in the summer if the parliament votes for the mission."]
    most = [*more, "The prime minister will speak to the crews before they leave the harbour on Monday."]
    day = timedelta(days=1)
    take(warc((URL, NOW - 3 * day, html(paragraphs=more))))
    assert take(warc((URL, NOW - day, html(paragraphs=most))))[0]["revised"] == 1
    assert take(warc((URL, NOW - 9 * day, html())))[0]["earlier"] == 1
    assert take(warc((URL, NOW - 8 * day, html())))[0]["unchanged"] == 1  # a state that is known
    assert rows(archive, "SELECT change, text FROM revisions ORDER BY seen") == [
        ("new", "\n".join(NAVY)), ("revised", "\n".join(more)), ("revised", "\n".join(most))]  # fmt: skip
    assert rows(archive, "SELECT first_seen, last_seen, text FROM articles") == [
        (iso(NOW - 9 * day), iso(NOW - day), "\n".join(most))]  # fmt: skip


def test_a_page_without_an_article_says_nothing_of_one_that_is_there(archive, take):
    take(warc((URL, NOW - timedelta(days=1), html())))
    before = everything_but_imports(archive)
    counts, _ = take(warc((URL, NOW, b"<html><body><p>Please log in.</p></body></html>")))
    assert (counts["no article"], everything_but_imports(archive)) == (1, before)


def test_off_topic_words_of_a_known_article_are_a_state_of_it(archive, take):
    """They are kept whole, with their page, also where the article came just before them."""
    url, day = "https://nobody.example/a", timedelta(days=1)
    mixed = (url, NOW - 2 * day, html("Frigates and bread", [*BAKERY, *NAVY]))
    counts, _ = take(warc(mixed, (url, NOW - day, html("Frigates and bread", [*BAKERY, BAKERY[0], BAKERY[1]]))))
    assert (counts["new"], counts["revised"]) == (1, 1)
    assert take(warc((url, NOW, html("Bread", [*BAKERY, "It is open on Sunday, too, says the baker."]))))[0]["revised"] == 1
    assert rows(archive, "SELECT count(*), count(DISTINCT page_id) FROM revisions") == [(3, 3)]


def test_the_same_text_at_two_addresses_is_one_story(archive, take):
    assert take(warc((URL, NOW, html()), ("https://relay.example/x", NOW, html())))[0]["duplicate"] == 1
    assert rows(archive, "SELECT count(DISTINCT story_id), count(*) FROM articles") == [(1, 2)]


def as_lines(*records):
    return "".join(json.dumps(each) + "\n" for each in records).encode()


TEXT = "\n".join(NAVY)
NEWS_PLEASE = {
    "authors": ["Jane Doe"], "date_download": "2026-11-20 08:00:00", "date_modify": None, "language": "en",
    "date_publish": "2026-11-19 07:30:00", "description": "Two ships.", "maintext": TEXT, "source_domain": "gazette.example",
    "title": "Frigates sail", "url": URL, "filename": "x.json", "image_url": "https://gazette.example/1.jpg",
}  # fmt: skip
SHORT = {"url": f"{URL}/2", "headline": "Submarines", "articleBody": "\n".join(OTHER_NAVY), "author": {"name": "J. Roe"}}
TOLD = {
    "news-please": json.dumps(NEWS_PLEASE, indent=2).encode(),
    "a line each": as_lines(NEWS_PLEASE, SHORT),
    "packed": gzip.compress(as_lines(NEWS_PLEASE, SHORT)),
    "an array": json.dumps([NEWS_PLEASE, SHORT]).encode(),
    "a feed": json.dumps({"version": "1", "items": [NEWS_PLEASE, SHORT]}).encode(),
    "UTF-16": as_lines(NEWS_PLEASE, SHORT).decode().encode("utf-16"),
    "with a mark": b"\xef\xbb\xbf" + as_lines(NEWS_PLEASE, SHORT),
}


@pytest.mark.parametrize("form", TOLD)
def test_articles_that_others_read_are_taken_as_told(archive, take, form):
    counts, faults = take(TOLD[form])
    assert (counts, faults) == ({"new": 1 if form == "news-please" else 2}, [])
    columns = "url, source_id, title, text, published, first_seen, lead, authors, page_id"
    told = (URL, "gazette", "Frigates sail", TEXT, "2026-11-19T07:30:00", "2026-11-20T08:00:00Z", "Two ships.",
            '["Jane Doe"]', None)  # fmt: skip
    assert rows(archive, f"SELECT {columns} FROM articles ORDER BY id")[0] == told
    if form != "news-please":
        short = rows(archive, "SELECT title, authors, language, published FROM articles WHERE id = 2")
        assert short == [("Submarines", '["J. Roe"]', "en", None)]


def test_a_language_that_was_told_is_checked_against_the_text(archive, take):
    assert take(as_lines(NEWS_PLEASE | {"language": "de"}, SHORT | {"language": "en"}))[0] == {"new": 2}
    told = rows(archive, "SELECT language, language_origin FROM articles ORDER BY id")
    assert told == [("en", "text"), ("en", "both")]


def test_html_in_json_is_read_as_a_page(archive, take):
    assert take(as_lines({"link": URL, "html": html().decode(), "date": 1_700_000_000}))[0] == {"new": 1}
    assert rows(archive, "SELECT text, published, page_id FROM articles") == [(TEXT, "2023-11-14T22:13:20Z", 1)]


BAD_LINES = [b"not JSON", b"[1, 2]", b'{"url": "ftp://a.example/"}', b'{"text": "no address"}', b"[" * 5_000, b'"\xff"']


def test_a_bad_line_costs_itself_and_is_named_by_its_number(take):
    bad = b"\n".join(BAD_LINES)
    counts, faults = take(as_lines(NEWS_PLEASE) + bad + b"\n\n" + as_lines(SHORT, {"url": URL + "/3", "text": 7}))
    assert counts == {"new": 2, "unreadable": len(BAD_LINES), "no article": 1}
    assert [each.partition(":")[0] for each in faults] == [f"others, line {number}" for number in range(2, 8)]


@pytest.mark.parametrize("at", [0, 1])
def test_a_line_too_long_to_be_an_article_costs_itself_and_says_so(take, monkeypatch, at):
    monkeypatch.setattr(lines, "MAX_LINE", 10_000)
    told = [as_lines(NEWS_PLEASE), as_lines(SHORT)]
    told.insert(at, as_lines({"url": URL, "text": "word " * 60_000}))
    counts, faults = take(b"".join(told))
    assert counts == {"new": 2, "unreadable": 1}
    assert [each.partition(":")[0] for each in faults] == [f"others, line {at + 1}"]
    assert "a line of more than" in faults[0]


def test_a_list_of_articles_on_one_long_line_is_read(take, monkeypatch):
    monkeypatch.setattr(lines, "MAX_LINE", 500)
    assert take(TOLD["an array"]) == ({"new": 2}, [])


@pytest.mark.parametrize("value", [7, None, [], "x", {}, {"url": 3}, {"url": ""}, {"id": "tag:x"}])
def test_a_value_that_tells_of_no_article_says_why(value):
    assert isinstance(told_of(value), str)


def test_addresses_wait_for_the_next_crawl(archive, take):
    take(as_lines(NEWS_PLEASE))
    listed = (
        f"# mine\n{URL}\n\nhttps://gazette.example/a\nexample.org\nhttps://nobody.example/b\nhttps://gazette.example/a\n"
    )
    counts, faults = take(listed.encode())
    assert counts == {"addresses": 4, "new addresses": 3, "unreadable": 1}
    assert faults == ["others, line 5: 'example.org' is no http or https address"]
    assert rows(archive, "SELECT url, source_id, state FROM links ORDER BY id") == [
        (URL, "gazette", "done"), ("https://gazette.example/a", "gazette", "pending"),
        ("https://nobody.example/b", "by-hand", "pending")]  # fmt: skip


class Stopped(Exception):
    pass


def test_what_was_stopped_goes_on_and_comes_to_the_same(archive, take, tmp_path, pool, monkeypatch):
    monkeypatch.setattr("newscrawler.intake.run.BATCH", 1)
    take(warc(*OTHERS))
    with Archive.open(tmp_path / "stopped") as other:
        file = {"file": "others", "kind": "warc", "size": 1, "digest": "d"}
        with other.transaction():
            at = imports.begin(other.db, file, {}, NOW)

        def stop(number):
            raise Stopped

        left = 0
        with pytest.raises(Stopped), (tmp_path / "others").open("rb") as raw:
            Intake(other, pool, Publishers(SOURCES), NOW, Report(progress=stop)).take(
                "warc", items("warc", raw, Path("others")), at
            )
        at = imports.last(other.db, "d", {})
        left = at.records
        assert 0 < left < 8
        assert at.finished is None
        with (tmp_path / "others").open("rb") as raw:
            done = Intake(other, pool, Publishers(SOURCES), NOW).take("warc", items("warc", raw, Path("others")), at)
        assert (done.records, done.finished) == (8, iso(NOW))
        assert done.counts == {"new": 2, "off-topic": 1, "no article": 1, "other records": 4}
        columns = "url, content_hash, first_seen, labels, story_id"
        assert rows(other, f"SELECT {columns} FROM articles") == rows(archive, f"SELECT {columns} FROM articles")
        assert imports.last(other.db, "d", {}).finished


class Inline:
    """A pool of no process."""

    def run(self, function, tasks, weight=None):
        return (Result(function(*each)) for each in tasks)


def begun(folder, raw, publishers=SOURCES):
    """Take a file in where it was left, without processes; what it has come to."""
    with Archive.open(folder) as archive, archive.transaction():
        at = imports.last(archive.db, "d", {})
        at = at or imports.begin(archive.db, {"file": "others", "kind": "warc", "size": 1, "digest": "d"}, {}, NOW)
    with Archive.open(folder) as archive:
        return Intake(archive, Inline(), Publishers(publishers), NOW).take("warc", items("warc", raw, Path("others")), at)


def test_what_was_killed_in_the_midst_of_a_batch_goes_on_and_comes_to_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr("newscrawler.intake.run.BATCH", 1)
    raw, saved = warc(*OTHERS), imports.save

    def killed(db, done):
        if done.counts.get("new") == 2:  # its pages are written, nothing is committed
            os.kill(os.getpid(), signal.SIGKILL)
        saved(db, done)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the module's pool has threads, which the child leaves alone
        child = os.fork()
    if child == 0:
        imports.save = killed
        with contextlib.suppress(BaseException):
            begun(tmp_path / "killed", io.BytesIO(raw))
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    done, whole = (begun(tmp_path / name, io.BytesIO(raw)) for name in ("killed", "whole"))
    assert (done.counts, done.records) == (whole.counts, whole.records)
    assert done.counts == {"new": 2, "off-topic": 1, "no article": 1, "other records": 4}
    with Archive.open(tmp_path / "killed") as archive, Archive.open(tmp_path / "whole") as other:
        columns = "url, content_hash, first_seen, labels, story_id, page_id"
        assert rows(archive, f"SELECT {columns} FROM articles") == rows(other, f"SELECT {columns} FROM articles")
        assert list(check_records(archive.db, archive.pages.folder)) == []


def test_a_list_of_files_is_the_files_that_it_names(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(OTHERS[0]))
    (tmp_path / "warc.paths").write_text("# CC-NEWS\na.warc.gz\n\nfurther/b.warc.gz\n")
    assert list(with_lists([tmp_path / "warc.paths"])) == [tmp_path / "a.warc.gz", tmp_path / "further/b.warc.gz"]


def test_what_a_list_names_and_is_not_there_costs_itself(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(*OTHERS))
    (tmp_path / "b.warc.gz").write_bytes(b"\x00" * 9)
    (tmp_path / "warc.paths").write_text("further/c.warc.gz\na.warc.gz\nb.warc.gz\n")
    for verb in (["import", "--all", "warc.paths"], ["import", "--dry-run", "--json", "warc.paths"]):
        done = command(*verb, cwd=tmp_path)
        assert done.returncode == 3, done.stderr
        assert "newscrawler: further/c.warc.gz: cannot be read (No such file or directory)" in done.stderr
        assert "newscrawler: b.warc.gz: neither WARC" in done.stderr
    assert [each["file"] for each in json.loads(done.stdout)] == ["a.warc.gz"]
    with Archive.open(tmp_path / "archive") as archive:
        assert rows(archive, "SELECT count(*) > 0 FROM articles") == [(1,)]
    (tmp_path / "warc.paths").write_text("further/c.warc.gz\n")
    assert command("import", "warc.paths", cwd=tmp_path).returncode == 4
    assert command("import", "c.warc.gz", cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("padding", [b"\n", b"\r\n\r\n", b"\0" * 70_000], ids=["LF", "CR LF", "zeros"])
def test_padding_behind_a_member_is_passed_over(take, tmp_path, padding):
    members = [padded + padding for padded in (warc(each) for each in OTHERS)]
    counts, faults = take(b"".join(members), everything=True)
    assert (counts["new"], faults) == (3, [])
    (tmp_path / "padded").write_bytes(b"".join(members))
    with (tmp_path / "padded").open("rb") as file:
        places = [(each.offset, each.length) for each in read_records(file) if isinstance(each, WarcRecord)]
    for offset, length in places:  # where each stands is where it begins, without what is between
        with (tmp_path / "padded").open("rb") as file:
            file.seek(offset)
            assert len(gzip.decompress(file.read(length))) > 0
    lines = [
        gzip.compress(json.dumps({"url": f"{URL}/{n}", "title": "T", "text": "\n".join(NAVY)}).encode() + b"\n")
        for n in (1, 2)
    ]
    counts, faults = take(padding.join([*lines, b""]), "lines", everything=True)
    assert (sum(counts.values()), faults) == (2, [])


def test_a_list_that_names_lists_is_all_of_their_files_and_one_that_names_itself_is_named(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(OTHERS[0]))
    (tmp_path / "one.paths.jsonl").write_text("a.warc.gz\n")
    (tmp_path / "all.paths").write_text("one.paths.jsonl\n")
    assert list(with_lists([tmp_path / "all.paths"])) == [tmp_path / "a.warc.gz"]
    (tmp_path / "one.paths.jsonl").write_text("a.warc.gz\none.paths.jsonl\n")
    with pytest.raises(NewscrawlerError, match=r"one\.paths\.jsonl: a list of files that names itself"):
        list(with_lists([tmp_path / "all.paths"]))


@pytest.mark.parametrize(
    "line", ["https://a.example/1,A title", "https://a.example/1\tA-title", "https://a.example/1 2026-11-01"]
)
def test_a_line_of_a_table_is_no_address(take, line):
    counts, faults = take(f"https://a.example/2\n{line}\n".encode())
    assert (counts["addresses"], counts["unreadable"]) == (1, 1)
    assert faults[0].endswith("is no http or https address alone")


@pytest.mark.parametrize(("sql", "told"), [
    ("CREATE TABLE mine (x)", "corpus.db is another program's database"),
    (None, "corpus.db is not a SQLite database"),
])  # fmt: skip
def test_a_database_that_cannot_be_taken_in_is_named_as_it_was_given(tmp_path, sql, told):
    (tmp_path / "corpus.db").write_bytes(b"SQLite format 3\0" + b"no" * 500)
    if sql:
        (tmp_path / "corpus.db").unlink()
        with database(tmp_path / "corpus.db") as db:
            db.execute(sql)
    done = newscrawler("import", "corpus.db", cwd=tmp_path)
    assert (done.returncode, told in done.stderr, "/tmp" in done.stderr) == (1, True, False), done.stderr


def test_the_command_says_what_is_in_a_file_and_what_became_of_it(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(warc(*OTHERS[:2]) + b"torn")
    done = newscrawler("import", "a.warc.gz", "--dry-run", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.splitlines()[:3] == [
        "a.warc.gz: warc, 5 records: 2 pages, 2 other records", "  from 2025-10-18 to 2026-11-22",
        "  of no source, 2: gazette.example 1, nobody.example 1"]  # fmt: skip
    assert not (tmp_path / "archive").exists()
    done = newscrawler("import", "a.warc.gz", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    first, last, waits = done.stderr.splitlines()
    assert waits.startswith("1 article waiting for vectors and events: the next crawl takes it in")
    assert re.fullmatch(r"a.warc.gz at \d+: .+", first)
    assert last == "a.warc.gz: warc, 5 records: 1 new, 1 off-topic, 2 other records, 1 unreadable record"
    again = newscrawler("import", "a.warc.gz", "--json", cwd=tmp_path)
    assert "was taken in" in again.stderr
    assert json.loads(again.stdout)[0]["counts"]["new"] == 1
    assert newscrawler("import", "b.warc.gz", cwd=tmp_path).stderr == (
        "newscrawler: b.warc.gz: cannot be read (No such file or directory)\n"
    )
    (tmp_path / "c").write_bytes(b"\x00\x01\x02")
    assert "neither WARC, WACZ, JSON" in newscrawler("import", "c", cwd=tmp_path).stderr
    (tmp_path / "d").touch()
    assert newscrawler("import", "d", cwd=tmp_path).stderr == "newscrawler: d: nothing is in it\n"


def test_everything_is_kept_where_that_is_asked_for(archive, take):
    assert take(warc(*OTHERS), everything=True)[0]["new"] == 3
    assert rows(archive, "SELECT keep FROM sources WHERE id = 'taken-in'") == [("relevant",)]
