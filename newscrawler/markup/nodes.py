"""What a tree is read as: block elements, the text in them, and both of a page."""

from __future__ import annotations

from dataclasses import dataclass, field

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True, eq=False)
class Node:
    """A block element.  The sums are over all blocks below it."""

    tag: str
    label: str  # class, id and the like, lower case
    parent: Node | None
    depth: int
    hidden: bool = False
    framed: bool = False  # within a <nav> or a <footer>
    chars: int = 0
    good: int = 0  # characters of blocks that look like paragraphs
    links: int = 0
    blocks: int = 0
    seen: int = 0  # `features` counts here while it goes over the blocks
    seen_good: int = 0
    distances: bytes | None = None  # filled in by `features`


@dataclass(slots=True, eq=False)
class Block:
    """A run of text.  `node` is the block element that holds it."""

    text: str
    node: Node
    index: int
    chars: int  # a Han character or kana counts one and a half, being half a word
    links: int  # characters inside <a>
    anchors: int
    bold: int
    italic: int
    good: int = 0
    cells: bool = False  # continues the row that the block before it began
    beginning: list[str] | None = None  # filled in by `first_words`


@dataclass(slots=True)
class Page:
    """All blocks of a page, in the order of its source."""

    nodes: list[Node] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    alts: set[str] = field(default_factory=set)  # what pictures show, as words, for comparison
    repeated: int = 0  # blocks left out because they say again what others say
