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
    """What a reader sees of an element: no styles, no soft hyphens, a space where a block or a line ends.

    Elements that stand side by side without one, a kicker and a headline, say, are set apart by their styles.
    """
    parts: list[str] = []
    for each in element.iter():
        if each is not element and (each.tag == "br" or _follows_block(each)):
            parts.append(" ")
        if each.tag not in _UNSEEN and each.text:
            parts.append(_apart(parts, each.text, each.tag) if each is not element else each.text)
        if each is not element and each.tail:
            parts.append(_apart(parts, each.tail, each.tag))
    return " ".join(_INVISIBLE.sub("", "".join(parts)).split())


def _follows_block(element: HtmlElement) -> bool:
    """Whether an element stands right behind the end of a block or line, which no text of its own tells."""
    before = element.getprevious()
    return before is not None and before.tag in _BREAKING and not before.tail


def seen_parts(element: HtmlElement) -> str:
    """The same with a bar between the parts that only styles set apart: "By Ana Lind | Staff writer | 3 May"."""
    parts: list[str] = []
    for each in element.iter():
        for text, is_first in ((each.text, True), (None if each is element else each.tail, False)):
            if not text or (is_first and each.tag in _UNSEEN):
                continue
            if parts and (each.tag in _BREAKING or (_touches(parts[-1], text) and not (is_first and each is element))):
                parts.append(" | ")
            parts.append(text)
    line = " ".join(_INVISIBLE.sub("", "".join(parts)).split())
    return _BARS.sub(" | ", line).strip(" |")


def _touches(before: str, text: str) -> bool:
    return before[-1:].isalnum() and text[:1].isalnum()


_BARS = re.compile(r"(?:\s*\|\s*)+")


def _apart(before: list[str], text: str, tag: object) -> str:
    """A text with a space before it, where an element ended that it does not continue."""
    return f" {text}" if tag in _BREAKING or (before and begins_anew(before[-1], text)) else text


def begins_anew(before: str, text: str) -> bool:
    """Whether a text is no part of the word that the element before it ends with.

    >>> begins_anew("Navy", "Minister says yes"), begins_anew("LIVE", "Ships leave"), begins_anew("War over.", "Peace")
    (True, True, True)
    >>> begins_anew("F", "rigate"), begins_anew("i", "Phone"), begins_anew("Navy ", "Minister"), begins_anew("海", "自")
    (False, False, False, False)
    >>> begins_anew("says \u00bb", "No"), begins_anew("No", "\u00ab to ships"), begins_anew("\u201eNo\u201c", "Minister")
    (False, False, True)
    """
    first, second, last = text[:1], text[1:2], before[-2:]
    if not (first.isupper() or (first in _QUOTES and second.isalnum())):
        return False
    if last[-1:] in _ENDING or (last[-1:] in _QUOTES and not last[:1].isspace()):
        return len(last) == 2
    if last.isupper():  # capitals go on in capitals
        return last.isalpha() and len(before.strip()) > 2 and second.islower()
    return len(last) == 2 and last.isalpha() and last[-1].islower()


_ENDING = frozenset(".!?:")
_QUOTES = frozenset('\u201e\u201c\u201d\u00ab\u00bb"')
