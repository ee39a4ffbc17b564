"""What the files of a site state: robots.txt (RSL's `License`, `Content-Signal`) and tdmrep.json."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.discovery.robots import parse_robots, path_rule
from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.rights import distinct
from newscrawler.rights.tdm import reserved_by_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.rights.tdm import TdmRule

AGENT = "newscrawler"
SIGNALS = ("search", "ai-input", "ai-train")
_SIGNAL = re.compile(r"([a-z][a-z-]{0,30})\s*=\s*(yes|no)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SiteRights:
    """What the files of one origin (scheme://host) state; asked address by address."""

    licences: tuple[Statement, ...] = ()
    signals: tuple[str, ...] = ()  # lines of Content-Signal for us: some have a path first
    tdm: tuple[TdmRule, ...] = ()

    def of(self, url: str) -> tuple[Statement, ...]:
        """What is stated of one address of this origin."""
        if not (self.licences or self.signals or self.tdm):
            return ()
        by_file = reserved_by_file(self.tdm, url)
        return distinct([*([by_file] if by_file else []), *self._signals_of(url), *self.licences])

    def _signals_of(self, url: str) -> Iterator[Statement]:
        for line in self.signals:
            path, _, behind = line.partition(" ")
            if path.startswith("/"):
                if not path_rule(path).applies_to(url):
                    continue
                line = behind
            yield from signals(line, RightsOrigin.ROBOTS_TXT)


def signals(line: str, origin: RightsOrigin) -> Iterator[Statement]:
    """The signals of a Content-Signal; what it does not define (`use=reference`) is left out.

    >>> [each.value for each in signals("search=yes, AI-train=no, use=reference", RightsOrigin.ROBOTS_TXT)]
    ['search=yes', 'ai-train=no']
    """
    for name, answer in _SIGNAL.findall(line):
        if name.lower() in SIGNALS:
            yield Statement(RightsKind.SIGNAL, f"{name.lower()}={answer.lower()}", origin)


def site_rights(robots: str | None, tdm: tuple[TdmRule, ...] = (), origin: str = "") -> SiteRights:
    """What a robots.txt's text and the rules of a tdmrep.json state; None where there is no such file."""
    if not robots:
        return SiteRights(tdm=tdm)
    # the whole file is read for the few hosts that have such a line
    lower = robots.lower()
    if "license" not in lower and "content-signal" not in lower:
        return SiteRights(tdm=tdm)
    rules = parse_robots(robots, origin)
    licences = tuple(Statement(RightsKind.RSL, each, RightsOrigin.ROBOTS_TXT, terms=each) for each in rules.licences)
    return SiteRights(licences, rules.content_signals(AGENT), tdm)
