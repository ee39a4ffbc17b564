"""newscrawler: a news crawler and archive for defence and diplomacy.

    from newscrawler import extract, judge, open_archive      # `newscrawler help api`

`newscrawler help architecture` shows how it is built; `newscrawler.process` is where a page becomes an article.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newscrawler.api import OpenArchive, Rows, extract, judge, open_archive
    from newscrawler.errors import ArchiveError, ExtractionError, LexiconError, NewscrawlerError, QueryError
    from newscrawler.items import Article, Verdict

__version__ = "0.2.0.dev0"

# what programs may build on; read when it is asked for, so that a command does not wait for what it does not use
_HOME = {
    "open_archive": "api", "extract": "api", "judge": "api", "OpenArchive": "api", "Rows": "api",
    "Article": "items", "Verdict": "items",
    "NewscrawlerError": "errors", "ArchiveError": "errors", "ExtractionError": "errors", "LexiconError": "errors",
    "QueryError": "errors",
}  # fmt: skip
__all__ = [
    "ArchiveError",
    "Article",
    "ExtractionError",
    "LexiconError",
    "NewscrawlerError",
    "OpenArchive",
    "QueryError",
    "Rows",
    "Verdict",
    "__version__",
    "extract",
    "judge",
    "open_archive",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
