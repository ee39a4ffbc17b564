"""A sign of life: a small file in the archive's folder, renewed while `newscrawler watch` is well; `--ping` reads it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from newscrawler.config.writing import replace_whole
from newscrawler.dates import from_iso

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

FILE = "watch.json"
EVERY = 10.0  # seconds between two signs
STALE = 90.0  # seconds after which one means that nobody is there: a busy machine misses some


@dataclass(frozen=True, slots=True)
class Sign:
    """Who watches, and that all of it moved at `at`: the event loop wrote this after the archive's thread had answered."""

    pid: int
    version: str
    started: str
    at: str
    sources: int
    endpoints: int
    pending: int
    next_look: str | None


def write(folder: Path, sign: Sign) -> None:
    """Raises OSError where the disk takes nothing more."""
    replace_whole(folder / FILE, json.dumps(asdict(sign), indent=1) + "\n")


def read(folder: Path) -> Sign | None:
    """The last sign; None where there is none that can be read."""
    try:
        return Sign(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def remove(folder: Path, pid: int, started: str) -> None:
    """Take away the sign of the watch that has ended, unless another one has put its own there.  Raises OSError."""
    sign = read(folder)
    if sign is not None and (sign.pid, sign.started) == (pid, started):
        (folder / FILE).unlink(missing_ok=True)


def trouble(sign: Sign | None, now: datetime, *, stale: float = STALE) -> str | None:
    """Why a watch is not well; None where it is.  A clock that was set back is no trouble for longer than `stale`.

    >>> trouble(None, from_iso("2026-11-22T12:00:00Z"))
    'nobody watches this archive'
    """
    if sign is None:
        return "nobody watches this archive"
    return silence(sign.at, sign.pid, now, stale=stale)


def silence(at: str, pid: int, now: datetime, *, stale: float = STALE) -> str | None:
    """What is wrong with a process whose last sign of life is of `at`; None where it is well.

    >>> silence("2026-11-22T12:00:00Z", 7, from_iso("2026-11-22T12:03:00Z"))
    'no sign of life for 180 seconds, the last at 2026-11-22T12:00:00Z by process 7'
    """
    try:
        age = (now - from_iso(at)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return f"the last sign of life of process {pid} cannot be read"
    if age > stale:
        return f"no sign of life for {age:.0f} seconds, the last at {at} by process {pid}"
    if age < -stale:
        return f"the last sign of life of process {pid} is of {at}, which is ahead of this clock"
    return None
