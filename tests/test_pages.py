import gzip
import subprocess
import sys

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.errors import ArchiveError
from newscrawler.items import Lease, Page
from newscrawler.storage.warc.reading import read_page
from newscrawler.storage.warc.records import make_record
from newscrawler.storage.warc.writing import PageStore


def page(body: bytes, **headers: str) -> Page:
    return Page(Lease(1, "s", "https://a.example/1"), "https://a.example/1", NOW, 200, tuple(headers.items()), body)


@given(st.binary(max_size=2_000))
def test_a_record_holds_the_body_byte_for_byte(tmp_path_factory, body):
    folder = tmp_path_factory.mktemp("pages")
    store = PageStore(folder, "test")
    place = store.append(make_record(page(body))[0], NOW, lambda file: 0)
    store.close()
    assert read_page(folder, *place)[1] == body


def test_one_gzip_member_a_record_and_warcio_agrees(tmp_path):
    store = PageStore(tmp_path, "test")
    records = [
        make_record(
            page(
                f"<p>page {n}</p>".encode() * 50,
                **{"Content-Type": "text/html", "Content-Encoding": "br", "Content-Length": "7"},
            )
        )[0]
        for n in range(5)
    ]
    places = [store.append(record, NOW, lambda file: 0) for record in records]
    store.close()
    for (file, offset, length), record in zip(places, records, strict=True):
        assert (tmp_path / file).read_bytes()[offset : offset + length] == record
        assert gzip.decompress(record).startswith(b"WARC/1.")
    headers, _ = read_page(tmp_path, *places[0])
    assert headers["X-Archive-Orig-Content-Encoding"] == "br"  # the body is stored decoded
    assert headers["Content-Length"] == str(len(read_page(tmp_path, *places[0])[1]))
    done = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", str(tmp_path / places[0][0])],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done


def test_the_same_page_makes_the_same_digest():
    assert make_record(page(b"x"))[1] == make_record(page(b"x"))[1] != make_record(page(b"y"))[1]


@pytest.mark.parametrize("cut", [1, 20, 100])
def test_a_torn_record_is_cut_off_and_whole_ones_stay(tmp_path, cut):
    store = PageStore(tmp_path, "test")
    places = [store.append(make_record(page(b"a" * 500))[0], NOW, lambda file: 0) for _ in range(3)]
    store.close()
    file = tmp_path / places[0][0]
    torn = make_record(page(b"torn" * 500))[0][:-cut]
    with file.open("ab") as stream:
        stream.write(torn)
    again = PageStore(tmp_path, "test")
    # the archive knows of the first record only; the second and third were written and never committed
    place = again.append(make_record(page(b"after"))[0], NOW, lambda name: places[0][1] + places[0][2])
    again.close()
    assert place[1] == places[2][1] + places[2][2]
    assert read_page(tmp_path, *place)[1] == b"after"
    assert read_page(tmp_path, *places[2])[1] == b"a" * 500


def test_a_file_that_is_full_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr("newscrawler.storage.warc.writing.MAX_BYTES", 600)
    store = PageStore(tmp_path, "test")
    files = [store.append(make_record(page(bytes(range(256)) * 2))[0], NOW, lambda file: 0)[0] for _ in range(4)]
    store.close()
    assert len(set(files)) > 1


@pytest.mark.parametrize("damage", ["cut", "flipped", "another body", "another record"])
def test_a_record_that_is_not_whole_is_unreadable_and_named(tmp_path, damage):
    record, _ = make_record(page(bytes(range(256)) * 20))
    store = PageStore(tmp_path, "test")
    file, offset, length = store.append(record, NOW, lambda file: 0)
    store.close()
    path = tmp_path / file
    whole = path.read_bytes()
    middle = offset + length // 2
    plain = gzip.decompress(record)
    path.write_bytes(
        {
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "another body": whole[:offset] + gzip.compress(plain.replace(b"abcd", b"abce")).ljust(length, b"\0"),
            "another record": whole[offset : offset + length] + whole,
        }[damage]
    )
    place = (file, offset if damage != "another record" else length, length)
    with pytest.raises(ArchiveError, match=rf"{file} at \d+: (?:cannot be read|no record there)"):
        read_page(tmp_path, *place)


@pytest.mark.parametrize(
    "name_and_value",
    [
        ("Set-Cookie", "título=1"),
        ("Set-Cookie", "título=1; path=/; név=ő"),
        ("X-Título", "uno"),
        ("Content-Disposition", 'inline; filename="été; дело.html"'),
        ("Server", "\x80\xff\xfe="),
        ("Link", "</é>; rel=x; title=\"\x9d'"),
    ],
)
def test_headers_are_kept_as_the_bytes_that_came(tmp_path, name_and_value):
    raw = tuple(each.encode("utf-8", "surrogateescape") for each in name_and_value)
    came = {name.decode("latin-1"): value.decode("latin-1") for name, value in [raw]}
    record, _ = make_record(page(b"body", **came))
    assert raw[0] + b": " + raw[1] + b"\r\n" in gzip.decompress(record)
    store = PageStore(tmp_path, "test")
    place = store.append(record, NOW, lambda file: 0)
    store.close()
    assert read_page(tmp_path, *place)[1] == b"body"


@given(name=st.text(min_size=1, max_size=20), value=st.text(max_size=40))
def test_any_header_makes_a_record(tmp_path_factory, name, value):
    folder = tmp_path_factory.mktemp("pages")
    store = PageStore(folder, "test")
    place = store.append(make_record(page(b"body", **{name: value}))[0], NOW, lambda file: 0)
    store.close()
    assert read_page(folder, *place)[1] == b"body"


@pytest.mark.parametrize("place", [("2026-11-22-001.warc.gz", 0, 10), ("../../etc/passwd", 0, 10)])
def test_what_cannot_be_read_is_an_error(tmp_path, place):
    (tmp_path / "2026-11-22-001.warc.gz").write_bytes(b"\x1f\x8b\x08broken, broken")
    with pytest.raises(ArchiveError, match=r"cannot be read|no record there"):
        read_page(tmp_path, *place)


@pytest.mark.parametrize("damage", ["cut short", "taken away"])
def test_a_file_that_lost_records_is_not_written_on(tmp_path, damage):
    store = PageStore(tmp_path, "test")
    (file, offset, length) = store.append(make_record(page(b"a" * 500))[0], NOW, lambda name: 0)
    store.close()
    path = tmp_path / file
    if damage == "taken away":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-100])
    again = PageStore(tmp_path, "test")
    place = again.append(make_record(page(b"after"))[0], NOW, lambda name: offset + length if name == file else 0)
    again.close()
    assert place[0] != file
    assert read_page(tmp_path, *place)[1] == b"after"
