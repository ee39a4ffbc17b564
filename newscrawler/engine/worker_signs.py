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
from newscrawler.crawl.heartbeat import silence

if TYPE_CHECKING:
    from datetime import datetime


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
    """The signs of workers of an engine that run on this machine; of those that were killed, they are taken away."""
    found = []
    for path in sorted(folder().glob("worker-*.json")):
        with suppress(OSError, ValueError, TypeError, OverflowError):
            sign = WorkerSign(**json.loads(path.read_text(encoding="utf-8")))
            if _is_there(sign.pid):
                found.append(sign)
            else:
                path.unlink()
    return [sign for sign in found if (sign.engine, sign.name) == (engine, name)]


def _is_there(pid: int) -> bool:
    """Whether a process of this machine has the number.  Raises OverflowError, TypeError for what is none."""
    try:
        with suppress(PermissionError):  # another user's
            os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def trouble(signs: list[WorkerSign], now: datetime) -> str | None:
    """Why the workers of this machine are not well; None where they are.

    >>> from newscrawler.dates import from_iso
    >>> sign = WorkerSign(7, "redis://a:6379/0", "newscrawler", "2026-11-22T12:00:00Z", 1, 2)
    >>> trouble([sign], from_iso("2026-11-22T12:03:00Z"))
    'no sign of life for 180 seconds, the last at 2026-11-22T12:00:00Z by process 7'
    >>> trouble([], from_iso("2026-11-22T12:00:00Z"))
    'no worker of it runs on this machine'
    """
    if not signs:
        return "no worker of it runs on this machine"
    return next((why for sign in signs if (why := silence(sign.at, sign.pid, now)) is not None), None)
