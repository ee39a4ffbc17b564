"""A tree in, its text blocks out: the leaves that a reader sees as one paragraph, heading, cell or line.

    tree --walk--> nodes (block elements, each knowing its parent) and blocks (text, each knowing its node)

A block ends where a block element begins or ends, at two line breaks in a row, and at one after a sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.markup.inline import has_marks, is_heading, is_unread, is_word_of_sentence, marks_of, without_tab_notes
from newscrawler.markup.nodes import HEADINGS as HEADINGS
from newscrawler.markup.nodes import Block as Block
from newscrawler.markup.nodes import Node as Node
from newscrawler.markup.nodes import Page as Page
from newscrawler.markup.renderings import repeated
from newscrawler.text import clean_line, has_unspaced, line_words, words

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newscrawler.markup.elements import Elements

BEGINNING = 600  # characters of a block whose words are compared with others
MAX_HEADING = 5_000  # characters; no heading that anybody reads is as long
_PARAGRAPHS = ("p", "div", "section", "table", "ul", "ol")
MAX_BLOCKS = 6_000  # more are a directory, not an article; what comes after is not looked at

# elements whose text nobody reads
SKIPPED = frozenset({
    "script", "style", "noscript", "template", "svg", "math", "head", "iframe", "object", "embed", "audio", "video",
    "canvas", "select", "option", "textarea", "input", "button", "map", "dialog", "datalist", "picture", "img",
    "rt", "rp", "rtc",  # readings of a word: whoever searches for it writes it without them
})  # fmt: skip
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "output", "q", "rb", "ruby", "s", "samp", "small", "span", "strike",
    "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "center", "amp-fit-text",
})  # fmt: skip
BOLD, ITALIC = frozenset({"b", "strong"}), frozenset({"em", "i", "cite"})
_PICTURES = frozenset({"img", "picture"})
_FRAMES = frozenset({"nav", "footer"})
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_CONTROLS = frozenset({"button", "object", "audio", "video", "canvas", "map"})
_OF_PAGES = ("h1", "main", "article")  # what no control holds: one that does was never closed
_LABELS = frozenset({"class", "id", "itemprop", "role", "data-testid", "data-component", "data-type", "aria-label"})
_APART = frozenset(
    {"a", "span", "time", "small", "label", "abbr", "cite", "strong", "b", "em", "i"}
)  # which credits stand in
# characters of a bold line that may be a heading, of one in a script without spaces, and of the blanks around it
LEAST_HEADING, LEAST_DENSE, JOINT = 12, 6, 2
UNDER_HEADING = 80  # characters of a paragraph below one
SHORT = 160  # characters of a line that may be a credit
_CLOSING = frozenset(".:;,)")
_SENTENCE_END = re.compile(r"[.!?…。！？։؟।\"”»’)\]]\s*$")
_TITLE = re.compile(r"title|headline|titel|titulo|titre|titolo", re.IGNORECASE)
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


def first_words(block: Block) -> list[str]:
    """The words of a block's first BEGINNING characters; split once, for all who ask."""
    found = block.beginning
    if found is None:
        found = block.beginning = list(line_words(block.text[:BEGINNING]))
    return found


def _described(element: HtmlElement) -> tuple[str, bool]:
    """(class, id and the like in lower case, whether the element itself is hidden): one look at its attributes."""
    label, hidden = "", False
    for name, value in element.items():
        if name in _LABELS:
            label = f"{label} {value}" if label else value
        elif name == "hidden" or (name == "style" and _HIDDEN.search(value)) or (name == "aria-hidden" and value == "true"):
            hidden = True
    return label[:300].lower(), hidden


class _Walk:
    """One walk over a tree.  `visit` recurses as deep as the tree, which the caller has bounded."""

    def __init__(self, language: str | None = None) -> None:
        self.page, self.marks = Page(), marks_of(language)
        self.parts: list[str] = []
        self.joints: list[int] = []  # parts that begin an element right behind another one
        self.links = self.anchors = self.bold = self.italic = 0
        self.in_link = self.in_bold = self.in_italic = self.in_quote = 0
        self.breaks = 0
        self.is_above = True  # no paragraph so far

    def add(self, text: str) -> None:
        if self.breaks or not self.parts:
            if text.isspace():  # most text between elements is, and begins nothing
                return
            self.breaks = 0
        self.parts.append(text)
        size = len(text)
        if self.in_link:
            self.links += size
        if self.in_bold:
            self.bold += size
        if self.in_italic:
            self.italic += size

    def see(self, picture: HtmlElement) -> None:
        images = (picture,) if picture.tag == "img" else picture.iter("img")  # to iterate costs ten times a look
        for each in images:
            alt = each.get("alt")
            if alt and 20 < len(alt) < 1_000:
                self.page.alts.add(" ".join(words(alt)))

    def flush(self, node: Node) -> None:
        raw = "".join(self.parts if not self.joints else _set_apart(self.parts, self.joints))
        text = clean_line(raw, 1_000_000)
        if text and self.anchors and (bare := without_tab_notes(text)) != text:  # cleaned: runs of blanks cost it seconds
            text = clean_line(bare, 1_000_000)
        if text and len(self.page.blocks) < MAX_BLOCKS:
            chars = len(text) if text.isascii() else max(len(text), len(text.encode()) // 2)
            shrink = chars / len(raw)
            block = Block(
                text, node, len(self.page.blocks), chars, min(chars, int(self.links * shrink)), self.anchors,
                min(chars, int(self.bold * shrink)), min(chars, int(self.italic * shrink)),
            )  # fmt: skip
            self.page.blocks.append(block)
            self.is_above = self.is_above and (chars < UNDER_HEADING or 2 * block.links > chars)
        self.parts, self.joints = [], []
        self.links = self.anchors = self.bold = self.italic = self.breaks = 0

    def line_break(self, node: Node, element: HtmlElement, *, is_title: bool = False) -> None:
        self.breaks += 1
        if is_title and self.parts:
            self.bold = sum(map(len, self.parts))
        if self.breaks > 1 or (self.parts and (_SENTENCE_END.search(self.parts[-1]) or self.is_heading(element))):
            self.flush(node)
            self.breaks = 1
        elif self.parts:
            self.parts.append(" ")

    def is_heading(self, end: HtmlElement) -> bool:
        """Whether the line that a line break ends is all bold, of some words and no link, above the text or a paragraph."""
        if self.bold < LEAST_DENSE or self.anchors or self.bold < sum(map(len, self.parts)) - JOINT:
            return False
        is_long = self.bold > LEAST_HEADING or any(map(has_unspaced, self.parts))
        return is_long and (self.is_above or len(end.tail or "") >= UNDER_HEADING)

    def visit(self, element: HtmlElement, node: Node) -> None:
        if text := element.text:
            self.add(text)
        was_inline = False
        for child in element:
            tag = child.tag
            if tag.__class__ is not str or (tag in SKIPPED and not _holds_the_page(child, tag)):
                if tag in _PICTURES:
                    self.see(child)
                elif tag == "button" and (
                    is_word_of_sentence(child, "".join(self.parts[-3:])) or (node.tag in _HEADINGS and is_heading(child))
                ):
                    self.inline(child, tag, node)
            elif tag in INLINE:
                if was_inline:
                    self.joints.append(len(self.parts))
                self.inline(child, tag, node)
            elif tag == "br":
                self.line_break(node, child, is_title=was_inline and _is_called_title(child.getprevious()))
            else:
                if self.parts or self.anchors:
                    self.flush(node)
                label, hidden = _described(child)
                below = Node(tag, label, node, node.depth + 1, node.hidden or hidden, node.framed or tag in _FRAMES)
                self.page.nodes.append(below)
                self.visit(child, below)
                if self.parts or self.anchors:
                    self.flush(below)
            if text := child.tail:
                self.add(text)
                was_inline = False
            else:
                was_inline = tag in _APART

    def inline(self, child: HtmlElement, tag: str, node: Node) -> None:
        if tag == "a":
            self.in_link += 1
            self.anchors += 1
            self.visit(child, node)
            self.in_link -= 1
        elif tag in BOLD:
            self.in_bold += 1
            self.visit(child, node)
            self.in_bold -= 1
        elif tag in ITALIC:
            self.in_italic += 1
            self.visit(child, node)
            self.in_italic -= 1
        elif tag == "q":
            self.quote(child, node)
        elif not is_unread(child):
            self.visit(child, node)

    def quote(self, child: HtmlElement, node: Node) -> None:
        marks = None if has_marks(child) else self.marks[self.in_quote > 0]
        if marks:
            self.add(marks[0])
        self.in_quote += 1
        self.visit(child, node)
        self.in_quote -= 1
        if marks:
            self.add(marks[1])


def _is_called_title(element: HtmlElement) -> bool:
    return _TITLE.search(f"{element.get('class') or ''} {element.get('id') or ''}") is not None


def _set_apart(parts: list[str], joints: list[int]) -> list[str]:
    """The parts of a short line with a space between elements that only styles set apart: "Ana Lind" and "20.11.2026"."""
    if sum(map(len, parts)) > SHORT:
        return parts
    return [
        f" {part}" if at in joints and at and _is_set_apart(parts[at - 1][-1:], part[:1]) else part
        for at, part in enumerate(parts)
    ]


def _is_set_apart(last: str, first: str) -> bool:
    """Whether no word goes on from one character to another: no number behind a letter, no capital behind a small one.

    >>> _is_set_apart("e", "2"), _is_set_apart("t", "A"), _is_set_apart("r", "l"), _is_set_apart("F", "r")
    (True, True, False, False)
    """
    if not last.isalpha():
        return last in _CLOSING and first.isalnum()
    if first.isdigit():
        return True
    is_cased = first.lower() != first.upper()
    return first.isalpha() and (last.islower() and first.isupper() if is_cased else first < "\u0e00" or first >= "\uac00")


def _holds_the_page(element: HtmlElement, tag: str) -> bool:
    """Whether a control holds what only a page does: its markup lacks an end, and the parser put the rest into it."""
    return tag in _CONTROLS and next(element.iter(*_OF_PAGES), None) is not None


def drop_endless_headings(elements: Elements) -> bool:
    """Take headings off a tree that are longer than MAX_HEADING; an unclosed one that holds the page's paragraphs stays.

    Whether there was one: then the elements are not those of the tree any more.
    """
    dropped = False
    headings = (each for tag in HEADINGS for each in elements.of(tag))
    for heading in elements.sorted([each for each in headings if len(each.text_content()) > MAX_HEADING]):
        if next(heading.iter(*_PARAGRAPHS), None) is None:
            heading.drop_tree()
            dropped = True
    return dropped


def read_blocks(tree: HtmlElement) -> Page:
    """The blocks of a tree, at most MAX_BLOCKS; recurses as deep as the tree."""
    walk = _Walk(tree.get("lang"))
    body = tree.find("body") if tree.tag == "html" else tree
    root = Node("body", "", None, 0)
    walk.page.nodes.append(root)
    # a second body, or text after it, is what broken markup leaves behind
    for part in ([body] if body is not None else []) or [tree]:
        walk.visit(part, root)
        walk.flush(root)
    page = walk.page
    _sum_up(page)
    if off := repeated(page.blocks):
        page.blocks = [block for block in page.blocks if block.index not in off]
        page.repeated = len(off)
        for index, block in enumerate(page.blocks):
            block.index = index
        for node in page.nodes:
            node.chars = node.good = node.links = node.blocks = 0
        _sum_up(page)
    return page


def _sum_up(page: Page) -> None:
    """Add up for each node what its blocks and the nodes below it have; their sums are naught."""
    for block in page.blocks:
        if block.chars >= 60 and block.links < 0.4 * block.chars:
            block.good = block.chars - block.links
        node = block.node
        node.chars += block.chars
        node.good += block.good
        node.links += block.links
        node.blocks += 1
    for node in reversed(page.nodes):  # each stands after its parent
        above = node.parent
        if above is not None and node.blocks:
            above.chars += node.chars
            above.good += node.good
            above.links += node.links
            above.blocks += node.blocks
