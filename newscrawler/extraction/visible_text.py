"""What a reader sees of an element: one line of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = frozenset({"style", "script", "noscript", "svg", "template", "rt", "rp"})
_BREAKING = frozenset({"br", "div", "p", "li", "h1", "h2", "h3", "h4", "section", "td"})
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


def seen_text(element: HtmlElement) -> str:
    """What a reader sees of an element: no styles, no soft hyphens, a space where a block or a line ends."""
    parts: list[str] = []
    for each in element.iter():
        if each.tag not in _UNSEEN and each.text:
            parts.append(f" {each.text}" if each.tag in _BREAKING else each.text)
        if each is not element and each.tail:
            parts.append(f" {each.tail}" if each.tag in _BREAKING else each.tail)
    return " ".join(_INVISIBLE.sub("", "".join(parts)).split())
