"""demo: a first archive to look at, of a small newspaper on this machine."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.errors import ArchiveError

if TYPE_CHECKING:
    from collections.abc import Mapping

DEMO_SOURCES = "demo-sources.toml"  # in the demo's archive: by it we know that it is one


def _run_verb(*arguments: str, wanted: tuple[int, ...] = (0,)) -> None:
    """Run a verb as a user would, in a process of its own; its progress goes to our stderr."""
    code = subprocess.run([sys.executable, "-P", "-m", "newscrawler", *arguments], check=False).returncode
    if code not in wanted:
        sys.exit(code)


def _demo_summary(folder: Path, environment: Mapping[str, str]) -> str:
    """What the demo's archive holds, and what to try next."""
    from newscrawler.meaning import encoder
    from newscrawler.reports.events import events_since
    from newscrawler.reports.status import archive_status, last_changed_article
    from newscrawler.storage.database.connect import connect_for_reading
    from newscrawler.storage.meaning import vectors

    db = connect_for_reading(folder)
    state, changed = archive_status(db), last_changed_article(db)
    # by words alone, and of so few stories that none is rare, an event across languages is a guess
    across = [each for each in events_since(db, None, (), 1) if each.languages > 1 and vectors.is_any(db)]
    db.close()
    copies = state.articles - state.stories
    shown = f"{changed} --diff" if changed else "1"
    # with what it was run with: a new environment of uv's would have no extra
    extra = " --extra semantic" if encoder.is_there() else ""
    run = f"uv run --no-dev{extra} newscrawler" if environment.get("UV") else "newscrawler"
    event = f"  {run} events {across[0].id} --explain --archive {folder}\n" if across else ""
    return (
        f"\n{state.articles} articles in {state.stories} stories: {copies} republished copies were linked to "
        "their originals.\n"
        f"{state.revisions} article changed: it has a revision.  {state.links.get('dropped', 0)} off-topic articles "
        "were left out.\n"
        "\nTry next:\n"
        f"  {run} search 'frigat*' --archive {folder}\n"
        f"  {run} show {shown} --archive {folder}\n"
        f"{event}"
        f"  {run} serve --archive {folder}"
    )


@click.command()
@click.option(
    "--archive",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    default=Path("demo-archive"),
    show_default=True,
    help="The folder of the demo's archive.",
)
@click.option("--port", default=8780, show_default=True, type=click.IntRange(0, 65535), help="The port of the demo web.")
@click.option("--keep-serving", is_flag=True, help="Go on serving the demo web until Ctrl-C.")
def demo(folder: Path, port: int, keep_serving: bool) -> None:
    """Crawl a small newspaper that this command serves on localhost.

    It goes into an archive of its own; no network is needed.  The newspaper brings out two editions, so that there is
    a revision to see.
    """
    from newscrawler.crawl.session import utc_now
    from newscrawler.demo.server import DemoWeb
    from newscrawler.storage.archive import Archive
    from newscrawler.storage.database.connect import DATABASE

    catalogue = folder / DEMO_SOURCES
    if (folder / DATABASE).exists() and not catalogue.exists():
        raise ArchiveError(f"{folder} is an archive, and not the demo's; name another folder with --archive")
    with DemoWeb(utc_now(), port) as web:
        Archive.open(folder).close()  # is it free, and can it be written?
        catalogue.write_text(web.catalogue, encoding="utf-8")
        common = ["--archive", str(folder), "--set", "NEWSCRAWLER_ALLOW_NETWORKS=127.0.0.0/8"]
        fast = [
            *common,
            "--set",
            "DOWNLOAD_DELAY=0",
            "--set",
            "AUTOTHROTTLE_ENABLED=False",
            "--set",
            "USER_AGENT=newscrawler (demo)",
        ]
        click.echo(
            f"The Harbour Gazette is at {web.gazette}/, The Daily Relay, which republishes it, at {web.relay}/",
            err=True,
        )
        click.echo("\nFirst edition: newscrawler crawl", err=True)
        _run_verb("crawl", "--catalogue", str(catalogue), *fast)
        web.publish(2)
        click.echo(
            "\nSecond edition, with one new article and one that changed: newscrawler crawl; newscrawler save", err=True
        )
        _run_verb("crawl", "--catalogue", str(catalogue), *fast)
        _run_verb("save", f"{web.gazette}/en/changing-story", *fast)
        _run_verb("events", "--update", "--archive", str(folder))
        click.echo(_demo_summary(folder, os.environ))
        if keep_serving:
            click.echo(f"\nServing {web.gazette}/ and {web.relay}/ until Ctrl-C.", err=True)
            threading.Event().wait()


COMMANDS = [demo]
