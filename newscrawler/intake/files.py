"""What a file is, by its first bytes, and what it holds, item by item.  Names and endings say nothing that is believed."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from newscrawler.errors import NewscrawlerError
from newscrawler.intake.archives import archive_items
from newscrawler.intake.lines import address_items, json_items, listed_address, text_lines
from newscrawler.intake.records import FileKind
from newscrawler.intake.warcs import wacz_items, warc_items
from newscrawler.storage.warc.unpacking import BrokenFile, Unpacked, next_member

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from newscrawler.intake.records import Item

STDIN = Path("-")
ENDS = 1 << 20  # bytes of a file's beginning and end that tell it from others
_BEGINNING = 1 << 16
_GZIP = b"\x1f\x8b"
_PACKED_FILES = (".warc", ".warc.gz", ".warc.zst", ".wacz", ".jsonl", ".jsonl.gz", ".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class Identity:
    """A file as it is told from others: its bytes, and a digest of its beginning and end; None where it has none."""

    size: int | None
    digest: str | None


def identity(path: Path) -> Identity:
    """What a file is known by; nothing, where it is standard input or a folder."""
    if not path.is_file():
        return Identity(None, None)
    size = path.stat().st_size
    with path.open("rb") as file:
        digest = sha256(file.read(ENDS))
        file.seek(max(0, size - ENDS))
        digest.update(file.read(ENDS))
    return Identity(size, digest.hexdigest())


@contextmanager
def opened(path: Path) -> Iterator[io.BufferedReader[Any]]:
    """A file to be read from its beginning; - is standard input.  Raises NewscrawlerError where it cannot be read."""
    if path.is_dir():
        yield io.BufferedReader(io.BytesIO())  # of a folder there is nothing to read
        return
    if path == STDIN:
        yield cast("io.BufferedReader[Any]", sys.stdin.buffer)
        return
    try:
        with io.BufferedReader(path.open("rb", buffering=0), _BEGINNING) as file:
            yield file
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise NewscrawlerError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def kind_of(path: Path, file: io.BufferedReader[Any]) -> FileKind:
    """What a file is, or a folder; nothing is taken off it.  Raises NewscrawlerError where it is nothing that we know."""
    if path.is_dir():
        return FileKind.ARCHIVE
    head = file.peek(_BEGINNING)[:_BEGINNING]
    if head.startswith(b"PK\x03\x04"):
        return FileKind.WACZ
    if head.startswith(b"SQLite format 3\0"):
        return FileKind.ARCHIVE
    text = _beginning(head)
    # the first member may be damaged, and the next one begins with a record
    if text.startswith("WARC/") or next_member(io.BytesIO(head), 0) is not None:
        return FileKind.WARC
    if text[:1] in ("{", "["):
        return FileKind.JSON
    if not text.strip():
        raise NewscrawlerError(f"{path}: {'nothing of it can be unpacked' if head[:2] == _GZIP else 'nothing is in it'}")
    lines = [line.strip() for line in text.splitlines()[:200] if line.strip() and not line.lstrip().startswith("#")]
    if any(listed_address(line) for line in lines):
        return FileKind.ADDRESSES
    if any(line.lower().endswith(_PACKED_FILES) for line in lines):
        return FileKind.FILES
    raise NewscrawlerError(
        f"{path}: neither WARC, WACZ, JSON, an archive, nor a list of addresses or of such files; `newscrawler help import`"
    )


def _beginning(head: bytes) -> str:
    """The first lines of a file as text, unpacked."""
    lines: list[bytes] = []
    try:
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return head.decode("utf-16", "replace")
        packed = Unpacked(io.BytesIO(head))
        while len(lines) < 200 and (line := packed.line(_BEGINNING)):
            lines.append(line)
    except BrokenFile:
        pass
    is_text = head[:1].isascii() and head[:2] != _GZIP
    return b"".join(lines or [head if is_text else b""]).decode("utf-8-sig", "replace").lstrip()


def items(kind: FileKind, file: BinaryIO, path: Path) -> Iterator[Item]:
    """What a file holds, in its order.  Raises ArchiveError where a folder is no archive."""
    if kind is FileKind.ARCHIVE:
        return archive_items(path)
    read = {
        FileKind.WARC: warc_items, FileKind.WACZ: wacz_items, FileKind.JSON: json_items, FileKind.ADDRESSES: address_items,
    }[kind]  # fmt: skip
    return read(file, str(path))


def is_readable(path: Path, tell: Callable[[NewscrawlerError], object] = lambda error: None) -> bool:
    """Whether a file is there and one that we know; `tell` is told why not."""
    try:
        with opened(path) as file:
            kind_of(path, file)
    except NewscrawlerError as error:
        tell(error)
        return False
    return True


def with_lists(paths: list[Path], within: tuple[Path, ...] = ()) -> Iterator[Path]:
    """The files named; a list of files is the files that it names, beside it or where they say.

    `within`: the lists that name them.  Raises NewscrawlerError where one of those named cannot be read, or a list names
    itself: before anything is written.
    """
    for path in paths:
        # one that a list names and that cannot be read is said when its turn comes
        if path == STDIN or path.is_dir() or (within and not is_readable(path)):
            yield path
            continue
        with opened(path) as file:
            if kind_of(path, file) is not FileKind.FILES:
                yield path
                continue
            if path in within:
                raise NewscrawlerError(f"{path}: a list of files that names itself; take that line out of it")
            lines = [line.strip() for line in text_lines(file) if line.strip() and not line.lstrip().startswith("#")]
            yield from with_lists([path.parent / line for line in lines], (*within, path))
