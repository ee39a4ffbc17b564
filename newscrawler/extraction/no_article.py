"""Why a text that was found on a page is no article's: none is left, numbers alone, or what stands in an article's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.block_pages import Looks, block_page
from newscrawler.errors import Failure, FailureKind

if TYPE_CHECKING:
    from newscrawler.markup.elements import Elements
    from newscrawler.metadata.claims.structured import Claims
    from newscrawler.metadata.reconcile import Metadata

OFF_PAGE_ORIGINS = frozenset({None, "feed", "sitemap", "address"})  # origins of a day that the page itself does not state
PROSE_LINE, PROSE = 60, 200  # characters of a line, and of all such lines, that are sentences beside numbers


def _only_numbers(text: str) -> bool:
    """Whether a text has more digits than letters and no prose: a table of results or prices, not an article."""
    prose = 0
    for line in text.split("\n"):  # the first few tell, of nearly all texts
        if len(line) >= PROSE_LINE and " | " not in line and sum(map(str.isalpha, line)) > 0.6 * len(line):
            prose += len(line)
            if prose >= PROSE:
                return False
    digits = sum(map(text.count, "0123456789"))
    return 4 * digits > len(text) - text.count(" ") - text.count("|") and digits > sum(map(str.isalpha, text))


def _looks(text: str, metadata: Metadata, claims: Claims, elements: Elements) -> Looks:
    """What tells a page apart that stands where an article should."""
    return Looks(
        text,
        metadata.title,
        next(iter(claims.headings), None),
        claims.title,
        is_signed=bool(metadata.authors) or metadata.published_origin not in OFF_PAGE_ORIGINS,
        has_password_field=any(each.get("type") == "password" for each in elements.of("input")),
    )


def why_no_article(text: str, metadata: Metadata, claims: Claims, elements: Elements) -> Failure | None:
    """Why a text is no article's, None where it may be one."""
    if not text:
        return Failure(FailureKind.NO_TEXT, "no text")
    if _only_numbers(text):
        return Failure(FailureKind.NO_TEXT, "numbers, and no text")
    instead = block_page(_looks(text, metadata, claims, elements))
    return instead.failure if instead else None
