"""Articles as an archive of their own: a folder with its pages, or a database by itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.storage.archive import LOCK, Archive
from newscrawler.storage.articles.merging import Merging
from newscrawler.storage.database.backup import copy_database
from newscrawler.storage.database.connect import DATABASE, DESK
from newscrawler.storage.meaning import corrections
from newscrawler.storage.own_files import has_collected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.export.origin import Origin
    from newscrawler.reports.whole_articles import WholeArticle

BATCH = 200  # articles a transaction


def write_archive(articles: Iterable[WholeArticle], origin: Origin, folder: Path) -> None:
    """A folder that is an archive: articles and stories under their numbers, with all states, pages, verdicts and reviews.

    Raises ArchiveError where it cannot be written.
    """
    _fill(articles, origin, folder, records=origin.records)


def write_database(articles: Iterable[WholeArticle], origin: Origin, path: Path) -> None:
    """The same without the pages, as one SQLite file.  Raises ArchiveError where it cannot be written."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as beside:
        folder = Path(beside) / "archive"
        _fill(articles, origin, folder, records=None)
        copy_database(folder / DATABASE, path)


def is_export(folder: Path) -> bool:
    """Whether an archive is one that an export wrote, and nothing has come to it since: no crawl, import or migration."""
    return not ((folder / LOCK).exists() or (folder / DESK).exists() or has_collected(folder))


def _fill(articles: Iterable[WholeArticle], origin: Origin, folder: Path, records: Path | None) -> None:
    with Archive.open(folder) as archive:
        merging = Merging(origin.db, records, archive, origin.now, lost=origin.lost.append)
        waiting = iter(articles)
        is_left = True
        while is_left:
            with archive.transaction():
                for _ in range(BATCH):
                    article = next(waiting, None)
                    if article is None:
                        is_left = False
                        break
                    merging.take(article.id)
        with archive.transaction():
            corrections.take_over(archive.db, origin.db)
    (folder / LOCK).unlink(missing_ok=True)
