"""A world map of equal squares, one a country, so that Estonia is seen as well as Russia.  Pure, but for the shipped layout.

tiles.txt is the map: a row of it is a row of squares, `..` is sea.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from newscrawler.web.drawing.svg import number, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIDE, MIDDLE = 10, 4.5  # .tile in style.css says how large a square is and how low its letters are


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
    text = (resources.files(__package__ or "newscrawler.web.drawing") / "tiles.txt").read_text(encoding="utf-8")
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


def _square(code: str, column: int, country: Country | None, highest: int) -> str:
    """A page has two hundred of them: their markup is put together by hand, what is not ours is escaped."""
    left = column * SIDE
    shapes = f'<rect x="{left}"/><text x="{left + MIDDLE:g}">{code}</text>'
    if country is None:
        return shapes
    title = f"<title>{escape(country.name)}: {number(country.value)}</title>"
    shapes = f'<g class="tile-{level(country.value, highest)}">{title}{shapes}</g>'
    # the list below has the same link for the keyboard
    return shapes if country.href is None else f'<a href="{escape(country.href)}" tabindex="-1">{shapes}</a>'


def _squares(by_code: Mapping[str, Country], highest: int) -> Markup:
    """The squares of the map, a group each row."""
    rows: dict[int, list[str]] = {}
    for code, (column, row) in shipped_layout().items():
        rows.setdefault(row, []).append(_square(code, column, by_code.get(code), highest))
    groups = (f'<g class="tile" transform="translate(0 {row * SIDE})">{"".join(each)}</g>' for row, each in rows.items())
    return Markup("".join(groups))  # noqa: S704 escaped above


def tiles(countries: Sequence[Country], *, title: str, unit: str = "articles", listed: int = 12) -> Markup:
    """A `figure`: caption, map, and the countries that are named most as a list, which holds what has no square too."""
    layout = shipped_layout()
    by_code = {country.code: country for country in countries}
    highest = max((country.value for country in countries), default=0)
    columns, rows = (max(place[axis] for place in layout.values()) + 1 for axis in (0, 1))
    svg = Markup('<svg class="tiles" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        columns * SIDE, rows * SIDE, title, _squares(by_code, highest)
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
