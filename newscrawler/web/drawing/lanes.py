"""An event over time, a lane for each language: stories in, a figure out.  Pure.

    en  ●────●●──────────●──    each mark leads to its story below, the first of all stands out
    fr  ──────●────●────────

Marks are lines of no length with round ends, whose width does not stretch, so that they stay round on any screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from newscrawler.dates import read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDE = 400  # of a lane, in its own units: two stories of one unit are one mark
MARGIN = 6
LEAST = 3  # stories that are drawn


@dataclass(frozen=True, slots=True)
class Mark:
    """A story: its lane, when it was (ISO 8601), what is said of it, where it leads."""

    lane: str
    at: str
    words: str
    href: str


def lanes(marks: Sequence[Mark], names: Mapping[str, str], title: str) -> Markup:
    """A `figure`: a lane for each language in order of their first stories; nothing where there is but one, or one time.

    `names`: of the lanes.  For the eye and the pointer alone: the page has the same as lists.
    """
    read = ((read_moment(mark.at), mark) for mark in marks)
    dated = sorted(((moment, mark) for moment, mark in read if moment is not None), key=lambda each: each[0])
    by_lane: dict[str, list[tuple[datetime, Mark]]] = {}
    for moment, mark in dated:
        by_lane.setdefault(mark.lane, []).append((moment, mark))
    if len(dated) < LEAST or len(by_lane) < 2 or dated[0][0] == dated[-1][0]:
        return Markup("")
    begin, end = dated[0][0], dated[-1][0]
    rows = "".join(
        f'<span class="lane-name">{escape(names.get(lane, lane) or "unknown")} <span class="soft">{len(found)}</span></span>'
        f"{_lane(found, begin, end)}"
        for lane, found in by_lane.items()
    )
    axis = "".join(f"<span>{_stamp(each)}</span>" for each in (begin, begin + (end - begin) / 2, end))
    return Markup(  # noqa: S704 escaped above
        f'<figure class="plot lanes" aria-hidden="true"><figcaption>{escape(title)}</figcaption>'
        f'<div class="lane-frame">{rows}<span></span><div class="plot-axis">{axis}</div></div></figure>'
    )


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _lane(found: Sequence[tuple[datetime, Mark]], begin: datetime, end: datetime) -> str:
    places: dict[int, list[Mark]] = {}
    for moment, mark in found:
        places.setdefault(_place(moment - begin, end - begin), []).append(mark)
    first = found[0][1] if found[0][0] == begin else None  # of all
    marks = "".join(
        f'<a href="{escape(some[0].href)}" tabindex="-1"><title>{escape(_words(some))}</title>'
        f'<path class="lane-mark{" lane-first" if some[0] is first else ""}" d="M{x} 10h0"/></a>'
        for x, some in reversed(places.items())  # the first of all lies on top
    )
    return (
        f'<svg class="lane" viewBox="0 0 {WIDE} 20" preserveAspectRatio="none">'
        f'<path class="lane-line" d="M0 10h{WIDE}"/>{marks}</svg>'
    )


def _place(since: timedelta, span: timedelta) -> int:
    """Where in a lane a time is.

    >>> _place(timedelta(0), timedelta(hours=2)), _place(timedelta(hours=1), timedelta(hours=2))
    (6, 200)
    """
    return round(MARGIN + (WIDE - 2 * MARGIN) * (since / span))


def _words(some: Sequence[Mark]) -> str:
    """What a mark says: its story, and how many others it stands for.

    >>> _words([Mark("en", "", "Relay: A", ""), Mark("en", "", "Ledger: B", "")])
    'Relay: A; and 1 more'
    """
    return some[0].words + (f"; and {len(some) - 1} more" if len(some) > 1 else "")
