"""WARC files: what a page costs to write and to read, beside warcio and FastWARC, and whether other programs take ours.

    uv run benchmarks/warc.py DATA_DIR [--json]   CPU ms and bytes a page, in one process
    uv run benchmarks/warc.py --readers           a file of ours read by programs of others, in environments that go away

Among those are pywb (GPL) and programs that need surt (AGPL): they are run, never installed beside newscrawler.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from labelled_pages import page_bytes, read_pages

from newscrawler.items import Lease, Page
from newscrawler.storage.warc.reading import WarcRecord, http_parts, read_records, wrong_digest
from newscrawler.storage.warc.records import (
    Profile,
    Revisit,
    http_head,
    make_info,
    make_record,
    make_request,
    make_revisit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PAGES = 400
HEADERS = (
    ("Content-Type", "text/html; charset=utf-8"),
    ("Date", "Sun, 22 Nov 2026 12:00:00 GMT"),
    ("Server", "nginx"),
    ("ETag", '"5f-1"'),
    ("Cache-Control", "max-age=60"),
)
SENT = (("User-Agent", "newscrawler/test (+desk@gazette.example)"), ("Accept", "text/html"), ("Accept-Encoding", "gzip, br"))
# name -> packages, and the command whose exit code says whether it takes the file
READERS = {
    "warcio check": (["warcio==1.8.1"], ["warcio", "check", "{file}"]),
    "fastwarc check": (["fastwarc==2.0.1"], ["fastwarc", "check", "{file}"]),
    "cdxj-indexer": (["cdxj-indexer==1.5.0"], ["cdxj-indexer", "{file}"]),
    "pywb cdx-indexer": (["pywb==2.10.0", "setuptools<81"], ["cdx-indexer", "--cdxj", "{file}"]),
    "wacz create": (["wacz==0.6.0"], ["wacz", "create", "-f", "{file}", "-o", "{wacz}", "--detect-pages"]),
    "wacz validate": (["wacz==0.6.0"], ["wacz", "validate", "-f", "{wacz}"]),
    "wacz validate, of export": (["wacz==0.6.0"], ["wacz", "validate", "-f", "{ours}"]),
}


def pages_of(folder: Path, number: int) -> list[Page]:
    """Labelled pages as a fetch would bring them; each has an address of its own."""
    found = []
    for place, record in enumerate(read_pages(folder, parts=frozenset(range(4)))[:number]):
        url = f"https://gazette.example/{place}"
        found.append(Page(Lease(1, "gazette", url), url, AT, 200, HEADERS, page_bytes(record), ip="192.0.2.1", sent=SENT))
    return found


def by_us(page: Page) -> bytes:
    """Response and request, as a crawl writes them."""
    record, digest = make_record(page)
    return record + (make_request(page, digest) or b"")


def by_warcio(page: Page) -> bytes:
    """The same by warcio, each a gzip member at level 6."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    plain, out = io.BytesIO(), b""
    writer = WARCWriter(plain, gzip=False)
    head = StatusAndHeaders("200 OK", list(page.headers), protocol="HTTP/1.1")
    asked = StatusAndHeaders("GET / HTTP/1.1", list(page.sent), is_http_request=True)
    body = io.BytesIO(page.body)
    answer = writer.create_warc_record(page.url, "response", payload=body, length=len(page.body), http_headers=head)
    request = writer.create_warc_record(page.url, "request", payload=io.BytesIO(b""), length=0, http_headers=asked)
    for record in (answer, request):
        plain.seek(0)
        plain.truncate()
        writer.write_record(record)
        out += gzip.compress(plain.getvalue(), 6, mtime=0)
    return out


def by_fastwarc(page: Page) -> bytes:
    """The same by FastWARC, with its own gzip at level 6."""
    from fastwarc.stream_io import GzipWriter
    from fastwarc.warc import WarcRecord as FastRecord
    from fastwarc.warc import WarcRecordType

    out = io.BytesIO()
    stream = GzipWriter(out, compression_level=6)
    asked = b"GET / HTTP/1.1\r\n\r\n"
    for kind, block in ((WarcRecordType.response, http_head(page) + page.body), (WarcRecordType.request, asked)):
        record = FastRecord()
        record.init_headers(kind)
        record.headers["WARC-Target-URI"], record.headers["WARC-Date"] = page.url, "2026-11-22T12:00:00Z"
        record.headers["Content-Type"] = "application/http"
        record.set_bytes_content(block)
        record.write(stream, checksum_data=True)
    stream.close()
    return out.getvalue()


def read_ours(raw: bytes) -> int:
    """Bodies' bytes, digests compared."""
    number = 0
    for record in read_records(io.BytesIO(raw)):
        assert isinstance(record, WarcRecord)
        assert wrong_digest(record) is None
        if record.type == "response":
            number += len(http_parts(record.block)[2])
    return number


def read_by_warcio(raw: bytes) -> int:
    """The same by warcio."""
    from warcio.archiveiterator import ArchiveIterator

    found = ArchiveIterator(io.BytesIO(raw), check_digests="raise")
    return sum(len(each.content_stream().read()) for each in found if each.rec_type == "response")


def read_by_fastwarc(raw: bytes) -> int:
    """The same by FastWARC."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    found = ArchiveIterator(io.BytesIO(raw), record_types=WarcRecordType.response, verify_digests=True)
    return sum(len(each.reader.read()) for each in found)


def timed(work: Callable[[], int], pages: int) -> dict[str, float]:
    """CPU ms and bytes a page."""
    began = time.process_time()
    size = work()
    return {"cpu_ms": round((time.process_time() - began) * 1_000 / pages, 3), "bytes": round(size / pages)}


def measured(pages: list[Page]) -> dict[str, dict[str, float]]:
    """What writing and reading costs, by program."""
    number, found = len(pages), {}
    found["body"] = {"bytes": round(sum(len(each.body) for each in pages) / number)}
    plain = [gzip.decompress(make_record(each)[0]) for each in pages]
    found["gzip -6 of our response records"] = timed(lambda: sum(len(gzip.compress(each, 6)) for each in plain), number)
    found["our response records"] = timed(lambda: sum(len(make_record(each)[0]) for each in pages), number)
    for name, write in (("ours", by_us), ("warcio", by_warcio), ("fastwarc", by_fastwarc)):
        found[f"write, {name}"] = timed(lambda write=write: sum(len(write(each)) for each in pages), number)
    raw = b"".join(map(by_us, pages))
    for name, read in (("ours", read_ours), ("warcio", read_by_warcio), ("fastwarc", read_by_fastwarc)):
        found[f"read, {name}"] = timed(lambda read=read: read(raw), number)
    return found


def every_type() -> bytes:
    """A file with each type of record that a crawl writes."""
    url = "https://gazette.example/2026/11/22/fleet"
    body = b"<!doctype html><title>The fleet sails</title><h1>The fleet sails</h1><p>It sailed at dawn.</p>"
    page = Page(Lease(1, "gazette", url), url, AT, 200, HEADERS, body, ip="192.0.2.1", sent=SENT)
    record, digest = make_record(page)
    info = make_info("every.warc.gz", AT, {"software": "newscrawler/test", "robots": "RFC 9309, obeyed"})
    date, hour = "2026-11-22T12:00:00Z", timedelta(hours=1)
    same = Revisit(url, AT + hour, http_head(page), Profile.SAME_BYTES, url, date, digest)
    head = http_head(replace(page, status=304, headers=(("ETag", '"5f-1"'),)))
    return b"".join(
        (info, record, make_request(page, digest) or b"", make_revisit(same),
         make_revisit(Revisit(url, AT + 2 * hour, head, Profile.NOT_MODIFIED, url, date)))
    )  # fmt: skip


def run_readers(file: Path | None, wacz: Path | None) -> dict[str, dict[str, object]]:
    """Exit code and last lines of each reader, on a file of every type of record, or on another one."""
    found: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "every.warc.gz"
        path.write_bytes(file.read_bytes() if file else every_type())
        names = {"file": str(path), "wacz": str(Path(folder) / "every.wacz"), "ours": str(wacz)}
        for name, (packages, words) in READERS.items():
            if wacz is None and "{ours}" in words:
                continue
            wanted = [part for package in packages for part in ("--with", package)]
            command = ["uv", "run", "-q", "--isolated", "--no-project", "--python", "3.11", *wanted]
            command += [word.format(**names) for word in words]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, timeout=600)
            said = (done.stdout + done.stderr).strip().split("\n")
            found[name] = {"packages": packages, "exit": done.returncode, "lines": len(said), "last": said[-1][-200:]}
    return found


def main() -> None:
    """Measure, or ask the readers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?", help="the folder with the labelled pages")
    parser.add_argument("--pages", type=int, default=PAGES, help="how many; %(default)s")
    parser.add_argument("--readers", action="store_true", help="let programs of others read a file of ours")
    parser.add_argument("--file", type=Path, help="with --readers: this WARC file instead")
    parser.add_argument("--wacz", type=Path, help="with --readers: a WACZ that `newscrawler export` wrote, too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    if not options.readers and options.data is None:
        parser.error("name DATA_DIR, or --readers")
    found = (
        run_readers(options.file, options.wacz and options.wacz.resolve())
        if options.readers
        else measured(pages_of(options.data, options.pages))
    )
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        for name, each in found.items():
            print(f"{name:34} {'  '.join(f'{key} {value}' for key, value in each.items())}")
    if options.readers and any(each["exit"] for each in found.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
