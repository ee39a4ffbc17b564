"""RSL 1.0 (Really Simple Licensing): an RSL licence that stands in a page or feed, as one line of what it permits.

Licences at addresses of their own are named and not fetched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.items.rights import RightsKind, RightsOrigin, Statement
from newscrawler.rights import one_line

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "https://rslstandard.org/rsl"
TYPE = "application/rsl+xml"
MAX_XML = 100_000  # characters
_WORD = re.compile(r"[a-z][a-z-]{0,30}")
FREE = frozenset({"free", "attribution"})


def _name(element: _Element) -> str:
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def licence_line(element: _Element) -> str:
    """What an element with RSL's `permits`, `prohibits` and `payment` below it says, in one line.

    `permits` and `prohibits` of usage alone; users and countries are said as they stand.
    """
    told: dict[str, list[str]] = {}
    for each in element.iter():
        name = _name(each)
        if name in ("permits", "prohibits"):
            words = _WORD.findall((each.text or "").lower())
            kind = (each.get("type") or "usage").lower()
            told.setdefault(name if kind == "usage" else f"{name} {kind}", []).extend(words)
        elif name == "payment":
            told.setdefault("payment", []).append((each.get("type") or "free").lower())
    parts = (f"{name} {' '.join(dict.fromkeys(words))}" for name, words in told.items() if words)
    return one_line("; ".join(parts)) or "a licence"


def inline_licence(xml: str) -> str | None:
    """The line of an RSL document in a page's script; None where it is none.  Entities are not resolved."""
    if len(xml) > MAX_XML or NAMESPACE not in xml:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return licence_line(etree.fromstring(xml.strip().encode("utf-8", "replace"), parser))
    except (etree.XMLSyntaxError, ValueError):
        return None


def item_licence(xml: str | None) -> tuple[Statement, ...]:
    """What the `content` element of a feed's item states (RSL 1.0, its module for RSS); nothing where it is none."""
    line = inline_licence(xml) if xml else None
    return (Statement(RightsKind.RSL, line, RightsOrigin.FEED),) if line else ()


def permits_all(line: str) -> bool:
    """Whether a licence's line lets everybody do everything without payment.

    >>> permits_all("permits all; payment attribution"), permits_all("permits all; prohibits ai-train")
    (True, False)
    """
    parts = [part.split() for part in line.split("; ")]
    return ["permits", "all"] in parts and all(
        part == ["permits", "all"] or (part[0] == "payment" and FREE.issuperset(part[1:])) for part in parts
    )
