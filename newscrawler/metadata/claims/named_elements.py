"""What pages call their elements and where their links lead: bylines, dates, links to those who wrote."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler.markup.elements import TEST_NAMES
from newscrawler.markup.page_regions import stands_elsewhere
from newscrawler.markup.visible_text import seen_parts, seen_text
from newscrawler.metadata.claims.jsonld import path_of
from newscrawler.metadata.dates.elements import MAX_DATED
from newscrawler.text import spaceless, words
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from lxml.html import HtmlElement

    from newscrawler.markup.elements import Elements

LONGEST_BYLINE = 250
MAX_NAMED = 12
MAX_CARD = 8  # elements of an author's card that are looked at
MAX_PAGES = 40  # pages of authors whose links are read
MAX_TOPIC = 60  # characters of a link that may be a name
# what a word of a class name begins with: author, article__author, postAuthor, entry-meta_date; never "authority"
_BYLINE = re.compile(
    r"(?:^|[\W_]|(?:article|entry|news|post|story))"
    r"(?:by-?line|(?:submitted|posted|written)-?by|authors?|contributors?|producers?|writer|reporter|autor|autora|autorka|autore|autoren|auteur|verfasser|"
    r"redakteur|redactor|redacteur|journaliste?|skribent|forfatter|kirjoittaja|szerzo|yazar|muhabir|penulis|avtor)(?=$|[\W_\d]|[A-Z])",
    re.IGNORECASE,
)
_NO_BYLINE = re.compile(r"comment|related|(?<!v)(?<!\bh-)card|teaser|bio|social|follow|avatar|image|photo|caption|"
                        r"description|-list|widget|sidebar|recommend|position|twitter|job|role|date|time",
                        re.IGNORECASE)  # fmt: skip
_DATE_LABEL = re.compile(
    r"(?:^|[\W_]|(?:article|entry|news|post|story|publish|pub))"
    r"(?:date|time|publi|posted|timestamp|datum|fecha|tarih|data(?=$|[\W_])|stamp|updated?(?=$|[\W_])|modified|changed(?=$|[\W_])|"
    r"aktualisiert|actualiza|aggiorna|atualiza|bijgewerkt|gewijzigd|guncelle)",
    re.IGNORECASE,
)
_STEMS = (
    "by", "aut", "writer", "reporter", "verfasser", "reda", "journalist", "contributor", "producer", "skribent", "forfatter",
    "kirjoit", "szerzo", "yazar", "muhabir", "penulis", "avtor",
)  # fmt: skip
_STEMS_OF_DATES = (
    "dat", "tarih", "modif", "time", "publi", "posted", "fecha",
    "stamp", "changed", "aktualis", "tualiza", "aggiorn", "gewerkt", "gewijzigd", "guncel",
)  # fmt: skip
_may_be_named, _may_be_byline = any_of((*_STEMS, *_STEMS_OF_DATES)), any_of(_STEMS)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_DATED_ITEMS = frozenset({"datePublished", "dateModified"})


def _kinds_of_labels(labels: Set[str]) -> dict[str, str]:
    """The labels that are called byline or date, with which of the two."""
    lower = {label: label.lower() for label in labels}
    return {label: kind for label, small in lower.items() if _may_be_named(small) and (kind := _kind_of(label))}


@lru_cache(maxsize=2_000)  # the pages of a site call their elements alike
def _kind_of(label: str) -> str:
    may_be_byline = _may_be_byline(label.lower())
    label = _CAMEL.sub("-", label)
    if may_be_byline and _BYLINE.search(label) and not _NO_BYLINE.search(label):
        return "byline"
    return "date" if _DATE_LABEL.search(label) else ""


@dataclass(frozen=True, slots=True)
class Named:
    """Texts of elements by what they are called and where they lead."""

    author_links: tuple[str, ...] = ()  # links of rel author, which are the first bylines too
    bylines: tuple[str, ...] = ()  # with a bar between parts that only styles set apart
    profiles: tuple[str, ...] = ()  # links to authors' pages beside the first of them
    topics: frozenset[str] = frozenset()  # short links that lead to no author's page
    pen_names: tuple[str, ...] = ()  # links to somebody's page whose address ends in what they say
    pages: dict[str, str] = field(default_factory=dict)  # path of an author's page -> what the first link there says
    cards: tuple[str, ...] = ()  # names on authors' cards, by the class names of hCard


def read_named(elements: Elements, around: Set[HtmlElement]) -> tuple[Named, list[HtmlElement]]:
    """(bylines and links to authors, the elements called date) of a page."""
    links, bylines, cards, dated = _by_label(elements, around)
    led = _by_target(elements, around)
    named = Named(
        tuple(links), tuple(bylines), tuple(dict.fromkeys(led.profiles)), frozenset(led.topics),
        tuple(dict.fromkeys(led.pen_names)), led.pages, tuple(dict.fromkeys(cards)),
    )  # fmt: skip
    return named, dated


@dataclass(slots=True)
class _Led:
    """Texts of links, by where they lead."""

    profiles: list[str] = field(default_factory=list)
    topics: set[str] = field(default_factory=set)
    pen_names: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)


def _by_target(elements: Elements, around: Set[HtmlElement]) -> _Led:
    """Links to authors' pages that share the box of the first of them, to somebody's pages, to others."""
    led = _Led()
    home: HtmlElement | None = None
    for link in elements.of("a"):
        target = link.get("href")
        if not target:
            continue
        is_profile = _is_profile(target)
        if not is_profile and not _is_user(target):
            if (said := link.text) and len(said) < MAX_TOPIC:
                led.topics.add(said.strip())
            continue
        if len(led.pages) >= MAX_PAGES or not (text := seen_text(link)) or len(text) >= MAX_TOPIC:
            continue
        if path := path_of(target):
            led.pages.setdefault(path, text)
        if len(led.pen_names) < MAX_NAMED and _spells(target, text) and _may_hold_author(link, around):
            led.pen_names.append(text)
        if is_profile and len(led.profiles) < MAX_NAMED:
            box = _second_above(link)
            if (home is None and _may_hold_author(link, around)) or box is home:
                home = box
                led.profiles.append(text)
    return led


def _spells(target: str, text: str) -> bool:
    """Whether an address ends in what its link says, as that of somebody's page does.

    >>> _spells("/author/ana-lind/", "Ana Lind"), _spells("/u/lynx?tab=posts", "lynx"), _spells("/author/ana", "Share")
    (True, True, False)
    """
    path = path_of(target) or ""
    return spaceless(path.rpartition("/")[2].lstrip("@")) == spaceless(text) != ""


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


_NO_WORDS = frozenset({"time", "meta"})  # which are looked at, or have none
_NO_BYLINE_BOX = re.compile(
    r"comment|related|teaser|(?<!v)(?<!\bh-)card|recommend|widget|sidebar|most-|popular|nav|menu", re.IGNORECASE
)
# the pages of those who write, as sites call the folder of them
_PROFILE_FOLDERS = (
    "author", "authors", "autor", "autoren", "autores", "autora", "autoras", "autori", "auteur", "auteurs", "autore", "team",
    "people", "staff", "producer", "producers", "contributor", "contributors", "profile", "profiles", "profil", "editor",
    "editors", "writer", "writers", "reporter", "reporters", "journalist", "journalists", "journaliste", "journalistes",
    "columnist", "columnists", "redaktion", "redakteur", "redakteure", "redactores", "redacteur", "redacteurs", "skribent",
    "skribenter", "forfatter", "forfattere", "kirjoittaja", "kirjoittajat", "avtor", "avtory", "yazar", "yazarlar",
    "muhabir", "penulis", "tac-gia", "szerzo", "szerzok", "by", "person", "persons", "bio", "expert", "experts",
)  # fmt: skip
_FOLDERS = frozenset(_PROFILE_FOLDERS)
_PROFILE = re.compile(rf"/(?:{'|'.join(_PROFILE_FOLDERS)})/[^/?#]+/?(?:[?#]|$)", re.IGNORECASE)


_USER = re.compile(r"/(?:u|users?|members?)/[^/?#]+/?$|/@[^/?#]+/?$", re.IGNORECASE)  # of somebody, if of none who writes


def _is_profile(target: str) -> bool:
    """Whether an address is that of an author's page; most have none of the folders, which is found out faster."""
    return not _FOLDERS.isdisjoint(target.lower().split("/")) and _PROFILE.search(target) is not None


def _is_user(target: str) -> bool:
    """Whether an address is that of somebody's page; one that is not, as nearly all, is seen to have none of its marks."""
    if "/@" not in target and "/u" not in target and "/U" not in target and "/member" not in target.lower():
        return False
    return _USER.search(target) is not None


def _in_card(element: HtmlElement, around: Set[HtmlElement], title: str) -> bool:
    """Whether an element shares a small box with a heading that leads elsewhere: another article's card.

    `title`: the words of the title element; an article's own heading may lead to itself.
    """
    for above in itertools.islice(element.iterancestors(), CARD_DEPTH):
        if above in around:
            return False
        for heading in itertools.islice(above.iter("h2", "h3", "h4", "h5"), CARD_DEPTH):
            link = heading.find(".//a[@href]")
            if link is None:
                link = next(heading.iterancestors("a"), None)
            said = " ".join(words(seen_text(heading)))
            if link is not None and said and said not in title and not _is_profile(link.get("href") or ""):
                return True
    return False


CARD_DEPTH = 3  # boxes between a credit and the heading of its card, and headings in one


def _name_of_tests(element: HtmlElement) -> str:
    """What a site's own tests call an element, in one word of a class for each of theirs."""
    return "-".join(filter(None, map(element.get, TEST_NAMES)))


def _name_on_card(element: HtmlElement) -> Iterator[str]:
    """The name on an author's card: "author vcard", and "fn" within it or beside it."""
    for each in itertools.islice(element.iter(), MAX_CARD):
        if each.tag.__class__ is str and "fn" in (each.get("class") or "").split() and (name := seen_text(each)):
            yield name
            return


def _by_label(elements: Elements, around: Set[HtmlElement]) -> tuple[list[str], list[str], list[str], list[HtmlElement]]:
    """(links of rel author, bylines, names on authors' cards, elements called date) by what elements are called."""
    bylines: list[str] = []
    cards: list[str] = []
    dated: list[HtmlElement] = []
    outside = elements.outside
    by_rel = [each for each in elements.related if each.tag == "a" and each.get("rel") == "author" and each not in outside]
    links = [seen_parts(link)[:LONGEST_BYLINE] for link in by_rel]
    title = " ".join(words(next((each.text or "" for each in elements.of("title")), "")))
    kinds = _kinds_of_labels({label for _, label in elements.classed})  # a page has few classes, each many times
    tested = [(each, _name_of_tests(each)) for each in elements.tested]
    kinds |= _kinds_of_labels({label for _, label in tested})
    for element, label in itertools.chain(elements.classed, tested):
        kind = kinds.get(label)
        if kind == "byline" and len(bylines) < MAX_NAMED:
            text = seen_parts(element)
            elsewhere = stands_elsewhere(element, around) or (bool(around) and _in_card(element, around, title))
            is_long = len(text) > (3 if text.isascii() else 1)  # a name in Han or Hangul has two to four letters
            if is_long and len(text) <= LONGEST_BYLINE and not elsewhere:
                bylines.append(text)
            if "vcard" in label and len(text) <= LONGEST_BYLINE and not elsewhere:
                cards += _name_on_card(element)
        elif kind == "date" and len(dated) < MAX_DATED and element.tag != "time" and element not in dated:
            dated.append(element)
    items = [each for each in elements.items if each.get("itemprop") in _DATED_ITEMS and each not in outside]
    dated += (each for each in items[:MAX_NAMED] if each.tag not in _NO_WORDS and each not in dated)
    return links, list(dict.fromkeys(links + bylines)), cards, dated
