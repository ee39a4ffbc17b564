"""Searches that pages lead to: the address of one, and the map whose squares are searches."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from newscrawler.search.editing import filter_text
from newscrawler.web.drawing.tiles import Country, tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from newscrawler.reports.frontpage import CountryCount
    from newscrawler.web.room import Room


def search_path(room: Room, query: str) -> str:
    """The address of a search."""
    return f"{room.path('/search')}?{urlencode({'q': query})}"


def world_map(room: Room, countries: Sequence[CountryCount], title: str, narrowed: str = "") -> Markup:
    """The map of countries; `narrowed`: a filter that the searches it leads to have too."""
    named = [
        Country(
            each.code,
            each.name,
            each.articles,
            search_path(room, f"{filter_text('mentions', each.code)} {narrowed}".strip()),
        )
        for each in countries
    ]
    return tiles(named, title=title)
