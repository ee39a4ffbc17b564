"""What the user says of a source that is to be added: `add`, one site or many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from newscrawler.cli.options import today
from newscrawler.sources import is_id
from newscrawler.sources.write import free_id

if TYPE_CHECKING:
    from collections.abc import Container

    from newscrawler.items import Source


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """What the user says of a source; None where it is to be found out."""

    source_id: str | None
    name: str | None
    kind: str
    keep: str

    def check(self, taken: Container[str]) -> None:
        """Raises UsageError for an id that cannot be one, or that the catalogue has."""
        if self.source_id is not None and not is_id(self.source_id):
            raise click.UsageError(f"--id {self.source_id!r}: an id is made of a-z, 0-9 and dashes, such as naval-news")
        if self.source_id is not None and self.source_id in taken:
            raise click.UsageError(f"--id {self.source_id}: the catalogue has a source of that id; choose another one")

    def applied(self, found: Source, taken: set[str]) -> Source:
        """A source that was found, with what the user says of it, as of today."""
        return replace(
            found,
            id=self.source_id or free_id(found.id, taken),
            name=self.name or found.name,
            kind=self.kind,
            keep=self.keep,
            endpoints=tuple(replace(each, seen=today()) for each in found.endpoints),
        )
