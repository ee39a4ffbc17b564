"""show: one article on a terminal, with all that is known of it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.diff import print_diff
from newscrawler.cli.page import WITHDRAWN
from newscrawler.cli.provenance import print_provenance
from newscrawler.cli.state import print_state
from newscrawler.errors import ArchiveError
from newscrawler.reports import articles
from newscrawler.reports.rights import rights_of
from newscrawler.storage.articles.verdicts import as_stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.reports.articles import StoredArticle
    from newscrawler.reports.rights import Rights

Line = tuple[str, object]  # name, value; a value of None or "" is not shown
_STYLE = re.compile(r"(\x1b\[[\d;]*m)|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _printable_line(line: str) -> str:
    """A line of an article, with the codes that we put in and no others."""
    return _STYLE.sub(lambda found: found[0] if found[1] else "", line)


def _story_line(article: StoredArticle) -> str:
    line = f"{article.story_id}, carried by {article.carried_by}"
    if article.carried_by > 1:
        first = "this article" if article.first_article_id == article.id else f"article {article.first_article_id}"
        line += f", original: {first}" + (f" ({article.first_reason})" if article.first_reason else "")
    return line


def _verdict_line(article: StoredArticle) -> str | None:
    """The score and what follows from it; a person's word comes after the lexicon's and holds."""
    verdict, review = article.verdict, article.review
    parts = [str(article.relevance)] if article.relevance is not None else []
    if verdict:
        parts.append(
            f"{verdict.decision}, defence {verdict.defence}, diplomacy {verdict.diplomacy} "
            f"(lexicon {verdict.lexicon}; `newscrawler judge {article.id}` explains)"
        )
    if review:
        parts.append(f"reviewed: {review.decision}, {review.decided[:10]}")
    return ", ".join(parts) or None


def _provenance(article: StoredArticle, rights: Rights | None) -> Iterator[Line]:
    """Who published it, when, what kind of page it is, and what is stated of the rights in it."""
    yield "source", article.source
    yield "address", article.url
    yield "authors", ", ".join(article.authors)
    stated = f"{article.published} (stated by: {article.published_origin})"
    yield "published", stated if article.published else "not stated"
    yield "modified", article.modified
    yield "type", None if article.type == "article" else article.type
    yield "agency", article.agency
    yield "paywall", "behind a paywall" if article.paywall else None
    yield "language", article.language
    yield "section", article.section
    yield "tags", ", ".join(article.tags[:12])
    yield "rights", rights
    yield "withdrawn", f"{article.withdrawn}, as its publisher asks: its text is not here" if article.withdrawn else None


def _findings(article: StoredArticle) -> Iterator[Line]:
    """What the archive knows of it: when it was seen, what it is about, whose text it is."""
    yield "seen", f"{article.first_seen} first, {article.last_seen} last"
    yield "gone", f"since {article.gone_since}: {article.gone_reason}" if article.gone_since else None
    yield "last look", f"{visits.last_visit}: {visits.reason}" if (visits := article.revisits) and visits.reason else None
    yield "next look", article.revisits.next_visit if article.revisits else None
    yield "relevance", _verdict_line(article)
    yield "topics", "; ".join(f"{each.label} {each.score} ({', '.join(each.terms[:4])})" for each in article.topics[:6])
    yield "mentions", ", ".join(f"{each.name} {each.count}{' main' * each.main}" for each in article.mentions[:12])
    yield "story", _story_line(article)
    by = f"{article.extractor}, newscrawler {article.read_by}" if article.read_by else article.extractor
    yield "content", f"{article.content_hash}, {article.word_count} words by {by}"
    if page := article.page:
        yield "raw page", f"pages/{page.warc_file} at {page.warc_offset}, {page.warc_length} bytes"


def _relatives(article: StoredArticle) -> Iterator[Line]:
    """Articles that have its words, and its own revisions."""
    for member in article.same_story:
        yield "same story", f"{member.id} {member.source} {member.url}" + (f" ({member.reason})" if member.reason else "")
    for other in article.shares_words:
        yield "see also", f"{other.id} {other.source} {other.url} ({other.reason})"
    for again in article.rereadings:
        before = f", {again.read_before} before" if again.read_before else ""
        yield "reread", f"{again.at} by {again.read_by}{before}: {', '.join(again.fields)} (the page is the same)"
    for each in article.revisions if len(article.revisions) > 1 else ():
        states = f", the last of {each.states} states until {each.last_seen}" if each.states > 1 else ""
        reason = f": {each.reason}" if each.reason else ""
        yield "revision", f"{each.id} {each.seen} {each.change}, {each.characters} characters{states}{reason}"


def _lines(article: StoredArticle, rights: Rights | None) -> Iterator[str]:
    """An article for reading, with where it came from."""
    yield click.style(article.title or "(no title)", bold=True)
    yield ""
    for lines in (_provenance(article, rights), _findings(article), _relatives(article)):
        yield from (f"{name:<10} {value}" for name, value in lines if value not in (None, ""))
    yield ""
    yield article.text.replace("\n", "\n\n")
    for update in article.updates:
        yield ""
        yield click.style(" ".join(filter(None, (update.at, update.title))), bold=True)
        yield update.text
    if article.captions:
        yield from ("", "Captions", *(f"- {caption}" for caption in article.captions))


def _as_json(article: StoredArticle, rights: Rights | None) -> str:
    whole = asdict(article) | {"rights_stated": rights.stated if rights else []}
    if article.verdict:
        whole["verdict"]["matches"] = [as_stored(each) for each in article.verdict.matches]
    return json.dumps(whole, ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two revisions are to be compared, and which: None is the last change."""

    differs: bool
    old: int | None
    new: int | None
    at: int | None
    provenance: bool

    def check(self, *, raw: bool) -> None:
        """Raises UsageError where options do not go together."""
        if (self.old, self.new) != (None, None) and not self.differs:
            raise click.UsageError("--from and --to choose what --diff compares; add --diff")
        if self.differs and raw:
            raise click.UsageError("--diff compares texts, and --raw prints a page; leave one of them out")
        if self.at is not None and (self.differs or raw):
            raise click.UsageError("--at shows one state; leave out --diff and --raw")
        if self.provenance and (self.differs or raw or self.at is not None):
            raise click.UsageError("--provenance is of the article as it is; leave out --diff, --raw and --at")


@click.command()
@click.argument("article_id", metavar="ID", type=int)
@options.archive_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--raw", is_flag=True, help="Print the page as it was fetched, from the WARC file.")
@click.option("--diff", "differs", is_flag=True, help="Show which words its last change took out and put in.")
@click.option("--from", "old", metavar="REV", type=int, help="With --diff: the revision to compare from.")
@click.option("--to", "new", metavar="REV", type=int, help="With --diff: the revision to compare to.")
@click.option("--at", metavar="REV", type=int, help="Show its state of a revision, with hash and digest computed anew.")
@click.option("--provenance", is_flag=True, help="Show of each field what says it, where, and what it beat.")
@options.as_record("comparison", Comparison)
def show(article_id: int, folder: Path | None, as_json: bool, raw: bool, comparison: Comparison) -> None:
    """Show an article with all that is known of it.

    \b
    newscrawler show 4711                          the article, its copies and its revisions
    newscrawler show 4711 --diff                   what its last change took out and put in
    newscrawler show 4711 --diff --from 9 --to 12  between two of its revisions
    newscrawler show 4711 --at 9                   as it stood then, its hash and digest computed anew (exit code 1: wrong)
    newscrawler show 4711 --provenance             line and column, or JSON path, of what says each field, and rivals

    A diff is coloured on a terminal; in a pipe it is [-taken out-] and {+put in+}.
    """
    comparison.check(raw=raw)
    db = options.open_for_reading(folder)
    if comparison.at is not None:
        if not print_state(db, options.archive_folder(folder), (article_id, comparison.at), as_json=as_json):
            sys.exit(1)
        return
    article = articles.stored_article(db, article_id) if 0 < article_id < 2**63 else None
    if article is None:
        raise ArchiveError(f"there is no article {article_id}; `newscrawler search` shows the ids")
    if comparison.provenance:
        print_provenance(db, options.archive_folder(folder), article_id, as_json=as_json)
        return
    if comparison.differs:
        print_diff(article_id, articles.states(db, article_id), (comparison.old, comparison.new), as_json=as_json)
        return
    if raw:
        from newscrawler.storage.warc.reading import read_page

        if article.page is None:
            raise ArchiveError(f"article {article_id} has no stored page")
        if article.withdrawn:
            raise ArchiveError(
                f"{WITHDRAWN.format(article_id)}; `newscrawler page {article_id} --withdrawn` prints its page"
            )
        sys.stdout.buffer.write(read_page(options.archive_folder(folder) / "pages", *article.page.place)[1])
        return
    rights = rights_of(db, article_id, datetime.now(UTC))
    told = _as_json(article, rights) if as_json else "\n".join(map(_printable_line, _lines(article, rights)))
    click.echo(told)


COMMANDS = [show]
