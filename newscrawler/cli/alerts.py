"""alerts: what is new for each saved search, for cron and mail."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.output import HIT_FIELDS, hit_row, print_rows, printable, render_snippet
from newscrawler.config.alert_rules import PARTS, AlertRule
from newscrawler.dates import day_shown
from newscrawler.errors import ArchiveError, ConfigError
from newscrawler.search import following, saved

if TYPE_CHECKING:
    from sqlite_utils import Database

    from newscrawler.config import Config
    from newscrawler.search.following import News
    from newscrawler.search.ranking import Hit

NOTHING_NEW = 5


@dataclass(frozen=True, slots=True)
class AlertOutput:
    """How what is new is shown: at most so many of each, as JSON, without remembering it."""

    limit: int
    peek: bool
    as_json: bool
    send: str | None
    due: bool
    check: bool
    each_event: bool


@dataclass(frozen=True, slots=True)
class Instead:
    """What is done in place of telling what is new."""

    listed: bool
    forget: bool
    print_template: str | None


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@options.archive_option
@click.option(
    "-n", "--limit", default=100, show_default=True, type=click.IntRange(1, 1000), help="Show at most so many each."
)
@click.option("--peek", is_flag=True, help="Show what is new and do not remember that it was shown.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object: name -> hits.")
@click.option("--send", metavar="CHANNEL", help="Send it: mail:ADDRESS, webhook:URL, ntfy:TOPIC or stdout.")
@click.option("--due", is_flag=True, help="Send what [[alerts]] in newscrawler.toml says is due now.")
@click.option("--check", is_flag=True, help="Try [[alerts]]: channels, secrets, templates, searches; send nothing.")
@click.option("--print-template", type=click.Choice(PARTS), help="Print ours, to begin your own with.")
@click.option("--each-event", is_flag=True, help="Of an event tell the first story only, not each.")
@click.option("--list", "listed", is_flag=True, help="List the saved searches instead.")
@click.option("--forget", is_flag=True, help="Forget the saved searches of these names instead.")
@options.as_record("output", AlertOutput)
@options.as_record("instead", Instead)
def alerts(names: tuple[str, ...], folder: Path | None, output: AlertOutput, instead: Instead) -> None:
    """Print what is new for saved searches since this was last asked, each story once.

    \b
    newscrawler search --save frigates 'frigate* OR fregat*'   save one
    newscrawler alerts                                         what is new for all of them
    newscrawler alerts frigates --peek                         and do not remember that I asked
    newscrawler alerts --send mail:me@example.org              once each, remembered for this channel
    newscrawler alerts --due                                   for cron: `newscrawler watch` does it by itself
    newscrawler alerts --check                                 whether [[alerts]] in newscrawler.toml can be sent

    `newscrawler help service` says how channels, secrets, digests and templates are set.

    \b
    Exit codes: 0 something is new, 5 nothing is; sending: 3 some could not be sent, 1 none could, 2 none can be as
    channels, secrets, templates and the mail server are set: that is said whether anything is new or not.
    """
    if instead.print_template is not None:
        from newscrawler.alerting.rendering import built_in

        click.echo(built_in(instead.print_template), nl=False)
        return
    archive = options.archive_folder(folder)
    if output.check:
        _check(archive, names, output)
        return
    if output.send is not None or output.due:
        _send(archive, names, output)
        return
    db = options.open_for_reading(archive)
    if instead.forget:
        _forget(archive, names)
        return
    if instead.listed:
        rows = [(each.name, each.query, each.created, each.asked) for each in saved.saved_searches(db)]
        print_rows(("name", "query", "created", "asked"), rows, "json" if output.as_json else None)
        return
    _tell(db, archive, names, output)


def _tell(db: Database, archive: Path, names: tuple[str, ...], output: AlertOutput) -> None:
    """Print what is new, and remember it."""
    news = _news(db, names, output)
    found = {name: new.hits for name, new in news.items()}
    if output.as_json:
        click.echo(json.dumps({name: list(map(_cells, new)) for name, new in found.items()}, ensure_ascii=False, indent=2))
    else:
        _print(found)
    sys.stdout.flush()
    for name in (name for name, new in found.items() if len(new) == output.limit):
        click.echo(
            f"{name}: no more than {output.limit} are shown; there may be more, which `newscrawler search` finds", err=True
        )
    if not output.peek:  # only now: what could not be written was not told
        _remember(archive, news)
    if not any(found.values()):
        _end_without_news()


def _end_without_news() -> NoReturn:
    """For cron without a word, for whoever sits at a terminal with one."""
    if sys.stderr.isatty():
        click.echo("Nothing is new.", err=True)
    sys.exit(NOTHING_NEW)


def _send(archive: Path, names: tuple[str, ...], output: AlertOutput) -> None:
    from newscrawler.alerting.channels import parse_channel, send
    from newscrawler.alerting.sending import Sender, why_not

    stated = config.load(Path())
    if output.due and output.each_event:
        raise click.UsageError('--due sends what newscrawler.toml says; write once = "event" there')
    if output.send is not None:
        if output.due or output.peek or output.as_json:
            raise click.UsageError("--send sends; --due, --peek and --json are without it")
        parse_channel(output.send)  # what is none is said so
        if (why := why_not(AlertRule(output.send), stated.contact)) is not None:
            raise ConfigError(f"--send {_shown(output.send)}: {why}")
        db = options.open_for_reading(archive)
        rules = [AlertRule(output.send, each.name, each_event=output.each_event) for each in _selected(db, names)]
    else:
        rules = _stated_rules(stated, names)
        db = options.open_for_reading(archive)
    sender = Sender(db, archive, send, stated.contact, lambda rule: why_not(rule, stated.contact))
    sent = sender.run(rules, datetime.now(UTC), all_of_them=output.send is not None)
    for each in sent:
        if each.problem is not None:
            click.echo(f"{each.rule.name}: not sent, it comes with the next one: {each.problem}", err=True)
        elif each.items:
            click.echo(f"{each.rule.name}: {each.items} sent to {_shown(each.rule.to)}", err=True)
    failed = sum(each.problem is not None for each in sent)
    if failed:
        hopeless = sum(each.is_hopeless for each in sent)
        sys.exit(2 if hopeless == len(rules) else 1 if failed == len(sent) else 3)
    if not any(each.items for each in sent):
        _end_without_news()


def _check(archive: Path, names: tuple[str, ...], output: AlertOutput) -> None:
    """Show what is wrong with each alert of newscrawler.toml; exit with 2 where something is."""
    from newscrawler.alerting.sending import Sender, why_not
    from newscrawler.storage.database.connect import DATABASE

    if output.due or output.send is not None:
        raise click.UsageError("--check sends nothing; --send and --due are without it")
    stated = config.load(Path())
    rules = _stated_rules(stated, names)
    sender = None  # an archive that is to come has no searches yet, and none of them is wrong
    if (archive / DATABASE).exists():
        sender = Sender(options.open_for_reading(archive), archive, lambda *_: None)
    rows = []
    for rule in rules:
        problem = why_not(rule, stated.contact)
        if problem is None and sender is not None and rule.search and not sender.knows(rule.search):
            problem = f"there is no saved search {rule.search!r}; `newscrawler search --save` makes one"
        when = f"at {', '.join(rule.hours)}" if rule.hours else "as it comes"
        rows.append((rule.name, _shown(rule.to), when, problem or "can be sent"))
    if output.as_json:
        print_rows(("name", "to", "when", "found"), rows, "json")
    else:
        for name, to, when, found in rows:  # whole: a table would cut what is found
            click.echo(printable(f"{name} to {to}, {when}: {found}"))
    if any(row[-1] != "can be sent" for row in rows):
        sys.exit(ConfigError.exit_code)


def _shown(channel: str) -> str:
    """A channel as people may see it, also one that is none."""
    from newscrawler.alerting.channels import parse_channel

    try:
        return parse_channel(channel).shown
    except ConfigError:
        return printable(channel)


def _stated_rules(stated: Config, names: tuple[str, ...]) -> list[AlertRule]:
    rules = [each for each in stated.alerts if not names or each.name in names]
    if not rules:
        which = f"[[alerts]] of the name {' or '.join(names)}" if names else "[[alerts]]"
        raise click.UsageError(f"newscrawler.toml here has no {which}; `newscrawler help service` has an example")
    return rules


def _news(db: Database, names: tuple[str, ...], output: AlertOutput) -> dict[str, News]:
    """What is new for each of some saved searches, or of all."""
    now = datetime.now(UTC)
    return {
        each.name: following.news(db, each, now, limit=output.limit, each_event=output.each_event)
        for each in _selected(db, names)
    }


def _selected(db: Database, names: tuple[str, ...]) -> list[saved.SavedSearch]:
    every = saved.saved_searches(db)
    if not every:
        raise ArchiveError("no search is saved yet; `newscrawler search --save NAME QUERY` saves one")
    for name in names:
        if name not in {each.name for each in every}:
            raise ArchiveError(f"there is no saved search {name!r}; `newscrawler alerts --list` shows them")
    return [each for each in every if not names or each.name in names]


def _forget(archive: Path, names: tuple[str, ...]) -> None:
    if not names:
        raise click.UsageError("--forget needs the names of saved searches")
    db = options.open_for_writing(archive)
    for name in names:
        saved.forget(db, name)
        click.echo(f"forgot {name}", err=True)


def _remember(archive: Path, news: dict[str, News]) -> None:
    db = options.open_for_writing(archive)
    for name, new in news.items():
        saved.mark_seen(db, name, new.told.seen, datetime.now(UTC), new.told.as_json)


def _cells(hit: Hit) -> dict[str, object]:
    return dict(zip(HIT_FIELDS, hit_row(hit), strict=True))


def _print(found: dict[str, list[Hit]]) -> None:
    for name, new in found.items():
        if new:
            click.echo(click.style(f"{name}: {len(new)} new", bold=True))
        for hit in new:
            click.echo(f"\n{printable(hit.title or '(no title)')}")
            click.echo(f"  {day_shown(hit.published, hit.modified, hit.first_seen)}  {hit.source}  {printable(hit.url)}")
            click.echo(f"  {render_snippet(hit.snippet)}")
        if new:
            click.echo()


COMMANDS = [alerts]
