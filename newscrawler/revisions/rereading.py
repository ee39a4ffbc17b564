"""A stored page read anew: what we say otherwise of it now.  The publisher changed nothing, so it is no revision.

stored reading + new one --differing--> the fields that say something else;  --is_poorer--> too little to take its place
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newscrawler.items import Article, Reading

MIN_SHARE = 0.3  # of the old text's words: a page that yields less than that is left as it is
STATE_FIELDS = ("title", "text")  # what is kept of a state that a later one took the place of
FIELDS = (
    *STATE_FIELDS, "authors", "agency", "credit", "published", "published_zone", "modified", "language", "section", "lead",
    "type", "tags", "paywall", "image_url", "canonical", "captions", "updates", "origins",
)  # fmt: skip


def differing(stored: Reading, article: Article) -> tuple[str, ...]:
    """The fields of which a page says something else, as we read it now."""
    names = FIELDS if stored.is_current else STATE_FIELDS
    return tuple(name for name in names if getattr(stored.article, name) != getattr(article, name))


def is_poorer(stored: Reading, article: Article) -> bool:
    """Whether so little is read now that the stored text is kept."""
    return article.word_count < MIN_SHARE * stored.article.word_count
