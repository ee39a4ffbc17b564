"""`scrapy shell URL`: `article` and `verdict` beside `response`, or `why` there is none; the archive is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.commands import shell

from newscrawler.api import extract, judge
from newscrawler.cli.scrapy_commands.trial import on_trial
from newscrawler.errors import ExtractionError
from newscrawler.spiders.responses import header

if TYPE_CHECKING:
    import argparse


class Command(shell.Command):
    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        self._folder = on_trial(self.settings)

    def update_vars(self, vars: dict[str, Any]) -> None:
        """Called after each `fetch`."""
        response = vars.get("response")
        article = verdict = why = None
        if response is None:
            vars.update(article=None, verdict=None, why="there is no response; the log says why")
            return
        try:
            article = extract(response.body, url=response.url, content_type=header(response, "Content-Type"))
            verdict = judge(article)
        except (ExtractionError, ValueError) as error:  # a file has no address of the web
            why = str(error)
        vars.update(article=article, verdict=verdict, why=why)
