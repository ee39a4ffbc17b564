"""WARC files: what we write is read by others, what others write by us, and what is not whole is named."""

import gzip
import io
import json
import os
import sys
import zipfile
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOW, SOURCES, candidate, lease, rows, warcio_check
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.dates import iso
from newscrawler.errors import Failure, FailureKind
from newscrawler.export.origin import Origin
from newscrawler.export.warcs import write_wacz, write_warc
from newscrawler.items import Lease, Outcome, Page
from newscrawler.reports.whole_articles import whole_articles
from newscrawler.storage.archive import Archive
from newscrawler.storage.sites.sources import sync_sources
from newscrawler.storage.warc.reading import WarcDamage, WarcRecord, http_parts, read_record, read_records, wrong_digest
from newscrawler.storage.warc.records import (
    Profile,
    Revisit,
    digest_of,
    http_head,
    make_info,
    make_record,
    make_request,
    make_revisit,
)
from newscrawler.storage.warc.writing import PageStore

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

URL = "https://gazette.example/2026/fleet?id=7"
SENT = (("User-Agent", "newscrawler/test"), ("Accept", "text/html"), ("Authorization", "Basic c2VjcmV0"))
CAME = (("Content-Type", "text/html"), ("Set-Cookie", "título=1".encode().decode("latin-1")), ("ETag", '"one"'))


def page(body=b"<h1>The fleet sails</h1>", **changed):
    whole = Page(Lease(1, "gazette", URL), URL, NOW, 200, CAME, body, ip="192.0.2.1", sent=SENT)
    return replace(whole, **changed)


def every_type():
    """One member of each type of record that a crawl writes."""
    answer = page()
    record, digest = make_record(answer)
    later = NOW + timedelta(hours=1)
    same = Revisit(URL, later, http_head(answer), Profile.SAME_BYTES, URL, "2026-11-22T12:00:00Z", digest)
    head = http_head(replace(answer, status=304, headers=(("ETag", '"one"'),)))
    confirmed = Revisit(URL, later + timedelta(hours=1), head, Profile.NOT_MODIFIED, URL, "2026-11-22T12:00:00Z")
    info = make_info("2026-11-22-001.warc.gz", NOW, {"software": "newscrawler/test", "operator": "desk@gazette.example"})
    return [info, record, make_request(answer, digest), make_revisit(same), make_revisit(confirmed)]


def read(raw, **more):
    return list(read_records(io.BytesIO(raw), **more))


# --- ours, read by others


def test_warcio_takes_every_type_of_record(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.warc.gz").write_bytes(b"".join(every_type()))
    assert warcio_check(tmp_path) == (0, "")


def test_warcio_and_fastwarc_read_what_we_wrote():
    from fastwarc.warc import ArchiveIterator as FastIterator
    from fastwarc.warc import WarcRecordType
    from warcio.archiveiterator import ArchiveIterator

    raw = b"".join(every_type())
    ours = read(raw)
    types = ["warcinfo", "response", "request", "revisit", "revisit"]
    assert [each.type for each in ours] == types
    theirs = [
        (each.rec_type, tuple(each.rec_headers.headers), each.content_stream().read())
        for each in ArchiveIterator(io.BytesIO(raw))
    ]
    assert [each[0] for each in theirs] == types
    assert [each[1] for each in theirs] == [each.headers for each in ours]
    assert theirs[1][2] == b"<h1>The fleet sails</h1>"
    fast = list(FastIterator(io.BytesIO(raw), parse_http=False, verify_digests=True))
    assert [int(each.record_type) for each in fast] == [int(getattr(WarcRecordType, name)) for name in types]
    assert [each.stream_pos for each in fast] == [each.offset for each in ours]
    answers = FastIterator(io.BytesIO(raw), parse_http=True)
    assert [each.http_headers.status_code for each in answers if each.record_type == WarcRecordType.response] == [200]


def test_a_request_says_what_was_asked_without_what_is_secret():
    record = read(every_type()[2])[0]
    assert record.block == (
        b"GET /2026/fleet?id=7 HTTP/1.1\r\nHost: gazette.example\r\nUser-Agent: newscrawler/test\r\nAccept: text/html\r\n\r\n"
    )
    assert record.header("WARC-Concurrent-To".lower()) == read(every_type()[1])[0].header("warc-record-id")
    assert make_request(page(sent=()), "sha1:X") is None


def test_an_answer_is_kept_as_it_came():
    record = read(make_record(page())[0])[0]
    head = b'HTTP/1.1 200 \r\nContent-Type: text/html\r\nSet-Cookie: t\xc3\xadtulo=1\r\nETag: "one"\r\n'
    assert record.block == head + b"Content-Length: 24\r\n\r\n<h1>The fleet sails</h1>"
    assert http_parts(record.block)[0] == 200
    assert record.header("warc-ip-address") == "192.0.2.1"
    assert record.header("warc-payload-digest") == digest_of(b"<h1>The fleet sails</h1>")


def test_the_same_exchange_makes_the_same_bytes_and_another_moment_others():
    assert every_type() == every_type()
    ids = {read(make_record(page(fetched=NOW + timedelta(microseconds=n)))[0])[0].header("warc-record-id") for n in range(3)}
    assert len(ids) == 3


def test_a_page_takes_no_more_room_than_gzip_would_give_it():
    body = b"".join(b"<p class='x%d'>The fleet of %d ships sails on %d.</p>\n" % (n % 9, n, n * n) for n in range(4_000))
    record = make_record(page(body))[0]
    assert len(record) <= len(gzip.compress(gzip.decompress(record), 6))


# --- others', read by us


def by_warcio(compress):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=compress)
    for n in range(3):
        head = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                f"{URL}{n}", "response", payload=io.BytesIO(b"page %d" % n), length=6, http_headers=head
            )
        )
    return out.getvalue()


def by_fastwarc():
    from fastwarc.warc import WarcRecord as FastRecord
    from fastwarc.warc import WarcRecordType

    out = io.BytesIO()
    for n in range(3):
        record = FastRecord()
        record.init_headers(WarcRecordType.response)
        record.headers["WARC-Target-URI"] = f"<{URL}{n}>"
        record.headers["WARC-Date"] = "2026-11-22T12:00:00Z"
        record.set_bytes_content(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\npage %d" % n)
        record.write(out)
    return out.getvalue()


FORMS = {
    "gzip by record": lambda: by_warcio(True),
    "plain": lambda: by_warcio(False),
    "gzip as a whole": lambda: gzip.compress(by_warcio(False)),
    "zstd by record": lambda: b"".join(zstd.compress(each) for each in by_warcio(False).split(b"\r\n\r\n\r\n\r\n")),
    "zstd as a whole": lambda: zstd.compress(by_warcio(False)),
    "fastwarc": by_fastwarc,
}


@pytest.mark.parametrize("form", [each for each in FORMS if each != "zstd by record"])
def test_what_others_wrote_is_read(form):
    raw = FORMS[form]()
    found = read(raw)
    assert [type(each) for each in found] == [WarcRecord] * 3, found
    assert [each.url for each in found] == [f"{URL}{n}" for n in range(3)]
    assert [http_parts(each.block)[::2] for each in found] == [(200, b"page %d" % n) for n in range(3)]
    if form in ("gzip by record", "plain"):  # each can be read alone by its place
        again = [read(raw[each.offset : each.offset + each.length])[0].block for each in found]
        assert again == [each.block for each in found]
        assert sum(each.length for each in found) == len(raw)
    if "whole" in form:
        assert {each.length for each in found} == {0}


def test_zstd_with_a_dictionary_is_read():
    plain = [gzip.decompress(each) for each in every_type()]
    dictionary = zstd.train_dict(plain * 50, 2_000)
    content = dictionary.dict_content
    frames = b"".join(zstd.compress(each, zstd_dict=dictionary) for each in plain)
    for stored in (content, zstd.compress(content)):
        raw = b"\x5d\x2a\x4d\x18" + len(stored).to_bytes(4, "little") + stored + frames
        assert [each.block for each in read(raw)] == [each.block for each in read(b"".join(every_type()))]


# --- what is not whole


@given(st.data())
def test_of_a_file_that_was_cut_all_whole_records_are_read_and_the_place_is_named(data):
    members = every_type()
    if data.draw(st.booleans(), label="plain"):
        members = [gzip.decompress(each) for each in members]
    raw = b"".join(members)
    cut = data.draw(st.integers(0, len(raw)), label="cut")
    found = read(raw[:cut])
    ends = [sum(map(len, members[: n + 1])) for n in range(len(members))]
    whole = sum(end <= cut for end in ends)
    assert sum(isinstance(each, WarcRecord) for each in found) == whole
    if cut not in (0, *ends):
        assert found[-1].offset == ([0, *ends])[whole]
        assert found[-1].ends


@given(st.data())
def test_no_flipped_bit_goes_unnoticed(data):
    """But in gzip's own header, whose time, level and system say nothing of what is in it."""
    raw = bytearray(b"".join(every_type()))
    before = read(bytes(raw))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    found = read(bytes(raw))
    assert found == before or any(isinstance(each, WarcDamage) or wrong_digest(each) for each in found)


@pytest.mark.parametrize("at", [-3, -7])
def test_behind_a_member_that_ends_though_it_is_damaged_reading_goes_on(at):
    members = every_type()
    begins = [sum(map(len, members[:number])) for number in range(len(members))]
    for number, member in enumerate(members[:-1]):
        broken = bytearray(member)
        broken[at] ^= 0xFF
        found = read(b"".join([*members[:number], broken, *members[number + 1 :]]))
        assert [each.offset for each in found] == begins
        (damage,) = [each for each in found if isinstance(each, WarcDamage)]
        assert (damage.offset, damage.ends) == (begins[number], False)
        assert damage.reason.endswith(f"; read on at {begins[number + 1]}")


def test_what_lies_within_a_damaged_member_is_no_record_of_its_own():
    """A page may hold bytes that look like the record of another site."""
    members = every_type()
    page = zlib.compressobj(0, zlib.DEFLATED, 31)  # stored, so that they stand there as they are
    hostile = page.compress(b"WARC/1.1\r\nContent-Length: 999999\r\n\r\n" + members[1]) + page.flush()
    for broken in (hostile, hostile[:60] + b"\xff" + hostile[61:], hostile[:-20], hostile[:-3] + b"abc"):
        _, damage, *after = read(b"".join([members[0], broken, *members[2:]]))
        inside = range(len(members[0]), len(members[0]) + len(broken))
        assert isinstance(damage, WarcDamage)
        assert not [each for each in after if each.offset in inside]


def test_a_file_is_read_on_only_so_often(monkeypatch):
    monkeypatch.setattr("newscrawler.storage.warc.reading.MAX_RESUMED", 1)
    members = every_type()
    broken = members[1][:-3] + b"abc"
    found = read(b"".join([broken, members[0], broken, members[0]]))
    assert [getattr(each, "ends", None) for each in found] == [False, None, True]


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything(raw):
    read(raw)
    read(gzip.compress(raw))
    read(b"WARC/1.0\r\n" + raw)


@pytest.mark.parametrize("length", ["-1", "1e3", "٣", "", "9" * 40])
def test_a_record_without_a_length_is_named(length):
    raw = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {length}\r\n\r\n\r\n\r\n".encode()
    (damage,) = read(raw)
    assert isinstance(damage, WarcDamage)
    assert "a record of" in damage.reason


def test_a_bomb_is_passed_over_and_what_follows_is_read(monkeypatch):
    head = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: %d\r\n\r\n"
    bomb = gzip.compress(head % 3_000_000 + b"\0" * 3_000_000 + b"\r\n\r\n")
    small = make_record(page())[0]
    passed, after = read(small + bomb + small, limit=1_000_000)[1:]
    assert (passed.offset, passed.ends) == (len(small), False)
    assert passed.reason == "3000000 bytes, more than the 1000000 that are read"
    assert after.offset == len(small) + len(bomb)
    monkeypatch.setattr("newscrawler.storage.warc.reading.MAX_PASSED", 2_000_000)
    assert [getattr(each, "ends", None) for each in read(small + bomb + small, limit=1_000_000)[1:]] == [False, None]


def test_endless_headers_end():
    raw = b"WARC/1.0\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(30_000))
    assert [each.reason for each in read(raw)] == ["more than 100000 bytes of headers"]
    assert [each.reason for each in read(b"WARC/1.0 " + b"x" * 1_000_000)] == ["no WARC record"]


@pytest.mark.parametrize("date", ["", "yesterday", "2026-13-45T00:00:00Z"])
def test_a_record_without_a_date_has_none(date):
    raw = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: {date}\r\nContent-Length: 0\r\n\r\n\r\n\r\n".encode()
    assert read(raw)[0].date is None
    assert read(raw.replace(b"WARC-Date: " + date.encode() + b"\r\n", b""))[0].date is None


# --- the archive's files


def look(archive, record_of, **more):
    """A look at the article, by `more` of the candidate, with its page as a worker would hand it over."""
    answer = page(**record_of)
    asked = more.pop("lease", None) or lease(archive, URL)
    record, digest = make_record(answer) if answer.status == 200 else (None, None)
    request = make_request(answer, digest) if digest else None
    made = candidate(asked, more.pop("text", None), fetched=answer.fetched, status=answer.status, record=record,
                     digest=digest, head=http_head(answer), request=request, **more)  # fmt: skip
    return archive.file([made])[0]


def test_a_record_is_on_the_disk_before_its_row_and_nothing_waits_for_the_disk_without_one(archive, monkeypatch):
    brought = []
    monkeypatch.setattr(os, "fsync", brought.append)
    for number in (1, 2):
        look(archive, {"body": b"<h1>%d</h1>" % number}, text=TEXT, lease=lease(archive, f"{URL}{number}"))
        assert len(brought) == number
        with archive.transaction():
            archive.db.execute("UPDATE endpoints SET failures = 0")
        assert len(brought) == number


def records(archive):
    archive.pages.flush()
    return [each for path in sorted(archive.pages.folder.iterdir()) for each in read(path.read_bytes())]


TEXT = "The fleet sailed from the grey harbour at dawn. " * 5


def test_a_page_that_is_as_it_was_leaves_a_revisit_that_names_it(archive):
    look(archive, {}, text=TEXT)
    again = Lease(0, "gazette", URL, article_id=1)
    later = NOW + timedelta(days=1)
    assert look(archive, {"fetched": later}, text=TEXT, lease=again).outcome is Outcome.UNCHANGED
    unchanged = look(archive, {"fetched": later + timedelta(hours=1), "status": 304, "body": b"", "headers": ()}, lease=again,
                     failure=Failure(FailureKind.NOT_KNOWN, "304"))  # fmt: skip
    assert unchanged.outcome is Outcome.UNCHANGED
    assert rows(archive, "SELECT count(*) FROM pages") == [(1,)]
    assert rows(archive, "SELECT page_id, at, status FROM confirmations") == [
        (1, "2026-11-23T12:00:00Z", 200),
        (1, "2026-11-23T13:00:00Z", 304),
    ]
    found = [each for each in records(archive) if each.type == "revisit"]
    assert [each.header("warc-profile").rpartition("/")[2] for each in found] == [
        "identical-payload-digest",
        "server-not-modified",
    ]
    first = next(each for each in records(archive) if each.type == "response")
    for each in found:
        assert each.header("warc-refers-to-target-uri") == first.url
        assert each.header("warc-refers-to-date") == first.header("warc-date")
    assert warcio_check(archive.folder) == (0, "")
    places = rows(archive, "SELECT warc_file, warc_offset, warc_length FROM confirmations")
    assert [read_record(archive.pages.folder, *place).type for place in places] == ["revisit", "revisit"]
    # and goes along where the article goes
    origin = Origin(archive.db, archive.pages.folder, "an archive", iso(later), "", later)
    for name in ("all.warc.gz", "all.warc"):
        write_warc(whole_articles(archive.db, [1]), origin, archive.folder / name)
        with (archive.folder / name).open("rb") as file:
            assert [each.type for each in read_records(file)] == ["warcinfo", "response", "request", "revisit", "revisit"]
    write_wacz(whole_articles(archive.db, [1]), origin, archive.folder / "all.wacz")
    with zipfile.ZipFile(archive.folder / "all.wacz") as packed:
        warc, lines = packed.read("archive/pages.warc.gz"), packed.read("indexes/index.cdx").decode().splitlines()
        (listed,) = map(json.loads, packed.read("pages/pages.jsonl").splitlines()[1:])
    assert (listed["url"], listed["ts"]) == (URL, iso(NOW))  # an entry an article, of the page that has its text
    told = [(line.split(" ")[1], json.loads(line.split(" ", 2)[2])) for line in lines]
    assert [(stamp, each["mime"], each["status"]) for stamp, each in told] == [
        ("20261122120000", "text/html", "200"),
        ("20261123120000", "warc/revisit", "200"),
        ("20261123130000", "warc/revisit", "304"),
    ]
    assert {each["digest"] for _, each in told} == {first.header("warc-payload-digest")}
    places = [(int(each["offset"]), int(each["offset"]) + int(each["length"])) for _, each in told]
    assert [[one.type for one in read(warc[at:end])] for at, end in places] == [["response"], ["revisit"], ["revisit"]]


def test_other_bytes_with_the_same_text_are_neither_stored_nor_called_the_same(archive):
    look(archive, {}, text=TEXT)
    other = look(archive, {"body": b"<h1>other advertisements</h1>", "fetched": NOW + timedelta(days=1)}, text=TEXT,
                 lease=Lease(0, "gazette", URL, article_id=1))  # fmt: skip
    assert other.outcome is Outcome.UNCHANGED
    assert rows(archive, "SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM confirmations)") == [(1, 0)]


def test_a_failing_page_that_comes_again_is_stored_once_and_its_link_knows_it(archive):
    for n in range(3):
        look(archive, {"fetched": NOW + timedelta(hours=n)}, failure=Failure(FailureKind.NO_TEXT, "no text"))
    assert rows(archive, "SELECT count(*) FROM pages") == [(1,)]
    assert rows(archive, "SELECT count(*) FROM confirmations") == [(2,)]
    assert rows(archive, "SELECT page_id FROM links") == [(1,)]


def test_a_page_whose_file_is_lost_is_stored_anew(archive):
    look(archive, {}, failure=Failure(FailureKind.NO_TEXT, "no text"))
    archive.pages.close()
    for path in archive.pages.folder.iterdir():
        path.unlink()
    look(archive, {"fetched": NOW + timedelta(hours=1)}, failure=Failure(FailureKind.NO_TEXT, "no text"))
    assert rows(archive, "SELECT count(*) FROM pages") == [(2,)]
    assert rows(archive, "SELECT count(*) FROM confirmations") == [(0,)]


def test_a_file_begins_with_what_wrote_it(archive):
    archive.pages.about["http-header-user-agent"] = "newscrawler/test\r\n(two lines)"
    look(archive, {}, text=TEXT)
    info = records(archive)[0]
    assert info.type == "warcinfo"
    fields = dict(line.split(": ", 1) for line in info.block.decode().strip().split("\r\n"))
    assert fields["software"].startswith("newscrawler/")
    assert fields["http-header-user-agent"] == "newscrawler/test (two lines)"
    assert info.header("warc-filename") == "2026-11-22-001.warc.gz"


def test_what_a_kill_tore_is_cut_off_on_another_day_too(tmp_path):
    with Archive.open(tmp_path / "archive") as archive:
        sync_sources(archive, SOURCES)
        look(archive, {}, text=TEXT)
    (file,) = (tmp_path / "archive" / "pages").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole + make_record(page(b"torn"))[0][:-20])
    with Archive.open(tmp_path / "archive") as archive:
        look(archive, {"body": b"another", "fetched": NOW + timedelta(days=3), "url": f"{URL}8"}, text=TEXT + "More.",
             lease=lease(archive, f"{URL}8"))  # fmt: skip
    assert file.read_bytes() == whole
    assert warcio_check(tmp_path / "archive") == (0, "")


def test_the_file_that_is_mended_is_the_one_that_was_written_last(tmp_path):
    store = PageStore(tmp_path, "test")
    for name, age in (("2026-11-20-001.warc.gz", 200), ("2026-11-21-001.warc.gz", 100)):
        (tmp_path / name).write_bytes(make_record(page())[0][:-20])
        os.utime(tmp_path / name, (1_790_000_000 - age,) * 2)
    store.append(make_record(page())[0], NOW, lambda name: 0)
    store.close()
    assert (tmp_path / "2026-11-21-001.warc.gz").stat().st_size == 0
    assert (tmp_path / "2026-11-20-001.warc.gz").stat().st_size > 0
