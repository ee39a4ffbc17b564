"""events: which stories tell of one happening, in all languages, and why we think so."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.event_words import EventsCommand
from newscrawler.cli.output import print_rows
from newscrawler.errors import ArchiveBusy, ArchiveError, DeskError, NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlite_utils import Database

    from newscrawler.desk.takeover import Takeover
    from newscrawler.reports.event_facts import Told
    from newscrawler.reports.events import EventStory
    from newscrawler.reprocess.correcting import TakenBack
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.meaning.corrections import Said

COLUMNS = ("event", "stories", "languages", "began", "ended", "follows", "spoken", "title", "beside", "title_language")
OF_STORIES = (
    "story",
    "article",
    "source",
    "country",
    "language",
    "at",
    "title",
    "url",
    "carried_by",
    "relation",
    "score",
    "reason",
)
SAID = ("number", "kind", "article", "other", "decided", "title", "other_title", "stories")
LISTED = ("event", "stories", "began", "spoken", "title")  # on a terminal; programs get all
SHOWN = ("at", "article", "source", "country", "language", "relation", "title")

CORRECTIONS = {"part": 3, "join": 3, "back": 2}  # how many words each is
WORDS = "part ID ARTICLE ..., join ID ID, said, back NUMBER"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: at most so many, that went on since a date, told in all of some languages, or by whose press."""

    limit: int
    since: str | None
    languages: str | None
    by: str | None
    not_by: str | None

    @property
    def chooses(self) -> bool:
        """Whether any of the list's events are left out."""
        return any(each is not None for each in (self.since, self.languages, self.by, self.not_by))


@dataclass(frozen=True, slots=True)
class EventWork:
    """What is to be done: explain an event, make all anew, or take in what waits."""

    explain: bool
    rebuild: bool
    without_vectors: bool
    update: bool


def say_what_waits(folder: Path, taker: str = "the next crawl") -> None:
    """Whether articles wait for their events, and who takes them in."""
    from newscrawler.storage.database.connect import connect_for_reading
    from newscrawler.storage.meaning.events import how_many_waiting

    with contextlib.suppress(NewscrawlerError), contextlib.closing(connect_for_reading(folder)) as db:
        say_waiting(how_many_waiting(db), taker)


def say_waiting(waiting: int, taker: str = "the next crawl") -> None:
    """How many articles wait for their events, and who takes them in; nothing where none does."""
    from newscrawler.crawl.lines import counted

    if waiting:
        takes_in = f"{taker} takes {'it' if waiting == 1 else 'them'} in, or `newscrawler events --update`"
        click.echo(f"{counted(waiting, 'article')} waiting for vectors and events: {takes_in}", err=True)


def say_corrections(done: Takeover) -> None:
    """What became of what was said of events on the desk; nothing where nothing was."""
    if done.corrected or done.refused:
        click.echo(f"{done.corrected} correction{'' if done.corrected == 1 else 's'} of events taken over", err=True)
    for each in done.refused:
        click.echo(f"not followed: {each}", err=True)


@click.command(cls=EventsCommand)
@click.argument("words", metavar="[ID | part ID ARTICLE | join ID ID | said | back NUMBER]", nargs=-1)
@options.archive_option
@click.option("-n", "--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="Show at most so many.")
@options.since_option("Only what went on since")
@click.option("--languages", metavar="CODES", help="Only what is told in all of these, such as fr,ja.")
@click.option("--by", metavar="CODES", help="Only what the press of any of these countries tells, such as FR,DE ...")
@click.option("--not-by", metavar="CODES", help="... and that of none of these does: blind spots.")
@click.option("--explain", is_flag=True, help="Say of each story which evidence puts it there.")
@click.option("--update", is_flag=True, help="Take in what waits: vectors, then events. Crawls do so themselves.")
@click.option("--rebuild", is_flag=True, help="Make all events anew; what `part` and `join` were told holds.")
@click.option("--without-vectors", is_flag=True, help="With --rebuild: also where vectors that are there cannot count.")
@options.with_formats
@options.as_record("wanted", EventFilter)
@options.as_record("work", EventWork)
def events(words: tuple[str, ...], folder: Path | None, wanted: EventFilter, work: EventWork, form: str | None) -> None:
    """Show what happened, in stories of all languages, or one event whole.

    \b
    newscrawler events --since 7d              told in most languages first
    newscrawler events --languages fr,ja       told in both
    newscrawler events --by FR,DE --not-by JP  told in France or Germany, and not in Japan
    newscrawler events 12 --explain            who told of event 12, and why each story is there
    newscrawler events part 12 345             article 345 is not of event 12
    newscrawler events join 12 13              12 and 13 are one
    newscrawler events said                    what people said of events, on the desk of `serve --desk`, too
    newscrawler events back 3                  take the third of that back

    An event is one happening; who copies whom is a story (`newscrawler stories`). Its number stays: that of an event
    which turned out to be another's leads there. Across languages it needs the extra [semantic].

    While a crawl or a watch holds the archive, --update and --rebuild end with exit code 75: it makes events of what
    comes by itself.
    """
    if work.update and work.rebuild:
        raise click.UsageError("--rebuild takes in what waits, too; leave --update out")
    if work.update or work.rebuild:
        if words or wanted.chooses or work.explain:
            raise click.UsageError("--update and --rebuild go over all events; leave the rest out")
        _make(options.archive_folder(folder), rebuild=work.rebuild, anyhow=work.without_vectors)
        return
    if work.without_vectors:
        raise click.UsageError("--without-vectors belongs to --rebuild")
    if words and wanted.chooses:
        raise click.UsageError("--since, --languages, --by and --not-by choose among all events; leave them or the rest out")
    if work.explain and (not words or words[0] in (*CORRECTIONS, "said")):
        raise click.UsageError("--explain tells of one event: write its ID")
    if words and words[0] in CORRECTIONS:
        _correct(options.archive_folder(folder), words)
        return
    if len(words) > 1:
        raise click.UsageError(f"one ID shows an event; or write {WORDS}")
    db = options.open_for_reading(folder)
    if words and words[0] == "said":
        _list_said(db, wanted.limit, form)
    elif words:
        _show(db, _number(words[0]), work.explain, form)
    else:
        _list(db, wanted, form)


def _list(db: Database, wanted: EventFilter, form: str | None) -> None:
    from newscrawler.reports.event_press import silence
    from newscrawler.reports.events import blind_spots, events_since, without_stories
    from newscrawler.sources.country_codes import at_odds
    from newscrawler.storage.meaning.events import how_many_waiting

    languages, by, not_by = _codes(wanted.languages), _countries(wanted.by, "--by"), _countries(wanted.not_by, "--not-by")
    if why := at_odds(by, not_by):
        raise click.UsageError(f"--by and --not-by: {why}")
    if languages and (by or not_by):
        raise click.UsageError("--languages asks for languages, --by and --not-by for countries; leave one out")
    if by or not_by:
        found = blind_spots(db, by, not_by, wanted.since, wanted.limit)
        if silent := silence(db, [*by, *not_by]):
            click.echo(silent, err=True)
    else:
        found = events_since(db, wanted.since, languages, wanted.limit)
    if form is None:
        rows = [(each.id, each.stories, each.began[:10], each.spoken, each.title) for each in found]
        printed = print_rows(LISTED, rows, None, roomy="title")
    else:
        printed = print_rows(COLUMNS, [astuple(each) for each in found], form)
    if not printed and form is None:
        asked = "No such event" if wanted.chooses else "No event"
        click.echo(f"{asked} has more than one story.", err=True)
        if untold := without_stories(db, languages):
            click.echo(f"the archive has no story in {', '.join(untold)}: codes are ISO 639, such as fr,ja", err=True)
        say_waiting(how_many_waiting(db))


def _codes(told: str | None) -> list[str]:
    """Codes of languages, of two or three letters.  Raises UsageError for what is none, and for none."""
    from newscrawler.reports.events import language_codes

    codes, others = language_codes(told or "")
    if others:
        raise click.UsageError(f"{others[0]} is no code of a language, such as fr,ja")
    if told is not None and not codes:
        raise click.UsageError(f"--languages: {told!r} names no language; ISO 639, such as fr,ja")
    return codes


def _countries(told: str | None, option: str) -> list[str]:
    """Codes of countries as the catalogue has them.  Raises UsageError for what is none, and for none."""
    from newscrawler.sources.country_codes import country_codes

    found = country_codes(told or "")
    if found.unknown:
        raise click.UsageError(f"{option}: no country has the code {', '.join(found.unknown)}; ISO 3166-1, such as FR,DE")
    if told is not None and not found.known:
        raise click.UsageError(f"{option}: {told!r} names no country; ISO 3166-1, such as FR,DE")
    return list(found.known)


def _number(word: str, what: str = f"of an event or article; or write {WORDS}") -> int:
    if not word.isdecimal() or len(word) > 18:
        raise click.UsageError(f"{word} is no number {what}")
    return int(word)


def _current(db: Database, event: int) -> int:
    """Where a number leads.  Raises ArchiveError where it never was an event's."""
    from newscrawler.storage.meaning.event_numbers import current_event

    number = current_event(db, event)
    if number is None:
        raise ArchiveError(f"there is no event {event}; `newscrawler events` shows the numbers")
    if number != event:
        click.echo(f"event {event} is part of event {number} now", err=True)
    return number


def _show(db: Database, event: int, explain: bool, form: str | None) -> None:
    from newscrawler.crawl.lines import counted
    from newscrawler.reports.event_facts import differences, fact_in_words
    from newscrawler.reports.event_press import carriers, first_by
    from newscrawler.reports.events import additions, event_row, event_stories, followed_by

    number = _current(db, event)
    row, stories = event_row(db, number), event_stories(db, number)
    if row is None:
        raise ArchiveError(f"all of event {number} was dropped in a review; `newscrawler review keep ID` takes it back")
    names = OF_STORIES if form is not None or explain else SHOWN
    if form is not None:
        print_rows(names, ([getattr(each, name) for name in names] for each in stories), form)
        return
    follows = f", follows event {row.follows}" if row.follows else ""
    follows += "".join(f"; event {later} follows" for later, _ in followed_by(db, number))
    told = f"{'1 story' if row.stories == 1 else f'{row.stories} stories'} in {counted(row.languages, 'language')}"
    told += f", and {row.beside} beside" if row.beside else ""
    click.echo(f"event {number}: {row.title or ''}\n{told}{follows}\n")
    if explain:
        for each in stories:
            click.echo(_explained(each))
        return
    print_rows(
        names, ([each.at[:16], *(getattr(each, name) for name in names[1:])] for each in stories), None, roomy="title"
    )
    who = carriers(db, number)
    for what in ("country", "language"):
        firsts = "; ".join(f"{each.of} {each.who} {each.at[:16]}" for each in first_by(who, what))
        if firsts:
            click.echo(f"\nfirst by {what}: {firsts}")
    for added in additions(db, stories):
        told = ", ".join([*added.names, *added.numbers])
        click.echo(f"only in {added.language or '?'}: {told}")
    for one in differences(db, stories):
        click.echo(f"told differently, {fact_in_words(one.fact).lower()}: {'; '.join(map(_told, one.told))}")


def _told(each: Told) -> str:
    """What some say of a fact, and who.  A newspaper says it in each of its languages."""
    who = dict.fromkeys(f"{story.source} {story.language}".rstrip() for story in each.stories)
    return f"{each.what} ({', '.join(who)})"


def _explained(each: EventStory) -> str:
    score = "" if each.score is None else f" ({each.score:+.2f}, most like story {each.other})"
    head = f"story {each.story}, article {each.article}  {each.language or '?'}  {each.source}: {each.title or each.url}"
    return f"{head}\n  {each.relation}{score}: {each.reason}"


def _make(folder: Path, *, rebuild: bool, anyhow: bool) -> None:
    """Make what waits, or all anew.  Raises ArchiveError where there is no archive, or vectors would not count any more."""
    from tqdm import tqdm

    from newscrawler.crawl.memory import collect_less
    from newscrawler.reprocess.encoding import make_vectors
    from newscrawler.reprocess.grouping import encoder_compared, group, not_compared, regroup, relations
    from newscrawler.storage.database.connect import connect_for_reading

    connect_for_reading(folder, any_schema=True).close()
    collect_less()
    with _opened(folder) as archive, tqdm(unit="article", disable=not sys.stderr.isatty(), dynamic_ncols=True) as bar:
        why, counts_vectors = not_compared(archive.db), bool(encoder_compared(archive.db))
        if rebuild and why and not anyhow:
            raise ArchiveError(f"{why}. Events made anew would lose what they say; --rebuild --without-vectors does so")
        _take_over(archive)
        made = make_vectors(archive, bar.update)
        if rebuild:
            counts, moved = regroup(archive, bar.update)
        else:
            counts, moved = group(archive, bar.update), 0
    if made.missing:
        alone = "and vectors that are there" if counts_vectors else "alone"
        click.echo(f"events by words, names, places, days and numbers {alone}: {made.missing}", err=True)
    elif made.made or made.without:
        click.echo(f"vectors: {made.made:,} made, {made.without:,} articles without one", err=True)
    for line in filter(None, (why, "" if rebuild else made.came_late)):
        click.echo(line, err=True)
    said = f"{relations(counts)}{f'; {moved:,} changed theirs' if rebuild else ''}"
    click.echo(f"events: {said if counts or rebuild else 'no story was waiting'}", err=True)


def _opened(folder: Path) -> Archive:
    """The archive, for writing.  Raises ArchiveBusy, which says of a crawl that it makes events of what comes by itself."""
    from newscrawler.storage.archive import Archive

    try:
        return Archive.open(folder)
    except ArchiveBusy as error:
        if not error.by_run:
            raise
        itself = "A crawl or a watch makes events of what comes by itself, unless newscrawler.toml says `events = false`"
        raise ArchiveBusy(f"{error}. {itself}", by_run=True) from None


def _take_over(archive: Archive) -> None:
    """What was said on the desk comes first; a desk that cannot be read stops nobody."""
    from newscrawler.desk.takeover import take_over
    from newscrawler.storage.database.identity import identity

    try:
        say_corrections(take_over(archive, identity(archive.db), datetime.now(UTC)))
    except DeskError as error:
        click.echo(f"what was said on the desk is left out: {error}", err=True)


def _list_said(db: Database, limit: int, form: str | None) -> None:
    from newscrawler.storage.meaning.corrections import every_said

    if not print_rows(SAID, [astuple(each) for each in every_said(db, limit)], form) and form is None:
        click.echo("Nobody said anything of events; `newscrawler events part` and `join` do.", err=True)


def _correct(folder: Path, words: tuple[str, ...]) -> None:
    """Remember a correction, and follow it.  Raises ArchiveError where there is no such event, article or correction."""
    if len(words) < CORRECTIONS[words[0]] or (len(words) > CORRECTIONS[words[0]] and words[0] != "part"):
        raise click.UsageError(f"write {WORDS}")
    from newscrawler.reprocess.correcting import join, part, take_back
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.database.connect import connect_for_reading

    connect_for_reading(folder).close()
    what = ("that `newscrawler events said` lists",) if words[0] == "back" else ()
    first, *more = (_number(each, *what) for each in words[1:])
    now = datetime.now(UTC)
    with Archive.open(folder) as archive:
        if words[0] == "back":
            click.echo(f"taken back: {_taken_back(take_back(archive, first, now))}", err=True)
        elif words[0] == "part":
            event = part(archive, _current(archive.db, first), more, now)
            for line in _where_they_are(archive, event, more):
                click.echo(line, err=True)
        else:
            one, other = _current(archive.db, first), _current(archive.db, more[0])
            click.echo(f"one event: {join(archive, one, other, now)}", err=True)


def _where_they_are(archive: Archive, event: int, articles: Sequence[int]) -> Iterator[str]:
    """A line for each of the articles that were taken out: whose it is, its title, and the event that it is in now."""
    from newscrawler.reports.events import headline_of

    for each in dict.fromkeys(articles):
        source, title = headline_of(archive.db, each)
        yield f"article {each} ({source}: {title or 'no title'}) is in event {event} now"


def _taken_back(done: TakenBack) -> str:
    """What was taken back, and that this changes nothing, where it does not."""
    unmoved = "" if done.moved else "; no story changes its event"
    if done.still_by:
        many = "s" * (len(done.still_by) > 1)
        unmoved += f", for by number{many} {' and '.join(map(str, done.still_by))}, too, they are of one"
    return f"{_in_words(done.said)}{unmoved}"


def _in_words(said: Said) -> str:
    what = "parted from the event of" if said.kind == "part" else "of one event with"
    more = f" and {said.stories - 1} more" if said.stories > 1 else ""
    return f"article {said.article} ({said.title or 'no title'}){more}, {what} article {said.other}"


COMMANDS = [events]
