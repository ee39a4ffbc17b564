"""The containers around a block: what sites call them, and how far above a block the nearest one of each kind is."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from newscrawler.markup.blocks import HEADINGS as HEADINGS
from newscrawler.text.any_of import pattern_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.markup.blocks import Node

FAR = 9  # a distance at least so great

# what sites call their containers: (name, pattern); a block sees how many steps up the nearest one is
KINDS = (
    ("body", (r"(?:article|story|post|entry|news|main|page|content|blog|detail)[-_ ]*(?:body|content|text|copy|detail)"
             r"|articlebody|rich-?text|paragraph|prose|wysiwyg|text-?(?:block|content|body|area)|body-?(?:text|copy|content)"
             r"|field-name-body|\bcopy\b|\bbody\b")),
    ("article", r"article|story|post|entry|news"),
    ("comment", r"comment|disqus|discussion|respond|repl(?:y|ies)|kommentar|forum"),
    ("related", (r"relat|recommend|more-?(?:stor|news|from|on|articles)|read-?(?:more|next|also)|outbrain|taboola|trending"
                r"|popular|most-|latest|teaser|card|suggest|similar|link-?list|sidebar|rail|up-?next|next|also|recirc"
                r"|verwandt|mehr-")),
    ("share", r"shar(?:e|ing)|social|facebook|twitter|whatsapp|follow|email"),
    ("nav", r"\bnav|navigation|menu|breadcrumb|footer|header|masthead|top-?bar|toolbar|skip|pagination|pager"),
    ("promo", (r"\bads?\b|\bad[-_]|advert|sponsor|promo|newsletter|subscri|sign-?up|paywall|offer|banner|cookie|consent|gdpr"
              r"|modal|popup|overlay|login|register|\bcta\b|donat|piano")),
    ("caption", r"caption|credit|figure|image|photo|gallery|media|video|player|slideshow|carousel|legend|copyright|embed"),
    ("byline", r"byline|author|\bbio\b|meta|date|time|tag|categor|topic|publish|kicker|source|dateline|info"),
    ("title", r"headline|title|heading|hed\b"),
    ("lead", (r"\blead|standfirst|summary|\bdeck?\b|\bdek\b|subtitle|abstract|intro|chapo|sapo|excerpt|descri|subhead"
             r"|teaser-?text|bajada|entradilla")),
    ("hidden", r"hidden|\bhide\b|sr-only|screen-?reader|visually-?|print"),
    ("box", r"infobox|fact-?box|\bbox|inset|aside|quote|widget|module|supplement|explainer|summary-?box"),
    ("live", r"live|timeline|\blist|feed|stream|archive|listing|results"),
)  # fmt: skip
_BODY_INDEX = 0
_BODY, *_OTHERS = (re.compile(pattern) for _, pattern in KINDS)
_KINDS_OF_WORDS = tuple(enumerate(_OTHERS, start=1))  # none of these goes over a space
_ALTERNATIVES = re.compile(r"(?:[^|()]|\([^()]*\))+")
_BEGINNING = re.compile(r"(?:\\b)?((?:[a-z-](?!\?))+)")  # the letters that an alternative has for sure
TAGS = ("article", "main", "aside", "footer", "header", "nav", "figure", "form", "ul", "table", "blockquote", "section")
_TAG_INDEX = {tag: index for index, tag in enumerate(TAGS)} | {"ol": 8, "dl": 8, "figcaption": 6}
CODES = {"p": 0, "div": 1, "li": 2, "h1": 3, "h2": 4, "h3": 5, "h4": 6, "h5": 6, "h6": 6, "td": 7, "th": 7,
         "blockquote": 8, "figcaption": 9, "section": 10, "article": 11, "dd": 12, "dt": 12, "pre": 13}  # fmt: skip
OTHER_TAG = 14

_FARTHER = bytes(min(each + 1, FAR) for each in range(256))
_NOWHERE = bytes([FAR] * (len(KINDS) + len(TAGS)))


_NO_DIGITS = {48 + each: None for each in range(10)}


@lru_cache(maxsize=4_096)  # a host's pages have the same few
def _kinds(label: str) -> tuple[int, ...]:
    """Kinds that a label names.  Numbers say nothing of them, and are what labels of one page differ in."""
    return _kinds_of(label.translate(_NO_DIGITS)) if label else ()


@lru_cache(maxsize=20_000)
def _kinds_of(label: str) -> tuple[int, ...]:
    """By its words, of which pages have fewer than of labels; "article body" alone is a kind by two of them."""
    found = set[int]().union(*map(_kinds_of_word, label.split(" ")))
    if _BODY.search(label):
        found.add(_BODY_INDEX)
    return tuple(sorted(found))


@lru_cache(maxsize=20_000)
def _kinds_of_word(word: str) -> tuple[int, ...]:
    finds, kinds = _stems()
    likely = {kind for stem in finds(word) for kind in kinds[stem]}
    return tuple(index for index, kind in _KINDS_OF_WORDS if index in likely and kind.search(word)) if likely else ()


@cache
def _stems() -> tuple[Callable[[str], list[str]], dict[str, set[int]]]:
    """(what finds the beginnings of kinds' names in a word, the kinds that begin so): a word is of one of fourteen at most.

    One look tells which patterns a word is worth, mostly none.
    """
    kinds: defaultdict[str, set[int]] = defaultdict(set)
    for index, kind in _KINDS_OF_WORDS:
        for each in _ALTERNATIVES.findall(kind.pattern):
            begins = _BEGINNING.match(each)
            assert begins is not None, each
            kinds[begins[1]].add(index)
    for longer in list(kinds):
        for shorter in list(kinds):
            if longer.startswith(shorter):  # of which the shorter one is found
                kinds[shorter] |= kinds[longer]
    return re.compile(f"(?=({pattern_of(kinds)}))").findall, dict(kinds)


def distances(node: Node) -> bytes:
    """Steps from a node up to the nearest container of each kind and tag, FAR where there is none."""
    found = node.distances
    if found is None:
        found = distances(node.parent).translate(_FARTHER) if node.parent is not None else _NOWHERE
        kinds, tag = _kinds(node.label), _TAG_INDEX.get(node.tag)
        if kinds or tag is not None:
            nearer = bytearray(found)
            for kind in kinds:
                nearer[kind] = 0
            if tag is not None:
                nearer[len(KINDS) + tag] = 0
            found = bytes(nearer)
        node.distances = found
    return found
