"""What is known of each block before it is judged: numbers that mean the same on every site.

Shape of the text, what its containers are called and how far away they are, how much of the page's text they
hold, what stands before and after, and whether the page's own claims (headline, description, articleBody)
contain it.  No words of the article count, so that a language never seen is read like any other.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from math import log1p
from typing import TYPE_CHECKING

from newscrawler.extraction.bulk import Meeting, deepest, stands_in
from newscrawler.markup.blocks import BEGINNING, first_words
from newscrawler.markup.containers import CODES, HEADINGS, KINDS, OTHER_TAG, TAGS, distances
from newscrawler.text import beyond_ascii, words
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Block, Node, Page

MAX_PROSE_DENSITY = 0.35  # of a container whose lists of links may be the article's own
MAX_DENSITY = 0.6  # of link characters; a block above it is an article's in no page that we know
# steps up to the container of half the text, and of most of it, within which links alone may be the article's
INSIDE_HALF, INSIDE_MOST = 8, 3
# steps from the container of most of the text up to what holds it and a short line besides, from which that is none of the
# article's: of 20,000 such lines of labelled pages 32 were, and of 13,500 in a <nav> or <footer> 48
OUTSIDE_MOST = 4
Shingle = tuple[str, ...]

_END = re.compile(r"[.!?…。！？।؟][\"”»’')\]]*$")
ENDING = 8  # characters at the end of a text that are looked at
# what a site's own lines say
_CUES = (
    "©", "all rights reserved", "subscribe", "newsletter", "sign up", "click here", "follow us", "read more",
    "read also", "see also", "recommended", "advertisement", "cookie", "log in", "sponsored", "trending", "most read",
    "getty", "reuters/", "credit", "abonn", "lesen sie", "mehr zum", "lire aussi", "à lire", "leia", "también",
    "leggi anche", "czytaj", "читайте", "подпис", "еще по теме", "zobacz", "lees ook", "läs mer", "les også", "foto:",
    "關連", "关注", "相關", "関連", "編輯", "责任编辑", "@", "http:", "https:", "www.", "whatsapp", "telegram",
    "facebook", "twitter", "instagram",
)  # fmt: skip
_cue_in, _cue_in_plain = any_of(_CUES), any_of(filter(str.isascii, _CUES))
_CUE_WORDS = frozenset({"copyright", "related", "share", "photo", "image", "comment", "comments", "epaper"})
_NOT_UPPER = bytes(each for each in range(256) if not chr(each).isupper() or each > 127)
_NOT_DIGITS = bytes(each for each in range(256) if not 48 <= each < 58)
_NO_DIGITS = {48 + each: None for each in range(10)}
_COMMAS = ",،、，"
_MARKS = '"“„«»—–-•·*'


@dataclass(slots=True)
class Claimed:
    """What others say of the article: word sets to compare blocks with."""

    title: frozenset[str] = frozenset()
    lead: frozenset[str] = frozenset()
    body: frozenset[Shingle] = frozenset()  # of JSON-LD's articleBody


@dataclass(slots=True)
class Features:
    """Rows of the blocks that may be the article's; `indexes` says which blocks they are."""

    indexes: list[int] = field(default_factory=list)
    rows: list[list[float]] = field(default_factory=list)


def _shingles(tokens: list[str]) -> list[Shingle]:
    return list(zip(tokens, tokens[1:], tokens[2:], strict=False))


def claimed(title: str | None, lead: str | None, body: str | None) -> Claimed:
    """Claims made ready for comparison."""
    return Claimed(
        frozenset(words(title or "")),
        frozenset(words(lead or "")),
        frozenset(_shingles(words((body or "")[:100_000]))),
    )


@lru_cache(maxsize=4_096)  # a host's pages have the same few
def kind_of(label: str) -> str:
    """A label without numbers: item-1 and item-2 are called alike."""
    return label.translate(_NO_DIGITS)


@dataclass(slots=True)
class _Sums:
    number: int = 0
    chars: int = 0
    links: int = 0
    good: int = 0


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _number_of(tokens: list[str], known: frozenset[str]) -> int:
    """How many of some words are among others."""
    return len(list(filter(known.__contains__, tokens)))  # nearly twice as fast as a sum


def _covered(tokens: list[str], shingles: frozenset[Shingle]) -> float:
    """Share of a block's 3-word shingles that are among these; -1 where there is nothing to compare."""
    if not shingles or len(tokens) < 3:
        return -1.0
    threes = _shingles(tokens)
    return len(list(filter(shingles.__contains__, threes))) / len(threes)


_NO_ARTICLE = (0, 0.0)
_NO_OUTLINE = (-1.0, -1.0, 0.0, -1.0)
_UNASKED = (-1.0, -1.0, -1.0, -1.0)  # what the second opinion says of a block, its neighbours and around, before it is asked


class _Survey:
    """What is known of the page as a whole, and of what stood before the block at hand."""

    def __init__(self, page: Page, claims: Claimed) -> None:
        blocks = page.blocks
        self.blocks, self.claims = blocks, claims
        root = page.nodes[0]
        self.total, self.total_chars, self.number = max(root.good, 1), max(root.chars, 1), len(blocks)
        half, half_chain = deepest(page, 0.45)
        most, most_chain = deepest(page, 0.8)
        self.half, self.most = Meeting(half_chain), Meeting(most_chain)
        self.alike = _alike(blocks)
        self.repeats = Counter(block.text for block in blocks)
        self.articles = _articles(page)
        article_number = max((which for which, _ in self.articles.values()), default=0)
        self.titled = _title_place(blocks, claims)
        self.next_good = _next_good(blocks)
        self.densities = [_ratio(block.links, block.chars) for block in blocks]
        outlines = map(_outline, blocks, self.densities)
        self.outlines = [_NO_OUTLINE, _NO_OUTLINE, *outlines, _NO_OUTLINE, _NO_OUTLINE]  # a block's is two behind its index
        nodes = [block.node for block in blocks]
        self.next_ones = [0.0, *map(_nearness, nodes, nodes[1:]), 0.0]  # how near the block before each one is
        self.next_but_one = [0.0, 0.0, *map(_nearness, nodes, nodes[2:]), 0.0, 0.0]
        self.whole_page = [
            _ratio(half.good, self.total), _ratio(most.links, most.chars), float(article_number),
            log1p(self.total), log1p(self.number), _ratio(self.total, self.total_chars),
        ]  # fmt: skip
        self.seen: dict[str, int] = {}
        self.arounds: dict[Node, tuple[float, ...]] = {}
        self.goods = list(accumulate((block.good for block in blocks), initial=0))  # before each block
        self.before_chars = self.h1s = self.cues = 0
        self.heading, self.heading_at, self.heading_cue, self.last_good = 0, -50, 0, -50

    def may_be_the_articles(self, block: Block, parent: Node) -> bool:
        if not block.good and (block.node.framed or self.most.of(block.node)[1] >= OUTSIDE_MOST):
            return False
        if self.densities[block.index] <= MAX_DENSITY:
            return True
        node = block.node
        if block.chars > 3 and (stands_in(self.half, node, INSIDE_HALF) or stands_in(self.most, node, INSIDE_MOST)):
            return True  # an item of a list, or a heading, that is a link
        return block.chars > 20 and _ratio(parent.links, parent.chars) < MAX_PROSE_DENSITY

    def passed(self, block: Block, parent: Node) -> None:
        """Go on to the next block."""
        grand = parent.parent or parent
        parent.seen_good += block.good
        grand.seen_good += block.good
        tag, text = block.node.tag, block.text
        if tag in HEADINGS:
            self.h1s += tag == "h1"
            self.heading, self.heading_at = int(tag[1]), block.index
            self.heading_cue = 1 if has_cue(text, first_words(block)) else 0
            self.cues += self.heading_cue
        if block.good:
            self.last_good = block.index
        if self.repeats[text] > 1:
            self.seen[text] = self.seen.get(text, 0) + 1
        self.before_chars += block.chars

    def shape(self, block: Block, tokens: list[str]) -> list[float]:
        """Of the text itself."""
        text, chars = block.text, block.chars
        again = self.seen.get(text, 0)
        (size, density, _, tag), first = self.outlines[block.index + 2], text[0]
        return [
            tag, size, density, block.anchors, block.bold / chars, block.italic / chars,
            1.0 if _END.search(text[-ENDING:]) else 0.0,
            text.count(",") if text.isascii() else sum(map(text.count, _COMMAS)),
            *_capitals_and_digits(text[:200]),
            min(chars, BEGINNING) / (len(tokens) or 1),
            1.0 if has_cue(text, tokens) else 0.0,
            1.0 if first.islower() else 0.0,
            1.0 if ":" in text[-2:] else 0.0,
            1.0 if first in _MARKS else 0.0,
            block.node.hidden, again, self.repeats[text] - again, block.node.depth,
        ]  # fmt: skip

    def around(self, parent: Node) -> tuple[float, ...]:
        """Of the three elements around the one that holds a block: the same for all that it holds."""
        found = self.arounds.get(parent)
        if found is None:
            grand = parent.parent or parent
            great = grand.parent or grand
            total, total_chars = self.total, self.total_chars
            found = self.arounds[parent] = (
                parent.good / total, grand.good / total, great.good / total,
                parent.chars / total_chars, grand.chars / total_chars,
                _ratio(parent.links, parent.chars), _ratio(grand.links, grand.chars), _ratio(great.links, great.chars),
                _ratio(parent.good, parent.chars), _ratio(grand.good, grand.chars),
                parent.blocks, grand.blocks, _ratio(parent.good, parent.blocks),
            )  # fmt: skip
        return found

    def containers(self, block: Block, parent: Node) -> list[float]:
        """Of the elements around it."""
        node, total, chars = block.node, self.total, block.node.chars
        grand = parent.parent or parent
        alike = self.alike[block.index]
        return [
            *distances(node), *self.around(parent),
            block.good / total, node.good / total, chars / self.total_chars, node.links / chars, node.good / chars,
            node.blocks, *self.half.of(node), *self.most.of(node),
            alike.number, alike.number / self.number, alike.good / total, alike.chars / alike.number,
            alike.links / alike.chars,
            *self.articles.get(node, _NO_ARTICLE),
            parent.seen / parent.blocks, _ratio(parent.seen_good, parent.good), _ratio(grand.seen_good, grand.good),
        ]  # fmt: skip

    def place(self, block: Block) -> list[float]:
        """Of where it stands."""
        i, goods, outlines = block.index, self.goods, self.outlines
        ones, but_one = self.next_ones, self.next_but_one
        return [
            goods[i] / self.total, self.before_chars / self.total_chars, i / self.number,
            min(i - self.titled, 60) if self.titled >= 0 else -60,
            min(i - self.last_good, 30), min(self.next_good[i] - i, 30),
            min(i - self.heading_at, 30), self.heading, self.heading_cue, self.h1s, self.cues,
            ones[i], *outlines[i + 1], but_one[i], *outlines[i],
            ones[i + 1], *outlines[i + 3], but_one[i + 2], *outlines[i + 4],
            (goods[min(i + 4, self.number)] - goods[max(0, i - 3)]) / self.total,
        ]  # fmt: skip

    def agreement(self, tokens: list[str]) -> list[float]:
        """Of what others say."""
        claims = self.claims
        return [
            _ratio(_number_of(tokens, claims.title), len(tokens)) if claims.title else -1.0,
            _ratio(_number_of(tokens, claims.lead), len(tokens)) if claims.lead else -1.0,
            _covered(tokens, claims.body),
            *_UNASKED,
        ]  # fmt: skip


def measure(page: Page, claims: Claimed) -> Features:
    """Features of the blocks that could be the article's; NAMES says what each column is."""
    found = Features()
    if not page.blocks:
        return found
    survey = _Survey(page, claims)
    for block in page.blocks:
        parent = block.node.parent or block.node
        parent.seen += 1
        if survey.may_be_the_articles(block, parent):
            tokens = first_words(block)
            found.indexes.append(block.index)
            found.rows.append([
                *survey.shape(block, tokens), *survey.containers(block, parent), *survey.place(block),
                *survey.agreement(tokens), *survey.whole_page,
            ])  # fmt: skip
        survey.passed(block, parent)
    return found


NAMES = (
    "tag", "size", "links", "anchors", "bold", "italic", "ends", "commas", "upper", "digits", "word length", "cue",
    "starts lower", "colon", "starts mark", "hidden", "again", "again later", "depth",
    *(f"{kind} above" for kind, _ in KINDS), *(f"<{tag}> above" for tag in TAGS),
    "parent good", "grand good", "great good", "parent text", "grand text", "parent links", "grand links", "great links",
    "parent goodness", "grand goodness", "parent blocks", "grand blocks", "parent good a block",
    "good", "node good", "node text", "node links", "node goodness", "node blocks",
    "up to half", "half up", "up to most", "most up",
    "alike", "alike share", "alike good", "alike size", "alike links", "which article", "article good",
    "place in parent", "good before in parent", "good before in grand",
    "good before", "text before", "place", "after title", "after good", "before good", "after heading", "heading",
    "heading cue", "h1s before", "cues before",
    *(f"{name} {which}" for which in ("-1", "-2", "+1", "+2") for name in ("same parent", "size", "links", "good", "tag")),
    "window", "in title", "in lead", "in body", "in second", "in second -1", "in second +1", "in second around",
    "half good", "most links", "articles", "page good", "page blocks", "page goodness",
)  # fmt: skip


def _alike(blocks: list[Block]) -> list[_Sums]:
    """For each block the sums over all that are called like it."""
    found: defaultdict[tuple[str, str, str], _Sums] = defaultdict(_Sums)  # by tag, label and parent's label, without numbers
    by_labels: dict[tuple[str, str, str], _Sums] = {}  # as they are: most are those of others before
    alike = []
    for block in blocks:
        node = block.node
        labels = node.tag, node.label, node.parent.label if node.parent else ""
        sums = by_labels.get(labels)
        if sums is None:
            sums = by_labels[labels] = found[labels[0], kind_of(labels[1]), kind_of(labels[2])]
        sums.number += 1
        sums.chars += block.chars
        sums.links += block.links
        sums.good += block.good
        alike.append(sums)
    return alike


_SECOND = NAMES.index("in second")


def advise(features: Features, page: Page, second: str) -> None:
    """Write into the rows how much of each block, and of what stands around it, a second extractor's text has."""
    shingles = frozenset(_shingles(words(second[:200_000])))
    covered = [_covered(first_words(block), shingles) for block in page.blocks]
    for i, row in zip(features.indexes, features.rows, strict=True):
        known = [each for each in covered[max(0, i - 4) : i + 5] if each >= 0]
        row[_SECOND : _SECOND + 4] = (
            covered[i],
            covered[i - 1] if i else -1.0,
            covered[i + 1] if i + 1 < len(covered) else -1.0,
            sum(known) / len(known) if known else -1.0,
        )


def _articles(page: Page) -> dict[Node, tuple[int, float]]:
    """For each node in an <article>: which one of the page it is in, and that one's share of the good text."""
    found: dict[Node, tuple[int, float]] = {}
    number = 0
    total = page.nodes[0].good
    for node in page.nodes:
        if node.parent in found:
            found[node] = found[node.parent]
        elif node.tag == "article":
            number += 1
            found[node] = (number, _ratio(node.good, total))
    return found


def _title_place(blocks: list[Block], claims: Claimed) -> int:
    """Where the headline stands: the first heading that says it, else the first h1; -1 for nowhere."""
    if claims.title:
        for block in blocks:
            if block.node.tag in HEADINGS and block.chars < 400:
                tokens = frozenset(first_words(block))
                if len(tokens & claims.title) >= 0.7 * max(len(tokens), len(claims.title)):
                    return block.index
    return next((each.index for each in blocks if each.node.tag == "h1"), -1)


def _next_good(blocks: list[Block]) -> list[int]:
    """For each block the index of the next one that looks like a paragraph."""
    found, at = [0] * len(blocks), len(blocks) + 50
    for block in reversed(blocks):
        found[block.index] = at
        if block.good:
            at = block.index
    return found


def _nearness(here: Node, there: Node) -> float:
    return 2.0 if there is here else 1.0 if there.parent is here.parent else 0.0


def _outline(block: Block, density: float) -> tuple[float, float, float, float]:
    """What a block's neighbours see of it."""
    code = float(CODES.get(block.node.tag, OTHER_TAG))
    return log1p(block.chars), density, 1.0 if block.good else 0.0, code


def has_cue(text: str, tokens: list[str]) -> bool:
    """Whether a text begins with words that a site says of itself.  `tokens`: its first words.

    >>> has_cue("Subscribe to our newsletter", []), has_cue("The ministers met", ["the", "ministers", "met"])
    (True, False)
    """
    if not _CUE_WORDS.isdisjoint(tokens):
        return True
    start = text[:400].lower()
    return (_cue_in_plain if start.isascii() else _cue_in)(start) is not None


def _capitals_and_digits(start: str) -> tuple[float, float]:
    """Shares of a text's characters that are capitals and digits."""
    size = len(start)
    raw = start.encode("utf-8", "surrogatepass")  # bytes are counted without a loop
    capitals, digits = len(raw.translate(None, _NOT_UPPER)), len(raw.translate(None, _NOT_DIGITS))
    if len(raw) != size:
        others = beyond_ascii(start)
        capitals, digits = capitals + sum(map(str.isupper, others)), digits + sum(map(str.isdigit, others))
    return capitals / size, digits / size
