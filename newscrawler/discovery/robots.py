"""robots.txt text in, rules out (RFC 9309), with Crawl-delay and the sitemaps that it names.

Where readings of a rule differ, the one that forbids holds: a Disallow is matched against every spelling of an
address (percent-encoded or not, a final `$` as an anchor or a character), an Allow against the one it is written in.
Common misspellings of the keys are read as Google's parser reads them.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINE = 16_664  # characters; what is behind them is not read
MAX_RULES = 20_000
MAX_SITEMAPS = 5_000

_KEYS = {
    "user-agent": "agent", "useragent": "agent", "user agent": "agent", "allow": "allow", "disallow": "disallow",
    "dissallow": "disallow", "dissalow": "disallow", "disalow": "disallow", "diasllow": "disallow",
    "disallaw": "disallow", "crawl-delay": "delay", "crawldelay": "delay", "sitemap": "sitemap", "site-map": "sitemap",
}  # fmt: skip
_LINES = re.compile(r"\r\n|\r|\n")
_PRODUCT = re.compile(r"[^\s/();,]+")
_SAFE = "!#$%&'()*+,/:;=?@[]~-._"
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_PLAIN = re.compile(r"%(?:2[dDeE]|3\d|4[1-9a-fA-F]|5[0-9aAfF]|6[1-9a-fA-F]|7[0-9aAeE])")  # unreserved, RFC 3986, 2.3
_INDEX = re.compile(r"/index\.html?$")


def _escaped(path: str) -> str:
    """A path with one spelling of what must be escaped: `<` is %3C, %3c is %3C."""
    return _ESCAPE.sub(lambda found: found[0].upper(), quote(path, safe=_SAFE))


def _unreserved(path: str) -> str:
    """Escapes of characters that need none, undone (RFC 9309, 2.2.2)."""
    return _PLAIN.sub(lambda found: unquote(found[0]), path)


def _matches(pattern: str, path: str, *, anchored: bool) -> bool:
    """Whether a path begins with the pattern, `*` standing for anything; in time linear in both for each `*`."""
    first, *rest = pattern.split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for number, part in enumerate(rest, 1):
        if anchored and number == len(rest):
            return len(path) - len(part) >= at and path.endswith(part)
        found = path.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return not anchored or at == len(path)


@dataclass(frozen=True, slots=True)
class _Rule:
    allow: bool
    pattern: str  # escaped, begins with / or *

    @property
    def weight(self) -> tuple[int, bool]:
        """The longer rule holds, Allow where both are as long (RFC 9309, 2.2.2)."""
        return len(self.pattern), self.allow

    def applies(self, path: str) -> bool:
        """`path` is raw: its non-ASCII characters may stand as they are."""
        anchored = self.pattern.endswith("$")
        pattern = self.pattern[:-1] if anchored else self.pattern
        if self.allow:
            return path.isascii() and _matches(pattern, _escaped(path), anchored=anchored)
        plain, escaped = _unreserved(_escaped(path)), _escaped(path)
        if _matches(pattern, escaped, anchored=anchored) or _matches(_unreserved(pattern), plain, anchored=anchored):
            return True
        return anchored and _matches(f"{pattern}$", escaped.replace("%24", "$"), anchored=False)


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says, by product token in lower case; `*` is everybody else."""

    groups: dict[str, tuple[_Rule, ...]]
    delays: dict[str, float]
    sitemaps: tuple[str, ...] = ()

    def _group(self, agent: str) -> str:
        agent = agent.strip().lower()
        if agent in self.groups:
            return agent
        products = _PRODUCT.findall(agent) if "/" in agent else []
        return next((product for product in products if product in self.groups), "*")

    def allows(self, url: str, agent: str) -> bool:
        """Whether the rules let this agent (a product token, or a whole User-Agent) ask for the address."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if path == "/robots.txt":
            return True
        applying = [rule for rule in self.groups.get(self._group(agent), ()) if rule.applies(path)]
        return max(applying, key=lambda rule: rule.weight).allow if applying else True

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between two requests, as stated for this agent; None where nothing is stated."""
        return self.delays.get(self._group(agent))


def _rules(key: str, value: str) -> Iterator[_Rule]:
    if not value:
        return
    pattern = _escaped(value if value[0] in "/*" else f"/{value}")
    yield _Rule(key == "allow", pattern)
    if key == "allow" and _INDEX.search(pattern):  # a folder and its index page are one
        yield _Rule(allow=True, pattern=_INDEX.sub("/$", pattern))


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value.replace(",", "."))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _records(text: str) -> Iterator[tuple[str, str]]:
    """(key, value) of each line; the key "unknown" where we know none."""
    for line in _LINES.split(text.lstrip("\ufeff")):
        bare = line[:MAX_LINE].strip()
        if not bare or bare[0] == "#":
            continue
        name, colon, value = bare.partition(":")
        if not colon:  # "Disallow /x" is written now and then
            words = bare.partition("#")[0].split()
            name, value = (words[0], words[1]) if len(words) == 2 else (bare, "")
        key = _KEYS.get(name.strip().lower(), "unknown")
        # an address may hold a #; a comment has a space before it
        yield key, re.split(r"\s#" if key == "sitemap" else r"\s*#", value.strip(), maxsplit=1)[0].strip()


def _tokens(value: str) -> str:
    return "*" if value.startswith("*") else re.split(r"[\s/]", value, maxsplit=1)[0].lower()


def parse_robots(text: str, origin: str = "") -> RobotsRules:
    """The rules of a robots.txt; sitemaps are made absolute against `origin` (scheme://host).  Never raises."""
    groups: dict[str, list[_Rule]] = {}
    delays: dict[str, float] = {}
    sitemaps: dict[str, None] = {}
    agents: list[str] = []
    closed, number = False, 0
    for key, value in _records(text):
        if key == "agent":
            agents = [*([] if closed else agents), _tokens(value)]
            closed = False
            groups.setdefault(agents[-1], [])
        elif key in ("allow", "disallow"):
            closed = True
            for rule in _rules(key, value) if number < MAX_RULES else ():
                number += 1
                for agent in agents:
                    groups[agent].append(rule)
        elif key == "delay":
            closed = True
            if (seconds := _seconds(value)) is not None:
                delays.update({agent: max(seconds, delays.get(agent, 0.0)) for agent in agents})
        elif key == "sitemap" and len(sitemaps) < MAX_SITEMAPS:
            if address := absolute(value, origin):
                sitemaps[address] = None
        elif key == "unknown" and value[:1] in ("/", "*"):
            closed = True  # a rule of a kind that we do not know ends the list of agents; other lines do not
    return RobotsRules({agent: tuple(rules) for agent, rules in groups.items()}, delays, tuple(sitemaps))
