"""Under which name a host was registered, by the public suffix list: registered_domain, registered_name.

The list is the copy that tldextract brings along: nothing is asked of the network and nothing is cached on disk.  Its
private part counts (github.io, pages.dev), and so do the platforms of variants.toml that it lacks: every name before one
of them is a site of its own.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from newscrawler.urls.idn import as_read
from newscrawler.urls.variants import shipped_variants

_NUMERIC = re.compile(r"\[.*\]|[\d.]+|[\da-f]*:[\da-f:.]*", re.IGNORECASE)
_RULE = re.compile(r"^[.*!]*\w\S*", re.MULTILINE)
_DOTS = ".\u3002\uff0e\uff61"
_PRIVATE = "// ===BEGIN PRIVATE DOMAINS==="


class _Suffixes(NamedTuple):
    """The list: whether each rule is a private one, and all ends of rules, which are on the way to one."""

    private: dict[str, bool]
    ends: frozenset[str]


@cache
def shipped_suffixes() -> _Suffixes:
    """The copy of the list in tldextract's package, whose own code loads an HTTP client and makes an object of each label:
    .2 CPU seconds and 20 MB of each process.
    """
    found = find_spec("tldextract")
    places = found.submodule_search_locations if found is not None else None
    assert places, "tldextract is not installed"
    public, _, private = Path(places[0], ".tld_set_snapshot").read_text(encoding="utf-8").partition(_PRIVATE)
    rules = dict.fromkeys(_RULE.findall(public), False) | dict.fromkeys(_RULE.findall(private), True)
    return _Suffixes(rules, frozenset(end for rule in rules for end in _ends(rule.split("."))))


def _ends(labels: list[str]) -> list[str]:
    """The ends of a name, the shortest first.

    >>> _ends(["a", "co", "uk"])
    ['uk', 'co.uk', 'a.co.uk']
    """
    return list(accumulate(reversed(labels), lambda end, label: f"{label}.{end}"))


def _bare(host: str) -> str:
    """A host without a port and the root's dot."""
    return host.partition(":")[0].rstrip(_DOTS)


def _suffix(host: str) -> tuple[int, bool]:
    """(labels of a host's public suffix, whether that is a private one); 0 where the list knows none."""
    suffixes, size, rule, parent = shipped_suffixes(), 0, "", ""
    for number, end in enumerate(_ends([as_read(label) for label in _bare(host).split(".")]), 1):
        if end not in suffixes.ends:
            if (wild := f"*.{parent}") in suffixes.private:
                size, rule = number - (f"!{end}" in suffixes.private), wild
            break
        if end in suffixes.private:
            size, rule = number, end
        parent = end
    return size, suffixes.private.get(rule, False)


def _platform(host: str) -> str:
    """The platform of variants.toml whose customer a host is, "" where it is none."""
    found = shipped_variants().hosting.search(host)
    return found[1] if found else ""


@lru_cache(maxsize=16_384)
def registered_domain(host: str) -> str:
    """The public suffix of a host and one label before it; a host that has no more is its own.

    `host`: in lower case, without a port; letters beyond ASCII as they are or in punycode.  Where no list knows the last
    label, as in an inner network, it is the suffix.  Never raises.

    >>> [registered_domain(host) for host in ("www.example.co.uk", "www.bmlv.gv.at", "a.b.github.io", "desk.substack.com")]
    ['example.co.uk', 'bmlv.gv.at', 'b.github.io', 'desk.substack.com']
    >>> [registered_domain(host) for host in ("www.gov.uk", "gov.uk", "a.wiki.intranet", "localhost", "192.0.2.1")]
    ['www.gov.uk', 'gov.uk', 'wiki.intranet', 'localhost', '192.0.2.1']
    """
    if _NUMERIC.fullmatch(host):
        return host
    labels = host.split(".")
    if len(labels) < 3:
        return host
    return ".".join(labels[-1 - max(1, len(_platform(host).split(".")), _suffix(host)[0]) :])


@lru_cache(maxsize=16_384)
def registered_name(host: str) -> str | None:
    """The label before the public suffix, by which people call the publisher: None where that says nothing.

    None for numbers, for a public suffix itself, and for a customer of a platform.

    >>> [registered_name(each) for each in ("www.bbc.co.uk", "bmlv.gv.at", "gov.uk", "bbc.github.io", "192.0.2.1")]
    ['bbc', 'bmlv', None, None, None]
    """
    if _NUMERIC.fullmatch(host):
        return None
    (size, is_private), labels = _suffix(host), registered_domain(host).split(".")
    is_a_suffix = len(labels) == 1 or size == len(_bare(host).split("."))
    return None if is_a_suffix or is_private or _platform(host) else labels[0]
