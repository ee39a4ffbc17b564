"""What a site says on its own behalf amid an article, known by its words: prompts, disclosures, biographies, disclaimers.

Each is a whole block, bounded in length, that addresses the reader in the imperative or speaks of its own links and authors;
a paragraph that reports of newsletters, commissions or disclaimers does neither.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler.extraction import phrases
from newscrawler.extraction.biographies import biographies as told_of_authors
from newscrawler.extraction.line_kinds import CAPTION, PROMPT, is_caption, is_prompt
from newscrawler.extraction.notices import is_notice
from newscrawler.extraction.withheld import withholds
from newscrawler.markup.blocks import HEADINGS
from newscrawler.text import words

if TYPE_CHECKING:
    from newscrawler.markup.blocks import Block, Node, Page

ENDS = 3  # blocks from either end of a text where notices about it stand
MAX_STEPS_TO_CONTAINER = 3  # steps up to a container
FEW = 20  # characters, all of which may be marks that are no part of a word
_OF_WORDS = re.compile(r"\w")
TAG, LINKED = 60, 0.9  # characters of a tag; the share of them that is a link
LIST_OF_TAGS, SEPARATOR, MANY_TAGS = 400, 4, 20  # characters of a line of tags and of what parts two; lines of one tag each
FOOTER_SHARE = 0.25  # of the article's characters, at most in a footer of it


def _any_of(parts: tuple[str, ...], before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(parts)}){after}", re.IGNORECASE | re.DOTALL)


_PRINTED, _VIEWS = _any_of(phrases.PRINTED), _any_of(phrases.VIEWS)
_DISCLAIMER = _any_of(phrases.DISCLAIMERS, r"\W*", r"(?!\w)\s*(?:[:：.\-–—].*|$)")


@dataclass(frozen=True, slots=True)
class About:
    """What is known of an article when its blocks are looked through."""

    title: str | None = None
    authors: tuple[str, ...] = ()


def prompts(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Prompts for newsletters, apps and channels, disclosures of affiliates; at the ends, where it was printed."""
    blocks = page.blocks
    found = {index: "a prompt to the reader" for index in chosen if is_prompt(blocks[index].text)}
    for index in (*chosen[:ENDS], *chosen[-ENDS:]):
        if len(blocks[index].text) <= PROMPT and _PRINTED.fullmatch(blocks[index].text.strip()):
            found[index] = "says where it was printed"
    return found


def worded_captions(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Captions in plain paragraphs: who stands where from the left, or whose picture it is."""
    return {
        index: "a caption"
        for index in chosen
        if page.blocks[index].chars <= CAPTION
        and page.blocks[index].node.tag not in ("li", "td", "th", *HEADINGS)
        and is_caption(page.blocks[index].text)
    }


def biographies(page: Page, chosen: list[int], about: About) -> dict[int, str]:
    """Who wrote it and what else they do, at the end."""
    return dict.fromkeys(told_of_authors(page, chosen, about.authors), "about the author")


def disclaimers(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """A box called so; a disclaimer behind the article and all that follows, where no heading does; whose views it has."""
    blocks = page.blocks
    found = _disclaimed_in_boxes(page, chosen)
    headings = [place for place, index in enumerate(chosen) if blocks[index].node.tag in HEADINGS]
    first_good = next((place for place, index in enumerate(chosen) if blocks[index].good), len(chosen))
    for place in range(max([first_good + 1, *headings[-1:]]), len(chosen)):
        if _DISCLAIMER.fullmatch(blocks[chosen[place]].text):
            return found | dict.fromkeys(chosen[place:], "a disclaimer")
    for index in chosen[max(len(chosen) - ENDS, 1) :]:
        if len(blocks[index].text) <= 2 * PROMPT and _VIEWS.fullmatch(blocks[index].text):
            found[index] = "a disclaimer"
    return found


def _disclaimed_in_boxes(page: Page, chosen: list[int]) -> dict[int, str]:
    """What stands in boxes called a disclaimer, however long, where good paragraphs stand outside of them."""
    called = [index for index in chosen if _stands_in_disclaimer(page.blocks[index].node)]
    outside = set(chosen).difference(called)
    return dict.fromkeys(called, "a disclaimer") if any(page.blocks[index].good for index in outside) else {}


# alone or with what kind of box it is; "has-disclaimer" is what holds one and the article
_DISCLAIMER_BOX = re.compile(
    r"(?:^|\s)(?!(?:has|with|no|show|hide)[_-])(?:[a-z]+[_-]{1,2}){0,2}(?:disclaimer|haftungsausschluss|avertissement)"
    r"(?:[_-]{0,2}(?:box|text|note|notice|wrapper|container|block|section|content|paragraph))?(?=$|\s)"
)


def tags_behind(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """The article's tags and sections, where links in a box called so or behind a word for them end it."""
    found: dict[int, str] = {}
    unlabelled: list[int] = []
    for index in reversed(chosen):
        block = page.blocks[index]
        if is_notice(block):
            continue
        is_link = block.chars <= TAG and block.links >= LINKED * block.chars
        if is_link and _is_of_tags(block.node):
            found[index] = "a tag of the article"
        elif lists_tags(block) or (unlabelled and names_tags(block.text)):
            found |= dict.fromkeys((index, *unlabelled), "a tag of the article")
            unlabelled = []
        elif is_link and len(unlabelled) < MANY_TAGS:
            unlabelled.append(index)
        else:
            break
    return found


def lists_tags(block: Block) -> bool:
    """Whether a line is a word for tags and links: "Tags: Nordby, Frigates"."""
    if not block.anchors or block.chars > LIST_OF_TAGS:
        return False
    label, mark, _ = block.text.partition(":" if ":" in block.text else "\uff1a")
    linked = block.links + len(label) + block.anchors * SEPARATOR
    return bool(mark) and linked >= LINKED * block.chars and names_tags(label)


def names_tags(line: str) -> bool:
    """Whether a line says nothing but what stands before tags.

    >>> names_tags("Schlagwörter:"), names_tags("Теги"), names_tags("Tags of the harbour")
    (True, True, False)
    """
    return len(line) <= TAG and phrases.folded(line) in phrases.shipped_wording().tags.whole


def _is_of_tags(node: Node) -> bool:
    step: Node | None = node
    for _ in range(MAX_STEPS_TO_CONTAINER + 1):
        if step is None or step.good:
            return False
        if step.label and _TAGS.search(step.label):
            return True
        step = step.parent
    return False


def _stands_in_disclaimer(node: Node) -> bool:
    step: Node | None = node
    for _ in range(MAX_STEPS_TO_CONTAINER + 1):
        if step is None:
            return False
        if step.label and _names_disclaimer(step.label):
            return True
        step = step.parent
    return False


@lru_cache(maxsize=4_096)  # a page has few, each around many blocks
def _names_disclaimer(label: str) -> bool:
    return _DISCLAIMER_BOX.search(label) is not None


_TAGS = re.compile(
    r"(?:^|[\s_-])(?:tags?|keywords?|topics?|categor(?:y|ies)|etiquetas?|mots-?cles|schlagwort(?:e|er)?|rubri[ck]\w*)"
    r"(?:[\s_-]?(?:list|links?|cloud|container|wrapper|items?|box))?(?=$|[\s_-])"
)


def withheld_rest(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Lines at the end that ask to log in or to pay for the rest, as pages do that stand in an article's place."""
    return {
        index: "asks to log in or to pay"
        for index in chosen[max(len(chosen) - ENDS, 1) :]
        if page.blocks[index].chars <= PROMPT and withholds(page.blocks[index].text)
    }


def own_footer(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """What the article's own <footer> says, where that is the end of it and no quotation's source."""
    total = sum(page.blocks[index].chars for index in chosen)
    found: dict[int, str] = {}
    for index in reversed(chosen):
        footer = _footer_of(page.blocks[index].node)
        if footer is None or footer.chars > FOOTER_SHARE * total:
            break
        found[index] = "in the article's footer"
    return found


def _footer_of(node: Node) -> Node | None:
    step: Node | None = node
    for _ in range(MAX_STEPS_TO_CONTAINER + 1):
        if step is None or step.tag == "blockquote":
            return None
        if step.tag == "footer":
            quoted = step.parent is not None and step.parent.tag in ("blockquote", "figure", "q")
            return None if quoted else step
        step = step.parent
    return None


def links_in_capitals(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Teasers between paragraphs: a link alone in its line, all in capitals."""
    found = {}
    for index in chosen:
        block = page.blocks[index]
        alone = block.links >= 0.9 * block.chars and block.node.tag not in ("li", "td", *HEADINGS)
        if alone and block.text.isupper() and len(words(block.text)) > 2:
            found[index] = "a link to another page"
    return found


def wordless(page: Page, chosen: list[int], _: About) -> dict[int, str]:
    """Lines without a word, such as the ")." that a removed footnote leaves behind."""
    return {
        index: "no words"
        for index in chosen
        if not _OF_WORDS.search(page.blocks[index].text)
        or (page.blocks[index].chars < FEW and not words(page.blocks[index].text))
    }
