"""WARC files wherever they are: in the archive's folder, or in its store, a shared folder or what fsspec reaches (S3).

    (folder, file) --in the folder--> there;  --else--> STORE/identity of the archive/file

Which store that is, only whoever runs this program says (`pages_store` in newscrawler.toml, or the variable): an archive
that somebody sent names files, and never a place to read from.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sqlite3
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from newscrawler.errors import ConfigError
from newscrawler.storage.database.connect import DATABASE
from newscrawler.storage.database.identity import identity
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "NEWSCRAWLER_PAGES_STORE"  # inherited by workers and pools
BLOCK = 1 << 20
OBJECT_STORES = ("s3://", "s3a://", "gs://", "gcs://", "az://", "abfs://")


class Store(Protocol):
    """Names are `identity/file`.  What is not there, or not to be reached, is an OSError."""

    address: str

    def size(self, name: str) -> int | None:
        """None where there is none."""

    def read_at(self, name: str, offset: int, length: int) -> bytes: ...

    def open(self, name: str) -> BinaryIO: ...

    def put(self, path: Path, name: str) -> None: ...


class _Folder:
    """A folder, such as several machines share."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._path = Path(address)

    def size(self, name: str) -> int | None:
        path = self._path / name
        return path.stat().st_size if path.is_file() else None

    def read_at(self, name: str, offset: int, length: int) -> bytes:
        with self.open(name) as file:
            file.seek(offset)
            return file.read(length)

    def open(self, name: str) -> BinaryIO:
        return (self._path / name).open("rb")

    def put(self, path: Path, name: str) -> None:
        target = self._path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.name}.part")
        with path.open("rb") as source, part.open("wb") as copy:
            shutil.copyfileobj(source, copy, BLOCK)
            copy.flush()
            os.fsync(copy.fileno())
        part.replace(target)


class _Remote:
    """What fsspec reaches: s3://bucket/folder and others."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._files, self._base = _filesystem(address)

    def _at(self, name: str) -> str:
        return f"{self._base.rstrip('/')}/{name}"

    def size(self, name: str) -> int | None:
        self._files.invalidate_cache()
        try:
            with _as_os_errors():
                return int(self._files.size(self._at(name)))
        except FileNotFoundError:
            return None

    def read_at(self, name: str, offset: int, length: int) -> bytes:
        with _as_os_errors():
            return bytes(self._files.cat_file(self._at(name), start=offset, end=offset + length))

    def open(self, name: str) -> BinaryIO:
        with _as_os_errors():
            return cast("BinaryIO", self._files.open(self._at(name), "rb"))

    def put(self, path: Path, name: str) -> None:
        with _as_os_errors():
            self._files.makedirs(self._at(name).rpartition("/")[0], exist_ok=True)
            self._files.put_file(str(path), self._at(name))


@contextmanager
def _as_os_errors() -> Iterator[None]:
    """What stores raise, each in its own way, as OSError: it is not there, not to be reached, not allowed."""
    try:
        yield
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from error
    except OSError:
        raise
    except Exception as error:
        raise OSError(errno.EIO, _said(error)) from error


def _said(error: Exception) -> str:
    r"""What went wrong, in a sentence: obstore has its own records of it behind that.

    >>> _said(Exception("Generic S3 error: connection refused\n\nDebug source:\nGeneric { store: 1 }"))
    'Generic S3 error: connection refused'
    """
    return clean_line(str(error).partition("Debug source")[0], 300) or type(error).__name__


def _filesystem(address: str) -> tuple[Any, str]:
    """Raises ConfigError where the packages for such an address are missing."""
    try:
        from fsspec.core import url_to_fs

        if address.startswith(OBJECT_STORES):
            from obstore.fsspec import register

            register()  # fsspec's own way to them needs a package for each
        files, base = url_to_fs(address)
    except ImportError as error:
        from newscrawler.plugins import how_to_install  # late: whoever searches waits for no metadata

        raise ConfigError(f"pages_store = {address!r} needs the extra [s3] ({error}): {how_to_install('s3')}") from error
    except ValueError as error:
        raise ConfigError(f"pages_store = {address!r}: {error}; name a folder, or such as s3://bucket/folder") from error
    return files, str(base)


@lru_cache(maxsize=4)
def store_at(address: str) -> Store:
    """Raises ConfigError for an address that nothing here reaches."""
    if re.match(r"[a-z][a-z0-9+.-]+://", address):
        return _Remote(address)
    return _Folder(address)


def store() -> Store | None:
    """The store that is set; None: all files are in the archive's folder.  Raises ConfigError as `store_at` does."""
    address = os.environ.get(VARIABLE)
    return store_at(address) if address else None


def stored_name(archive: str, file: str) -> str:
    """The name of an archive's file in its store.

    >>> stored_name("2026-11-22 21:14:54.720963+00:00", "2026-11-22-001.warc.gz")
    '20261122-211454-720963/2026-11-22-001.warc.gz'
    """
    digits = re.sub(r"\D", "", archive)[:20]
    return f"{digits[:8]}-{digits[8:14]}-{digits[14:]}/{Path(file).name}"


@lru_cache(maxsize=64)
def _archive_of(folder: Path) -> str:
    """The identity of the archive whose WARC files are in a folder.  Raises OSError where it is none's."""
    path = folder.parent / DATABASE
    if not path.is_file():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return identity(db)
    except sqlite3.Error as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


def _kept(folder: Path, file: str) -> tuple[Store, str] | None:
    """The store that has a file of an archive, and its name there, unless it is in the folder itself."""
    if (folder / Path(file).name).is_file():
        return None
    found = store()
    return None if found is None else (found, stored_name(_archive_of(folder.absolute()), file))


def is_there(folder: Path, file: str) -> bool:
    """Whether a file of rows is in the folder or the store."""
    if (folder / Path(file).name).is_file():
        return True
    try:
        kept = _kept(folder, file)
        return kept is not None and kept[0].size(kept[1]) is not None
    except OSError:
        return False


def opened(folder: Path, file: str) -> BinaryIO:
    """A file of rows, to be read from its beginning.  Raises OSError."""
    kept = _kept(folder, file)
    if kept is None:
        return (folder / Path(file).name).open("rb")
    return kept[0].open(kept[1])


def read_at(folder: Path, file: str, offset: int, length: int) -> bytes:
    """Bytes of a file of rows, fewer where it ends.  Raises OSError, ValueError or OverflowError."""
    kept = _kept(folder, file)
    if kept is not None:
        if offset < 0 or length < 0:
            raise ValueError("negative place")
        return kept[0].read_at(kept[1], offset, length)
    with (folder / Path(file).name).open("rb") as stream:
        stream.seek(offset)
        return stream.read(length)


def digest_of_file(file: BinaryIO) -> tuple[int, str]:
    """(bytes, SHA-256) of a file, read to its end."""
    digest, size = hashlib.sha256(), 0
    for block in _blocks(file):
        digest.update(block)
        size += len(block)
    return size, digest.hexdigest()


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
