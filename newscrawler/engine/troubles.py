"""What is said of an engine that is away or full: each once, and that it is over."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable

_AWAY, _FULL = "away", "full"
log = logging.getLogger(__name__)


def words_of(error: Exception) -> str:
    """What an answer says, on one line."""
    return (clean_line(str(error), 200) or type(error).__name__).rstrip(".")


class Troubles:
    """What was said last of one engine.  `say`: where it goes."""

    def __init__(self, url: str) -> None:
        self.say: Callable[[str], object] = log.warning
        self._url = url
        self._last: str | None = None

    @property
    def current(self) -> str | None:
        """What is wrong with the engine, in a few words; None where nothing is."""
        return {None: None, _AWAY: "its engine cannot be reached", _FULL: "its engine is full"}[self._last]

    def away(self, error: Exception) -> None:
        self._complain(_AWAY, f"cannot be reached ({words_of(error)}); waiting for it")

    def full(self) -> None:
        self._complain(_FULL, "is full; waiting until there is room (raise its maxmemory, or see to its disk)")

    def _complain(self, trouble: str, what: str) -> None:
        if self._last != trouble:
            self._last = trouble
            self.say(f"the engine {self._url} {what}")

    def answered(self, *, after_full: bool) -> None:
        """A call was answered.  One that is full still answers what takes no room: only a call that had none ends that."""
        if self._last == _AWAY or (self._last == _FULL and after_full):
            self.say(f"the engine {self._url} {'is back' if self._last == _AWAY else 'has room again'}")
            self._last = None
