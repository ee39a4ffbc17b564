"""review: the doubtful articles by a person, and what the lexicon may learn from that."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.events import say_corrections, say_what_waits
from newscrawler.cli.output import print_rows
from newscrawler.cli.progress import article_bar

if TYPE_CHECKING:
    from newscrawler.relevance import Lexicon
    from newscrawler.relevance.proposals import Proposal

COLUMNS = ("term", "language", "topic", "weight", "reviewed", "overruled", "proposed")


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What is asked of the report: whether at all, to write it, into which beat; or what was said on the desk."""

    report: bool
    write: bool
    beat: str | None
    from_desk: bool

    @property
    def file(self) -> str:
        """The beat's file; "" where none is named."""
        return self.beat or config.load(Path()).beat

    def check(self, decision: str | None) -> None:
        """Raises UsageError where options do not go together."""
        if not self.report and (self.write or self.beat):
            raise click.UsageError("--write and --beat go with --report")
        if self.from_desk and (self.report or decision):
            raise click.UsageError("--from-desk takes nothing else; leave out the rest")
        if self.report and decision:
            raise click.UsageError(f"--report takes no decision; leave out {decision}")
        if self.write and not self.file:
            raise click.UsageError(
                "no beat to write; give --beat FILE, or name it in newscrawler.toml: beat = 'my-beat.toml'"
            )


@click.command()
@click.argument("decision", required=False, type=click.Choice(["keep", "drop"]), metavar="[keep|drop]")
@click.argument("ids", metavar="[ID]...", nargs=-1, type=int)
@options.archive_option
@click.option("-n", "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="Show at most so many.")
@click.option("--report", is_flag=True, help="Say which terms you overrule most, and propose weights for them.")
@click.option("--write", is_flag=True, help="Write the proposed weights into your beat's file.")
@click.option("--from-desk", is_flag=True, help="Take over what was said on the desk (`newscrawler serve --desk`).")
@click.option("--beat", metavar="FILE", help="The beat to propose for, and to write.  [default: newscrawler.toml's beat]")
@options.with_formats
@options.as_record("request", ReportRequest)
def review(
    request: ReportRequest, decision: str | None, ids: tuple[int, ...], folder: Path | None, limit: int, form: str | None
) -> None:
    """Show the doubtful articles, or say of some that they are to be kept or dropped.

    \b
    newscrawler review                 what the lexicon could not call, newest first
    newscrawler review keep 12 17      these belong here
    newscrawler review drop 13         this does not: it leaves the reading list and the search
    newscrawler review --from-desk     what was said on the desk of `serve --desk`; a crawl does it, too
    newscrawler review --report        the terms that you overrule most, other weights for them, and what these would change

    What you say is remembered; no crawl and no `newscrawler reprocess` changes it. A weight is proposed for a term that
    was overruled in three articles at least and more often than not; --write puts the proposed weights at the end of
    your beat's file, where they win. Nothing is judged anew before `newscrawler reprocess --judge`.
    """
    request.check(decision)
    folder = options.archive_folder(folder)
    if request.from_desk:
        _take_over(folder)
    elif decision:
        _remember(folder, decision, ids)
    elif request.report:
        _report(folder, request, limit, form)
    else:
        _show(folder, limit, form)


def _remember(folder: Path, decision: str, ids: tuple[int, ...]) -> None:
    from newscrawler.crawl.session import utc_now
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.articles import verdicts
    from newscrawler.storage.database.connect import connect_for_reading

    if not ids:
        raise click.UsageError(f"name the articles to {decision}; `newscrawler review` shows the ids")
    connect_for_reading(folder, any_schema=True).close()
    with Archive.open(folder) as archive, archive.transaction():
        number = verdicts.review(archive.db, ids, decision, utc_now())
    click.echo(f"{number} article{'' if number == 1 else 's'} to {decision}, remembered", err=True)


def _take_over(folder: Path) -> None:
    from newscrawler.crawl.session import utc_now
    from newscrawler.desk.takeover import take_over
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.database.connect import connect_for_reading
    from newscrawler.storage.database.identity import identity

    connect_for_reading(folder, any_schema=True).close()
    with Archive.open(folder) as archive:
        done = take_over(archive, identity(archive.db), utc_now())
    left = f"; {done.outdated} of articles that were reviewed here since, or are not here" if done.outdated else ""
    click.echo(f"{done.taken} review{'' if done.taken == 1 else 's'} of the desk taken over{left}", err=True)
    say_corrections(done)
    if done.corrected:
        say_what_waits(folder)


def _show(folder: Path, limit: int, form: str | None) -> None:
    from newscrawler.reports.review import DoubtfulArticle, doubtful_articles

    names = [each.name for each in fields(DoubtfulArticle)]
    rows = [astuple(each) for each in doubtful_articles(options.open_for_reading(folder), limit)]
    shown = names if form else names[:-1]  # no address in a table for people
    if not print_rows(shown, (row[: len(shown)] for row in rows), form) and form is None:
        click.echo("Nothing is doubtful.", err=True)


def _report(folder: Path, request: ReportRequest, limit: int, form: str | None) -> None:
    from newscrawler.config.lexicon import beat_text
    from newscrawler.relevance import extend, shipped_lexicon
    from newscrawler.relevance.proposals import as_beat, proposals
    from newscrawler.reports.review import review_count, reviewed_terms

    stated = beat_text(request.file) if request.file else ""
    lexicon = extend(shipped_lexicon(), stated, request.file) if stated else shipped_lexicon()
    db = options.open_for_reading(folder)
    reviews = review_count(db)
    if not reviews:
        click.echo("Nobody called an article yet; `newscrawler review keep ID` and `drop ID` do.", err=True)
        return
    found = proposals(lexicon, reviewed_terms(db))
    print_rows(COLUMNS, (tuple(getattr(each, name) for name in COLUMNS) for each in found[:limit]), form)
    changes = [each for each in found if each.proposed is not None]
    click.echo(_summary(reviews, len(found), len(changes)), err=True)
    if request.file and not stated and not request.write:
        click.echo(f"{request.file} is not there, or empty: these are the shipped terms' weights", err=True)
    if not changes:
        if request.write:
            click.echo(f"nothing is written to {request.file}", err=True)
        return
    block = as_beat(changes, f"proposed by `newscrawler review --report` from {reviews} reviews")
    text = f"{stated.rstrip()}\n\n{block}" if stated.strip() else block
    _say_effect(folder, (lexicon, extend(shipped_lexicon(), text, request.file or "the proposed beat")), changes)
    _write(request, text, block)


def _summary(reviews: int, terms: int, changes: int) -> str:
    articles = f"{reviews} article{'' if reviews == 1 else 's'} reviewed"
    if not terms:
        return f"{articles}: no term was overruled"
    return f"{articles}: {terms} term{'' if terms == 1 else 's'} overruled, other weights proposed for {changes}"


def _say_effect(folder: Path, lexicons: tuple[Lexicon, Lexicon], changes: list[Proposal]) -> None:
    from newscrawler.reprocess.weighing import changed_decisions

    db = options.open_for_reading(folder)
    with article_bar(db) as bar:
        counts = changed_decisions(db, lexicons, {(each.language, each.term) for each in changes}, bar.update)
    done = ", ".join(f"{number} from {old} to {new}" for (old, new), number in sorted(counts.items()))
    click.echo(f"effect on the archive: {done or 'no decision would change'}", err=True)


def _write(request: ReportRequest, text: str, block: str) -> None:
    from newscrawler.config.lexicon import write_beat

    if not request.write:
        where = request.file or "your beat's file (--beat FILE)"
        click.echo(f"--write would put this at the end of {where}:\n\n{block}", err=True)
        return
    write_beat(request.file, text)
    click.echo(f"written to {request.file}; `newscrawler reprocess --judge` judges the archive with it", err=True)


COMMANDS = [review]
