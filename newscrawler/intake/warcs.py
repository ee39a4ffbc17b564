"""WARC and WACZ files of any crawler as items: pages that came whole and in HTML, and what is damaged, by its offset."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO

from newscrawler.intake.cut_zip import Window, stored_files
from newscrawler.intake.records import Capture, Fault, Item
from newscrawler.storage.warc.reading import WarcDamage, read_records
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.storage.warc.reading import WarcRecord

MAX_BODY = 10 * 1024 * 1024  # bytes of a page, as a crawl takes them: packed, and unpacked
MAX_RECORD = MAX_BODY + 200_000  # with its headers
_WARCS = (".warc.gz", ".warc", ".warc.zst")
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, zlib.error, lzma.LZMAError, OSError)


def _is_page(block: bytes) -> bool:
    """Whether an HTTP answer is a page: 200, and HTML or of no stated kind."""
    head = block[: max(block.find(b"\r\n\r\n"), 0)]
    first, *lines = head.split(b"\r\n")
    parts = first.split(None, 2)
    if len(parts) < 2 or parts[1] != b"200":
        return False
    kind = next((line.partition(b":")[2] for line in lines if line[:13].lower() == b"content-type:"), b"html")
    return b"html" in kind.lower()


def capture_of(record: WarcRecord) -> Capture | None:
    """The page that a record holds; None where it holds none that could be an article."""
    block, url = record.block, absolute(record.url, "")
    if url is None:
        return None
    if record.type == "resource" and "html" in (record.header("content-type") or ""):
        block = f"HTTP/1.1 200 \r\nContent-Type: {record.header('content-type')}\r\n\r\n".encode() + block
    elif record.type != "response":
        return None
    if not _is_page(block):
        return None
    return Capture(url, record.date, block, record.header("warc-ip-address"), record.header("warc-payload-digest"))


def warc_items(file: BinaryIO, name: str, first: int = 0) -> Iterator[Item]:
    """Every record of a WARC file, by its number behind `first`; one that is damaged with its offset."""
    for number, record in enumerate(read_records(file, MAX_RECORD), first + 1):
        if isinstance(record, WarcDamage):
            yield Item(number, Fault(f"{name} at {record.offset}", record.reason))
        else:
            yield Item(number, capture_of(record))


def wacz_items(file: BinaryIO, name: str) -> Iterator[Item]:
    """The records of every WARC file in a WACZ, in the order of their names; of one that lacks its end, what is there."""
    try:
        packed = zipfile.ZipFile(file)
    except _BROKEN as error:
        yield from _of_cut_wacz(file, name, str(error))
        return
    number = 0
    with packed:
        inside = sorted(each for each in packed.namelist() if each.endswith(_WARCS))
        if not inside:
            yield Item(1, Fault(name, "holds no WARC file"))
        for each in inside:
            try:
                with packed.open(each) as warc:
                    for item in warc_items(warc, f"{name}, {each}", number):  # type: ignore[arg-type]  # IO[bytes]
                        number = item.number
                        yield item
            except _BROKEN as error:
                number += 1
                yield Item(number, Fault(f"{name}, {each}", str(error)))


def _of_cut_wacz(file: BinaryIO, name: str, reason: str) -> Iterator[Item]:
    number = 0
    for each in stored_files(file):
        if each.name.endswith(_WARCS):
            window = io.BufferedReader(Window(file, each.begin, each.size))
            for item in warc_items(window, f"{name}, {each.name}", number):
                number = item.number
                yield item
    yield Item(number + 1, Fault(name, f"no whole WACZ: {reason}"))
