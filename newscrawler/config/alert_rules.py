"""`[[alerts]]` of newscrawler.toml: what is sent where, and when.  Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from newscrawler.errors import ConfigError

SOURCE_TROUBLE = "source-trouble"
EVENTS = (SOURCE_TROUBLE,)
CHANNEL = re.compile(r"stdout|(?:mail|webhook|ntfy):\S+")
PARTS = ("subject", "text", "html")  # of a message: each has a template
KEYS = ("search", "event", "once", "to", "hours", "timezone", *PARTS)
ONCE = ("story", "event")  # what is told of once, of a search
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class AlertRule:
    """What is new for a saved `search`, or of an `event`, goes `to` a channel; at `hours`, or whenever it is asked.

    `each_event`: of a search, the first story of an event is told of, and no other.  `subject` is a template of the
    user's own, `text` and `html` name files of some; None: ours.
    """

    to: str
    search: str | None = None
    event: str | None = None
    hours: tuple[str, ...] = ()
    timezone: str = "UTC"
    each_event: bool = False
    subject: str | None = None
    text: str | None = None
    html: str | None = None

    @property
    def name(self) -> str:
        return self.search or self.event or ""

    @property
    def variable(self) -> str | None:
        """The variable that its channel names; None where it names none.

        >>> AlertRule("webhook:env:DESK", "a").variable, AlertRule("stdout", "a").variable
        ('DESK', None)
        """
        form, _, name = self.to.partition(":")[2].partition(":")
        return name if form == "env" and name else None

    def latest_hour(self, now: datetime) -> datetime | None:
        """The last of its hours that has come, in UTC; None where it has none.

        >>> AlertRule("stdout", "a", hours=("07:00",)).latest_hour(datetime(2026, 11, 22, 6, tzinfo=UTC)).isoformat()
        '2026-11-21T07:00:00+00:00'
        """
        zone = ZoneInfo(self.timezone)
        today = now.astimezone(zone).date()
        moments = [
            datetime.combine(day, time.fromisoformat(hour), zone).astimezone(UTC)
            for day in (today - timedelta(days=1), today)
            for hour in self.hours
        ]
        return max((each for each in moments if each <= now), default=None)


def parse_alert_rules(stated: Any, file: str) -> tuple[AlertRule, ...]:
    """The rules of the key `alerts`.  Raises ConfigError, naming the file and the key."""
    if not isinstance(stated, list) or not all(isinstance(each, dict) for each in stated):
        raise ConfigError(f"{file}: alerts: write each as a table, [[alerts]]")
    return tuple(_rule(table, f"{file}: [[alerts]] {number}") for number, table in enumerate(stated, 1))


def _rule(table: dict[str, Any], where: str) -> AlertRule:
    for key in table:
        if key not in KEYS:
            raise ConfigError(f"{where}: unknown key {key!r}; known are {', '.join(KEYS)}")
    search, event, to = table.get("search"), table.get("event"), table.get("to")
    if (search is None) == (event is None):
        raise ConfigError(f'{where}: give it a saved search (search = "NAME") or an event (event = "{SOURCE_TROUBLE}")')
    if event is not None and event not in EVENTS:
        raise ConfigError(f"{where}: event = {event!r} is not {' or '.join(EVENTS)}")
    if search is not None and not (isinstance(search, str) and search.strip()):
        raise ConfigError(f"{where}: search = {search!r} is not the name of a saved search")
    once = table.get("once", ONCE[0])
    if once not in ONCE or (search is None and "once" in table):
        raise ConfigError(f"{where}: once = {once!r} is not {' or '.join(ONCE)}, beside a search")
    if not isinstance(to, str) or not CHANNEL.fullmatch(to):
        raise ConfigError(f"{where}: to = {to!r} is no channel: mail:ADDRESS, webhook:URL, ntfy:TOPIC or stdout")
    hours = table.get("hours", [])
    if not isinstance(hours, list) or not all(isinstance(each, str) and _HOUR.fullmatch(each) for each in hours):
        raise ConfigError(f'{where}: hours = {hours!r} is not a list of hours such as ["07:00", "18:30"]')
    timezone = table.get("timezone", "UTC")
    try:
        ZoneInfo(timezone)
    except (KeyError, ValueError, TypeError, OSError, AttributeError):
        raise ConfigError(f"{where}: timezone = {timezone!r} is no time zone such as Europe/Berlin") from None
    return AlertRule(to, search, event, tuple(hours), timezone, once == ONCE[1], **_templates(table, where))


def _templates(table: dict[str, Any], where: str) -> dict[str, str]:
    """Those of its keys that name templates.  What is in them is looked at where they are used."""
    found: dict[str, Any] = {key: table[key] for key in PARTS if key in table}
    for key, value in found.items():
        if not isinstance(value, str) or not value.isprintable() or not value.strip():
            wanted = "a template in one line" if key == "subject" else "the name of a file with a template"
            raise ConfigError(f"{where}: {key} = {value!r} is not {wanted}")
    if "html" in found and not str(table["to"]).startswith("mail:"):
        raise ConfigError(f"{where}: html is for mail alone; give text")
    return found
