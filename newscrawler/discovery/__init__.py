"""What endpoints name: bytes of a feed, a sitemap, a page or an API and their address in, links out.

`endpoints.parse_endpoint` picks the parser.  A crawl's own process, which only asks for endpoints, imports none.
"""

from __future__ import annotations

from w3lib.encoding import http_content_type_encoding

Hints = tuple[tuple[str, str], ...]


def charset_hint(content_type: str | None) -> Hints:
    """The encoding that an answer's Content-Type states, as a hint of how to read it.

    >>> charset_hint("text/xml; charset=windows-1251"), charset_hint(None)
    ((('charset', 'cp1251'),), ())
    """
    stated = http_content_type_encoding(content_type) if content_type else None
    return (("charset", stated),) if stated else ()
