"""show --at: one state of an article, its words and bytes checked."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newscrawler.cli.output import printable
from newscrawler.errors import ArchiveError
from newscrawler.reports import states
from newscrawler.storage.warc.reading import read_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlite_utils import Database


def print_state(db: Database, folder: Path, wanted: tuple[int, int], *, as_json: bool) -> bool:
    """Print a state (article, revision) and whether its hash and digest are right; whether both are.

    Raises ArchiveError where there is no such state, or its record cannot be read.
    """
    state = states.state(db, *wanted) if all(0 < each < 2**63 for each in wanted) else None
    if state is None:
        raise ArchiveError(f"article {wanted[0]} has no revision {wanted[1]}; `newscrawler show {wanted[0]}` lists them")
    words = states.check_words(state) if state.has_text else None
    body = None if state.page is None else read_page(folder / "pages", *state.page.place)[1]
    digest = None if body is None else states.check_bytes(state, body)
    if as_json:
        checked = {"hash_is_right": words, "digest_is_right": digest}
        click.echo(json.dumps(asdict(state) | checked, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(printable(line) for line in _lines(state, words, digest)))
    return words is not False and digest is not False


def _lines(state: states.State, words: bool | None, digest: bool | None) -> Iterator[str]:
    yield click.style(state.title or "(no title)", bold=True)
    yield ""
    yield f"{'state':<10} {state.id} of article {state.article_id}, {state.change}{', current' if state.is_current else ''}"
    yield f"{'seen':<10} {state.at}"
    if state.reason:
        yield f"{'reason':<10} {state.reason}"
    if state.has_text:
        yield f"{'hash':<10} {state.content_hash} ({'right' if words else 'WRONG: these are other words'})"
    if state.page is None:
        yield f"{'page':<10} none is stored"
    else:
        page = state.page
        yield f"{'page':<10} {page.url} HTTP {page.status} {page.fetched}"
        yield f"{'record':<10} pages/{page.warc_file} offset {page.warc_offset} length {page.warc_length}"
        yield f"{'digest':<10} {page.digest} ({'right' if digest else 'WRONG: these are other bytes'})"
    if state.has_text:
        yield ""
        yield state.text.replace("\n", "\n\n")
