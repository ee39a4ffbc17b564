"""Hosts with letters beyond ASCII, as browsers look them up (UTS 46, non-transitional; URL Standard, 3.3).

Python's own codec, which Scrapy uses, follows the rules of 2003: it makes straße.example strasse.example, another host.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote_to_bytes

import idna

MAX_LABEL, MAX_HOST = 63, 253  # octets (RFC 1035, 2.3.4)


@lru_cache(maxsize=4_096)
def ascii_host(host: str) -> str:
    """A host in lower case and ASCII.  Raises ValueError where it can be no host's name.

    >>> ascii_host("straße.example"), ascii_host("βόλος.example"), ascii_host("日本。JP"), ascii_host("B%C3%BCcher.example")
    ('xn--strae-oqa.example', 'xn--nxasmm1c.example', 'xn--wgv71a.jp', 'xn--bcher-kva.example')
    """
    if "%" in host:
        host = unquote_to_bytes(host).decode("utf-8")
    if host.isascii():
        return host.lower()
    labels = idna.uts46_remap(host, std3_rules=False, transitional=False).split(".")
    spelt = [label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}" for label in labels]
    named = spelt[:-1] if spelt[-1] == "" else spelt  # a last dot is the root's
    if any(not 0 < len(label) <= MAX_LABEL for label in named) or len(".".join(named)) > MAX_HOST:
        raise ValueError(f"{host!r} is no host: a label is empty or too long")
    return ".".join(spelt)


def as_read(label: str) -> str:
    """A label of a host as people read it, in lower case; one that is no punycode as it is.

    >>> as_read("xn--p1ai"), as_read("COM"), as_read("xn--a")
    ('рф', 'com', 'xn--a')
    """
    lowered = label.lower()
    if not lowered.startswith("xn--"):
        return lowered
    try:
        return idna.decode(lowered)
    except (UnicodeError, IndexError):
        return lowered
