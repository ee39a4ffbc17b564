"""Plots as SVG, made on the server: numbers in, markup out.  Pure; no script, no style attribute, no colour of its own.

    bars       a series in time, each bar a link where it has an address
    ranks      names with a bar each
    sparkline  a series as a small line within a sentence or a table
    tiles      countries as a map of equal squares (tiles.py)

Shapes stretch to their container (`preserveAspectRatio="none"`), words stand beside them as HTML, so that they stay legible
on a phone.  Colours come from the stylesheet by class.  Whoever does not see the plot has the same numbers as a table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 100  # of every plot, in its own units
BAR_WIDTH = 10  # a bar with the space beside it
FEW_BARS = 3  # bars, that would be slabs across a whole page
MIN_HEIGHT = 1.5  # a bar that is not nothing is seen


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.  `value`: None where nothing is known; `other`: of a second series beside it; `note`: for its tooltip."""

    label: str
    value: float | None
    href: str | None = None
    other: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """What a plot says of itself.

    `unit`: what is counted; `scale`: what a bar's label is, the head of the table; `names`: of the two series, where each
    bar has an `other`.
    """

    title: str
    unit: str = "articles"
    scale: str = "Day"
    names: Sequence[str] = ()


def number(value: float | None) -> str:
    """A number for people.

    >>> number(1234567), number(0.25), number(12.345), number(3.0), number(None)
    ('1,234,567', '0.25', '12.3', '3', '–')
    """
    if value is None:
        return "–"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.2g}" if abs(value) < 1 else f"{value:,.1f}"


def quantity(value: float | None, unit: str) -> str:
    """A number of things, with its unit.

    >>> quantity(1, "copies"), quantity(1, "articles"), quantity(2, "copies"), quantity(1, "%")
    ('1 copy', '1 article', '2 copies', '1 %')
    """
    one = f"{unit.removesuffix('ies')}y" if unit.endswith("ies") else unit.removesuffix("s")
    return f"{number(value)} {one if value == 1 else unit}"


def _height(value: float | None, highest: float) -> float:
    if not value or value < 0 or highest <= 0:
        return 0
    return round(max(MIN_HEIGHT, HEIGHT * value / highest), 2)


def _tooltip(bar: Bar, caption: Caption) -> str:
    """A bar in words: '22 Nov: 12 articles'."""
    if len(caption.names) == 2:
        one, other = caption.names
        text = f"{bar.label}: {one} {number(bar.value)}, {other} {number(bar.other)}"
    else:
        text = f"{bar.label}: {quantity(bar.value, caption.unit)}"
    return f"{text} ({bar.note})" if bar.note else text


def _rect(place: float, wide: float, tall: float, name: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        name, round(place, 2), round(HEIGHT - tall, 2), wide, tall
    )


def _bar(bar: Bar, place: int, highest: float, caption: Caption) -> Markup:
    left, both = place * BAR_WIDTH, len(caption.names) == 2
    wide = BAR_WIDTH / 2 - 0.75 if both else BAR_WIDTH - 1.5
    shapes = _rect(left, BAR_WIDTH, HEIGHT, "plot-room")  # the whole column answers to the pointer
    shapes += _rect(left + 0.75, wide, _height(bar.value, highest), "plot-bar")
    if both:
        shapes += _rect(left + BAR_WIDTH / 2, wide, _height(bar.other, highest), "plot-bar plot-other")
    whole = Markup("<g><title>{}</title>{}</g>").format(_tooltip(bar, caption), shapes)
    if bar.href is None:
        return whole
    # the table below has the same link for the keyboard
    return Markup('<a href="{}" tabindex="-1">{}</a>').format(bar.href, whole)


def _link(bar: Bar) -> Markup:
    return Markup('<a href="{}">{}</a>').format(bar.href, bar.label) if bar.href else Markup("{}").format(bar.label)


def _table(items: Sequence[Bar], head: Sequence[str], both: bool) -> Markup:
    rows = Markup("").join(
        Markup('<tr><th scope="row">{}</th><td>{}</td>{}</tr>').format(
            _link(bar), number(bar.value), Markup("<td>{}</td>").format(number(bar.other)) if both else ""
        )
        for bar in items
    )
    cells = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in head)
    table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(cells, rows)
    return Markup('<details class="plot-data"><summary>As a table</summary>{}</details>').format(table)


def _axis(labels: Sequence[str]) -> Markup:
    """First, middle and last label, as far as there are so many."""
    shown = list(labels) if len(labels) <= 3 else [labels[0], labels[len(labels) // 2], labels[-1]]
    spans = Markup("").join(Markup("<span>{}</span>").format(label) for label in shown)
    return Markup('<div class="plot-axis" aria-hidden="true">{}</div>').format(spans)


def bars(items: Sequence[Bar], caption: Caption, *, kind: str = "") -> Markup:
    """A `figure`: caption, bars, axis, and the same numbers as a table; an empty plot says so.

    `kind`: a further class (a size).  The highest bar fills the plot, and the caption names it.
    """
    names, both = caption.names, len(caption.names) == 2
    values = [value for bar in items for value in (bar.value, bar.other if both else None) if value is not None]
    highest = max(values, default=0)
    if highest <= 0:
        return Markup(
            '<figure class="plot {}"><figcaption>{}</figcaption><p class="plot-none">Nothing to plot.</p></figure>'
        ).format(kind, caption.title)
    most = quantity(highest, caption.unit)
    legend = Markup('<span class="plot-key">{}</span> <span class="plot-key plot-key-other">{}</span>')
    return Markup('<figure class="plot {}"><figcaption>{} <small>{} at most {}</small></figcaption>{}{}{}</figure>').format(
        kind if len(items) > FEW_BARS else f"{kind} few",
        caption.title,
        legend.format(*names) if both else "",
        most,
        _shapes(items, caption, highest),
        _axis([bar.label for bar in items]),
        _table(items, [caption.scale, *(names if both else [caption.unit])], both),
    )


def _shapes(items: Sequence[Bar], caption: Caption, highest: float) -> Markup:
    most = quantity(highest, caption.unit)
    return Markup(
        '<svg class="plot-bars" viewBox="0 0 {} {}" preserveAspectRatio="none" role="{}" aria-label="{}">'
        "<desc>{}</desc>{}</svg>"
    ).format(
        len(items) * BAR_WIDTH,
        HEIGHT,
        "group" if any(bar.href for bar in items) else "img",
        caption.title,
        f"From {items[0].label} to {items[-1].label}; at most {most}.",
        Markup("").join(_bar(bar, place, highest, caption) for place, bar in enumerate(items)),
    )


def ranks(items: Sequence[Bar], *, title: str, unit: str = "articles") -> Markup:
    """A `figure`: a list of names, each with a bar from its side and its number; nothing where there is no item.

    For what has no order in time: sources, topics, ages.  The list is its own text alternative.
    """
    if not items:
        return Markup("")
    highest = max((bar.value or 0 for bar in items), default=0) or 1
    lines = Markup("").join(
        Markup(
            '<li><span class="rank-name">{}</span><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            '<rect class="plot-bar" width="{}" height="10"/></svg><span class="rank-number">{}</span></li>'
        ).format(_link(bar), round(100 * (bar.value or 0) / highest, 1), number(bar.value))
        for bar in items
    )
    return Markup('<figure class="plot ranks"><figcaption>{} <small>{}</small></figcaption><ol>{}</ol></figure>').format(
        title, unit, lines
    )


def sparkline(values: Sequence[float | None], *, title: str) -> Markup:
    """A small line without axes, oldest value first; a gap where a value is None.  Its title says the numbers.

    The line begins at zero, so that two sparklines of a column differ in height only where the shape does.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Markup('<span class="spark-none">–</span>')
    highest = max(*known, 0)
    runs: list[list[tuple[int, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place * BAR_WIDTH, round(HEIGHT - (HEIGHT * value / highest if highest else 0), 2)))
    wide = max(1, len(values) - 1) * BAR_WIDTH
    lines = Markup("").join(
        Markup('<polyline points="{}"/>').format(
            " ".join(f"{x},{y}" for x, y in (run if len(run) > 1 else [*run, (run[0][0] + 2, run[0][1])]))
        )
        for run in runs
        if run
    )
    description = f"{title}: {number(min(known))} to {number(max(known))}, {number(known[-1])} last"
    return Markup(
        '<svg class="spark" viewBox="0 -4 {} {}" preserveAspectRatio="none" role="img"><title>{}</title>{}</svg>'
    ).format(wide, HEIGHT + 8, description, lines)
