"""Where an export goes: a file or folder that is there whole when it is done, or is not there."""

from __future__ import annotations

import errno
import gzip
import io
import shutil
from contextlib import contextmanager
from hashlib import sha256
from typing import IO, TYPE_CHECKING

from newscrawler.errors import NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _told(path: Path, error: OSError) -> NewscrawlerError:
    if error.errno == errno.ENOSPC:
        return NewscrawlerError(f"{path}: the disk is full; make room and run the same command again")
    return NewscrawlerError(f"{path}: cannot be written ({error.strerror or error}); name another place")


@contextmanager
def whole_or_none(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A place beside `path` to write into; it takes its name when the block ends, and goes away when that raises.

    Raises NewscrawlerError where something is there already, and where it cannot be written.
    """
    if path.exists() and not overwrite:
        raise NewscrawlerError(f"{path} is there already; --overwrite takes its place")
    half = path.with_name(f"{path.name}.partial")  # writers that go by the name's ending know it
    try:
        _remove(half)
        try:
            yield half
            if path.is_dir():
                _remove(path)
            half.replace(path)
        except BaseException:
            _remove(half)
            raise
    except OSError as error:
        raise _told(path, error) from error


@contextmanager
def text_file(path: Path, *, zipped: bool, mark: bool = False) -> Iterator[IO[str]]:
    """A text file in UTF-8, gzipped or not (without the time of day in it); `mark`: with a byte-order mark."""
    encoding = "utf-8-sig" if mark else "utf-8"
    with path.open("wb") as raw:
        if not zipped:
            with io.TextIOWrapper(raw, encoding=encoding, errors="replace", newline="") as text:
                yield text
            return
        with (
            gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed,
            io.TextIOWrapper(packed, encoding=encoding, errors="replace", newline="") as text,
        ):
            yield text


def checksums(path: Path) -> dict[str, str]:
    """SHA-256 of a file, or of each file of a folder, by its name."""
    files = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    found = {}
    for each in files:
        with each.open("rb") as file:
            digest = sha256()
            while block := file.read(1 << 20):
                digest.update(block)
        found[str(each.relative_to(path)) if path.is_dir() else each.name] = digest.hexdigest()
    return found
