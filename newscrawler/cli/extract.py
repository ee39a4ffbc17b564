"""extract: the article of one page, or of many, without an archive."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli.batch import UNKNOWN, local_date, print_batch
from newscrawler.cli.unpack import MAX_FILE, read_page_file, unpacked
from newscrawler.errors import ExtractionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.extraction import Examined
    from newscrawler.items import Article, Update

FORM = "newscrawler.extract.form"  # which of --text, --markdown and --json was given, in the command's context
SHOWN = 100  # characters of a line that --explain shows
ENDS = 20  # rejected blocks that it shows from the beginning of a page, and from its end
FIELDS = ("title", "authors", "published", "modified", "language", "section", "tags", "lead", "image_url", "canonical",
          "paywall")  # fmt: skip


def _fetched(url: str) -> tuple[bytes, str, str | None]:
    """(bytes, address after redirects, content type) of a page, fetched as a crawl fetches: by robots.txt, politely.

    Raises ExtractionError where none comes.
    """
    from newscrawler.cli.fetching import fetch_page

    page, candidate = fetch_page(url)
    if page.status != 200:
        raise ExtractionError(f"{url}: {candidate.failure_reason}")
    return unpacked(page.body, url), page.url, page.header("content-type")


def as_text(article: Article) -> str:
    """An article's text, then the entries of a live blog, each with its time before it; one paragraph a line."""
    entries = (part for update in article.updates for part in (_entry_head(update), update.text))
    return "\n".join(filter(None, (article.text, *entries)))


def _entry_head(update: Update) -> str:
    return " ".join(filter(None, (update.at, update.title)))


def as_markdown(article: Article) -> str:
    """An article as Markdown: headline, credits, paragraphs, updates, captions."""
    credits = ", ".join(filter(None, (", ".join(article.authors), article.agency, local_date(article))))
    parts = [f"# {article.title}" if article.title else None, f"*{credits}*" if credits else None]
    parts += article.text.split("\n")
    for update in article.updates:
        parts += [f"## {_entry_head(update)}", *update.text.split("\n")]
    parts += [f"> {caption}" for caption in article.captions]
    return "\n\n".join(filter(None, parts))


def _explained(found: Examined, now: datetime) -> str:
    """Candidates, the choice, what was cut and why; each field with its origin, and what else was stated of it."""
    lines = [f"encoding   {found.encoding or 'not looked at'}"]
    for name, text in found.candidates.items():
        begins = f": {_shortened(' '.join(text[: 2 * SHOWN].split()))}" if text.strip() else ""
        lines.append(f"candidate  {name}: {len(text)} characters{begins}")
    lines.append(f"choice     {found.choice or (found.failure and found.failure.reason)}")
    lines += [f"cut        {why}: {_shortened(line)}" for line, why in found.cut]
    lines += _rejected(found.rejected)
    if found.article:
        lines += _fields(found, found.article, now)
        origin = found.article.origins.get("type", "nothing says that it is another")
        lines.append(f"type       {origin}: {found.article.type}")
    return "\n".join(lines)


def _rejected(blocks: tuple[tuple[str, float | None], ...]) -> Iterator[str]:
    """The first and last blocks that are none of the article's, each with its probability; links are not judged."""
    between = len(blocks) - 2 * ENDS
    for place, (text, chance) in enumerate(blocks):
        if between <= 0 or not ENDS <= place < ENDS + between:
            yield f"rejected   {'not judged' if chance is None else f'{chance:.2f}'}: {_shortened(text)}"
        elif place == ENDS:
            yield f"rejected   {between} more blocks between these"


def _fields(found: Examined, article: Article, now: datetime) -> Iterator[str]:
    """A line a field: value and origin; below it the claims that say the same, and those that were not believed."""
    from newscrawler.metadata.provenance import claims_of

    stated = claims_of(found.seen, article, now) if found.seen else []
    for name in FIELDS:
        origin, value = article.origins.get(name), getattr(article, name)
        said = [each for each in stated if each.field == name]
        if origin:
            yield f"origin     {name}: {origin}: {_shortened(_shown(value))}"
            same = dict.fromkeys(each.origin for each in said if each.agrees and each.origin != origin)
            if same:
                yield f"  agrees   {', '.join(same)}"
        elif said:
            yield f"origin     {name}: nothing that was stated is believed"
        for each in said:
            if not each.agrees:
                yield f"  rival    {each.origin}: {_shortened(each.value)}"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _shortened(line: str) -> str:
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _source(source: str, url: str | None) -> tuple[bytes, str, str | None]:
    """(bytes, address, content type) of what was named on the command line."""
    from newscrawler.urls import absolute

    if url is not None and absolute(url, "") is None:
        raise click.UsageError(f"--url {url!r} is no http or https address")
    if source == "-":
        return unpacked(sys.stdin.buffer.read(MAX_FILE + 1), "standard input"), url or UNKNOWN, None
    if source.lower().startswith(("http://", "https://")):
        address = absolute(source, "")
        if address is None:
            raise click.UsageError(f"{source!r} is no http or https address")
        if url is not None:
            raise click.UsageError("--url is the address of a page from a file or standard input; this one is fetched")
        return _fetched(address)
    if "://" in source:
        raise click.UsageError(f"{source!r} is no http or https address")
    return read_page_file(Path(source)), url or UNKNOWN, None


def _form(context: click.Context, option: click.Parameter, is_chosen: bool) -> None:
    """Keep which form was asked for.  Raises UsageError where two were."""
    name = str(option.name)
    if is_chosen and context.meta.setdefault(FORM, name) != name:
        raise click.UsageError(f"--{context.meta[FORM]} and --{name} are two forms; choose one")


@click.command()
@click.pass_context
@click.argument("source", metavar="FILE|URL|-", required=False)
@click.option("--batch", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="TRUTH.jsonl",
              help="Extract many pages: each record's `html` is a path beside the file, gzipped or not; - reads the "
              "records from standard input, and the paths are seen from here.")  # fmt: skip
@click.option(
    "--text",
    is_flag=True,
    expose_value=False,
    callback=_form,
    help="Print the text alone, one paragraph a line; a live blog's entries too.  [default]",
)
@click.option("--markdown", is_flag=True, expose_value=False, callback=_form, help="Print Markdown.")
@click.option(
    "--json", is_flag=True, expose_value=False, callback=_form, help="Print a JSON object with all that was found."
)
@click.option("--url", metavar="URL", help="The address that the page is from; dates and links need it.")
@click.option(
    "--explain",
    is_flag=True,
    help="Say on stderr which candidates there were, which was chosen, what was cut and why, and which blocks "
    "were rejected; of each field what states it, what agrees, and which rivals it beat.",
)
@click.option("--learn/--no-learn", default=True, show_default=True,
              help="With --batch: strip the lines that several pages of one host carry.")  # fmt: skip
def extract(
    context: click.Context, source: str | None, *, batch: Path | None, url: str | None, explain: bool, learn: bool
) -> None:
    """Extract the article of a page: a file, an address, or standard input.

    \b
    newscrawler extract page.html --url https://example.org/a
    newscrawler extract https://example.org/a --markdown
    newscrawler extract --batch truth.jsonl > predictions.jsonl

    A page without an article is an error that says why; in a batch it is a record without a body.  A line of
    a batch that is no record is named on stderr, and the others are extracted.  A page that takes more than 5
    seconds of CPU, or more memory than a crawl's worker has, is a page without an article.

    An address is fetched as a crawl fetches, by robots.txt; one of a private network only where allow_networks in
    newscrawler.toml names that network: allow_networks = ["127.0.0.0/8"].

    \b
    Exit codes: 0 fine; 1 no article, or a file, page or line that cannot be read; 2 wrong usage.
    """
    form = context.meta.get(FORM)
    if (source is None) == (batch is None):
        raise click.UsageError("name a page (a file, an address, or -) or --batch TRUTH.jsonl")
    if batch is not None:
        if form in ("text", "markdown") or explain or url:
            raise click.UsageError("--batch prints JSON lines; --text, --markdown, --explain and --url are for one page")
        print_batch(batch, learn=learn)
        return
    from newscrawler.crawl.workers import Examiner

    now = datetime.now(UTC)
    body, address, content_type = _source(source or "", url)
    with Examiner() as examine:
        found = examine(body, address, now, content_type)
    if explain:
        click.echo(_explained(found, now), err=True)
    if found.article is None:
        raise ExtractionError(f"{source}: no article: {found.failure and found.failure.reason}")
    article = found.article
    if form == "json":
        from newscrawler.relevance.language import with_language

        article = with_language(article)  # as a crawl does: the page's claim beside the text
    _print(article, form or "text", known=address != UNKNOWN)


def _print(article: Article, form: str, *, known: bool) -> None:
    if form == "json":
        whole = asdict(article) | ({} if known else {"url": None})
        click.echo(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        click.echo(as_markdown(article) if form == "markdown" else as_text(article))


COMMANDS = [extract]
