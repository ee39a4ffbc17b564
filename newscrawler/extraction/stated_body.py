"""The body that JSON-LD states (`articleBody`): as text, and whether it is worth more than what the page shows."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newscrawler.text import clean, words_by_line

if TYPE_CHECKING:
    from collections.abc import Mapping

WHOLE = 400  # characters from which it is worth having
ROUNDS = 4  # of unescaping; each pass through a content system may add one
PART = 0.6  # of its words: a page that shows less of it shows the beginning only
MAX_UNSHOWN_SHARE = 0.2
COVERED = 0.8  # of the pairs of its words: a page that shows so many of them shows it
_MARKUP = re.compile(
    r"<(/?)(?:p|br|div|h\d|li|ul|ol|a|strong|em|b|i|u|span|figure|figcaption|img|blockquote)\b[^>]{0,500}>", re.IGNORECASE
)
_ESCAPED = re.compile(r"&(?:amp;)*(?:lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8}\d?);", re.IGNORECASE)
_BREAK = re.compile(r"<(?:/p|br|/div|/h\d|/li|/blockquote)\b[^>]{0,100}>", re.IGNORECASE)
_ANY_MARKUP = re.compile(r"<[a-z!/][^>]{0,200}>")


def stated_body(jsonld: Mapping[str, Any]) -> str:
    r"""The body as text, one paragraph a line; empty where none is stated that is worth having.

    >>> stated_body({"articleBody": "&amp;lt;p&amp;gt;Ministers &amp;amp; envoys met.&amp;lt;/p&amp;gt;" * 20})[:31]
    'Ministers & envoys met.\nMiniste'
    """
    text = jsonld.get("articleBody")
    if not isinstance(text, str) or len(text) < WHOLE:
        return ""
    text = _without_markup(text)
    for _ in range(ROUNDS):
        if not _ESCAPED.search(text):
            break
        text = _without_markup(unescape(text))
    return "" if _ANY_MARKUP.search(text) else clean(text)


def _without_markup(text: str) -> str:
    return _MARKUP.sub("", _BREAK.sub("\n", text))


def shows_the_beginning(text: str, stated: str) -> bool:
    """Whether the page's text is only a part of the body that it states: by words, for markup and blanks make a text long.

    A body that is debris of the visible one (its apostrophes blanks, its paragraphs one) shows as words that both have.
    """
    shown, said = words_by_line(text), words_by_line(stated)
    if len(shown) >= PART * len(said) or _covers(shown, said):
        return False
    inside = set(said)
    # next to nothing of a long body may be a caption and the lead, in other words
    needed = 0.5 if len(shown) < MAX_UNSHOWN_SHARE * len(said) else 0.8
    return not shown or sum(word in inside for word in shown) >= needed * len(shown)


def _covers(shown: list[str], said: list[str]) -> bool:
    """Whether nearly all that is said is shown, in other pieces."""
    pairs = set(pairwise(said))
    return bool(pairs) and len(pairs & set(pairwise(shown))) >= COVERED * len(pairs)
