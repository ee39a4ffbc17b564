"""show --diff: two states of an article, as the words that went and the words that came."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from newscrawler.reports.revision_pair import choose_pair
from newscrawler.revisions.worddiff import ADDED, REMOVED, SAME, Paragraph, word_diff

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newscrawler.reports.articles import ArticleState

MARKS = {SAME: ("", ""), REMOVED: ("[-", "-]"), ADDED: ("{+", "+}")}
COLOURS: dict[str, dict[str, Any]] = {REMOVED: {"fg": "red", "strikethrough": True}, ADDED: {"fg": "green", "bold": True}}


def print_diff(
    article_id: int, states: Sequence[ArticleState], wanted: tuple[int | None, int | None], *, as_json: bool
) -> None:
    """Print what went and what came between two states.  Raises ArchiveError where there are no such two."""
    old, new = choose_pair(article_id, states, *wanted)
    title, text = word_diff(old.title or "", new.title or ""), word_diff(old.text, new.text)
    if as_json:
        about = {
            name: {key: value for key, value in asdict(state).items() if key != "text"}
            for name, state in (("from", old), ("to", new))
        }
        pieces = {"title": _as_rows(title), "text": _as_rows(text)}
        click.echo(json.dumps({"article_id": article_id, **about, **pieces}, ensure_ascii=False, indent=2))
        return
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    for line in _lines(article_id, (old, new), title, text, coloured=coloured):
        click.echo(line, color=coloured)


def _as_rows(paragraphs: Sequence[Paragraph]) -> list[list[list[str]]]:
    return [[list(piece) for piece in paragraph.pieces] for paragraph in paragraphs]


def _lines(
    article_id: int,
    states: tuple[ArticleState, ArticleState],
    title: list[Paragraph],
    text: list[Paragraph],
    *,
    coloured: bool,
) -> Iterator[str]:
    old, new = states
    yield f"article {article_id}, revision {old.id} ({_when(old)}) → revision {new.id} ({_when(new)})"
    yield f"{new.change}{': ' + new.reason if new.reason else ''}"
    for paragraph in title:
        yield f"\n{rendered(paragraph, coloured=coloured)}"
    skipped = 0
    for paragraph in text:
        if not paragraph.changed:
            skipped += 1
            continue
        if skipped:
            yield _skipped(skipped)
            skipped = 0
        yield f"\n{rendered(paragraph, coloured=coloured)}"
    if skipped:
        yield _skipped(skipped)


def _when(state: ArticleState) -> str:
    return str(state.last_seen or state.seen)


def _skipped(number: int) -> str:
    return f"\n… {number} paragraph{'' if number == 1 else 's'} as before …"


def rendered(paragraph: Paragraph, *, coloured: bool) -> str:
    """A paragraph with what went and what came marked, in colours or in brackets."""
    if coloured:
        return "".join(text if how == SAME else click.style(text, **COLOURS[how]) for how, text in paragraph.pieces)
    return "".join(f"{MARKS[how][0]}{text}{MARKS[how][1]}" for how, text in paragraph.pieces)
