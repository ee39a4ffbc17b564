"""An article's language: what its page says, checked against its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.text.detection import detect, language_of

if TYPE_CHECKING:
    from newscrawler.items import Article

__all__ = ["detect", "language_of", "with_language"]


def with_language(article: Article) -> Article:
    """The article with its language checked."""
    from dataclasses import replace

    language, origin = language_of(article.text, article.language)
    return replace(article, language=language, language_origin=origin)
