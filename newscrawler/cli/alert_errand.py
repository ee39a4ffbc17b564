"""Alerts of newscrawler.toml, sent beside a crawl that does not end."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler import config
from newscrawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.config import Config
    from newscrawler.config.alert_rules import AlertRule
    from newscrawler.crawl.signs import Errand

PAUSE = timedelta(minutes=10)  # between two sendings, at least
LONGEST = 1 << 20  # bytes of a line that sending says


def errand_of(folder: Path, say: Callable[[str], object]) -> Errand | None:
    """What sends the alerts that newscrawler.toml has now, each ten minutes at most, and says what became of them."""
    rules = config.load(Path()).alerts
    return Alerts(folder, rules, say).send if rules else None


def refuse_unsendable(stated: Config) -> None:
    """Name the alerts that could not be sent as things are, before there is something to tell.  Raises ConfigError."""
    if not stated.alerts:
        return
    from newscrawler.alerting.sending import why_not

    found = [(rule, why_not(rule, stated.contact)) for rule in stated.alerts]
    if wrong := [f"{rule.name}: {why}" for rule, why in found if why is not None]:
        raise ConfigError(f"{config.FILE}: [[alerts]] that could not be sent: {'; '.join(wrong)}")


class Alerts:
    """Sends what [[alerts]] says, in a process of its own: a mail server may take as long as it likes.

    Its stdout is this process's, for alerts to stdout; what it says on stderr goes to `say`, line by line.
    """

    def __init__(self, folder: Path, rules: tuple[AlertRule, ...], say: Callable[[str], object]) -> None:
        self._command = [sys.executable, "-P", "-m", "newscrawler", "alerts", "--due", "--archive", str(folder)]
        self._rules, self._say = rules, say
        self._asked: datetime | None = None
        self._failed = self._has_news = False

    async def send(self, has_news: bool) -> None:
        """Where an hour has come, articles came for an alert without hours, or the last try failed ten minutes ago."""
        from newscrawler.crawl.session import utc_now

        now, self._has_news = utc_now(), self._has_news or has_news
        if not self._is_wanted(now):
            return
        self._asked, self._has_news = now, False
        process = await asyncio.create_subprocess_exec(*self._command, stderr=asyncio.subprocess.PIPE, limit=LONGEST)
        try:
            if process.stderr is not None:
                async for line in process.stderr:
                    self._say(line.decode(errors="replace").rstrip())
            self._failed = await process.wait() in (1, 2, 3)
        finally:
            if process.returncode is None:
                process.terminate()

    def _is_wanted(self, now: datetime) -> bool:
        from newscrawler.crawl.watching import ROUND

        if self._asked is None or now < self._asked:
            return True
        if now - self._asked < PAUSE:
            return False
        hours = [hour for rule in self._rules if (hour := rule.latest_hour(now)) is not None]
        at_once = [rule for rule in self._rules if not rule.hours]
        # what a source does wrong is judged once a round
        is_round_over = bool(at_once) and now - self._asked >= ROUND
        return self._failed or is_round_over or any(each > self._asked for each in hours) or bool(at_once and self._has_news)
