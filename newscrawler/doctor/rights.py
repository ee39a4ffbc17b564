"""What publishers state against what the archive keeps and concludes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.doctor.findings import Finding, FindingKind
from newscrawler.rights.conclusion import Standing
from newscrawler.storage.articles import rights

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlite_utils import Database


def look(db: Database, respect: frozenset[str], now: datetime) -> Iterator[Finding]:
    """Conclusions that do not follow, texts that `respect` (newscrawler.toml) would not keep, and how many are reserved."""
    if wrong := rights.misconcluded(db, now):
        detail = f"what is kept of {_articles(wrong)} does not follow from what is stated"
        yield Finding(FindingKind.RIGHTS, "articles.rights", detail, mends=True)
    if kept := rights.kept_against(db, respect, now):
        rules = " and ".join(sorted(respect))
        detail = f"{_articles(kept)} have a text, and newscrawler.toml respects {rules}; `newscrawler reprocess --extract`"
        yield Finding(FindingKind.RIGHTS, "articles.text", detail)
    (reserved,) = db.execute("SELECT count(*) FROM articles WHERE rights = ?", [Standing.RESERVED.value]).fetchone()
    if reserved:
        detail = f"{reserved} are reserved by their publishers; `newscrawler sources rights` says which, and by what"
        yield Finding(FindingKind.RIGHTS, "articles", detail, remark=True)


def _articles(ids: list[int]) -> str:
    """How many articles, and one of them."""
    return f"article {ids[0]}" if len(ids) == 1 else f"{len(ids)} articles, such as {ids[0]},"
