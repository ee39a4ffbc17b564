"""Elements that state a time: <time>, and those that are called date, published or updated, each with its role.

A reader's comment, an embedded post and another article's card, teaser or list state times that are not this article's.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.markup.blocks import INLINE
from newscrawler.markup.page_regions import names_comments, names_post, stands_elsewhere
from newscrawler.markup.visible_text import seen_parts, seen_text
from newscrawler.metadata.dates.labels import Role, is_label, role_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set

    from lxml.html import HtmlElement

    from newscrawler.markup.elements import Elements

MAX_DATED = 40
LINKED, LINKED_WORDS = 25, 4  # characters and words of a link that is another article's headline
CARD = 600  # characters of a box that may be one article's card
LEVELS = 6  # elements on the way up that may be the card
SHOWN = 120  # characters of a text that states a date
BADGE = 30  # characters of one that may be put together of elements
_OTHERS = re.compile(
    r"(?:^|[\s_-])(?:related|recommend\w*|trending|todays?|clocks?|(?:local|server|current)-?(?:time|date)|most-?(?:read|viewed|popular)|latest|upcoming|events?|calendar|ticker|"
    r"next-?(?:article|post|story)|more-?(?:stories|news|articles|posts)|read-?(?:next|more|also)|breaking|weather|"
    r"newsletters?|teasers?)(?=$|[\s_-])",
    re.IGNORECASE,
)
_NAMES = re.compile(r"auth?or|profil|people|person|writer|/by/|team|categor|tag|topic|section|rubri|mailto", re.IGNORECASE)
# words of a class: published, dt-published, entry-published, publish-date, pubdate; updated, dt-updated, last-modified
_PUBLISHED = re.compile(
    r"(?:^|[\s_-])(?:publi(?:sh(?:ed)?|cation|e|cado|cacao|cacion|cato|cazione)|veroeffentlicht|gepubliceerd|publikacja|yayinlanma|yayin-tarihi|pub[-_]?date|date[-_]?pub\w*|posted|issued)(?=$|[\s_-])",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:^|[\s_-])(?:updated?|modified|changed|edited|(?:date|last)[-_]?(?:mod\w*|upd\w*|chang\w*|edit\w*)|revised|lastmod|"
    r"aktualisiert|geaendert|actualizado|actualizacion|aggiornat[oa]|aggiornamento|modificato|atualizado|atualizacao|"
    r"maj|mise-a-jour|modifie|bijgewerkt|gewijzigd|aktualizacja|guncelleme|guncellenme|obnovleno)(?=$|[\s_-])",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Place(Enum):
    """Whose time an element states, by where it stands."""

    OWN = "the article's"
    BOX = "in a sidebar, which may be the article's"
    OTHER = "another article's, a reader's comment's, an embedded post's"


@dataclass(frozen=True, slots=True)
class DatedElement:
    """An element that may state a time, as it stands."""

    stated: str  # its datetime, title or content; "" where it has none
    text: str  # as readers see it
    role: Role = Role.UNSAID
    place: Place = Place.OWN
    is_time: bool = True  # a <time>, rather than another element that is called date


def read_dated(elements: Elements, named: Iterable[HtmlElement], around: Set[HtmlElement]) -> tuple[DatedElement, ...]:
    """All that state times, in the page's order.  `named`: elements that are called date."""
    own_paths = own_paths_of(elements)
    times = _times(elements)
    plain = (each for each in named if next(each.iterdescendants("time"), None) is None)
    found = (_described(each, around, own_paths) for each in itertools.chain(times, plain))
    return tuple(each for each in found if each is not None)


def _times(elements: Elements) -> Sequence[HtmlElement]:
    """<time>, and the elements that sites make for it: <relative-time>, <local-time> and the like."""
    times = elements.of("time")[:MAX_DATED]
    made = [tag for tag in elements.tags if tag.__class__ is str and "-" in tag and _MADE.search(tag)]
    own = [each for tag in made for each in elements.of(tag)[:MAX_DATED] if each.get("datetime") or each.get("date")]
    return elements.sorted([*times, *own])[:MAX_DATED] if own else times


_MADE = re.compile(r"(?:^|-)(?:time|date)(?:$|-)")


def _described(element: HtmlElement, around: Set[HtmlElement], own_paths: Set[str]) -> DatedElement | None:
    """What an element states; None where that is no time."""
    stated = element.get("datetime") or element.get("content") or _titled(element) or _in_data(element)
    text = _text_of(element)
    text = text if 6 <= len(text) <= SHOWN and any(map(str.isdigit, text)) else ""
    if not (stated or text):
        return None
    return DatedElement(
        stated.strip()[:SHOWN],
        text,
        _role(element, text),
        place_of(element, around, own_paths),
        element.tag == "time" or "-" in element.tag,
    )


def _text_of(element: HtmlElement) -> str:
    """What readers see; a badge of day, month and year in elements of their own has them apart."""
    text = seen_text(element)
    return seen_parts(element).replace(" | ", " ") if len(element) and len(text) <= BADGE else text


def _in_data(element: HtmlElement) -> str:
    """What an attribute of a page's own states of an element's time: data-datetime, data-timestamp, data-published."""
    stated = (
        value.strip() for name, value in element.items() if name.startswith("data-") and _DATA.search(name[len("data-") :])
    )
    return next((each for each in stated if _MACHINE.match(each) or _EPOCH.fullmatch(each)), "")


_DATA = re.compile(r"date|time|publi|stamp|utc|epoch")
_EPOCH = re.compile(r"1\d{9}(?:\d{3})?")


def _titled(element: HtmlElement) -> str:
    """What a title states of an element's time: an <abbr>'s, a machine's, or one of an empty element in it (hAtom)."""
    title = element.get("title") or ""
    if title and (element.tag == "abbr" or _MACHINE.match(title)):
        return title
    if element.tag == "time":
        return ""
    inside = next((each.get("title") for each in element.iterdescendants("span", "abbr") if each.get("title")), None)
    return inside if inside and _MACHINE.match(inside) else ""


_MACHINE = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\d(?:[T ]|$)")


def place_of(element: HtmlElement, around: Set[HtmlElement], own_paths: Set[str]) -> Place:
    """Whose time an element states.  `around`: what holds an h1; `own_paths`: what `own_paths_of` the page says."""
    ways = [element, *(up for up in element.iterancestors() if up not in around)]
    labels = [f"{each.get('class') or ''} {each.get('id') or ''}" for each in ways]
    if any(names_comments(each) or _OTHERS.search(each) for each in labels) or _in_card(element, around, own_paths):
        return Place.OTHER
    pictured = next((each for each in reversed(ways) if each.tag in _PICTURED), None)
    if pictured is not None and next(pictured.iterdescendants("address"), None) is None:
        return Place.OTHER  # <address> is of who wrote the article
    if _role_of_class(element) is not Role.PUBLISHED and _in_prose(element, around):
        return Place.OTHER
    if not stands_elsewhere(element, around):
        return Place.OWN
    tags = [each.tag for each in ways]
    is_aside = bool(_ASIDES.intersection(tags)) or ("footer" in tags and "article" not in tags)
    return Place.OTHER if is_aside else Place.BOX


_ASIDES = frozenset({"aside", "nav"})
_PICTURED = frozenset({"figure", "figcaption"})


def _in_prose(element: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether an element stands in a sentence, list or table of the text: its day is one that the text tells of."""
    step = element.getparent()
    while step is not None and step not in around and step.tag in INLINE:
        step = step.getparent()
    if step is None or step in around or step.tag not in _PARAGRAPHS:
        return False
    if step.tag != "p" and _follows_paragraph(step, around):
        return True
    told = seen_text(element)
    return bool(told) and not _states_date(seen_text(step), told)


def _follows_paragraph(item: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether a list's item or a table's cell belongs to the text: a paragraph stands right before the whole."""
    whole = next((each for each in item.iterancestors("ul", "ol", "table") if each not in around), None)
    before = whole.getprevious() if whole is not None else None
    return before is not None and before.tag == "p" and _length(before) > PROSE


def _states_date(text: str, told: str) -> bool:
    """Whether a paragraph is a line of labels, names and its date, or begins with it, rather than a sentence around it.

    >>> _states_date("Published on 3 May 2014 by Ana Lind in news.", "3 May 2014")
    True
    >>> _states_date("Kelling, 3 May 2014 - The harbour of the old town was opened.", "3 May 2014")
    True
    >>> _states_date("On 3 May 2014 the harbour was opened.", "3 May 2014")
    False
    """
    before, _, behind = text.partition(told)
    if is_label(before.strip()) or (len(before.split()) <= PLACE and _DATELINE.match(behind)):
        return True
    return len(text) < LINE and _SENTENCE.search(f"{before} {behind}") is None


_PARAGRAPHS = frozenset({"p", "td", "li"})
LINE, PROSE, PLACE = 160, 80, 4  # characters of a line that states a date, and of a paragraph; words before its first dash
_DATELINE = re.compile("\\s*[)]?\\s*[|:\u2013\u2014-]")
_SENTENCE = re.compile(r"(?:(?<!\w)[a-z\u00df-\u00ff\u0430-\u044f]\w+[\s,]+){3}|[.!?\u3002]\s*$")


# ---------------------------------------------------------------- roles


def _role(element: HtmlElement, text: str) -> Role:
    """By its own class or attribute, its own words where they are about one time, those before it, its parent's class."""
    own = _role_of_class(element)
    if own is not Role.UNSAID:
        return own
    if element.get("pubdate") is not None:
        return Role.PUBLISHED
    said = role_of(text) if element.get("datetime") or element.get("title") else Role.UNSAID
    if said is not Role.UNSAID:
        return said
    before = _NUMBER.split(_label_before(element))[-1].strip()  # "page revision: 8, last edited:"
    if before and is_label(before):
        return role_of(before)
    return next((role for each in _wrappers(element) if (role := _role_of_class(each)) is not Role.UNSAID), Role.UNSAID)


def _wrappers(element: HtmlElement) -> Iterator[HtmlElement]:
    """What holds an element and nothing else, the nearest first."""
    for above in itertools.islice(element.iterancestors(), 2):
        if len(above) > 1 or (above.text or "").strip():
            break
        yield above


_NUMBER = re.compile(r"\d[\d.,;|]*")


def _role_of_class(element: HtmlElement) -> Role:
    label = _label_of(element)
    if _PUBLISHED.search(label) or "datePublished" in (element.get("itemprop") or ""):
        return Role.PUBLISHED
    return Role.CHANGED if _CHANGED.search(label) and not _OF_ENTRY.search(label) else Role.UNSAID


def _label_of(element: HtmlElement) -> str:
    return _CAMEL.sub("-", f"{element.get('class') or ''} {element.get('itemprop') or ''}")


_OF_ENTRY = re.compile(r"\b(?:entry|post)[-_]?(?:date|meta)\b", re.IGNORECASE)  # hAtom asks themes for an "updated", too


def _label_before(element: HtmlElement) -> str:
    """The text right before an element: in its parent, or in the element before it, such as a <dt>."""
    step = element
    for _ in range(3):
        previous = step.getprevious()
        if previous is not None:
            tail = (previous.tail or "").strip()
            return tail or " ".join("".join(previous.itertext()).split())[-80:] if isinstance(previous.tag, str) else tail
        parent = step.getparent()
        if parent is None:
            return ""
        if text := (parent.text or "").strip():
            return text
        step = parent
    return ""


# ---------------------------------------------------------------- cards of other articles


def own_paths_of(elements: Elements) -> set[str]:
    """Paths under which a page calls itself."""
    stated = [link.get("href") for link in elements.of("link") if "canonical" in (link.get("rel") or "").lower().split()]
    stated += [meta.get("content") for meta in elements.of("meta") if meta.get("property") == "og:url"]
    return {path for each in stated if each and (path := _path(each))}


def _path(address: str) -> str:
    try:
        return urlsplit(address.strip()).path.rstrip("/")
    except ValueError:
        return ""


def _leads_away(link: HtmlElement, own_paths: Set[str]) -> bool:
    """Whether a link leads to another page, as far as the page itself tells."""
    href = (link.get("href") or "").strip()
    if not href or href.startswith("#") or "bookmark" in (link.get("rel") or ""):
        return False
    return _path(href) not in own_paths


def _in_card(element: HtmlElement, around: Set[HtmlElement], own_paths: Set[str]) -> bool:
    """Whether an element stands in another article's card, teaser or embedded post: on its way up to what holds an h1."""
    step: HtmlElement | None = element
    for _ in range(LEVELS):
        if step is None or step in around or step.tag == "body":
            return False
        if step.tag == "a" and _leads_away(step, own_paths):
            return True
        if step.tag == "blockquote" or names_post(step.get("class") or ""):
            return True
        if _length(step) > CARD:
            return False
        if any(_is_headline(link, own_paths) for link in step.iterdescendants("a")):
            return True
        if step.tag == "li" and any(
            _leads_away(link, own_paths) and not _NAMES.search(_link_attributes(link)) for link in step.iter("a")
        ):
            return True  # of a list of other articles
        step = step.getparent()
    return False


def _link_attributes(link: HtmlElement) -> str:
    return f"{link.get('href') or ''} {link.get('rel') or ''} {link.get('class') or ''}"


def _length(element: HtmlElement) -> int:
    total = 0
    for text in element.itertext():
        total += len(text.strip())
        if total > CARD:
            break
    return total


def _is_headline(link: HtmlElement, own_paths: Set[str]) -> bool:
    text = " ".join("".join(link.itertext()).split())
    heads = any(each.tag in _HEADINGS for each in itertools.chain(link.iterdescendants(), _few_above(link)))
    width = len(text) + sum(each >= WIDE for each in text)
    is_long = width >= LINKED and (len(text.split()) >= LINKED_WORDS or not text.isascii())
    return (heads or (is_long and not _NAMES.search(_link_attributes(link)))) and _leads_away(link, own_paths)


WIDE = "\u1100"  # letters from here on, Hangul, Han and kana, are syllables or words


def _few_above(link: HtmlElement) -> Iterator[HtmlElement]:
    return itertools.islice(link.iterancestors(), 2)


_HEADINGS = frozenset({"h2", "h3", "h4", "h5"})
