"""A title as a feed, sitemap or API states it in, the headline that readers see out."""

from __future__ import annotations

import re
from html import unescape

from newscrawler.text import clean_line

# what titles hold of markup; "the <blink> tag" speaks of one
_INLINE = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|mark|nobr|p|q|s|small|span|strong|su[bp]|time|tt|u|wbr)"
    r"(?:\s[^<>]{0,1000})?/?>",
    re.IGNORECASE,
)
_BREAKING = re.compile(r"<(?:br|div|p|h[1-6])\b", re.IGNORECASE)


def item_title(stated: str | None) -> str | None:
    """A stated title without references and markup; None where none is left.

    >>> item_title("The &lt;i&gt;USS Ford&lt;/i&gt; sails &#8211; Q&amp;A"), item_title("One<br/>two"), item_title(" ")
    ('The USS Ford sails – Q&A', 'One two', None)
    >>> item_title("5 < 6 > 4, and the <blink> tag")
    '5 < 6 > 4, and the <blink> tag'
    """
    if not stated:
        return None
    plain = unescape(stated) if "&" in stated else stated
    if "<" in plain:
        plain = _INLINE.sub(lambda found: " " if _BREAKING.match(found[0]) else "", plain)
    return clean_line(plain) or None
