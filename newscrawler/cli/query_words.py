"""Queries on the command line: a word that begins with - is of the query where no option is written so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_LEFT_OUT = re.compile(r"-[^-\s]")  # -word, -field:value, -"a phrase", -( … )
_SHORT = re.compile(r"-[A-Za-z](\d+)?")  # -n, -n20


class QueryCommand(click.Command):
    """A command whose arguments end in a query: `-lang:en` leaves out, as in a query that is one quoted word."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises UsageError for an option that lacks a dash, such as -csv."""
        own = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        names = {name for each in own for name in (*each.opts, *each.secondary_opts)}
        valued = {name for each in own if not each.is_flag and not each.count for name in each.opts}
        try:
            parted = with_words_last(args, names, valued)
        except click.UsageError as error:
            error.ctx = ctx
            raise
        return super().parse_args(ctx, parted)


def with_words_last(args: Sequence[str], names: Collection[str], valued: Collection[str]) -> list[str]:
    """Options first, then -- and all words in their order.  `names`: of options; `valued`: of those that a value follows.

    Raises UsageError for an option that lacks a dash.

    >>> with_words_last(["event:4", "-lang:en", "-n", "5", "-nato"], {"-n"}, {"-n"})
    ['-n', '5', '--', 'event:4', '-lang:en', '-nato']
    """
    options: list[str] = []
    words: list[str] = []
    rest = iter(args)
    for each in rest:
        if each == "--":
            words += rest
        elif _is_left_out(each, names):
            words.append(each)
        elif each.startswith("-") and each != "-":
            options.append(each)
            if each in valued and (value := next(rest, None)) is not None:
                options.append(value)
        else:
            words.append(each)
    return [*options, "--", *words]


def _is_left_out(word: str, names: Collection[str]) -> bool:
    if not _LEFT_OUT.match(word) or (_SHORT.fullmatch(word) and word[:2] in names):
        return False
    if f"-{word.partition('=')[0]}" in names:
        raise click.UsageError(f"{word}: the option is -{word}; to leave such a word out, write -- before the query")
    return True
