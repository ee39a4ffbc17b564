"""`scrapy parse --spider=news URL`: the article of a page, fetched through every gate; the archive is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import parse

from newscrawler.cli.scrapy_commands.trial import on_trial

if TYPE_CHECKING:
    import argparse


class Command(parse.Command):
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        self._folder = on_trial(self.settings)
