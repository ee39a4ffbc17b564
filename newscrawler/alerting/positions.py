"""Up to where each alert was sent, in a file of the archive's folder; one process sends at a time.

The file names alerts by a digest: which channel it is may be a secret, and the archive holds none.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from newscrawler.config.writing import write_whole
from newscrawler.errors import ArchiveBusy, ArchiveError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE, LOCK = "alerts.json", ".alerts.lock"


@dataclass(frozen=True, slots=True)
class Position:
    """The last article that was told of, the findings that were, and when this was last done.

    `events`: the stories of each event that the search names, as JSON (`search.following`); None: those up to that article.
    """

    seen: int | None = None
    told: tuple[str, ...] = ()
    done: str | None = None
    events: str | None = None


def key_of(name: str, channel: str) -> str:
    return hashlib.blake2b(f"{name}\0{channel}".encode(), digest_size=12).hexdigest()


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """While nobody else sends for this archive.  Raises ArchiveBusy, and ArchiveError where the folder cannot be written."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise ArchiveError(
            f"{folder} cannot be written ({error.strerror}): what was sent could not be remembered"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise ArchiveBusy(f"{folder}: another newscrawler is sending its alerts") from None
    try:
        yield
    finally:
        os.close(descriptor)


def read(folder: Path) -> dict[str, Position]:
    """Raises ArchiveError where the file is damaged: to begin anew would send all of it twice."""
    path = folder / FILE
    try:
        stated = json.loads(path.read_text(encoding="utf-8"))
        return {
            key: Position(each["seen"], tuple(each["told"]), each["done"], each.get("events"))
            for key, each in stated["alerts"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ArchiveError(f"{path} cannot be read; take it away to begin anew with what comes from now on") from error


def write(folder: Path, positions: dict[str, Position]) -> None:
    """Raises ArchiveError where the disk takes no more."""
    stated = {"version": 1, "alerts": {key: asdict(each) for key, each in sorted(positions.items())}}
    try:
        write_whole(folder / FILE, json.dumps(stated, indent=1) + "\n")
    except OSError as error:
        raise ArchiveError(f"{folder / FILE} cannot be written: {error.strerror}") from error
