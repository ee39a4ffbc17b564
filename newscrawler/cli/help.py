"""help: the pages of docs/, which a wheel carries along, on the terminal."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

import newscrawler
from newscrawler.errors import NewscrawlerError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def _folder() -> Traversable:
    """Where the pages are: in the package, as a wheel has them, or in the checkout that the package stands in."""
    installed = resources.files(newscrawler) / "docs"
    return installed if installed.is_dir() else Path(newscrawler.__file__).parent.parent / "docs"


def pages() -> dict[str, str]:
    """All pages by topic, in Markdown.  Raises NewscrawlerError where none are installed."""
    folder = _folder()
    if not folder.is_dir():
        raise NewscrawlerError(f"{folder}: the pages are not there; install newscrawler anew, from its wheel or a checkout")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".md"): file.read_text("utf-8") for file in files if file.name.endswith(".md")}


def _title(page: str) -> str:
    return page.partition("\n")[0].lstrip("# ")


@click.command(name="help")
@click.argument("topic", required=False)
@click.pass_context
def help_on(ctx: click.Context, topic: str | None) -> None:
    """Print a page about TOPIC; without one, list the topics.

    \b
    newscrawler help search       the query language
    newscrawler help catalogue    how to describe sources of your own

    A verb that has no page says what --help says.
    """
    found = pages()
    if topic is None:
        width = max(map(len, found))
        click.echo("\n".join(f"{name:{width}}  {_title(page)}" for name, page in found.items()))
    elif topic in found:
        click.echo(found[topic].rstrip())
    else:
        click.echo(_verb_help(ctx, topic))


def _verb_help(ctx: click.Context, name: str) -> str:
    group = ctx.parent
    verb = group.command.get_command(group, name) if group and isinstance(group.command, click.Group) else None
    if verb is None:
        raise click.UsageError(f"there is no page about {name!r}; `newscrawler help` lists the topics")
    return verb.get_help(click.Context(verb, parent=group, info_name=name))


COMMANDS = [help_on]
