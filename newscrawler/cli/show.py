"""show: one article on a terminal, with all that is known of it."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.cli.diff import print_diff
from newscrawler.errors import ArchiveError
from newscrawler.reports import articles
from newscrawler.storage.verdicts import as_stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.reports.articles import StoredArticle

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


def _provenance(article: StoredArticle) -> Iterator[Line]:
    """Who published it, when, and what kind of page it is."""
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


def _findings(article: StoredArticle) -> Iterator[Line]:
    """What the archive knows of it: when it was seen, what it is about, whose text it is."""
    yield "seen", f"{article.first_seen} first, {article.last_seen} last"
    yield "gone", f"since {article.gone_since}: {article.gone_reason}" if article.gone_since else None
    yield "next look", article.revisits.next_visit if article.revisits else None
    yield "relevance", _verdict_line(article)
    yield "topics", "; ".join(f"{each.label} {each.score} ({', '.join(each.terms[:4])})" for each in article.topics[:6])
    yield "mentions", ", ".join(f"{each.name} {each.count}{' main' * each.main}" for each in article.mentions[:12])
    yield "story", _story_line(article)
    yield "content", f"{article.content_hash}, {article.word_count} words by {article.extractor}"
    if page := article.page:
        yield "raw page", f"pages/{page.warc_file} at {page.warc_offset}, {page.warc_length} bytes"


def _relatives(article: StoredArticle) -> Iterator[Line]:
    """Articles that have its words, and its own revisions."""
    for member in article.same_story:
        yield "same story", f"{member.id} {member.source} {member.url}" + (f" ({member.reason})" if member.reason else "")
    for other in article.shares_words:
        yield "see also", f"{other.id} {other.source} {other.url} ({other.reason})"
    for each in article.revisions if len(article.revisions) > 1 else ():
        states = f", the last of {each.states} states until {each.last_seen}" if each.states > 1 else ""
        reason = f": {each.reason}" if each.reason else ""
        yield "revision", f"{each.id} {each.seen} {each.change}, {each.characters} characters{states}{reason}"


def _lines(article: StoredArticle) -> Iterator[str]:
    """An article for reading, with where it came from."""
    yield click.style(article.title or "(no title)", bold=True)
    yield ""
    for lines in (_provenance(article), _findings(article), _relatives(article)):
        yield from (f"{name:<10} {value}" for name, value in lines if value not in (None, ""))
    yield ""
    yield article.text.replace("\n", "\n\n")
    for update in article.updates:
        yield ""
        yield click.style(" ".join(filter(None, (update.at, update.title))), bold=True)
        yield update.text
    if article.captions:
        yield from ("", "Captions", *(f"- {caption}" for caption in article.captions))


def _as_json(article: StoredArticle) -> str:
    whole = asdict(article)
    if article.verdict:
        whole["verdict"]["matches"] = [as_stored(each) for each in article.verdict.matches]
    return json.dumps(whole, ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether two revisions are to be compared, and which: None is the last change."""

    differs: bool
    old: int | None
    new: int | None


@click.command()
@click.argument("article_id", metavar="ID", type=int)
@options.archive_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.option("--raw", is_flag=True, help="Print the page as it was fetched, from the WARC file.")
@click.option("--diff", "differs", is_flag=True, help="Show which words its last change took out and put in.")
@click.option("--from", "old", metavar="REV", type=int, help="With --diff: the revision to compare from.")
@click.option("--to", "new", metavar="REV", type=int, help="With --diff: the revision to compare to.")
@options.as_record("comparison", Comparison)
def show(article_id: int, folder: Path | None, as_json: bool, raw: bool, comparison: Comparison) -> None:
    """Show an article with all that is known of it.

    \b
    newscrawler show 4711                          the article, its copies and its revisions
    newscrawler show 4711 --diff                   what its last change took out and put in
    newscrawler show 4711 --diff --from 9 --to 12  between two of its revisions

    A diff is coloured on a terminal; in a pipe it is [-taken out-] and {+put in+}.
    """
    if (comparison.old, comparison.new) != (None, None) and not comparison.differs:
        raise click.UsageError("--from and --to choose what --diff compares; add --diff")
    if comparison.differs and raw:
        raise click.UsageError("--diff compares texts, and --raw prints a page; leave one of them out")
    db = options.open_for_reading(folder)
    article = articles.stored_article(db, article_id) if 0 < article_id < 2**63 else None
    if article is None:
        raise ArchiveError(f"there is no article {article_id}; `newscrawler search` shows the ids")
    if comparison.differs:
        print_diff(article_id, articles.states(db, article_id), (comparison.old, comparison.new), as_json=as_json)
        return
    if raw:
        from newscrawler.storage.warc import read_page

        if article.page is None:
            raise ArchiveError(f"article {article_id} has no stored page")
        sys.stdout.buffer.write(read_page(options.archive_folder(folder) / "pages", *article.page.place)[1])
        return
    click.echo(_as_json(article) if as_json else "\n".join(map(_printable_line, _lines(article))))


COMMANDS = [show]
