"""How much memory a worker may take beyond what it has at its start: as the machine allows, at most what a page needs."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
from pathlib import Path

NEEDED = 500_000_000  # bytes beyond the start; the largest pages that are read take half of it
LEAST = 200_000_000  # with less, whole pages of newspapers are lost
OTHERS = 350_000_000  # bytes for the crawl's own process
SHARE = 0.75  # of a machine that is ours to take
LARGE_BLOCK = 1_000_000  # bytes: bodies of answers, not what a page is made of
_M_MMAP_THRESHOLD = -3  # malloc.h
_CGROUPS = Path("/sys/fs/cgroup")


def allowance(machine: int | None, workers: int) -> int:
    """Bytes that each of so many workers may take beyond what it has at its start.  `machine`: None where nobody knows.

    >>> allowance(None, 2) == NEEDED, allowance(1_000_000_000, 2), allowance(64_000_000_000, 4) == NEEDED
    (True, 200000000, True)
    """
    if machine is None:
        return NEEDED
    return min(NEEDED, max(LEAST, int((machine * SHARE - OTHERS) / max(1, workers))))


def machine_memory(cgroups: Path = _CGROUPS, own: Path = Path("/proc/self/cgroup")) -> int | None:
    """Bytes that this process may have with all its like: the machine's, or fewer where its control group says so."""
    known = [_physical(), *_of_cgroups(cgroups, own)]
    return min((each for each in known if each), default=None)


def _physical() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):  # not on this system
        return None


def _of_cgroups(cgroups: Path, own: Path) -> list[int]:
    """The limits of the control groups that a process is in, versions 1 and 2 of them, from its own up to the root's."""
    try:
        paths = [line.split(":", 2)[2].strip("/") for line in own.read_text().splitlines() if line.count(":") >= 2]
    except OSError:
        paths = []
    folders = {folder for path in ("", *paths) for folder in (cgroups / path, *(cgroups / path).parents)}
    files = [folder / "memory.max" for folder in folders if folder.is_relative_to(cgroups)]
    files += [cgroups / "memory" / path / "memory.limit_in_bytes" for path in ("", *paths)]
    limits = []
    for file in files:
        try:
            stated = file.read_text().strip()
        except OSError:
            continue
        if stated.isdigit() and 0 < int(stated) < 1 << 60:  # "max", and what version 1 says in its place
            limits.append(int(stated))
    return limits


def return_large_blocks() -> None:
    """Have the C library give large blocks back as soon as they are free: of itself it keeps ever larger ones for later."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library than glibc
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE_BLOCK)


def collect_less() -> None:
    """Have Python look for cycles in a tenth of the cases, for most of what a page or an answer takes ends with it."""
    gc.set_threshold(5_000, 20, 20)


def _pages(column: int, process: int | str = "self") -> int | None:
    """Bytes of a process, by the columns of /proc/PID/statm: 0, of address space; 1, in memory."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[column]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):  # not on this system
        return None


def resident_memory(process: int | str = "self") -> int:
    """Bytes of memory that a process has, this one or another; 0 where nobody knows."""
    return _pages(1, process) or 0


def limit_memory(beyond: int) -> None:
    """Let this process take so many bytes beyond what it has now."""
    most = (_pages(0) or NEEDED) + beyond  # it has not so much, where there is nothing to tell by
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
