"""Words that a room for others does not show: of articles whose publishers reserve them (docs/rights.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.reports.rights import reserved_among
from newscrawler.web.room import NotFound, is_public

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.web.room import Room


async def withheld(room: Room, ids: Sequence[int]) -> frozenset[int]:
    """Which of some articles go without their words here: none in a room of one's own."""
    return await room.read(reserved_among, ids) if is_public(room.datasette) else frozenset()


async def refuse_withheld(room: Room, ids: Sequence[int]) -> None:
    """Raises NotFound, which says why, where one of these articles is withheld."""
    if found := await withheld(room, ids):
        which = ", ".join(map(str, sorted(found)))
        raise NotFound(f"The words of article {which} are not shown here: its publisher reserves them. Read it there.")
