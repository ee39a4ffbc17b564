"""What a crawl keeps of files that sites have beside their pages: robots.txt, and what they reserve (tdmrep.json)."""

from __future__ import annotations

from abc import ABC, abstractmethod


class SiteFiles(ABC):
    """Of an origin, wherever it is kept: in the archive, or with the archivist of an engine."""

    @abstractmethod
    async def robots(self, origin: str) -> tuple[int | None, str] | None:
        """(status, text) of an origin's robots.txt as far as it is known today; None where it must be asked."""

    @abstractmethod
    async def keep_robots(self, origin: str, status: int | None, body: str) -> None:
        """Keep an origin's rules."""

    @abstractmethod
    async def tdmrep_is_due(self, origin: str) -> bool:
        """Whether an origin's tdmrep.json is to be asked now (storage.articles.rights)."""

    @abstractmethod
    async def keep_tdmrep(self, origin: str, status: int | None, body: bytes) -> None:
        """Keep what an origin answered for its tdmrep.json; the status is None where no answer came."""
