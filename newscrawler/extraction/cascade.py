"""Candidates for an article's text, and which of them it is.

    blocks   the blocks of the page that the forest holds for the article's, patched (`patching`) and cleaned: nearly always
    second   trafilatura's own rules on the same tree; asked where the forest is in doubt, and then among its features
    json-ld  articleBody, where the page shows only the beginning of it, or nothing
    state    the application's state, where only scripts draw the page
    whole    trafilatura with its rules less precise, where nothing else found a text

A candidate is asked for only where those before it found less than MIN_TEXT_CHARACTERS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from newscrawler.extraction.answers import stated_answers
from newscrawler.extraction.body import second_opinion
from newscrawler.extraction.boilerplate import strip_frame
from newscrawler.extraction.captions import gallery, read_captions
from newscrawler.extraction.cleaning import clean_blocks
from newscrawler.extraction.features import MAX_DENSITY, advise, claimed, measure
from newscrawler.extraction.line_kinds import is_control, is_prompt, names_another_page
from newscrawler.extraction.litter import About
from newscrawler.extraction.live import live_entries, read_updates
from newscrawler.extraction.notices import own_notices
from newscrawler.extraction.patching import choose_blocks, leading_paragraphs
from newscrawler.extraction.state import text_of_state
from newscrawler.extraction.stated_body import shows_the_beginning, stated_body
from newscrawler.markup.page_regions import headline_at
from newscrawler.text import words_by_line

if TYPE_CHECKING:
    from datetime import datetime

    from lxml.html import HtmlElement

    from newscrawler.extraction.features import Features
    from newscrawler.extraction.forest import Forests
    from newscrawler.items import Update
    from newscrawler.markup.blocks import Page

UNSURE = (0.3, 0.7)  # probabilities between which a block may be either
DOUBT = 0.3  # share of unsure blocks, by characters, from which a second extractor is asked
MIN_TEXT_CHARACTERS = 250  # characters below which the next candidate is asked
FEW_WORDS, MANY_CHARACTERS = 100, 6_000  # of a text, and of the paragraphs besides, from which others are asked
MAX_CHARACTERS = 1_000_000  # of a text
MIN_WORD_RATIO = 3  # times as many words, for which another's text is taken instead of one that has enough
EXCERPT_CHARACTERS = 200  # characters of what is cut that are worth showing
INTRODUCTION = 400  # characters that a live blog says besides its entries, to stand for its article


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page says of itself, as far as its text is concerned."""

    jsonld: dict[str, Any] = field(default_factory=dict)
    title: str | None = None
    lead: str | None = None
    is_live: bool = False
    is_news: bool = False  # states that it is a NewsArticle
    authors: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()  # of a FAQPage
    is_faq: bool = False


@dataclass(slots=True)
class Body:
    """The text, and how it came about."""

    text: str = ""
    extractor: str = ""
    reason: str = ""
    captions: tuple[str, ...] = ()
    updates: tuple[Update, ...] = ()
    candidates: dict[str, str] = field(default_factory=dict)
    cut: list[tuple[str, str]] = field(default_factory=list)  # (line, why it is none of the article's)
    # (block that is none of the article's, its probability; None: links are not judged)
    rejected: list[tuple[str, float | None]] = field(default_factory=list)


def _lines(page: Page, kept: list[int]) -> str:
    """Blocks as lines; the cells of one row of a table share theirs."""
    lines: list[str] = []
    row = None
    for index in kept:
        block = page.blocks[index]
        cell = block.node.parent if block.node.tag in ("td", "th") else None
        if cell is not None and cell is row:
            lines[-1] += f" | {block.text}"
        else:
            lines.append(block.text)
        row = cell
    return "\n".join(lines)[:MAX_CHARACTERS]  # each is clean already


def _block_probabilities(tree: HtmlElement, page: Page, hints: Hints, forests: Forests, body: Body) -> dict[int, float]:
    """The probability of each block that may be the article's; a second extractor is heard where that is worth its price."""
    stated = hints.jsonld.get("articleBody")
    features = measure(page, claimed(hints.title, hints.lead, stated if isinstance(stated, str) else None))
    chances = forests.alone.probabilities(features.rows)
    if in_doubt(page, features, chances):
        body.candidates["second"] = second = second_opinion(tree)
        advise(features, page, second)
        chances = forests.advised.probabilities(features.rows)
    return dict(zip(features.indexes, chances, strict=True))


def _from_blocks(tree: HtmlElement, page: Page, hints: Hints, forests: Forests, now: datetime, body: Body) -> str:
    judged = _block_probabilities(tree, page, hints, forests, body)
    threshold = forests.news_threshold if hints.is_news else forests.threshold
    chosen, trailing = choose_blocks(page, judged, threshold)
    at = headline_at(page, hints.title)
    chosen = sorted(
        {
            *chosen,
            *leading_paragraphs(page, chosen, judged, at, hints.lead),
            *stated_answers(page, hints.answers, is_faq=hints.is_faq),
        }
    )
    pictured = gallery(page, chosen, at)
    chosen = sorted({*chosen, *own_notices(page, chosen, at), *pictured})
    trailing = [index for index in trailing if index not in chosen]
    likely = {*chosen, *trailing}
    body.rejected = [(block.text, judged.get(block.index)) for block in page.blocks if block.index not in likely]
    body.captions, captioned = read_captions(page, chosen, pictured)
    about = About(hints.title, hints.authors)
    kept, cut = clean_blocks(page, [index for index in chosen if index not in captioned], about)
    entries = live_entries(page, is_live=hints.is_live)
    body.updates = read_updates(entries, hints.jsonld, now)
    listed = {block.index for blocks in entries.values() for block in blocks}
    rest = [index for index in kept if index not in listed]
    # some publishers' live blogs are their entries: then the entries are the text
    if entries and sum(page.blocks[index].chars for index in rest) >= INTRODUCTION:
        cut |= {index: "an entry of the live blog" for index in kept if index in listed}
        kept = rest
    cut |= dict.fromkeys(captioned, "a caption") | dict.fromkeys(trailing, "stands alone behind the article")
    cut |= {
        block.index: f"judged none of the article's, {judged[block.index]:.2f}"
        for block in page.blocks
        if block.good and block.index in judged and block.index not in likely
    }
    body.cut = [(page.blocks[index].text, why) for index, why in sorted(cut.items())]
    return _lines(page, kept)


def in_doubt(page: Page, features: Features, chances: list[float]) -> bool:
    """Whether much of the page might be the article's or not: then a second opinion is worth its price.

    One page in twelve; on the others it changes next to nothing.
    """
    sizes = [page.blocks[index].chars for index in features.indexes]
    chosen = sum(size for size, chance in zip(sizes, chances, strict=True) if chance > 0.5)
    unsure = sum(size for size, chance in zip(sizes, chances, strict=True) if UNSURE[0] < chance < UNSURE[1])
    return chosen < MIN_TEXT_CHARACTERS or unsure > DOUBT * chosen


def read_body(tree: HtmlElement, page: Page, hints: Hints, forests: Forests, now: datetime) -> Body:
    """The article's text of a page, by the first candidate that has enough, the lines that frame it off."""
    body = _candidate(tree, page, hints, forests, now)
    if body.text and all(map(is_control, body.text.split("\n"))):
        body.cut += [(line, "a control of the page") for line in body.text.split("\n")]
        body.text = ""
    bare = strip_frame(body.text, hints.title)
    if bare != body.text:
        kept = set(bare.split("\n"))
        body.cut += [(line, "frames the article") for line in body.text.split("\n") if line not in kept]
        body.text = bare
    return body


def _candidate(tree: HtmlElement, page: Page, hints: Hints, forests: Forests, now: datetime) -> Body:
    body = Body()
    text = body.candidates["blocks"] = _from_blocks(tree, page, hints, forests, now, body)
    if stated := stated_body(hints.jsonld):
        body.candidates["json-ld"] = stated
        if shows_the_beginning(text, stated):
            return _choose(body, "json-ld", "the page shows only the beginning of what it states as its body")
    if size(text) >= MIN_TEXT_CHARACTERS and not _much_more(text, page):
        return _choose(body, "blocks", f"{len(text)} characters in blocks of the article")
    if size(text) < MIN_TEXT_CHARACTERS:
        body.candidates["state"] = text_of_state(tree)
        if _word_count(body.candidates["state"]) > _word_count(text):
            return _choose(body, "state", "the page itself shows next to nothing, its application's state does")
    _ask_elsewhere(tree, page, body)
    best = max(body.candidates, key=lambda name: _word_count(body.candidates[name]))
    if size(text) >= MIN_TEXT_CHARACTERS and _word_count(body.candidates[best]) < MIN_WORD_RATIO * _word_count(text):
        best = "blocks"
    return _choose(body, best, "the longest, where blocks of the article hold next to nothing")


def _much_more(text: str, page: Page) -> bool:
    """Whether a text is an introduction at most, on a page that holds a thousand words of paragraphs besides."""
    return page.nodes[0].good - len(text) > MANY_CHARACTERS and _word_count(text) < FEW_WORDS


def _word_count(text: str) -> int:
    return len(words_by_line(text))


def _ask_elsewhere(tree: HtmlElement, page: Page, body: Body) -> None:
    """What trafilatura finds: by its precise rules where these were asked already or much is there, else by the others."""
    text = body.candidates["blocks"]
    if "second" not in body.candidates:
        body.candidates["second"] = second_opinion(tree) if size(text) >= MIN_TEXT_CHARACTERS else ""
    if _word_count(body.candidates["second"]) <= _word_count(text) or size(body.candidates["second"]) < MIN_TEXT_CHARACTERS:
        body.candidates["whole"] = _without_links(page, second_opinion(tree, precise=False), body)
        if _is_navigation(page, body.candidates["whole"]):
            body.cut.append((body.candidates.pop("whole")[:EXCERPT_CHARACTERS], "the page's links"))


def _without_prompts(text: str, body: Body) -> str:
    """The text without the lines in which a site speaks of itself; a text of such lines alone stays as it is."""
    lines = text.split("\n")
    off = [line for line in lines if is_prompt(line) or is_control(line) or names_another_page(line)]
    if not off or len(off) == len(lines):
        return text
    body.cut += [(line, "the site's own words") for line in off]
    return "\n".join(line for line in lines if line not in off)


def _without_links(page: Page, text: str, body: Body) -> str:
    """The text without the lines that are links on the page, and without the first ones that are among its links."""
    alone = {block.text for block in page.blocks if block.links > MAX_DENSITY * block.chars}
    links, lines = "\n".join(alone), text.split("\n")
    start = sum(1 for _ in takewhile(lambda line: line in links, lines))
    off = [line for place, line in enumerate(lines) if place < start or line in alone]
    body.cut += [(line, "a link of the page") for line in off]
    return "\n".join(line for line in lines[start:] if line not in alone)


def _is_navigation(page: Page, text: str) -> bool:
    """Whether most of a text are lines that the page shows as links: what is left where an article does not show."""
    links = "\n".join(block.text for block in page.blocks if block.links > MAX_DENSITY * block.chars)
    return sum(len(line) for line in text.split("\n") if line in links) > len(text) / 2


def _choose(body: Body, name: str, reason: str) -> Body:
    body.text, body.extractor, body.reason = body.candidates[name], name, reason
    if name != "blocks":  # which are cleaned, and with more regard to where each stands
        body.text = _without_prompts(body.text, body)
    return body


def size(text: str) -> int:
    """Characters of a text; a Han character or kana counts one and a half, being half a word."""
    return len(text) if text.isascii() else max(len(text), len(text.encode("utf-8", "replace")) // 2)
