"""Where an export goes: a file or folder that is there whole when it is done, or is not there."""

from __future__ import annotations

import errno
import gzip
import io
import shutil
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING

from newscrawler.errors import NewscrawlerError
from newscrawler.export.archives import is_export
from newscrawler.storage.database.connect import DATABASE
from newscrawler.storage.own_files import refuse_own

if TYPE_CHECKING:
    from collections.abc import Iterator


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _told(path: Path, error: OSError) -> NewscrawlerError:
    if error.errno == errno.ENOSPC:
        return NewscrawlerError(f"{path}: the disk is full; make room and run the same command again")
    return NewscrawlerError(f"{path}: cannot be written ({error.strerror or error}); name another place")


def _refuse_loss(path: Path) -> None:
    """Raises NewscrawlerError where a folder holds what no export made: it is not ours to delete."""
    if not path.is_dir():
        return
    if (path / DATABASE).exists():
        strange = None if is_export(path) else DATABASE
    else:
        files = (each for each in path.rglob("*") if not each.is_dir() or each.is_symlink())
        strange = next((str(each.relative_to(path)) for each in files if each.suffix != ".parquet"), None)
    if strange is not None:
        raise NewscrawlerError(f"{path} holds {strange}, which no export wrote; name another folder, or take that one away")


@contextmanager
def whole_or_none(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """A place beside `path` to write into; it takes its name when the block ends, and goes away when that raises.

    Raises NewscrawlerError where something is there already, where what is there is more than an export, and where it
    cannot be written.
    """
    try:
        if path.exists() and not overwrite:
            raise NewscrawlerError(f"{path} is there already; --overwrite takes its place")
        path = path if path.name not in ("", "..") else path.resolve()
        refuse_own(path)
        _refuse_loss(path)
        half = path.with_name(f"{path.name}.partial")  # writers that go by the name's ending know it
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
