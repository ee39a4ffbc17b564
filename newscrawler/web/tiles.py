"""A world map of equal squares, one a country, so that Estonia is seen as well as Russia.  Pure, but for the shipped layout.

tiles.txt is the map: a row of it is a row of squares, `..` is sea.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup

from newscrawler.web.svg import number, quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDE, GAP = 10, 1


@dataclass(frozen=True, slots=True)
class Country:
    """How often a country (ISO 3166-1 alpha-2) is named, and where that leads to."""

    code: str
    name: str
    value: int
    href: str | None = None


@cache
def shipped_layout() -> dict[str, tuple[int, int]]:
    """Country -> (column, row) of its square."""
    text = (resources.files(__package__ or "newscrawler.web") / "tiles.txt").read_text(encoding="utf-8")
    return {
        code: (column, row)
        for row, line in enumerate(text.splitlines())
        for column, code in enumerate(line.split())
        if code != ".."
    }


def level(value: int, highest: int) -> int:
    """0 for nothing, else 1 to 5, each twice and more what the one below is: coverage is never even.

    >>> [level(value, 100) for value in (0, 1, 3, 10, 40, 100)]
    [0, 1, 2, 3, 5, 5]
    """
    if value <= 0:
        return 0
    share = value / max(highest, 1)
    return 1 + sum(share > edge for edge in (0.02, 0.06, 0.16, 0.36))


def _square(code: str, place: tuple[int, int], country: Country | None, highest: int) -> Markup:
    column, row = place
    value = country.value if country else 0
    shapes = Markup('<g class="tile tile-{}" transform="translate({} {})"><title>{}: {}</title>{}{}</g>').format(
        level(value, highest),
        column * SIDE,
        row * SIDE,
        country.name if country else code,
        number(value),
        Markup('<rect width="{}" height="{}" rx="1"/>').format(SIDE - GAP, SIDE - GAP),
        Markup('<text x="{}" y="{}">{}</text>').format((SIDE - GAP) / 2, 6, code),
    )
    if country is None or country.href is None:
        return shapes
    # the list below has the same link for the keyboard
    return Markup('<a href="{}" tabindex="-1">{}</a>').format(country.href, shapes)


def tiles(countries: Sequence[Country], *, title: str, unit: str = "articles", listed: int = 12) -> Markup:
    """A `figure`: caption, map, and the countries that are named most as a list, which holds what has no square too."""
    layout = shipped_layout()
    by_code = {country.code: country for country in countries}
    highest = max((country.value for country in countries), default=0)
    columns, rows = (max(place[axis] for place in layout.values()) + 1 for axis in (0, 1))
    squares = Markup("").join(_square(code, place, by_code.get(code), highest) for code, place in layout.items())
    svg = Markup('<svg class="tiles" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        columns * SIDE, rows * SIDE, title, squares
    )
    most = sorted(countries, key=lambda country: (-country.value, country.name))[:listed]
    items = Markup("").join(
        Markup('<li>{} <span class="soft">{}</span></li>').format(
            Markup('<a href="{}">{}</a>').format(each.href, each.name) if each.href else each.name, number(each.value)
        )
        for each in most
    )
    caption = Markup("<figcaption>{} <small>at most {}</small></figcaption>").format(title, quantity(highest, unit))
    return Markup('<figure class="plot world">{}{}<ul class="names">{}</ul></figure>').format(caption, svg, items)
