"""Another newscrawler's archive taken in: its articles with their states, pages, verdicts and reviews, as they are there."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.crawl.batches import batched
from newscrawler.dates import iso
from newscrawler.errors import ArchiveError, NewscrawlerError
from newscrawler.intake.records import Fault, Item, Told
from newscrawler.reports import articles
from newscrawler.rights.conclusion import withholding
from newscrawler.storage.archive import PAGES
from newscrawler.storage.articles import imports
from newscrawler.storage.articles.merging import Merging, unfit
from newscrawler.storage.articles.rights import all_stated
from newscrawler.storage.database.connect import DATABASE, connect_for_reading
from newscrawler.storage.database.identity import identity
from newscrawler.storage.meaning import corrections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlite_utils import Database

    from newscrawler.intake.run import Intake
    from newscrawler.storage.articles.imports import Import

BATCH = 50  # articles a transaction


@contextmanager
def opened_archive(path: Path) -> Iterator[tuple[Database, Path | None]]:
    """(the database of an archive, the folder of its records; None where only the database is there).

    `path`: its folder, or the database by itself, as `export corpus.db` writes it.  Raises ArchiveError where it is none.
    """
    with tempfile.TemporaryDirectory() as beside:
        folder = path if path.is_dir() else Path(beside)
        if folder != path:
            (folder / DATABASE).symlink_to(path.resolve())
        records = (path if path.is_dir() else path.parent) / PAGES
        try:
            db = connect_for_reading(folder)
        except ArchiveError as error:
            if folder == path:
                raise
            told = str(error).replace(str(folder / DATABASE), str(path))
            raise ArchiveError(told.replace(str(folder), "FOLDER, with a copy of it as news.db there,")) from error
        try:
            yield db, records if records.is_dir() else None
        finally:
            db.close()


def place_and_identity(path: Path) -> str:
    """Which archive lies where: another one that lies there by now is taken in from its beginning.

    Raises ArchiveError where it is none.
    """
    with closing(connect_for_reading(path, any_schema=True)) as db:
        return f"archive {path.resolve()} {identity(db)}"


def archive_items(path: Path) -> Iterator[Item]:
    """The articles of an archive, as they would be looked for here.  Raises ArchiveError where it is none."""
    with opened_archive(path) as (db, _):
        for number, url in articles.addresses(db):
            yield Item(number, Told(url, {}))


def _is_withheld(theirs: Database, article_id: int, intake: Intake) -> bool:
    """Whether the page of an article states, by a rule that is to be respected, that it be not kept."""
    respect = intake.respect
    return bool(respect) and withholding(all_stated(theirs, article_id), respect, intake.now) is not None


def _is_fit(theirs: Database, article_id: int, lose: Callable[[str], object]) -> bool:
    """Whether an article may become one of ours; it is lost where not."""
    reason = unfit(theirs, article_id)
    if reason is not None:
        lose(reason)
    return reason is None


def take_archive(intake: Intake, path: Path, at: Import) -> Import:
    """Take in what is left of an archive; what it has come to.

    Nothing is judged anew: what was kept there is kept.  Raises ArchiveError where there is none, or ours can take nothing,
    and NewscrawlerError where the two are one.
    """
    ours = intake.archive
    if path.resolve() in (ours.folder.resolve(), (ours.folder / DATABASE).resolve()):
        raise NewscrawlerError(f"{path}: that is the archive that it would be taken into; name another one with --archive")
    with opened_archive(path) as (theirs, records):
        lost: Counter[str] = Counter()

        def lose(reason: str) -> None:
            lost["unreadable"] += 1
            intake.report.fault(Fault(str(path), reason))

        merging = Merging(theirs, records, ours, intake.now, at.id, lose, at.records)
        for batch in batched((each for each in articles.ids(theirs) if each > at.records), BATCH):
            with ours.transaction():
                fit = [each for each in batch if _is_fit(theirs, each, lose)]
                wanted = [each for each in fit if not _is_withheld(theirs, each, intake)]
                taken = [merging.take(each) for each in wanted]
                counts = lost + Counter(
                    "new" if each.is_new else "merged" if each.brought else "there already" for each in taken
                )
                counts["withheld"] += len(fit) - len(taken)
                lost.clear()
                at = replace(at, records=batch[-1], counts=dict(Counter(at.counts) + counts))
                imports.save(ours.db, at)
            intake.report.progress(len(batch))
        at = replace(at, finished=iso(intake.now))
        with ours.transaction():
            corrections.take_over(ours.db, theirs)
            imports.save(ours.db, at)
    return at
