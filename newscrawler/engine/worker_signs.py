"""Signs of life of the workers of a machine: a small file each, for health checks; a worker has no archive to leave one in.

They lie in a folder of their user's own among temporary files: of a container's /tmp, say.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.config.writing import replace_whole
from newscrawler.dates import from_iso

if TYPE_CHECKING:
    from datetime import datetime

EVERY = 10.0  # seconds between two signs
STALE = 90.0  # seconds after which one means that its worker stands still: a busy machine misses some


@dataclass(frozen=True, slots=True)
class WorkerSign:
    """A worker whose event loop moved at `at`.  `trouble`: what is wrong with its engine, which no restart would mend."""

    pid: int
    engine: str
    name: str
    at: str
    turns: int
    pages: int
    trouble: str | None = None


def folder() -> Path:
    """Where the signs of this user's workers lie."""
    return Path(tempfile.gettempdir()) / f"newscrawler-{os.getuid()}"


def write(sign: WorkerSign) -> None:
    """Raises OSError where the disk takes nothing more, or somebody else has put a folder there."""
    place = folder()
    place.mkdir(mode=0o700, exist_ok=True)
    if place.is_symlink() or place.stat().st_uid != os.getuid():
        raise PermissionError(f"{place} is another user's")
    replace_whole(place / f"worker-{sign.pid}.json", json.dumps(asdict(sign)) + "\n")


def remove(pid: int) -> None:
    with suppress(OSError):
        (folder() / f"worker-{pid}.json").unlink()


def read(engine: str, name: str) -> list[WorkerSign]:
    """The signs of workers of an engine that run on this machine."""
    found = []
    for path in sorted(folder().glob("worker-*.json")):
        with suppress(OSError, ValueError, TypeError):
            sign = WorkerSign(**json.loads(path.read_text(encoding="utf-8")))
            os.kill(sign.pid, 0)  # of one that was killed the sign is left
            found.append(sign)
    return [sign for sign in found if (sign.engine, sign.name) == (engine, name)]


def trouble(signs: list[WorkerSign], now: datetime, *, stale: float = STALE) -> str | None:
    """Why the workers of this machine are not well; None where they are.

    >>> sign = WorkerSign(7, "redis://a:6379/0", "newscrawler", "2026-11-22T12:00:00Z", 1, 2)
    >>> trouble([sign], from_iso("2026-11-22T12:03:00Z"))
    'no sign of life for 180 seconds of process 7'
    >>> trouble([], from_iso("2026-11-22T12:00:00Z"))
    'no worker of it runs on this machine'
    """
    if not signs:
        return "no worker of it runs on this machine"
    ages = {sign.pid: (now - from_iso(sign.at)).total_seconds() for sign in signs}
    return next(
        (f"no sign of life for {age:.0f} seconds of process {pid}" for pid, age in ages.items() if age > stale), None
    )
