"""The countries of a search as a file of their own: a map in proportion as SVG, for a report, and its numbers as CSV.  Pure.

Each country has the place that tiles.txt gives it, and a square whose area is in proportion to how many hits name it.
"""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING

from newscrawler.web.drawing import charts
from newscrawler.web.drawing.svg import number
from newscrawler.web.drawing.tiles import Country, shipped_layout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.search.distinctive import CountryShare

COLUMNS = ("code", "country", "named", "percent_of_hits", "published_there")
CELL, MARGIN, HEAD, FOOT = 30, 24, 56, 64  # of the drawing, in its own units
LEAST_SIDE = 1.5  # a square that is not nothing is seen
LETTERS = 13  # of a side, from which the country's code stands within the square
SEA, PLACE = "#eef1f4", "#6b7785"  # a country that nobody names; its code
KEYS = (1, 0.25, 0.04)  # squares of the legend, as shares of the largest number


def side(value: float, highest: float) -> float:
    """How long a square's side is, in parts of a cell's: its area is in proportion.

    >>> side(25, 100), side(100, 100), side(0, 100), side(0, 0)
    (0.5, 1.0, 0.0, 0.0)
    """
    return math.sqrt(value / highest) if value > 0 else 0.0


def _square(x: float, y: float, long: float, title: str) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{long:.2f}" height="{long:.2f}" fill="{charts.COLOURS[0]}">'
        f"<title>{escape(title)}</title></rect>"
    )


def _country(code: str, at: tuple[int, int], country: Country | None, highest: int) -> str:
    """A country's cell: its square amid it, and its code, white within a square that has room for it."""
    x, y = MARGIN + at[0] * CELL, HEAD + at[1] * CELL
    parts = [f'<rect x="{x + 1}" y="{y + 1}" width="{CELL - 2}" height="{CELL - 2}" fill="{SEA}"/>']
    long = 0.0
    if country is not None and country.value > 0:
        long = max(LEAST_SIDE, (CELL - 2) * side(country.value, highest))
        amid = y + (CELL if long >= LETTERS else CELL - LETTERS) / 2  # a small one stands above its letters
        title = f"{country.name}: {number(country.value)}"
        parts.append(_square(x + (CELL - long) / 2, amid - long / 2, long, title))
    within = long >= LETTERS
    middle, low = x + CELL / 2, y + (CELL / 2 + 3.5 if within else CELL - 4)
    parts.append(charts.text(middle, low, code, f'text-anchor="middle" font-size="9" fill="{"#fff" if within else PLACE}"'))
    return "".join(parts)


def _legend(highest: int, low: float) -> str:
    """Squares and what they stand for."""
    parts, x = [], float(MARGIN)
    for value in dict.fromkeys(max(1, round(highest * each)) for each in KEYS):
        long = (CELL - 2) * side(value, highest)
        words = f"{number(value)} {'article' if value == 1 else 'articles'}"
        parts += [_square(x, low - long, long, words), charts.text(x + long + 6, low - 2, words)]
        x += long + 24 + 8 * len(words)
    return "".join(parts)


def drawing(countries: Sequence[Country], title: str, source: str) -> str:
    """The map as an SVG document with title, legend and whose numbers they are; no script, nothing from elsewhere."""
    layout = shipped_layout()
    by_code = {each.code: each for each in countries}
    highest = max((each.value for each in countries), default=0)
    columns, rows = (max(place[axis] for place in layout.values()) + 1 for axis in (0, 1))
    low = HEAD + rows * CELL
    elsewhere = sum(each.value > 0 and each.code not in layout for each in countries)
    told = f"{source}; {elsewhere} more without a place here" if elsewhere else source
    parts = [
        charts.text(MARGIN, 32, title, 'font-size="18" font-weight="600"'),
        *(_country(code, place, by_code.get(code), highest) for code, place in layout.items()),
        _legend(highest, low + 22) if highest else "",
        charts.text(MARGIN, low + 46, told, 'fill="#4d5a66"'),
    ]
    return charts.document(title, (2 * MARGIN + columns * CELL, low + FOOT), parts)


def numbers(countries: Sequence[CountryShare], total: int) -> str:
    """The same as CSV, in the order given; `total`: hits of which they are."""
    rows = [
        (each.code, each.name, each.named, round(100 * each.named / total, 2) if total else None, each.published)
        for each in countries
    ]
    return charts.numbers(rows, COLUMNS)
