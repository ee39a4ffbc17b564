"""What is due is collected, sent, and remembered after each message: once, and at the worst once more after a crash."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newscrawler.alerting import positions
from newscrawler.alerting.channels import Channel, NotSent, parse_channel, try_out, why_unsendable
from newscrawler.alerting.message import Item, Message, of_hits, of_troubles, place_of, samples, trouble_id
from newscrawler.alerting.rendering import templates_of
from newscrawler.config.alert_rules import SOURCE_TROUBLE, AlertRule
from newscrawler.dates import iso, read_moment
from newscrawler.desk import shelves, store
from newscrawler.errors import ArchiveError, ConfigError, DeskError
from newscrawler.reports.frontpage import troubles
from newscrawler.reports.status import last_article_id
from newscrawler.search import following, saved
from newscrawler.storage.database.identity import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlite_utils import Database

    from newscrawler.alerting.positions import Position

MOST = 100  # items of a message
MOST_TROUBLES = 500  # findings that are looked at


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one alert: how many items went out, or why they did not; `is_hopeless`: none could, as things are set."""

    rule: AlertRule
    items: int = 0
    problem: str | None = None
    is_hopeless: bool = False


def why_not(rule: AlertRule, contact: str = "", environment: Mapping[str, str] = os.environ) -> str | None:
    """Why nothing could be sent by a rule as things are; None where nothing is known against it."""
    try:
        channel = parse_channel(rule.to, contact)
        if (why := why_unsendable(channel, environment)) is not None:
            return why
        for sample in samples(rule.name, templates_of(rule)):
            try_out(sample, channel, environment)
    except (ConfigError, NotSent) as error:
        return str(error)
    return None


def is_due(rule: AlertRule, position: Position, now: datetime) -> bool:
    """Whether one of its hours has come since it was last done; without hours always.

    One that was never done begins with its next hour.  What was done ahead of the clock is done again.
    """
    hour = rule.latest_hour(now)
    if hour is None:
        return not rule.hours
    done = read_moment(position.done)
    return done is not None and (done < hour or done > now)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends for one archive.  `deliver` raises NotSent; `refuse` says why a rule could send nothing, whatever is new."""

    db: Database
    folder: Path
    deliver: Callable[[Message, Channel], None]
    contact: str = ""
    refuse: Callable[[AlertRule], str | None] = lambda rule: None

    def run(self, rules: Sequence[AlertRule], now: datetime, *, all_of_them: bool = False) -> list[Sent]:
        """Send what is new for the rules that are due, or for all; one that fails leaves the others alone.

        Raises ArchiveError where positions cannot be read or written, ArchiveBusy where another process sends.
        """
        hopeless = {rule: why for rule in rules if (why := self.refuse(rule)) is not None}
        sent = [Sent(rule, problem=why, is_hopeless=True) for rule, why in hopeless.items()]
        with positions.held(self.folder):
            known = positions.read(self.folder)
            for rule in (each for each in rules if each not in hopeless):
                key = positions.key_of(rule.name, rule.to)
                position = known.get(key, positions.Position())
                if not all_of_them and not is_due(rule, position, now):
                    if position.done is None:
                        known[key] = replace(self._first(rule, position), done=iso(now))
                        positions.write(self.folder, known)
                    continue
                result, known[key] = self._send(rule, position, now)
                sent.append(result)
                positions.write(self.folder, known)
            return sent

    def _first(self, rule: AlertRule, position: Position) -> Position:
        """Where one begins that was never sent: with what nobody was told of yet."""
        found = self._search(rule.search) if rule.search else None
        if found is None:
            return replace(position, seen=None)
        return replace(position, seen=found.seen_id, events=following.told_of(self.db, found).as_json)

    def knows(self, name: str) -> bool:
        """Whether there is a saved search of this name, of the archive or of the desk.  Raises ArchiveError."""
        return self._search(name) is not None

    def _search(self, name: str) -> saved.SavedSearch | None:
        """A saved search of the archive, or of the desk; of the desk's, what is there at the first look is not new."""
        if found := saved.saved_search(self.db, name):
            return found
        try:
            with store.reading(self.folder, identity(self.db)) as desk:
                kept = shelves.searches(desk) if desk is not None else []
                looked = shelves.looked(desk) if desk is not None else {}
        except DeskError as error:
            raise ArchiveError(str(error)) from error
        own = next((each for each in kept if each.name.casefold() == name.casefold()), None)
        if own is None:
            return None
        return saved.SavedSearch(own.name, own.query, own.created, looked.get(own.name) or last_article_id(self.db))

    def _send(self, rule: AlertRule, position: Position, now: datetime) -> tuple[Sent, Position]:
        try:
            channel = parse_channel(rule.to, self.contact)
            items, after, is_more = self._new(rule, position, now)
            if items:
                place = place_of(self.folder.resolve())
                self.deliver(Message(rule.name, items, place, is_more, templates_of(rule)), channel)
        except (NotSent, ArchiveError, ConfigError) as error:
            return Sent(rule, problem=str(error)), position
        return Sent(rule, len(items)), replace(after, done=iso(now))

    def _new(self, rule: AlertRule, position: Position, now: datetime) -> tuple[tuple[Item, ...], Position, bool]:
        if rule.event == SOURCE_TROUBLE:
            holding = troubles(self.db, MOST_TROUBLES)
            new = [each for each in holding if trouble_id(each) not in position.told]
            return of_troubles(new[:MOST]), replace(position, told=tuple(map(trouble_id, holding))), len(new) > MOST
        assert rule.search is not None
        search = self._search(rule.search)
        if search is None:
            raise ArchiveError(f"there is no saved search {rule.search!r}; `newscrawler alerts --list` shows them")
        if position.seen is not None:
            search = replace(search, seen_id=position.seen, events=position.events)
        news = following.news(self.db, search, now, limit=MOST, each_event=rule.each_event)
        after = replace(position, seen=news.told.seen, events=news.told.as_json)
        return of_hits(news.hits), after, len(news.hits) == MOST
