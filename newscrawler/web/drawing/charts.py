"""A plot as a file of its own: SVG with its words and colours in it, for a report; its numbers as CSV.  Pure."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING

from newscrawler.text.spreadsheets import defused
from newscrawler.web.drawing.svg import axis_labels, highest_of, number, ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.web.drawing.svg import Bar, Caption

SVG_TYPE, CSV_TYPE = "image/svg+xml; charset=utf-8", "text/csv; charset=utf-8"
WIDE, TALL = 960, 420  # of the drawing, in its own units
LEFT, RIGHT, TOP, BOTTOM, LEGEND = 64, 24, 64, 44, 22
# of the Okabe-Ito palette, which the colour-blind tell apart: https://jfly.uni-koeln.de/color/
COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7")
_FONT = 'font-family="Noto Sans, DejaVu Sans, Helvetica, Arial, sans-serif"'


def text(x: float, y: float, words: str, more: str = "") -> str:
    """Words at a place, their left end there unless `more`, attributes of ours, says otherwise."""
    return f'<text x="{x:g}" y="{y:g}" {more}>{escape(words)}</text>'


def drawing(items: Sequence[Bar], caption: Caption, source: str) -> str:
    """The plot as an SVG document with title, legend, both axes, and whose numbers they are.

    It has no script, no style sheet and nothing from elsewhere.
    """
    series = max(1, len(caption.names))
    top = TOP + (LEGEND * series if caption.names else 0)
    low = TALL - BOTTOM + (top - TOP)
    scale = ticks(highest_of(items) or 1)
    wide = (WIDE - LEFT - RIGHT) / max(1, len(items))
    parts = [text(LEFT, 30, caption.title, 'font-size="18" font-weight="600"')]
    for at, name in enumerate(caption.names):
        y = TOP - 12 + at * LEGEND
        parts.append(f'<rect x="{LEFT}" y="{y - 10}" width="11" height="11" fill="{COLOURS[at]}"/>')
        parts.append(text(LEFT + 18, y, name))
    for each in scale:
        level = round(low - (low - top) * each / scale[-1], 2)
        parts.append(f'<line x1="{LEFT}" x2="{WIDE - RIGHT}" y1="{level:g}" y2="{level:g}" stroke="#c8cdd2"/>')
        parts.append(text(LEFT - 8, level + 4, number(each), 'text-anchor="end"'))
    for place, bar in enumerate(items):
        for at, value in enumerate(bar.values[:series]):
            tall = (low - top) * (value or 0) / scale[-1]
            x = LEFT + wide * (place + 0.08 + 0.84 * at / series)
            parts.append(
                f'<rect x="{x:.2f}" y="{low - tall:.2f}" width="{0.84 * wide / series:.2f}" height="{tall:.2f}" '
                f'fill="{COLOURS[at]}"/>'
            )
    labels = axis_labels([bar.label for bar in items])
    for at, label in enumerate(labels):
        share = at / (len(labels) - 1) if len(labels) > 1 else 0
        anchor = ("start", "middle", "end")[round(2 * share)]
        parts.append(text(LEFT + share * (WIDE - LEFT - RIGHT), low + 18, label, f'text-anchor="{anchor}"'))
    parts.append(text(LEFT, low + 38, f"{caption.unit}; {source}", 'fill="#4d5a66"'))
    return document(caption.title, (WIDE, low + BOTTOM), parts)


def document(title: str, size: tuple[int, int], parts: Sequence[str]) -> str:
    """Markup of ours as an SVG document on white, of a width and height."""
    wide, tall = size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}" '
        f'height="{tall}" font-size="13" {_FONT} fill="#16202b">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def numbers(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """Rows as CSV (RFC 4180), of which no cell begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([[defused(each) if isinstance(each, str) else each for each in row] for row in (head, *rows)])
    return out.getvalue()
