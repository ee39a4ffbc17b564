"""Under which name a host was registered, by the public suffix list: registered_domain, registered_name.

The list is the copy that tldextract brings along: nothing is asked of the network and nothing is cached on disk.  Its
private part counts (github.io, pages.dev), and so do the platforms of variants.toml that it lacks: every name before one
of them is a site of its own.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from newscrawler.urls.variants import shipped_variants

if TYPE_CHECKING:
    from tldextract import TLDExtract

_NUMERIC = re.compile(r"\[.*\]|[\d.]+|[\da-f]*:[\da-f:.]*", re.IGNORECASE)


@cache
def _suffix_list() -> TLDExtract:
    from tldextract import TLDExtract  # late: it loads an HTTP client, a tenth of a second

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


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
    suffixes = (_platform(host), _suffix_list()(host).suffix)
    return ".".join(labels[-1 - max(1, *(len(suffix.split(".")) for suffix in suffixes)) :])


@lru_cache(maxsize=16_384)
def registered_name(host: str) -> str | None:
    """The label before the public suffix, by which people call the publisher: None where that says nothing.

    None for numbers, for a public suffix itself, and for a customer of a platform.

    >>> [registered_name(each) for each in ("www.bbc.co.uk", "bmlv.gv.at", "gov.uk", "bbc.github.io", "192.0.2.1")]
    ['bbc', 'bmlv', None, None, None]
    """
    if _NUMERIC.fullmatch(host):
        return None
    found, labels = _suffix_list()(host), registered_domain(host).split(".")
    is_a_suffix = len(labels) == 1 or (found.suffix and not found.domain)
    return None if is_a_suffix or found.is_private or _platform(host) else labels[0]
