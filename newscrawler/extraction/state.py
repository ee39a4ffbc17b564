"""The article of a page that only scripts draw: out of the application's state, as frameworks embed it in JSON.

Next.js (`__NEXT_DATA__`, `self.__next_f.push`), Nuxt, Redux and Apollo (`window.__…STATE__ = {…}`, or `JSON.parse("…")`),
and any other script of type application/json.  Looked at only where the page itself has next to no text.
"""

from __future__ import annotations

import itertools
import json
import re
from typing import TYPE_CHECKING

from lxml import etree, html

from newscrawler.markup.blocks import read_blocks
from newscrawler.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from newscrawler.markup.blocks import Block

MAX_STATE = 5_000_000  # characters of a script
MAX_VALUES = 200_000  # values of a document that are looked at
MIN_TEXT_CHARACTERS = 250  # characters of text
_STATE = re.compile(r"(?:(?<![=!<>])=(?!=)|\.push\()\s*(?=\{\s*\")")  # an assigned or pushed object
_PARSED = re.compile(r"JSON\.parse\(\s*(?:\"((?:[^\"\\]|\\.)*+)\"|'((?:[^'\\]|\\.)*+)')\s*\)", re.DOTALL)
_PLACEHOLDER = re.compile(r"\$\$\w{1,40}\$\$|\{\{[^}]{0,80}\}\}|\[\[[^\]]{0,80}\]\]")
_PUSH = re.compile(r"__next_f\.push\((\[.*\])\)\s*;?\s*$", re.DOTALL)
_BODY_KEY = re.compile(r"body|content|text|html|article|paragraph|story|description|value|children", re.IGNORECASE)
_CAPTION = re.compile(r"caption|figure")
_MARKUP = re.compile(r"<(?:p|br|div)\b", re.IGNORECASE)
_DECODER = json.JSONDecoder(strict=False)


def _values(node: object) -> Iterator[tuple[str, str]]:
    """(key, string) of a document, in its order, without recursion."""
    stack: list[tuple[str, object]] = [("", node)]
    for _ in range(MAX_VALUES):
        if not stack:
            return
        key, value = stack.pop()
        if isinstance(value, str):
            yield key, value
        elif isinstance(value, dict):
            stack.extend(reversed(list(value.items())))
        elif isinstance(value, list):
            stack.extend((key, each) for each in reversed(value))


def _documents(tree: HtmlElement) -> Iterator[object]:
    pushed: list[str] = []
    for script in tree.iter("script"):
        text, kind = script.text or "", (script.get("type") or "").lower()
        if not 100 < len(text) <= MAX_STATE or "ld+json" in kind:
            continue
        try:
            if "json" in kind:
                yield _DECODER.decode(text.strip())
            elif found := _PUSH.search(text):
                pushed += [each for each in json.loads(found[1], strict=False) if isinstance(each, str)]
            else:
                yield from _assigned(text)
        except (ValueError, RecursionError):
            continue
    if pushed:
        yield from _rows("".join(pushed))


def _assigned(text: str) -> Iterator[object]:
    """The objects that a script assigns or pushes, the first few."""
    end = 0
    for found in itertools.islice(_STATE.finditer(text), 8):
        if found.end() >= end:
            try:
                value, end = _DECODER.raw_decode(text, found.end())
            except (ValueError, RecursionError):
                continue
            yield value
    for found in itertools.islice(_PARSED.finditer(text), 8):
        try:
            yield _DECODER.decode(_string(found[1] or found[2], double=found[1] is not None))
        except (ValueError, RecursionError):
            continue


def _string(literal: str, *, double: bool) -> str:
    """The value of a JavaScript string, its quotes off: JSON's escapes, and an escaped quote of the other kind."""
    if not double:
        literal = literal.replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\\\\\"')
    value: str = _DECODER.decode(f'"{literal}"')
    return value


def _rows(text: str) -> Iterator[object]:
    """What Next.js streams: rows of `id:JSON`, and of `id:Tlength,text` (length in UTF-8 bytes, hexadecimal)."""
    raw = text.encode("utf-8", "replace")
    for found in re.finditer(rb"(?:^|[\n\]}\"])?\b[0-9a-f]{1,4}:T([0-9a-f]{2,6}),", raw):
        yield raw[found.end() : found.end() + int(found[1], 16)].decode("utf-8", "replace")
    for line in text.split("\n")[:5_000]:
        _, colon, value = line.partition(":")
        if colon and value[:1] in "[{":
            try:
                yield json.loads(value, strict=False)
            except (ValueError, RecursionError):
                continue


def _readable(value: str) -> str:
    """Text of a string that may be markup, one paragraph a line."""
    value = _PLACEHOLDER.sub(" ", value)
    if not _MARKUP.search(value):
        return clean(value)
    try:
        tree = html.fragment_fromstring(value, create_parent="div")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    return "\n".join(block.text for block in read_blocks(tree).blocks if not _CAPTION.search(_labels(block)))


def _labels(block: Block) -> str:
    parent = block.node.parent
    return f"{block.node.tag} {block.node.label} {parent.tag if parent else ''} {parent.label if parent else ''}"


def _prose(text: str) -> bool:
    """Whether a string reads like sentences: spaces or an unspaced script, and full stops."""
    head = text[:2_000]
    return (
        len(re.findall(r"[.!?。！？।](?:\s|$|[\"”’<])", head)) >= 1
        and (" " in head or not head.isascii())
        and "{" not in head[:50]
    )


def _paragraph_runs(values: list[tuple[str, str]]) -> str:
    """The longest run of prose strings of one key: bodies that come as a list of paragraphs."""
    runs: dict[str, list[str]] = {}
    for key, value in values:
        if _BODY_KEY.search(key) and 40 <= len(value) < 20_000 and not value.startswith(("http", "/")) and _prose(value):
            runs.setdefault(key, []).append(_readable(value))
    best = max(runs.values(), key=lambda run: sum(map(len, run)), default=[])
    return "\n".join(dict.fromkeys(filter(None, best)))


def text_of_state(tree: HtmlElement) -> str:
    """The article's text, one paragraph a line; empty where no script holds one."""
    best = ""
    for document in _documents(tree):
        values = list(_values(document))
        whole = [
            value
            for key, value in values
            if len(value) >= MIN_TEXT_CHARACTERS and (not key or _BODY_KEY.search(key)) and _prose(value)
        ]
        longest = max(whole, key=len, default="")
        for text in (_readable(longest) if longest else "", _paragraph_runs(values)):
            if len(text) > len(best):
                best = text
    return best if len(best) >= MIN_TEXT_CHARACTERS else ""
