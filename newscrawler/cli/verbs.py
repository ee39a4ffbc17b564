"""The verbs: in which module each is, and the sentence that the list of them shows, which its own help begins with.

A module is imported when its verb is asked for: `--help` reads this table alone, and `search` imports nothing that crawls.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

VERBS = {
    "crawl": ("crawl", "Fetch what is new from the SOURCEs named, or from all."),
    "save": ("crawl", "Fetch these addresses now, known or not; `-` reads them from stdin, one a line."),
    "watch": ("watch", "Fetch what is new from the SOURCEs named, or from all, for ever."),
    "add": ("add", "Find what a site publishes, and add it to your sources."),
    "backfill": ("backfill", "Fetch what a SOURCE published between two dates."),
    "search": ("search", "Search titles, leads, texts and authors; what several sources carry is shown once."),
    "sql": ("read", "Run a canned query by its name, or SQL of your own; read-only."),
    "status": ("read", "Say what is in the archive, what waits, and which sources fail or are in trouble."),
    "show": ("show", "Show an article with all that is known of it."),
    "page": ("page", "Print the page that an article is from: the bytes that are stored, with their content coding undone."),
    "alerts": ("alerts", "Print what is new for saved searches since this was last asked, each story once."),
    "worker": ("engine", "Fetch and read pages for the archivist of this engine, as one of any number of machines."),
    "archivist": ("engine", "Own the archive while workers crawl for it: hand out what is due, file what they report."),
    "export": ("export", "Write all articles that QUERY finds, or all there are, into FILE; - is stdout."),
    "import": ("intake", "Take in what others have collected, without the network; - is stdin."),
    "extract": ("extract", "Extract the article of a page: a file, an address, or standard input."),
    "topics": ("judge", "List what articles can be about, or the terms of one TOPIC."),
    "judge": ("judge", "Explain, line by line, what an article is about and whether it would be kept."),
    "stories": ("stories", "Show the stories that most addresses carry, or all articles of one story."),
    "events": ("events", "Show what happened: stories of one event, whatever their language, or one event whole."),
    "sources": ("sources", "List the sources that a crawl would ask; blocked, dead and disputed ones with --state."),
    "reprocess": ("reprocess", "Go over stored articles and pages again, without the network, with all processors."),
    "review": ("review", "Show the doubtful articles, or say of some that they are to be kept or dropped."),
    "serve": ("serve", "Serve the archive's reading room, also while a crawl is at work."),
    "demo": ("serve", "Crawl a small newspaper that this command serves on localhost, into an archive of its own."),
    "migrate": ("serve", "Bring an archive to this version's schema."),
    "schedule": ("schedule", "Run `crawl --due` again and again, or `watch` for ever, by systemd or cron."),
    "doctor": ("upkeep", "Say what is wrong with the archive and where it runs."),
    "backup": ("upkeep", "Copy the archive into DIR, also while a crawl is at work."),
    "offload": ("upkeep", "Move the archive's WARC files to `pages_store` of newscrawler.toml: a shared folder, or S3."),
    "verify": ("verify", "Say whether an article, the archive, a snapshot or a WARC file is what it says it is."),
    "help": ("help", "Print a page about TOPIC; without one, list the topics."),
}


class Verbs(MutableMapping[str, "click.Command"]):
    """Commands by name, each read from its module when it is asked for."""

    def __init__(self) -> None:
        self._added: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._added and name in VERBS:
            found = import_module(f"newscrawler.cli.{VERBS[name][0]}").COMMANDS
            self._added |= {each.name: each for each in found}
        return self._added[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._added[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"{name} cannot be taken away: the verbs are a table")

    def __iter__(self) -> Iterator[str]:
        return iter(VERBS)

    def __len__(self) -> int:
        return len(VERBS)
