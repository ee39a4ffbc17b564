"""The dates of one feed: read in its language, and 3/4/2026 in the order that its region or another of its items tells.

A feed that states no language is in that of its titles, where a date needs one: "20 lis 2026" is in October or November.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from newscrawler.dates.day_order import month_first, orders_told
from newscrawler.dates.stated import parse_date
from newscrawler.dates.written import Writing
from newscrawler.items import Link
from newscrawler.text.detection import language_of
from newscrawler.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

TITLES = 40  # of a feed, which tell its language
LONGEST = 35  # characters of a tag that names a language (RFC 5646, 4.4.1)


@dataclass(slots=True)
class FeedDates:
    """Makes a feed's links; `settled` reads those dates anew whose order, or language, only later items told."""

    now: datetime
    writing: Writing
    _orders: set[bool] = field(default_factory=set)
    _numeric: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)  # address -> dates as stated
    _unread: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)  # the same, of those with names

    def link(self, address: str, published: str | None, modified: str | None, title: str | None) -> Link:
        """A link with what its item states of its dates."""
        read = Link(address, self._read(published), self._read(modified), title)
        if _is_numeric(published) or _is_numeric(modified):
            self._numeric.setdefault(address, (published, modified))
        elif self.writing.language is None and (
            _is_unread(published, read.published) or _is_unread(modified, read.modified)
        ):
            self._unread.setdefault(address, (published, modified))
        return read

    def settled(self, links: Iterable[Link]) -> tuple[Link, ...]:
        """The links, their dates in the language of their titles, and in the one order that the feed's dates tell."""
        made = tuple(links)
        anew: dict[str, tuple[str | None, str | None]] = {}
        if self._unread:
            titles = "\n".join(each.title for each in made[:TITLES] if each.title)
            self.writing = replace(self.writing, language=language_of(titles, None)[0])
            anew |= self._unread if self.writing.language else {}
        if len(self._orders) == 1 and self.writing.month_first not in self._orders:
            self.writing = replace(self.writing, month_first=next(iter(self._orders)))
            anew |= self._numeric
        return tuple(self._anew(each, anew[each.url]) if each.url in anew else each for each in made)

    def _anew(self, link: Link, stated: tuple[str | None, str | None]) -> Link:
        published, modified = stated
        return replace(link, published=self._read(published), modified=self._read(modified))

    def _read(self, stated: str | None) -> str | None:
        if stated and _is_numeric(stated):
            self._orders |= orders_told(stated, self.now)
        return parse_date(stated, self.now, self.writing)


def feed_dates(language: str | None, url: str, now: datetime) -> FeedDates:
    """For the feed at an address, which says that it is in a language (None: it does not say)."""
    tag = language.strip() if language and len(language) <= LONGEST else None
    return FeedDates(now, Writing(tag or None, month_first(tag, host_of(url))))


def _is_numeric(stated: str | None) -> bool:
    """Whether a date may be three numbers; ISO 8601's begin with the year."""
    return stated is not None and not stated[:4].isdecimal() and (stated.count("/") > 1 or stated.count("-") > 1)


def _is_unread(stated: str | None, read: str | None) -> bool:
    """Whether a date has a name in it that only its language may tell."""
    return read is None and stated is not None and any(map(str.isalpha, stated))
