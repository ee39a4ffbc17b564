"""Settings and catalogue read again by who goes on for ever: on SIGHUP, or because a file of theirs has changed."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.alert_errand import refuse_unsendable

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.crawl.watching import Reloading


def reloading_of(file: str | None, sources: Callable[[], object]) -> Reloading:
    """What says when to begin anew; `file`: the catalogue that was named, `sources` reads those that are crawled."""
    from newscrawler.crawl.watching import Reloading

    def check() -> None:
        from newscrawler.config.lexicon import lexicon_of

        stated = config.load(Path())
        sources()
        lexicon_of(stated.beat)
        refuse_unsendable(stated)

    return Reloading(lambda: _files(file), check)


def _files(file: str | None) -> list[Path]:
    """Those of settings, catalogue, terms and templates.  Raises ConfigError where newscrawler.toml cannot be read."""
    stated = config.load(Path())
    templates = [each for rule in stated.alerts for each in (rule.text, rule.html)]
    named = [*stated.catalogues, stated.beat, file, *templates]
    return [Path(config.FILE), *(Path(name) for name in named if name)]


def handle_hangup(reloading: Reloading) -> None:
    """SIGHUP reads again what was read; where it is ignored (nohup), somebody means that."""

    def hangup(number: int, frame: object) -> None:
        reloading.asked = True

    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, hangup)


def begin_anew() -> NoReturn:
    """Become the same command once more, which reads everything again."""
    words = [sys.executable, "-P", "-m", "newscrawler", *sys.argv[1:]]
    os.execve(sys.executable, words, options.given_environment())  # noqa: S606 ourselves
