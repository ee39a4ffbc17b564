"""Which names the reading room answers to.

A page of somebody else's may resolve its own name to this machine (DNS rebinding) and read the archive through the browser
of whoever reads that page.  The request then carries that name as its Host: it is refused.  An IP address cannot be had so.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

ENVIRONMENT = "NEWSCRAWLER_HOST_NAMES"  # what `serve` says to the plugin: names, separated by commas
ANY = "*"


def name_of(host: str) -> str:
    """The name of a Host header (RFC 9110, 7.2), without its port.

    >>> name_of("News.Example:8001"), name_of("[::1]:8001"), name_of("localhost."), name_of("127.0.0.1")
    ('news.example', '::1', 'localhost', '127.0.0.1')
    """
    name = re.sub(r":\d*$", "", host.strip().lower())
    if name.startswith("[") and name.endswith("]"):
        return name[1:-1]
    return name.removesuffix(".")


def names_of(configured: object) -> tuple[str, ...]:
    """The names that a configuration allows: a list, or one string with commas; what is neither allows none.

    >>> names_of("News.example, archive.example:443"), names_of(["*"]), names_of(None)
    (('news.example', 'archive.example'), ('*',), ())
    """
    told = configured.split(",") if isinstance(configured, str) else configured
    if not isinstance(told, list | tuple):
        return ()
    return tuple(name for each in told if isinstance(each, str) and (name := name_of(each)))


def is_ours(host: str, allowed: Collection[str]) -> bool:
    """Whether a request for this Host is answered: this machine's names, IP addresses, and what is allowed.

    >>> [is_ours(each, ["news.example"]) for each in ("localhost:8001", "10.0.0.7", "news.example", "evil.example")]
    [True, True, True, False]
    """
    name = name_of(host)
    if ANY in allowed or name in allowed or name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def refusal(host: str) -> str:
    """One sentence for whoever asked by another name."""
    return (
        f"This archive does not answer to the name {name_of(host)[:100]!r}: open it as localhost, or allow the name with "
        "`newscrawler serve --host-name NAME`."
    )
