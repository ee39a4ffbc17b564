"""robots.txt text in, rules out (RFC 9309), with Crawl-delay, the sitemaps that it names, and what it states of rights.

The RFC to the letter: an address and a rule are compared in one spelling (2.2.2), `%24` and `%2A` of a rule are the
characters themselves (2.2.3), and no other record ends a list of agents (2.2.4).  Where it leaves a choice, the reading
that forbids holds.  Common misspellings of the keys are read as Google's parser reads them.  docs/robots.md lists all that.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 512_000  # RFC 9309, 2.5 asks for 500 KiB at least
MAX_LINE = 16_664  # characters; what is behind them is not read
MAX_RULES = 20_000
MAX_SITEMAPS = 5_000
MAX_LICENCES = 20
MAX_SIGNALS = 50  # lines of Content-Signal

_KEYS = {
    "user-agent": "agent", "useragent": "agent", "user agent": "agent", "allow": "allow", "disallow": "disallow",
    "dissallow": "disallow", "dissalow": "disallow", "disalow": "disallow", "diasllow": "disallow",
    "disallaw": "disallow", "crawl-delay": "delay", "crawldelay": "delay", "crawl delay": "delay", "sitemap": "sitemap",
    "site-map": "sitemap", "sitemaps": "sitemap", "license": "licence", "content-signal": "signal",
}  # fmt: skip
_ADDRESSES = ("sitemap", "licence")  # keys whose values are addresses
_LINES = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"\s*#")
_COMMENT_BEHIND_ADDRESS = re.compile(r"\s#")  # an address may hold a #
_PRODUCT = re.compile(r"[^\s/();,*]+")
_EVERYBODY = re.compile(r"\*(?:\s|$)")
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
_INDEX = re.compile(r"/index\.html?$")

_MARKS = "!$&'()*+,:;=@[]~-._"  # reserved but for / ? # and unreserved (RFC 3986, 2.2 and 2.3)
_ONE_SPELLING = re.compile(r"[\w!$&'()*+,:;=@~./?-]*", re.ASCII)
_ESCAPABLE = re.compile(r"%[0-9a-fA-F]{2}|[^\w!$&'()*+,:;=@\[\]~./?-]", re.ASCII)


def _compared(text: str, *, query: bool = False) -> str:
    """A part of an address as it is compared (RFC 9309, 2.2.2): `%7e` is ~, `<` is %3C, a reserved mark is its escape.

    A slash or question mark that is escaped in a path is another than one that is not; in a query it is the same.

    >>> _compared("/%7ejoe/caf\u00e9%2f<"), _compared("a=http%3A%2f%2Fb", query=True)
    ('/~joe/caf%C3%A9%2F%3C', 'a=http://b')
    """
    if _ONE_SPELLING.fullmatch(text):
        return text
    readable = f"{_MARKS}/?" if query else _MARKS

    def respelt(found: re.Match[str]) -> str:
        if len(found[0]) == 1:
            return quote(found[0], safe="", errors="replace")
        character = chr(int(found[0][1:], 16))
        plain = character in readable or (character.isascii() and character.isalnum())
        return character if plain else found[0].upper()

    return _ESCAPABLE.sub(respelt, text)


def _target(url: str) -> str:
    """What rules are matched with: an address from its path to its fragment, as it is compared."""
    url = url.partition("#")[0]
    authority = _AUTHORITY.match(url)
    path, mark, query = (url[authority.end() :] if authority else url).partition("?")
    target = _compared(path) + mark + _compared(query, query=True)
    return target if target.startswith("/") else f"/{target}"


def _matches(parts: tuple[str, ...], path: str, *, anchored: bool) -> bool:
    """Whether a path begins with the parts, anything between them; in time linear in both for each part."""
    first, *rest = parts
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
    parts: tuple[str, ...]  # as they are compared; anything may be between them
    anchored: bool = False  # it ends in $

    @property
    def weight(self) -> tuple[int, bool]:
        """The rule of more octets holds, Allow where both have as many (RFC 9309, 2.2.2)."""
        return sum(map(len, self.parts)) + len(self.parts) - 1 + self.anchored, self.allow

    def applies(self, target: str) -> bool:
        if _matches(self.parts, target, anchored=self.anchored):
            return True
        # a $ may have been meant as the character: that forbids, but allows nothing
        literal = (*self.parts[:-1], f"{self.parts[-1]}$")
        return self.anchored and not self.allow and _matches(literal, target, anchored=False)


@dataclass(frozen=True, slots=True)
class PathRule:
    """Which addresses of a host a pattern of robots.txt is for; other files use the same patterns."""

    rule: _Rule

    def applies_to(self, url: str) -> bool:
        return self.rule.applies(_target(url))


def path_rule(pattern: str) -> PathRule:
    """A pattern as a rule has it: a path from its beginning, `*` for anything, a final `$` for the end.

    >>> [path_rule("/a/*.jpg").applies_to(f"https://a.example/{each}") for each in ("a/b/1.jpg", "b/1.jpg")]
    [True, False]
    """
    return PathRule(_rule("allow", pattern if pattern[:1] in ("/", "*") else f"/{pattern}"))


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """What a robots.txt says, by product token in lower case; `*` is everybody else.

    `licences` are addresses of RSL licences (for everybody), `signals` the values of Content-Signal.
    """

    groups: dict[str, tuple[_Rule, ...]]
    delays: dict[str, float]
    sitemaps: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()
    signals: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def _group(self, agent: str) -> str:
        agent = agent.strip().lower()
        if agent in self.groups:
            return agent
        products = _PRODUCT.findall(agent) if "/" in agent else []
        return next((product for product in products if product in self.groups), "*")

    def allows(self, url: str, agent: str) -> bool:
        """Whether the rules let this agent (a product token, or a whole User-Agent) ask for the address."""
        target = _target(url)
        if target.partition("?")[0] == "/robots.txt":
            return True
        applying = [rule for rule in self.groups.get(self._group(agent), ()) if rule.applies(target)]
        return max(applying, key=lambda rule: rule.weight).allow if applying else True

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between two requests, as stated for this agent; None where nothing is stated."""
        return self.delays.get(self._group(agent))

    def content_signals(self, agent: str) -> tuple[str, ...]:
        """The values of Content-Signal for this agent, as they stand."""
        return self.signals.get(self._group(agent), ())


def _rule(key: str, pattern: str) -> _Rule:
    anchored = pattern.endswith("$")
    path, mark, query = pattern.removesuffix("$").partition("?")
    before, behind = path.split("*"), query.split("*")
    parts = [*map(_compared, before), *(_compared(part, query=True) for part in behind[1:])]
    parts[len(before) - 1] += mark + _compared(behind[0], query=True)
    return _Rule(key == "allow", tuple(parts), anchored)


def _rules(key: str, value: str) -> Iterator[_Rule]:
    """The rules of a line; none of an Allow that begins with neither / nor *, which is no rule (RFC 9309, 2.2)."""
    if not value or (key == "allow" and value[0] not in "/*"):
        return
    pattern = value if value[0] in "/*" else f"/{value}"
    yield _rule(key, pattern)
    if key == "allow" and _INDEX.search(pattern):  # a folder and its index page are one
        yield _rule(key, _INDEX.sub("/$", pattern))


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value.replace(",", "."))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _record(line: str) -> tuple[str, str]:
    """(key, value) of a line; the key "unknown" where we know none.  "Disallow /x" is written now and then."""
    name, colon, value = line.partition(":")
    key = _KEYS.get(name.strip().lower())
    if key is None and not (colon and (not value or value[0].isspace())):
        words = line.split()
        for number in (1, 2):
            spelt = _KEYS.get(" ".join(words[:number]).lower())
            if spelt is not None and (spelt in _ADDRESSES or len(words) == number + 1 or words[number + 1][0] == "#"):
                key, value = spelt, " ".join(words[number:])
                break
    comment = _COMMENT_BEHIND_ADDRESS if key in _ADDRESSES else _COMMENT
    return key or "unknown", comment.split(value.strip(), maxsplit=1)[0].strip()


def _records(text: str) -> Iterator[tuple[str, str]]:
    for line in _LINES.split(text.lstrip("\ufeff")):
        bare = line[:MAX_LINE].strip()
        if bare and bare[0] != "#":
            yield _record(bare)


def _token(value: str) -> str:
    """The product that a group is for: `NewsCrawler/2.0` is newscrawler."""
    product = _PRODUCT.match(value.lstrip("*"))
    return "*" if _EVERYBODY.match(value) else product[0].lower() if product else ""


@dataclass(slots=True)
class _Groups:
    """The groups of a robots.txt while it is read.

    A Crawl-delay is none of the RFC's records: it ends no list of agents for the rules, but those for the next delay.
    """

    rules: dict[str, list[_Rule]] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    signals: dict[str, list[str]] = field(default_factory=dict)
    agents: list[str] = field(default_factory=list)
    slowed: list[str] = field(default_factory=list)  # those of `agents` whose delay may still follow
    ruled: bool = False  # the agents have had a rule
    delayed: bool = False
    number: int = 0

    def add_agent(self, token: str) -> None:
        self.agents = [*([] if self.ruled else self.agents), token]
        self.slowed = [*([] if self.ruled or self.delayed else self.slowed), token]
        self.ruled = self.delayed = False
        self.rules.setdefault(token, [])

    def add_rules(self, key: str, value: str) -> None:
        self.ruled = True
        for rule in _rules(key, value) if self.number < MAX_RULES else ():
            self.number += 1
            for agent in self.agents:
                self.rules[agent].append(rule)

    def add_delay(self, value: str) -> None:
        self.delayed = True
        if (seconds := _seconds(value)) is not None:
            self.delays.update({agent: max(seconds, self.delays.get(agent, 0.0)) for agent in self.slowed})

    def add_signal(self, value: str) -> None:
        """Before any User-agent it is meant for everybody."""
        for agent in self.agents or ["*"]:
            lines = self.signals.setdefault(agent, [])
            if len(lines) < MAX_SIGNALS:
                lines.append(value)


def robots_text(body: bytes) -> str:
    """The text of a robots.txt; of a longer one than MAX_BYTES its whole lines: half an Allow would allow too much."""
    if len(body) > MAX_BYTES:
        body = body[: 1 + max(body.rfind(b"\n", 0, MAX_BYTES), body.rfind(b"\r", 0, MAX_BYTES))]
    return body.decode("utf-8", "replace").replace("\x00", "")


def _licence(value: str, origin: str) -> str | None:
    """The address that a License line names; None of one in words."""
    return absolute(value.strip("<>"), origin) if len(value.split()) == 1 else None


def parse_robots(text: str, origin: str = "") -> RobotsRules:
    """The rules of a robots.txt; sitemaps are made absolute against `origin` (scheme://host).  Never raises."""
    groups = _Groups()
    sitemaps: dict[str, None] = {}
    licences: dict[str, None] = {}
    for key, value in _records(text):
        if key == "agent":
            groups.add_agent(_token(value))
        elif key in ("allow", "disallow"):
            groups.add_rules(key, value)
        elif key == "delay":
            groups.add_delay(value)
        elif key == "sitemap" and len(sitemaps) < MAX_SITEMAPS and (address := absolute(value, origin)):
            sitemaps[address] = None
        elif key == "licence" and len(licences) < MAX_LICENCES and (address := _licence(value, origin)):
            licences[address] = None
        elif key == "signal":
            groups.add_signal(value)
    by_agent = {agent: tuple(rules) for agent, rules in groups.rules.items()}
    signals = {agent: tuple(lines) for agent, lines in groups.signals.items()}
    return RobotsRules(by_agent, groups.delays, tuple(sitemaps), tuple(licences), signals)
