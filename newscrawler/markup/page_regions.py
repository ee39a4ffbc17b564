"""Where on a page something stands: about this article, or in a box of other things, by tags and labels."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from newscrawler.markup.blocks import first_words
from newscrawler.markup.containers import HEADINGS
from newscrawler.text import words
from newscrawler.text.any_of import any_of

if TYPE_CHECKING:
    from collections.abc import Set

    from lxml.html import HtmlElement

    from newscrawler.markup.blocks import Node, Page
    from newscrawler.markup.elements import Elements

MAX_HEADINGS = 40
_ASIDE = frozenset({"aside", "nav", "footer"})
# what a box of other things than this article is called
_OTHERS = re.compile(
    r"(?:^|[\s_-])(?:related|(?<!article-)(?<!story-)(?<!main-)(?<!with-)(?<!has-)(?<!no-)side-?bar(?!_+(?:main|content|header))|recommend\w*|events|calendar|clocks?|(?:local|server)-?time|todays?|current|trending|"
    r"most-?(?:read|viewed|popular)|newsletters?|copyright|(?<!article-)(?<!entry-)(?<!post-)footer|next-?(?:article|post|story)|latest|upcoming|weather|"
    r"more-?(?:stories|news|articles|posts)|mast-?head|ticker|breaking)(?=$|[\s_-])",
    re.IGNORECASE,
)
# readers' comments, by language; not how many there are, or the button that leads to them
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:(?:user|reader|leser)-?)?(?:comments?|comment-?list|respond|responses|replies|discussions?|disqus\w*|"
    r"(?:leser)?kommentare?n?|kommentarer|kommentit|kommentaarid|commentaires?|comentarios?|comentários?|comentaris|commenti|"
    r"reacties|komentarz\w*|komentar\w*|komentáře|yorum(?:lar)?|hozzaszolas\w*)"
    r"(?=$|[\s_-](?!(?:count|link|number|num|icon|button|btn|toggle|total|bubble|off|closed|open|status)s?(?:$|[\s_-])))",
    re.IGNORECASE,
)
_may_be_comments = any_of((
    "comment", "respon", "repl", "discuss", "disqus", "komment", "coment", "reac", "komentar", "komentá", "yorum", "hozzasz",
))  # fmt: skip
_may_be_others = any_of((
    "related", "bar", "recommend", "event", "calendar", "clock", "time", "today", "current", "trending", "most",
    "newsletter", "copyright", "footer", "next", "latest", "upcoming", "weather", "more", "mast", "ticker", "breaking",
))  # fmt: skip
# the same of articles alone
_RELATED = re.compile(
    r"(?:^|[\s_-])(?:jp-?)?(?<!and[_-])(?:related|recommended|suggested)(?=$|\s|[_-]*(?:posts?|articles?|stor(?:y|ies)|content|news|links?|items?|box|"
    r"widget|coverage|section|list|container|wrapper|block|module)(?=$|[\s_-]))|"
    r"(?:^|[\s_-])(?:recommendations|more-?(?:stories|news|from|articles|posts)|(?:read|up)-?next|you-?(?:may|might)-?(?:also|like)\S*|"
    r"most-?(?:read|popular|viewed)|trending|news-?ticker|outbrain\S*|taboola\S*|also-?(?:read|like)|(?:read|see)-?also)(?=$|[\s_-])"
)
_OWN = re.compile(r"meta|publi|by-?line|author|article-?info|post-?info", re.IGNORECASE)


@functools.lru_cache(maxsize=4_096)
def names_comments(label: str) -> bool:
    """Whether an element's class and id say that it holds what readers wrote.

    >>> names_comments("comments-area"), names_comments("entry-meta comment-count"), names_comments("leserkommentare")
    (True, False, True)
    """
    return bool(label) and _may_be_comments(label.lower()) is not None and _COMMENTS.search(label) is not None


@functools.lru_cache(maxsize=4_096)
def names_others(label: str) -> bool:
    """Whether an element's class and id say that it holds other things than this article.

    >>> names_others("related-content small"), names_others("article-body")
    (True, False)
    """
    return bool(label) and _may_be_others(label.lower()) is not None and _OTHERS.search(label) is not None


@functools.lru_cache(maxsize=4_096)
def names_related(label: str) -> bool:
    """Whether an element's class and id say that it leads to other articles and holds nothing else.

    >>> names_related("jp-relatedposts-post"), names_related("you-might-also-like"), names_related("list-related-word")
    (True, True, False)
    """
    return bool(label) and _RELATED.search(label) is not None


def _is_box(tag: str, label: str, below: str) -> bool:
    """Whether an element holds other things; `below`: what it and the elements in it on the way are called."""
    if tag in _ASIDE and not (tag != "nav" and _OWN.search(below)):
        return True
    return names_others(label) or names_comments(label)


def box_of(node: Node, around: Set[Node]) -> Node | None:
    """What holds other things than the article, on a node's way up to what holds the headline too."""
    step: Node | None = node
    below = ""
    while step is not None and step not in around:
        below = f"{below} {step.label}"
        if _is_box(step.tag, step.label, below):
            return step
        step = step.parent
    return None


def holders(node: Node) -> set[Node]:
    """A node and those that hold it."""
    found: set[Node] = set()
    step: Node | None = node
    while step is not None:
        found.add(step)
        step = step.parent
    return found


@functools.lru_cache(maxsize=4_096)
def names_post(label: str) -> bool:
    """Whether an element's class says that it shows a post, a recording or a page from elsewhere.

    >>> names_post("fb-post wide"), names_post("podcast-player"), names_post("wp-block-embed"), names_post("podcast-page")
    (True, True, True, False)
    """
    return bool(label) and _may_be_post(label.lower()) is not None and _POST.search(label) is not None


_may_be_post = any_of((
    "fb-", "twe", "twitter", "instagram", "tiktok", "embed", "tgme", "telegram", "quoted", "spotify", "soundcloud", "audio",
    "player", "episode", "podcast", "powerpress", "podlove", "podigee",
))  # fmt: skip
_POST = re.compile(
    r"(?:^|[\s_-])(?:fb-(?:post|video|xfbml)|(?:re)?tweets?|twitter-(?:tweet|video)|instagram-media|(?:o|\w+-)?embed(?:s|ded|ding)?|"
    r"tgme_widget|telegram-(?:post|message)|quoted|spotify|soundcloud|powerpress|podlove|podigee|(?:audio|video|media|podcast|episode)-?player|"
    r"audio(?:-?(?:block|box|file|widget))?|(?:podcast|episode)-?(?:card|box|teaser|widget|block))(?=$|[\s_-])",
    re.IGNORECASE,
)


def stands_in_post(node: Node, around: Set[Node]) -> bool:
    """Whether a block stands in a quotation or in what the page shows from elsewhere: its days and names are of that."""
    step: Node | None = node
    while step is not None and step not in around:
        if step.tag == "blockquote" or (step.good <= LONGEST_POST and names_post(step.label)):
            return True
        step = step.parent
    return False


LONGEST_POST = 2_000  # characters of paragraphs; an article of the format "audio" holds more


def around_headings(elements: Elements) -> frozenset[HtmlElement]:
    """The elements that hold a page's h1s."""
    headings = elements.of("h1")[:MAX_HEADINGS]
    return frozenset(above for heading in headings for above in heading.iterancestors())


def _inside_article(footer: HtmlElement) -> bool:
    return any(above.tag == "article" for above in footer.iterancestors())


def stands_elsewhere(element: HtmlElement, around: Set[HtmlElement]) -> bool:
    """Whether an element stands in a box of other things, on its way up to what holds an h1 too."""
    step: HtmlElement | None = element
    below = ""
    while step is not None and step not in around:
        label = f"{step.get('class') or ''} {step.get('id') or ''}"
        below = f"{below} {label}"
        if _is_box(str(step.tag), label, below) and not (step.tag == "footer" and _inside_article(step)):
            return True
        step = step.getparent()
    return False


def headline_at(page: Page, title: str | None) -> int | None:
    """Index of the heading that says the title; where none does, of the line above the text that does; else None."""
    wanted = words(title or "")
    if len(wanted) < 2:
        return None
    for block in page.blocks:
        if block.node.tag in HEADINGS and block.chars < 400:
            said = first_words(block)
            if said == wanted or (
                len(said) >= 4 and len(set(said) & set(wanted)) >= 0.8 * max(len(set(said)), len(set(wanted)))
            ):
                return block.index
    return _line_of(page, len(title or ""), wanted) if len(wanted) > 2 else None


def _line_of(page: Page, size: int, wanted: list[str]) -> int | None:
    """Index of the line right above the text that has just these words and is no link: the title of a print view.

    None where the page has an h1, which is what the headline is, whatever it says.
    """
    found = None
    for block in page.blocks:
        if block.node.tag == "h1":
            return None
        if abs(len(block.text) - size) <= MARKS and not block.anchors and first_words(block) == wanted:
            found = block.index
        if found is not None and block.good > LONG:
            return found if block.index - found <= NEAR else None
    return None


LONG, NEAR, MARKS = 120, 12, 4  # characters of a paragraph; blocks before it; characters of marks that a title may lack
