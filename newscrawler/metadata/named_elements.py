"""What pages call their elements and where their links lead: bylines, dates, links to those who wrote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from newscrawler.markup.page_regions import stands_elsewhere
from newscrawler.markup.visible_text import seen_parts, seen_text
from newscrawler.metadata.dated_elements import MAX_DATED

if TYPE_CHECKING:
    from collections.abc import Set

    from lxml.html import HtmlElement

LONGEST_BYLINE = 250
MAX_NAMED = 12
MAX_TOPIC = 60  # characters of a link that may be a name
# what a word of a class name begins with: author, article__author, postAuthor, entry-meta_date; never "authority"
_BYLINE = re.compile(
    r"(?:^|[\W_]|(?:article|entry|news|post|story))"
    r"(?:by-?line|authors?|contributors?|producers?|writer|reporter|autor|autora|autorka|autore|autoren|auteur|verfasser|"
    r"redakteur|redactor|redacteur|journaliste?|skribent|forfatter|kirjoittaja|szerzo|yazar|muhabir|penulis|avtor)(?=$|[\W_\d]|[A-Z])",
    re.IGNORECASE,
)
_NO_BYLINE = re.compile(r"comment|related|(?<!v)card|teaser|bio|social|follow|avatar|image|photo|caption|description|-list|"
                        r"widget|sidebar|recommend|position|twitter|job|role|date|time", re.IGNORECASE)  # fmt: skip
_DATE_LABEL = re.compile(
    r"(?:^|[\W_]|(?:article|entry|news|post|story|publish|pub))"
    r"(?:date|time|publi|posted|timestamp|datum|fecha|tarih|data(?=$|[\W_])|stamp|updated?(?=$|[\W_])|modified)",
    re.IGNORECASE,
)
_STEMS = (
    "by", "aut", "writer", "reporter", "verfasser", "reda", "journalist", "contributor", "producer", "skribent", "forfatter",
    "kirjoit", "szerzo", "yazar", "muhabir", "penulis", "avtor", "dat", "tarih", "modif", "time", "publi", "posted", "fecha",
    "stamp",
)  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_BY_REL = etree.XPath("//body//a[@rel='author']")
_CLASSED = etree.XPath("//body//*[@class]")


def _kind_of_label(label: str) -> str:
    lower = label.lower()
    for (
        stem
    ) in _STEMS:  # most labels have none; a substring is found faster than a pattern, and this loop is faster than any()
        if stem in lower:
            break
    else:
        return ""
    label = _CAMEL.sub("-", label)
    if _BYLINE.search(label) and not _NO_BYLINE.search(label):
        return "byline"
    return "date" if _DATE_LABEL.search(label) else ""


@dataclass(frozen=True, slots=True)
class Named:
    """Texts of elements by what they are called and where they lead."""

    author_links: tuple[str, ...] = ()  # links of rel author, which are the first bylines too
    bylines: tuple[str, ...] = ()  # with a bar between parts that only styles set apart
    profiles: tuple[str, ...] = ()  # links to authors' pages beside the first of them
    topics: frozenset[str] = frozenset()  # short links that lead to no author's page


def read_named(tree: HtmlElement, around: Set[HtmlElement]) -> tuple[Named, list[HtmlElement]]:
    """(bylines and links to authors, the elements called date) of a page."""
    links, bylines, dated = _by_label(tree, around)
    profiles, topics = _by_target(tree, around)
    return Named(tuple(links), tuple(bylines), tuple(profiles), frozenset(topics)), dated


def _by_target(tree: HtmlElement, around: Set[HtmlElement]) -> tuple[list[str], set[str]]:
    """(links to authors' pages that share the box of the first of them, texts of other links)."""
    profiles: list[str] = []
    topics: set[str] = set()
    home: HtmlElement | None = None
    for link in tree.iter("a"):
        target = link.get("href")
        if not target:
            continue
        found = _PROFILE.search(target)
        if found is None:
            if link.text and len(link.text) < MAX_TOPIC:
                topics.add(link.text.strip())
        elif len(profiles) < MAX_NAMED and (text := seen_text(link)) and len(text) < MAX_TOPIC:
            box = _second_above(link)
            if (home is None and _may_hold_author(link, around)) or box is home:
                home = box
                profiles.append(text)
    return list(dict.fromkeys(profiles)), topics


def _second_above(link: HtmlElement) -> HtmlElement | None:
    above = link.getparent()
    return above if above is None or above.getparent() is None else above.getparent()


def _may_hold_author(link: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether a link stands in no box of other things, no comment and no teaser; a page without h1 tells too little."""
    if not around or stands_elsewhere(link, around):
        return False
    for above in link.iterancestors():
        if above in around:
            return True
        if above.tag in ("article", "li") or _NO_BYLINE_BOX.search(f"{above.get('class') or ''} {above.get('id') or ''}"):
            return False
    return False


_NO_BYLINE_BOX = re.compile(r"comment|related|teaser|card|recommend|widget|sidebar|most-|popular|nav|menu", re.IGNORECASE)
# the pages of those who write, as sites call the folder of them
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:en|es|as?|i)?|auteurs?|autore|team|people|staff|producers?|contributors?|profiles?|profil|editors?|"
    r"writers?|reporters?|journalists?|journalistes?|columnists?|redaktion|redakteure?|redactores?|redacteurs?|skribent(?:er)?|"
    r"forfatter(?:e)?|kirjoittajat?|avtor(?:y)?|yazar(?:lar)?|muhabir|penulis|tac-gia|szerzok?|by|person|persons|bio|experts?)"
    r"/[^/?#]+/?(?:[?#]|$)",
    re.IGNORECASE,
)


def _is_comment(element: HtmlElement) -> bool:
    return any(_COMMENT.search(f"{up.get('class') or ''} {up.get('id') or ''}") for up in element.iterancestors())


_COMMENT = re.compile(r"(?:^|\s)(?:comments?|comment-?list|commentlist|kommentare)(?:$|[\s_-])|disqus", re.IGNORECASE)


def _by_label(tree: HtmlElement, around: Set[HtmlElement]) -> tuple[list[str], list[str], list[HtmlElement]]:
    """(links of rel author, bylines, elements called date) by what elements are called."""
    bylines: list[str] = []
    dated: list[HtmlElement] = []
    links = [seen_parts(element)[:LONGEST_BYLINE] for element in _elements(_BY_REL, tree)]
    kinds: dict[str, str] = {}  # a page has few classes, each many times
    for element in _elements(_CLASSED, tree):
        label = element.get("class") or ""
        kind = kinds.get(label)
        if kind is None:
            kind = kinds[label] = _kind_of_label(label)
        if kind == "byline" and len(bylines) < MAX_NAMED:
            text = seen_parts(element)
            if 3 < len(text) <= LONGEST_BYLINE and not stands_elsewhere(element, around) and not _is_comment(element):
                bylines.append(text)
        elif kind == "date" and len(dated) < MAX_DATED and element.tag != "time":
            dated.append(element)
    return links, list(dict.fromkeys(links + bylines)), dated


def _elements(path: etree.XPath, tree: HtmlElement) -> list[HtmlElement]:
    return path(tree)  # type: ignore[return-value] # these paths select elements
