"""Several machines on one: network namespaces, each with a line to a switch that can be cut (ip-netns(8), veth(4)).

Needs Linux, root, iproute2 and a kernel that allows it; `needs_network` skips, and says which is missing.
"""

import asyncio
import contextlib
import ctypes
import os
import shutil
import subprocess
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

_NET = 0x40000000  # CLONE_NEWNET
_SWITCH = "switch"


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def why_not() -> str | None:
    """Why there can be no namespaces here; None where there can."""
    if shutil.which("ip") is None:
        return "iproute2 is not installed"
    try:
        with Network({"one": ("line",)}) as network, network.within("one"):
            subprocess.run([*network.on("one"), "true"], capture_output=True, check=True)
            return None
    except (OSError, subprocess.CalledProcessError) as error:
        return f"this kernel or user may not make network namespaces ({error})"


def needs_network() -> None:
    if (why := why_not()) is not None:
        pytest.skip(why)


class Network:
    """Machines by name, each with the lines that it has; a line leads to all other machines that have one of its name."""

    def __init__(self, machines: Mapping[str, Sequence[str]]) -> None:
        self._machines = {name: tuple(lines) for name, lines in machines.items()}
        self._lines = list(dict.fromkeys(line for lines in machines.values() for line in lines))
        self._tag = f"news{os.getpid()}"
        self._made: list[str] = []

    def __enter__(self) -> "Network":
        try:
            self._make(_SWITCH)
            for line in self._lines:
                _ip("-n", self._space(_SWITCH), "link", "add", line, "type", "bridge")
                _ip("-n", self._space(_SWITCH), "link", "set", line, "up")
            for name, lines in self._machines.items():
                self._make(name)
                for line in lines:
                    self._connect(name, line)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        while self._made:
            _ip("netns", "del", self._made.pop())

    def _make(self, name: str) -> None:
        _ip("netns", "add", self._space(name))
        self._made.append(self._space(name))
        _ip("-n", self._space(name), "link", "set", "lo", "up")

    def _connect(self, name: str, line: str) -> None:
        there, switch = self._space(name), self._space(_SWITCH)
        _ip("-n", switch, "link", "add", f"{name}-{line}", "type", "veth", "peer", "name", line, "netns", there)
        _ip("-n", switch, "link", "set", f"{name}-{line}", "master", line, "up")
        self.add(name, line, self.address(name, line))
        _ip("-n", there, "link", "set", line, "up")

    def _space(self, name: str) -> str:
        return f"{self._tag}-{name}"

    def address(self, name: str, line: str) -> str:
        return f"10.77.{self._lines.index(line)}.{[*self._machines].index(name) + 1}"

    def add(self, name: str, line: str, address: str) -> None:
        """Give a machine one more address on a line."""
        _ip("-n", self._space(name), "address", "add", f"{address}/24", "dev", line)

    def cut(self, name: str, line: str) -> None:
        _ip("-n", self._space(_SWITCH), "link", "set", f"{name}-{line}", "down")

    def mend(self, name: str, line: str) -> None:
        _ip("-n", self._space(_SWITCH), "link", "set", f"{name}-{line}", "up")

    def on(self, name: str) -> list[str]:
        """The words that run a command on a machine."""
        return ["ip", "netns", "exec", self._space(name)]

    @contextlib.contextmanager
    def within(self, name: str) -> Iterator[None]:
        """What this thread opens is opened on that machine, and stays there."""
        with Path("/proc/thread-self/ns/net").open() as ours, Path("/run/netns", self._space(name)).open() as theirs:
            _enter(theirs.fileno())
            try:
                yield
            finally:
                _enter(ours.fileno())


def _enter(namespace: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(namespace, _NET):
        raise OSError(ctypes.get_errno(), "setns")


class Machine:
    """A thread on one of a network's machines, with an event loop for what is to run there."""

    def __init__(self, network: Network, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(network, name), daemon=True)
        self._thread.start()

    def _run(self, network: Network, name: str) -> None:
        with network.within(name):
            self._loop.run_forever()

    def start(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def do(self, work: Coroutine[Any, Any, Any], seconds: float = 120) -> Any:
        return self.start(work).result(seconds)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
