"""Link relations (RFC 8288), as feeds, pages and HTTP headers state them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# a registered relation may be written whole (RFC 4287, 4.2.7.2)
_REGISTERED = re.compile(r"https?://www\.iana\.org/assignments/(?:link-)?relations?(?:\.html|\.xhtml)?[/#]")
# semicolons too many or none, and quotation marks that are none or are never closed, are read as they are meant
_PARAMETER = r"(?:\s*;[\s;]*|\s+)([\w!#$&+.^`|~*-]+)(?:\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|'([^',;]*)'|\"?([^\s;,\"]*)))?"
_LINK = re.compile(rf"<([^<>]*)>((?:{_PARAMETER})*)")
_PARAMETERS = re.compile(_PARAMETER)


def relations(rel: str | None) -> frozenset[str]:
    """The relations of a rel attribute, in lower case; registered ones by their short names.

    >>> sorted(relations("Alternate nofollow")), sorted(relations("http://www.iana.org/assignments/relation/alternate"))
    (['alternate', 'nofollow'], ['alternate'])
    """
    return frozenset(_REGISTERED.sub("", each) for each in (rel or "").lower().split())


def header_links(values: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """(reference, parameters by lower-case name) of each link that Link headers state (RFC 8288, 3).

    >>> list(header_links(['</feed>; rel="alternate"; title="a, b"; type=application/rss+xml, <x>; rel=next']))
    [('/feed', {'rel': 'alternate', 'title': 'a, b', 'type': 'application/rss+xml'}), ('x', {'rel': 'next'})]
    >>> list(header_links(["</feed>;;rel='alternate' type=application/rss+xml;; title*=UTF-8'de'%C3%9Cber"]))
    [('/feed', {'rel': 'alternate', 'type': 'application/rss+xml', 'title': 'Über'})]
    """
    for value in values:
        for found in _LINK.finditer(value[:10_000]):
            stated: dict[str, str] = {}
            for name, quoted, single, token in _PARAMETERS.findall(found[2]):
                stated.setdefault(name.lower(), re.sub(r"\\(.)", r"\1", quoted) or single or token)  # the first counts (3.3)
            if "title*" in stated:
                stated["title"] = _extended(stated.pop("title*"))
            yield found[1].strip(), stated


def _extended(value: str) -> str:
    """A parameter's value with its encoding (RFC 8187)."""
    encoding, _, text = value.partition("'")
    try:
        return unquote(text.partition("'")[2], encoding or "utf-8", "replace")
    except LookupError:
        return text.partition("'")[2]
