"""What an export is taken from, for formats that hold more than articles: its database, its records, what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database


@dataclass(frozen=True, slots=True)
class Origin:
    """`records`: the folder of the WARC files; `identity`: the archive's own; `newest`: when its last article came.

    `lost` takes up why a record could not be read, `withdrawn` the articles whose pages stay where they are.
    """

    db: Database
    records: Path
    identity: str
    newest: str
    query: str
    now: datetime
    lost: list[str] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
