"""Who wrote, by what stands about her: below "About the author", in a box of that name, or in the paragraph that ends it.

Think tanks, journals and guides often credit nobody beside the headline, and say at the end who "is a senior fellow".
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from newscrawler.markup.containers import HEADINGS
from newscrawler.markup.page_regions import names_comments, names_others
from newscrawler.metadata.authors.bylines import label_of
from newscrawler.metadata.authors.credit_words import Kind, shipped_credit_words
from newscrawler.metadata.authors.persons import NAME, is_job, is_person
from newscrawler.text import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newscrawler.markup.blocks import Block, Node, Page

TOLD = "About the author: "  # before the names that a page tells of
LABEL, NAMED = 40, 60  # characters of a heading "About the authors", of a name
SENTENCE = 400  # characters of a biography that are read
JOB = 120  # characters behind a name in which a biography says what she does
MAX_NAMES = 8
HEADED = 24  # blocks below such a heading that are looked at
LAST = 3  # paragraphs at the end of the text that may tell of its author
SLANTED = 0.8  # share of a paragraph in italics
# what a heading over authors says, by language; "Interview" and "Text" head other things
_WHO = (
    "author", "autor", "auteur", "autric", "autoare", "verfasser", "författar", "forfatter", "skribent",
    "kirjoittaja", "szerző", "yazar", "автор", "συγγραφ", "penulis", "tác giả", "作者", "著者", "執筆", "저자", "글쓴이",
    "الكاتب", "المؤلف", "כותב", "מחבר", "نویسنده", "लेखक", "avtor", "höfund", "аутор", "schrijver", "筆者",
    "この記事を書いた", "필자", "written by",
)  # fmt: skip
# what a biography says behind the name
_VERB = (
    r"(?:is|was|are|were|serves?|works?|writes?|covers|holds|leads|heads|directs|teaches|ist|sind|war|arbeitet|leitet|"
    r"schreibt|forscht|lehrt|est|sont|dirige|enseigne|travaille|es|son|trabaja|è|sono|lavora|dirige|é|são|trabalha|zijn|"
    r"werkt|schrijft|är|arbetar|skriver|er|arbejder|arbeider|on|ovat|työskentelee|jest|są|pracuje|kieruje|je|је|jsou|sú|"
    r"působí|pôsobí|radi|su|so|су|este|sunt|lucrează|είναι|εργάζεται|є|працює|работает|работи|е|са|töötab|ir|strādā|yra|dirba|"
    r"starfar|adalah|merupakan|là|\u2013|\u2014|-)"
)
_TITLE = r"(?:(?:[Dd]r|[Pp]rof|[Mm]r|[Mm]rs|[Mm]s)\.?\s+){0,2}"
_BIOGRAPHY = re.compile(
    rf"(?:[ΗΟ]\s)?(?P<who>{_TITLE}{NAME.pattern}(?:(?:,\s|\s(?:and|und|et|y|e|og|och|en|i|ja|и|та)\s){_TITLE}{NAME.pattern}){{0,3}})"
    rf"(?:\s\([^()]{{1,40}}\))?,?\s{_VERB}\s"
)
_NAMES = re.compile(r",\s|\s(?:and|und|et|y|e|og|och|en|i|ja|и|та)\s")
# of an element that holds who wrote this: author-bio, about-the-author, author_box
_BOX = re.compile(
    r"(?:^|[\s_-])(?:about-?_?(?:the-?_?)?authors?|authors?[_-]*(?:bio\w*|box|info|profile|description|about|details|footer)|"
    r"bio[_-]*author|autor(?:en)?[_-]*(?:box|info|profil))(?=$|[\s_-])"
)
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÞА-ЯΑ-Ω])")


def biography_lines(page: Page, last: Block | None) -> list[str]:
    """Lines "About the author: ..." of those whom the page tells of as its authors; `last`: the text's last paragraph.

    Several kinds of places may tell of them; the first that names somebody is believed.
    """
    heads = [each for each in page.blocks if each.chars <= NAMED and (each.node.tag in _HEADS or each.text[-1] == ":")]
    names = _headed(page, heads) or _boxed(page) or _introduced(page, heads) or _closing(page, last)
    return [f"{TOLD}{', '.join(names)}"] if names else []


_HEADS = HEADINGS | {"dt"}


def _headed(page: Page, heads: Sequence[Block]) -> tuple[str, ...]:
    """Names below a heading such as "Authors", with a job or a biography behind each."""
    short = [each for each in heads if each.chars <= LABEL]
    if not _says_who("\n".join([each.text for each in short])):  # as nearly always: one look for all of them
        return ()
    for block in short:
        if _says_who(block.text) and _is_label(block.text):
            if _is_elsewhere(block.node):
                continue
            names = _names_below(page.blocks[block.index + 1 : block.index + 1 + HEADED])
            if names:
                return names
    return ()


def _says_who(text: str) -> bool:
    return any(map(text.lower().__contains__, _WHO))


def _is_label(text: str) -> bool:
    return label_of(text.strip(" :")) is Kind.AUTHOR


def _is_elsewhere(node: Node | None) -> bool:
    """Whether an element stands among comments, other articles, in the navigation or the page's footer."""
    while node is not None:
        if node.tag == "nav" or names_comments(node.label) or (names_others(node.label) and "sidebar" not in node.label):
            return True
        if node.tag == "article":
            return False
        node = node.parent
    return False


def _names_below(blocks: Sequence[Block]) -> tuple[str, ...]:
    names: list[str] = []
    first: Node | None = None
    for at, block in enumerate(blocks):
        is_name = block.chars <= NAMED and (_is_name(block.text) or (not names and _is_unspaced_name(block.text)))
        if is_name and (first is None or _is_like(block.node, first)):
            names.append(block.text)
            first = first or block.node
        elif told := _told_of(block.text):
            names += [each for each in told if each not in names]
        elif not names or (block.node.tag in HEADINGS and not is_job(block.text)) or _is_far(blocks, at):
            break
    return tuple(dict.fromkeys(names))[:MAX_NAMES]


def _is_unspaced_name(text: str) -> bool:
    """Whether a text is a name in Han, kana or Hangul."""
    return not text.isascii() and " " not in text and is_person(text)


def _is_like(node: Node, first: Node) -> bool:
    return node.tag == first.tag and node.depth == first.depth and node.label == first.label


def _is_far(blocks: Sequence[Block], at: int) -> bool:
    """Whether the second block in a row names nobody: what a list of authors goes on with is another thing."""
    before = blocks[at - 1]
    return not (_is_name(before.text) or _told_of(before.text))


def _is_name(text: str) -> bool:
    """Whether a text is somebody's name and has none of the words of buttons, sections and jobs."""
    if not (is_person(text) and " " in text and (NAME.fullmatch(text) is not None or not text.isascii() or "." in text)):
        return False
    if any(len(each) > 1 and each.isupper() and each.isalpha() for each in text.split()) and not text.isupper():
        return False
    known = shipped_credit_words()
    return not any(known.nobody.has(each) or known.role.has(each) for each in text.casefold().split())


def _told_of(text: str) -> tuple[str, ...]:
    """Whom a biography is about, by how its sentences begin: "Ana Lind and Bo Ek are researchers ..."."""
    found = []
    for sentence in _SENTENCES.split(text[:SENTENCE]):
        if told := _BIOGRAPHY.match(sentence):
            found += [each.strip() for each in _NAMES.split(told["who"]) if _is_name(each.strip())]
    return tuple(dict.fromkeys(found))


def _boxed(page: Page) -> tuple[str, ...]:
    """Who is named first in a box of that name, unless boxes name different people: those are of several articles."""
    labels = {node.label for node in page.nodes if "aut" in node.label}
    called = {each for each in labels if _BOX.search(each)}
    if not called:
        return ()
    boxes: dict[Node, Node] = {}
    for node in page.nodes:  # what holds others comes before them
        if node.label in called:
            boxes[node] = node
        elif node.parent in boxes:
            boxes[node] = boxes[node.parent]
    named: set[str] = set()
    seen: set[Node] = set()
    for block in page.blocks:
        box = boxes.get(block.node)
        if box is None or box in seen or _is_elsewhere(box.parent):
            continue
        told = (block.text,) if block.chars <= NAMED and _is_name(block.text) else _told_of(block.text)
        if told:
            seen.add(box)
            named.update(told[:1])
    return tuple(named) if len(named) == 1 else ()


def _introduced(page: Page, heads: Sequence[Block]) -> tuple[str, ...]:
    """The one name that is a heading over a paragraph that begins with it and goes on as a biography does."""
    named = []
    for block in heads:
        behind = page.blocks[block.index + 1] if block.index + 1 < len(page.blocks) else block
        if behind is not block and behind.text.startswith(block.text):
            told = _told_of(behind.text) if _is_name(block.text) else ()
            if told and told[0] == block.text and _says_job(behind.text):
                named.append(block.text)
    return tuple(named) if len(named) == 1 else ()


def _closing(page: Page, last: Block | None) -> tuple[str, ...]:
    """Of whom the text's last paragraph tells in italics, or the one behind it, if it says what they do."""
    if last is None:
        return ()
    found: list[str] = []
    for block in page.blocks[max(0, last.index - 1) : last.index + LAST]:
        letters = sum(map(len, block.text.split()))
        if block.chars <= SENTENCE and block.italic >= SLANTED * letters and _says_job(block.text):
            found += _told_of(block.text)
    return tuple(dict.fromkeys(found))[:MAX_NAMES]


def _says_job(text: str) -> bool:
    """Whether a biography says what somebody is, before it says where or for whom."""
    told = _BIOGRAPHY.match(text)
    said = words(text[told.end() : told.end() + JOB].casefold()) if told else []
    role, before = shipped_credit_words().role, list(itertools.takewhile(lambda each: each not in _WHERE, said))
    return any(map(role.has, before)) or role.within(" ".join(before))


_WHERE = frozenset({
    "at", "for", "in", "by", "with", "who", "that", "which", "bei", "für", "im", "an", "der", "die", "das", "à",
    "au", "pour", "dans", "qui", "en", "para", "que", "con", "di", "per", "che", "bij", "voor", "på", "för", "i",
    "til", "w", "dla", "в", "на", "для", "у", "при", "la", "για",
})  # fmt: skip
