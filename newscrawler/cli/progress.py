"""How far a command is, on stderr, where a person looks at it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite_utils import Database
    from tqdm import tqdm


def article_bar(db: Database) -> tqdm[Any]:
    """A bar over all articles of an archive."""
    from tqdm import tqdm

    from newscrawler.reports.status import article_count

    return tqdm(total=article_count(db), unit="article", disable=not sys.stderr.isatty())
