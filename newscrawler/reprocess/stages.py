"""What is to be gone over, and in which order."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from newscrawler.storage.articles import pages_to_reread, texts_to_judge
from newscrawler.storage.articles.pages_to_reread import Scope

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.storage.articles.pages_to_reread import StoredCapture


class Stage(StrEnum):
    """The parts of the work, in their order.  The values are kept in `reprocessings.stage`."""

    ARTICLES = "articles"
    STATES = "states"
    LINKS = "links"
    JUDGE = "judge"
    DEDUP = "dedup"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: pages read anew, texts judged anew, stories made anew; of which source, since when.

    `respect`: rules of publishers by which no text is kept (rights.conclusion).
    """

    extract: bool = False
    judge: bool = False
    dedup: bool = False
    scope: Scope = field(default_factory=Scope)
    respect: frozenset[str] = frozenset()

    def stages(self) -> list[Stage]:
        """The stages that this takes."""
        reading = [Stage.ARTICLES, Stage.STATES] if self.extract else []
        links = [Stage.LINKS] if self.extract or self.judge else []
        return reading + links + ([Stage.JUDGE] if self.judge else []) + ([Stage.DEDUP] if self.dedup else [])

    def captures(self, db: Database, stage: Stage, after: int, limit: int) -> list[StoredCapture]:
        """The next stored pages of a stage that reads pages."""
        if stage is Stage.LINKS:
            return pages_to_reread.of_links(db, self.scope, after=after, limit=limit, failed=self.extract)
        read = pages_to_reread.of_articles if stage is Stage.ARTICLES else pages_to_reread.of_states
        return read(db, self.scope, after=after, limit=limit)

    def size(self, db: Database, stage: Stage, after: int = 0) -> int:
        """How many pages or articles a stage has left."""
        if stage in (Stage.JUDGE, Stage.DEDUP):
            scope = self.scope if stage is Stage.JUDGE else Scope()
            return texts_to_judge.how_many(db, after=after, source=scope.source, since=scope.since)
        return pages_to_reread.how_many(db, self.scope, stage.value, after=after, failed=self.extract)
