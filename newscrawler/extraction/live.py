"""The entries of a live blog: siblings in one container, each with a clock time of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from newscrawler.dates.stated import parse_date
from newscrawler.items import Update
from newscrawler.markup.containers import HEADINGS
from newscrawler.text import clean, clean_line

if TYPE_CHECKING:
    from datetime import datetime

    from newscrawler.markup.blocks import Block, Node, Page

MAX_UPDATES = 500
LEAST = 3  # entries; two dated blocks are a byline and a correction
_LIVE = re.compile(
    r"(?:^|[^a-z])live(?:[^a-z]|$)|live-?(?:blog|list|ticker|feed|post|update|event|stream)|ticker|timeline|blog-?entr"
)
_TIME = re.compile(
    r"\b(?:(?:[01]?\d|2[0-3])[:.h][0-5]\d(?:\s?[ap]\.?m\b|\b(?!\s*(?:%|percent|km)))|(?:1[0-2]|[1-9])\s?[ap]\.?m\b)\.?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")  # most lines have none, which is found out faster
MAX_TIME_LINE_CHARACTERS = 80  # characters of a line that states a time


def _live_container(node: Node) -> bool:
    step: Node | None = node
    for _ in range(4):
        if step is None:
            return False
        if _LIVE.search(step.label) or "live" in step.tag:
            return True
        step = step.parent
    return False


def _entry_of(block: Block, parents: set[Node]) -> Node | None:
    """The child of one of these containers that holds the block."""
    step: Node | None = block.node
    while step is not None:
        if step.parent in parents:
            return step
        step = step.parent
    return None


def live_entries(page: Page, *, is_live: bool) -> dict[Node, list[Block]]:
    """Entry -> its blocks; {} where the page has no such list.  `is_live`: the page says that it is a live blog."""
    timed: defaultdict[Node, set[Node]] = defaultdict(set)
    for block in page.blocks:
        if block.chars > MAX_TIME_LINE_CHARACTERS or not (_DIGIT.search(block.text) and _TIME.search(block.text)):
            continue
        child, step = block.node, block.node.parent
        for _ in range(6):  # the entry may be any of the next containers: the right one has siblings like it
            if step is None:
                break
            if child.good >= 60:
                timed[step].add(child)
            child, step = step, step.parent
    fitting = [
        (len(children), -node.depth, node)
        for node, children in timed.items()
        if len(children) >= LEAST and (is_live or _live_container(node))
    ]
    if not fitting:
        return {}
    home = max(fitting, key=lambda each: each[:2])[2]
    if not is_live and sum(entry.good for entry in timed[home]) < page.nodes[0].good / 2:
        return {}  # a chronology in an article
    entries: dict[Node, list[Block]] = {}
    for block in page.blocks:
        entry = _entry_of(block, {home})
        if entry is not None and entry in timed[home]:
            entries.setdefault(entry, []).append(block)
    return entries


def _stated_updates(value: object, now: datetime) -> list[Update]:
    found = []
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict):
            continue
        body, title, at = each.get("articleBody"), each.get("headline"), each.get("datePublished")
        text = clean(re.sub(r"<[^>]{0,500}>", " ", body), 20_000) if isinstance(body, str) else ""
        if text or isinstance(title, str):
            found.append(
                Update(
                    at=parse_date(at, now) if isinstance(at, str) else None,
                    title=clean_line(title, 500) if isinstance(title, str) else None,
                    text=text,
                )
            )
    return found[:MAX_UPDATES]


def _update(blocks: list[Block]) -> Update:
    at = title = None
    paragraphs: list[str] = []
    for block in blocks:
        if at is None and block.chars <= MAX_TIME_LINE_CHARACTERS and (stated := _TIME.search(block.text)):
            at = stated[0]
        elif title is None and not paragraphs and block.node.tag in HEADINGS:
            title = block.text
        elif block.good or block.chars > MAX_TIME_LINE_CHARACTERS:
            paragraphs.append(block.text)
    return Update(at=at, title=title, text="\n".join(paragraphs))


def read_updates(entries: dict[Node, list[Block]], jsonld: dict[str, Any], now: datetime) -> tuple[Update, ...]:
    """Updates as JSON-LD states them (liveBlogUpdate, schema.org), else as they stand on the page.

    `at` is ISO 8601 where a whole date is stated, else the clock time as the page writes it.
    """
    stated = _stated_updates(jsonld.get("liveBlogUpdate"), now)
    return tuple(stated or [_update(blocks) for blocks in list(entries.values())[:MAX_UPDATES]])
