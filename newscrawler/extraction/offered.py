"""Extractors that other packages offer (docs/extending.md), for hosts that their authors know better than a forest does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.plugins import EXTRACTORS, installed
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from newscrawler.extraction.cascade import Body


def offered_text(tree: HtmlElement, url: str) -> tuple[str, str] | None:
    """(name of the extractor, its paragraphs, one a line) of the first that takes the page; None where none does.

    Raises what an extractor raises: of the crawl it costs this page, and the log says so.
    """
    for name, extractor in installed(EXTRACTORS).items():
        said = extractor(tree, url)
        if not isinstance(said, str | None):
            raise TypeError(f"the extractor {name} returned {type(said).__name__}, not str or None")
        lines = filter(None, (clean_line(line, len(line)) for line in (said or "").split("\n")))
        if text := "\n".join(lines):
            return name, text
    return None


def prefer_offered(body: Body, tree: HtmlElement, url: str) -> None:
    """Take the text that a package's extractor found instead of ours, which stays among the candidates."""
    if found := offered_text(tree, url):
        body.extractor, body.text = found
        body.reason = "an extractor of another package took the page"
        body.candidates[body.extractor] = body.text
