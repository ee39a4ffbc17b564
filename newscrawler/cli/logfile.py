"""`--log FILE`: what goes to stderr goes there, and the file never becomes large: FILE.1 to FILE.5 are the former ones."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

from newscrawler.errors import NewscrawlerError

LARGEST = 2_000_000  # bytes
KEPT = 5  # former files


def rotate(path: Path, largest: int = LARGEST) -> bool:
    """Put a file aside that has become large, in the place of the oldest one; whether it was.  Raises OSError."""
    if not path.exists() or path.stat().st_size < largest:
        return False
    for number in range(KEPT, 0, -1):
        former = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
        if former.exists():
            former.replace(path.with_name(f"{path.name}.{number}"))
    return True


def write_into(path: Path) -> None:
    """Have stderr go to a file from here on, appended.

    Raises NewscrawlerError where it cannot be written, or is an archive's own.
    """
    from newscrawler.storage.own_files import refuse_own  # what it imports takes a while

    try:
        refuse_own(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        rotate(path)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    except OSError as error:
        raise NewscrawlerError(f"--log {path}: cannot be written: {error.strerror}") from error
    sys.stderr.flush()
    os.dup2(descriptor, 2)
    os.close(descriptor)


def write_on(path: Path) -> None:
    """Begin a new file where the present one has become large; for who runs for long.  Raises NewscrawlerError."""
    try:
        is_large = path.stat().st_size >= LARGEST
    except OSError:
        is_large = True  # somebody took it away
    if is_large:
        write_into(path)


def log_with_time() -> None:
    """What is logged of an engine begins with its time, as all else that is said does."""
    lines = logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
    lines.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setLevel(logging.WARNING)
    handler.setFormatter(lines)
    logging.getLogger("newscrawler").addHandler(handler)
