"""The span of time that the front page is made of: as asked for, or the shortest that makes one.  Read-only.

It is a range of ids, as articles are in order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from newscrawler.dates import from_iso, iso, read_moment
from newscrawler.reports.id_ranges import first_id

if TYPE_CHECKING:
    from datetime import datetime

    from sqlite_utils import Database

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
SPANS = ((DAY, "in the last 24 hours"), (WEEK, "in the last 7 days"), (MONTH, "in the last 30 days"))
EVENING = 18  # o'clock, from which on a morning has not seen anything
MIN_ARTICLES = 12  # articles that make a front page
MAX_RANKED = 8_000  # articles of a window whose stories are ranked
MAX_ARTICLES = 2_000  # of the newest of them, whose topics and countries are counted
NEWS = timedelta(days=3)  # before a window; what was published earlier came late, by a sitemap or a backfill


@dataclass(frozen=True, slots=True)
class WindowRequest:
    """What a reader asks for: a span before the newest article, a moment, or an article that is the last one known.

    None of the three: the shortest of SPANS that makes a front page.  `words`: how the page calls it.
    """

    words: str = ""
    span: timedelta | None = None
    since: datetime | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """The articles from `first` to `last`; none where `first` is greater.

    `since`, `until`: when the first may and the last did come; `words`: how long that is, for people; `cut`: there were
    more than MAX_RANKED; `recent`: the first of its last MAX_ARTICLES.
    """

    first: int
    last: int
    since: str
    until: str
    words: str
    cut: bool

    @property
    def recent(self) -> int:
        return max(self.first, self.last - MAX_ARTICLES + 1)

    @property
    def news_since(self) -> str:
        """What was published before came late, and is no news."""
        return iso(from_iso(self.since) - NEWS)


def yesterday_evening(now: datetime) -> datetime:
    """EVENING of the day before, in the zone of `now`.

    >>> from datetime import datetime, UTC
    >>> yesterday_evening(datetime(2026, 11, 22, 7, 30, tzinfo=UTC)).isoformat()
    '2026-11-21T18:00:00+00:00'
    """
    return (now - DAY).replace(hour=EVENING, minute=0, second=0, microsecond=0)


def window(db: Database, asked: WindowRequest) -> Window | None:
    """The window that was asked for; None where there is no article."""
    newest = db.execute(
        "SELECT id, first_seen FROM articles WHERE id > (SELECT max(id) FROM articles) - 50 ORDER BY id DESC"
    ).fetchall()
    until = next((stamp for _, stamp in newest if read_moment(stamp)), None)
    if until is None:
        return None
    last = newest[0][0]
    if asked.after is not None:
        known = min(asked.after, last)
        row = db.execute("SELECT first_seen FROM articles WHERE id >= ? ORDER BY id LIMIT 1", [known]).fetchone()
        since = row[0] if read_moment(row[0]) else until
        return _window(known + 1, last, (since, until), asked.words)
    if asked.since is not None:
        return _since(db, last, (iso(asked.since), until), asked.words)
    spans = ((asked.span, asked.words),) if asked.span else SPANS
    for span, words in spans:
        found = _since(db, last, (iso(from_iso(until) - span), until), words)
        if found.last - found.first + 1 >= MIN_ARTICLES:
            break
    return found


def _since(db: Database, last: int, times: tuple[str, str], words: str) -> Window:
    return _window(first_id(db, "articles", times[0]), last, times, words)


def _window(first: int, last: int, times: tuple[str, str], words: str) -> Window:
    cut = last - first >= MAX_RANKED
    return Window(last - MAX_RANKED + 1 if cut else first, last, *times, words, cut)
