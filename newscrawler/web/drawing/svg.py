"""Plots as SVG, made on the server: numbers in, markup out.  Pure; no script, no style attribute, no colour of its own.

    bars       one to four series in time, each bar a link where it has an address
    ranks      names with a bar each
    sparkline  a series as a small line within a sentence or a table
    tiles      countries as a map of equal squares (tiles.py)

Shapes stretch to their container (`preserveAspectRatio="none"`), words stand beside them as HTML, so that they stay legible
on a phone.  Colours come from the stylesheet by class.  Whoever does not see the plot has the same numbers as a table.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Sequence

HEIGHT = 100  # of every plot, in its own units
BAR_WIDTH = 10  # a bar with the space beside it
FEW_BARS = 3  # bars, that would be slabs across a whole page
MIN_HEIGHT = 1.5  # a bar that is not nothing is seen
STEPS = 3  # of the axis of numbers, at most
COLOURS = ("plot-bar", "plot-bar plot-other", "plot-bar plot-third", "plot-bar plot-fourth")  # classes of series


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.  `value`: None where nothing is known; `others`: of further series beside it; `note`: for its tooltip."""

    label: str
    value: float | None
    href: str | None = None
    others: tuple[float | None, ...] = ()
    note: str | None = None

    @property
    def values(self) -> tuple[float | None, ...]:
        return (self.value, *self.others)


@dataclass(frozen=True, slots=True)
class Caption:
    """What a plot says of itself.

    `unit`: what is counted; `scale`: what a bar's label is, the head of the table; `names`: of the series, where there are
    more than one; `table`: the address of the numbers, where the plot itself has no table below it.
    """

    title: str
    unit: str = "articles"
    scale: str = "Day"
    names: Sequence[str] = ()
    table: str | None = None


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


def ticks(highest: float) -> list[float]:
    """The numbers of an axis from 0 to where a plot ends, at round steps (1, 2 or 5 times a power of ten).

    >>> ticks(7), ticks(1), ticks(122), ticks(0.4)
    ([0, 5, 10], [0, 1], [0, 50, 100, 150], [0.0, 0.2, 0.4])
    """
    power = 10 ** math.floor(math.log10(highest / STEPS))
    step = next(power * each for each in (1, 2, 5, 10) if power * each * STEPS >= highest * (1 - 1e-9))
    step = max(step, 1) if highest >= 1 else step  # there is no half article
    step = int(step) if step == int(step) else step
    number = math.ceil(highest / step * (1 - 1e-9))
    return [round(each * step, 6) if isinstance(step, float) else each * step for each in range(number + 1)]


def _height(value: float | None, top: float) -> float:
    if not value or value < 0 or top <= 0:
        return 0
    return round(max(MIN_HEIGHT, HEIGHT * value / top), 2)


def tooltip(bar: Bar, caption: Caption) -> str:
    """A bar in words: '22 Nov: 12 articles'."""
    if len(caption.names) > 1:
        each = ", ".join(f"{name} {number(value)}" for name, value in zip(caption.names, bar.values, strict=False))
        text = f"{bar.label}: {each}"
    else:
        text = f"{bar.label}: {quantity(bar.value, caption.unit)}"
    return f"{text} ({bar.note})" if bar.note else text


def _rect(place: float, wide: float, tall: float, name: str) -> str:
    y = f' y="{HEIGHT - tall:g}"' if tall < HEIGHT else ""
    return f'<rect class="{name}" x="{place:g}"{y} width="{wide:g}" height="{tall:g}"/>' if tall else ""


def _bar(bar: Bar, place: int, top: float, caption: Caption) -> str:
    """A column of the plot, all of which answers to the pointer.  Few format strings: a page has hundreds of these."""
    left, series = place * BAR_WIDTH, max(1, len(caption.names))
    room = BAR_WIDTH - 1.5
    shapes = _rect(left, BAR_WIDTH, HEIGHT, "plot-room") + "".join(
        _rect(round(left + 0.75 + at * room / series, 2), round(room / series, 2), _height(value, top), COLOURS[at])
        for at, value in enumerate(bar.values[:series])
    )
    whole = f"<g><title>{escape(tooltip(bar, caption))}</title>{shapes}</g>"
    # the table has the same link for the keyboard
    return whole if bar.href is None else f'<a href="{escape(bar.href)}" tabindex="-1">{whole}</a>'


def _link(bar: Bar) -> Markup:
    return Markup('<a href="{}">{}</a>').format(bar.href, bar.label) if bar.href else escape(bar.label)


def table(items: Sequence[Bar], caption: Caption) -> Markup:
    """The numbers of a plot."""
    rows = "".join(
        f'<tr><th scope="row">{_link(bar)}</th>{"".join(f"<td>{number(value)}</td>" for value in bar.values)}</tr>'
        for bar in items
    )
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in (caption.scale, *(caption.names or (caption.unit,))))
    return Markup(f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")  # noqa: S704 escaped above


def axis_labels(labels: Sequence[str]) -> list[str]:
    """First, middle and last label, as far as there are so many."""
    return list(labels) if len(labels) <= 3 else [labels[0], labels[len(labels) // 2], labels[-1]]


def _axis(labels: Sequence[str], name: str) -> str:
    spans = "".join(f"<span>{escape(label)}</span>" for label in labels)
    return f'<div class="{name}" aria-hidden="true">{spans}</div>'


def highest_of(items: Sequence[Bar]) -> float:
    """The largest number of a plot, 0 where there is none."""
    return max((value for bar in items for value in bar.values if value is not None), default=0)


def bars(items: Sequence[Bar], caption: Caption, *, kind: str = "") -> Markup:
    """A `figure`: caption, axes, bars, and the same numbers as a table or a link to it; an empty plot says so.

    `kind`: a further class (a size).
    """
    highest = highest_of(items)
    title = escape(caption.title)
    if highest <= 0:
        empty = f'<figcaption>{title}</figcaption><p class="plot-none">Nothing to plot.</p>'
        return Markup(f'<figure class="plot {kind}">{empty}</figure>')  # noqa: S704 escaped above
    legend = " ".join(
        f'<span class="plot-key {COLOURS[at].removeprefix("plot-bar").strip()}">{escape(name)}</span>'
        for at, name in enumerate(caption.names)
    )
    scale = ticks(highest)
    if caption.table:
        numbers = f'<p class="plot-data doors"><a href="{escape(caption.table)}">As a table</a></p>'
    else:
        numbers = f'<details class="plot-data"><summary>As a table</summary>{table(items, caption)}</details>'
    return Markup(  # noqa: S704 escaped above
        f'<figure class="plot {kind}{"" if len(items) > FEW_BARS else " few"}">'
        f"<figcaption>{title} {legend} <small>at most {quantity(highest, caption.unit)}</small></figcaption>"
        f'<div class="plot-frame">{_axis([number(each) for each in reversed(scale)], "plot-y")}<div>'
        f"{_shapes(items, caption, scale)}{_axis(axis_labels([bar.label for bar in items]), 'plot-axis')}</div></div>"
        f"{numbers}</figure>"
    )


def _shapes(items: Sequence[Bar], caption: Caption, scale: Sequence[float]) -> str:
    wide, top = len(items) * BAR_WIDTH, scale[-1]
    role = "group" if any(bar.href for bar in items) else "img"
    lines = "".join(
        f'<line class="plot-line" x1="0" x2="{wide}" y1="{y:g}" y2="{y:g}"/>'
        for y in (round(HEIGHT * (1 - each / top), 2) for each in scale[1:])
    )
    most = quantity(highest_of(items), caption.unit)
    told = f"From {items[0].label} to {items[-1].label}; at most {most}."
    return (
        f'<svg class="plot-bars" viewBox="0 0 {wide} {HEIGHT}" preserveAspectRatio="none" role="{role}" '
        f'aria-label="{escape(caption.title)}"><desc>{escape(told)}</desc>{lines}'
        f"{''.join(_bar(bar, place, top, caption) for place, bar in enumerate(items))}</svg>"
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
