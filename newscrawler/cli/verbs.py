"""The verbs: what each is for, in which module it is, and the sentence that the list shows, which its own help begins with.

A module is imported when its verb is asked for: `--help` reads this table alone, and `search` imports nothing that crawls.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

# by what they are for, as the list shows them
PURPOSES = {
    "Collect": {
        "crawl": ("crawl", "Fetch what is new from the SOURCEs named, or from all."),
        "watch": ("watch", "Fetch what is new from the SOURCEs named, or from all, for ever."),
        "schedule": ("schedule", "Run `crawl --due` again and again, or `watch` for ever, by systemd or cron."),
        "save": ("crawl", "Fetch these addresses now, known or not; `-` reads them from stdin, one a line."),
        "backfill": ("backfill", "Fetch what a SOURCE published between two dates."),
        "import": ("intake", "Take in what others have collected, without the network; - is stdin."),
        "sources": ("sources", "List the sources that a crawl would ask."),
        "add": ("add", "Find what a site publishes, and add it to your sources."),
        "worker": ("worker", "Fetch and read pages for an archivist, as one of any number of machines."),
        "archivist": ("archivist", "Own the archive while workers of other machines crawl for it."),
    },
    "Read": {
        "search": ("search", "Search titles, leads, texts and authors; what several sources carry is shown once."),
        "show": ("show", "Show an article with all that is known of it."),
        "stories": ("stories", "Show the stories that most addresses carry, or all articles of one story."),
        "events": ("events", "Show what happened, in stories of all languages, or one event whole."),
        "alerts": ("alerts", "Print what is new for saved searches since this was last asked, each story once."),
        "serve": ("serve", "Serve the archive's reading room, also while a crawl is at work."),
        "sql": ("sql", "Run a canned query by its name, or SQL of your own; read-only."),
        "export": ("export", "Write all articles that QUERY finds, or all there are, into FILE; - is stdout."),
        "page": ("page", "Print the stored page that an article is from."),
        "extract": ("extract", "Extract the article of a page: a file, an address, or standard input."),
    },
    "Judge": {
        "topics": ("judge", "List what articles can be about, or the terms of one TOPIC."),
        "judge": ("judge", "Explain, line by line, what an article is about and whether it would be kept."),
        "review": ("review", "Show the doubtful articles, or say of some that they are to be kept or dropped."),
    },
    "Keep": {
        "status": ("status", "Say what is in the archive, what waits, and which sources fail or are in trouble."),
        "doctor": ("doctor", "Say what is wrong with the archive and where it runs."),
        "verify": ("verify", "Say whether an article, the archive, a snapshot or a WARC file is what it says it is."),
        "backup": ("archive", "Copy the archive into DIR, also while a crawl is at work."),
        "offload": ("archive", "Move the archive's WARC files to a shared folder or S3."),
        "reprocess": ("reprocess", "Go over stored articles and pages again, without the network, with all processors."),
        "migrate": ("archive", "Bring an archive to this version's schema."),
    },
    "Learn": {
        "demo": ("demo", "Crawl a small newspaper that this command serves on localhost."),
        "help": ("help", "Print a page about TOPIC; without one, list the topics."),
    },
}
VERBS = {name: each for verbs in PURPOSES.values() for name, each in verbs.items()}


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
