"""A user's file written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A crash, or a full disk, leaves the file that was there.  Raises OSError and UnicodeEncodeError."""
    target = path.resolve()  # a link stays one
    body = text.encode()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".")
    made = type(target)(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 a descriptor
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        made.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        made.replace(target)
    except BaseException:
        made.unlink(missing_ok=True)  # half a file takes room that the next try wants
        raise


def replace_whole(path: Path, text: str) -> None:
    """Whoever reads it sees the former text or this one; after a crash it may be gone.  Raises OSError.

    For what is written every few seconds, and of no worth after a crash.
    """
    half = path.with_name(f".{path.name}.new")
    half.write_text(text, encoding="utf-8")
    half.replace(path)
