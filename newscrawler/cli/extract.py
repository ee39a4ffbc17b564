"""extract: the article of one page, or of many, without an archive."""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newscrawler.errors import ExtractionError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawler.extraction import Examined
    from newscrawler.items import Article

UNKNOWN = "https://unknown.invalid/"  # the address of a page that came without one
MAX_FILE = 50_000_000
SHOWN = 100  # characters of a line that --explain shows
FIELDS = ("title", "authors", "published", "modified", "language", "section", "tags", "lead", "image_url", "canonical",
          "paywall")  # fmt: skip


def _unpacked(raw: bytes, name: str) -> bytes:
    """A page's bytes, gzipped or not."""
    if raw[:2] != b"\x1f\x8b":
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError) as error:
        raise ExtractionError(f"{name}: not a whole gzip file ({error})") from error


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise ExtractionError(f"{path}: larger than {MAX_FILE} bytes; an article's page is not")
        return _unpacked(path.read_bytes(), str(path))
    except OSError as error:
        raise ExtractionError(f"{path}: {error.strerror or error}") from error


def _fetched(url: str) -> tuple[bytes, str, str | None]:
    """(bytes, address after redirects, content type) of a page, fetched as a crawl fetches: by robots.txt, politely."""
    from newscrawler.cli.crawl import open_newsroom, run_spider, scrapy_settings
    from newscrawler.newsroom import utc_now
    from newscrawler.storage import polls
    from newscrawler.storage.connect import connect_for_reading
    from newscrawler.storage.pages import read_page

    with tempfile.TemporaryDirectory(prefix="newscrawler-") as folder:
        archive = Path(folder) / "archive"
        newsroom = open_newsroom(archive, (polls.SOURCE_BY_HAND,), scrapy_settings((), 0), "extract")
        leases = tuple(polls.ask_by_hand(newsroom.archive, [url], list(newsroom.sources.values()), utc_now()))
        run_spider(newsroom, scrapy_settings((), 0), leases=leases)
        db = connect_for_reading(archive)
        row = db.execute("SELECT url, content_type, warc_file, warc_offset, warc_length FROM pages").fetchone()
        if row is None:
            reason = db.execute("SELECT reason FROM links").fetchone()
            raise ExtractionError(f"{url}: {reason[0] if reason and reason[0] else 'no answer'}")
        return read_page(archive / "pages", *row[2:])[1], row[0], row[1]


def local_date(article: Article) -> str | None:
    """When it was published, in the zone that it was stated in."""
    if not article.published or not article.published_zone:
        return article.published
    zone = datetime.fromisoformat(f"2000-01-01T00:00:00{article.published_zone}").tzinfo
    return datetime.fromisoformat(article.published).astimezone(zone).isoformat()


def as_markdown(article: Article) -> str:
    """An article as Markdown: headline, credits, paragraphs, updates, captions."""
    credits = ", ".join(filter(None, (", ".join(article.authors), article.agency, local_date(article))))
    parts = [f"# {article.title}" if article.title else None, f"*{credits}*" if credits else None]
    parts += article.text.split("\n")
    for update in article.updates:
        parts += [f"## {' '.join(filter(None, (update.at, update.title)))}", *update.text.split("\n")]
    parts += [f"> {caption}" for caption in article.captions]
    return "\n\n".join(filter(None, parts))


def _explained(found: Examined, now: datetime) -> str:
    """Candidates, the choice, what was cut and why; each field with its origin, and what else was stated of it."""
    lines = [f"encoding   {found.encoding or 'not looked at'}"]
    lines += [f"candidate  {name}: {len(text)} characters" for name, text in found.candidates.items()]
    lines.append(f"choice     {found.choice or found.failure}")
    lines += [f"cut        {why}: {_shortened(line)}" for line, why in found.cut]
    if found.article:
        lines += _fields(found, found.article, now)
        lines.append(f"type       {found.article.type}")
    return "\n".join(lines)


def _fields(found: Examined, article: Article, now: datetime) -> Iterator[str]:
    """A line a field: value and origin; below it the claims that say the same, and those that were not believed."""
    from newscrawler.extraction.rivals import claims_of

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


def _records(path: Path) -> Iterator[dict[str, Any] | str]:
    """The records of a file, and of each line that is none the reason why."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ExtractionError(
            f"{path}: no UTF-8 text ({error.reason} at byte {error.start}); a JSON object a line is"
        ) from error
    except OSError as error:
        raise ExtractionError(f"{path}: cannot be read ({error.strerror})") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            yield f"{path}, line {number}: not JSON ({error})"
            continue
        if not isinstance(record, dict) or not isinstance(record.get("html"), str) or "id" not in record:
            yield f"{path}, line {number}: a record needs `id` and `html`, a path beside the file"
            continue
        yield record


def _batch(path: Path, *, learn: bool) -> None:
    """Print one JSON object a page.  What recurs over the pages of a host is learnt from all of them first.

    Raises ExtractionError at the end where lines were no records; the others are printed.
    """
    from newscrawler.extraction.boilerplate import learn_profiles, strip_profile
    from newscrawler.urls import host_of

    read = list(_records(path))
    if not read:
        raise ExtractionError(f"{path}: holds no record")
    broken = [each for each in read if isinstance(each, str)]
    for each in broken:
        click.echo(f"newscrawler: {each}", err=True)
    rows = [(record, *_predicted(record, path)) for record in read if not isinstance(record, str)]
    addresses = [record.get("url") or record["html"] for record, _, _ in rows]
    known = zip(addresses, rows, strict=True)
    profiles = learn_profiles((host_of(url), url, row["body"]) for url, (_, row, _) in known if row["body"]) if learn else {}
    failures = 0
    for record, row, failure in rows:
        profile = profiles.get(host_of(record.get("url") or ""))
        if profile and row["body"]:
            row["body"] = strip_profile(row["body"], profile)[0]
        if failure:
            failures += 1
            click.echo(f"{record['id']}: no article: {failure}", err=True)
        click.echo(json.dumps(row, ensure_ascii=False))
    click.echo(f"{len(rows)} pages, {failures} without an article", err=True)
    if broken:
        raise ExtractionError(f"{path}: {len(broken)} of {len(read)} lines are no records")


def _predicted(record: dict[str, Any], path: Path) -> tuple[dict[str, Any], str | None]:
    """(what is printed of a page, why it has no article)."""
    from newscrawler.extraction import examine

    url = record.get("url") if isinstance(record.get("url"), str) else None
    try:
        found = examine(_read(path.parent / record["html"]), url or UNKNOWN, datetime.now(UTC), content_type="text/html")
        article, failure = found.article, found.failure
    except ExtractionError as error:
        article, failure = None, str(error)
    if article is None:
        return {"id": record["id"], "title": None, "authors": [], "date": None, "body": ""}, failure
    return {
        "id": record["id"], "title": article.title, "authors": list(article.authors), "date": local_date(article),
        "body": article.text,
    }, None  # fmt: skip


def _source(source: str, url: str | None) -> tuple[bytes, str, str | None]:
    """(bytes, address, content type) of what was named on the command line."""
    from newscrawler.urls import absolute

    if url is not None and absolute(url, "") is None:
        raise click.UsageError(f"--url {url!r} is no http or https address")
    if source == "-":
        return _unpacked(sys.stdin.buffer.read(MAX_FILE), "standard input"), url or UNKNOWN, None
    if source.lower().startswith(("http://", "https://")):
        address = absolute(source, "")
        if address is None:
            raise click.UsageError(f"{source!r} is no http or https address")
        return _fetched(address)
    if "://" in source:
        raise click.UsageError(f"{source!r} is no http or https address")
    return _read(Path(source)), url or UNKNOWN, None


@click.command()
@click.argument("source", metavar="FILE|URL|-", required=False)
@click.option("--batch", type=click.Path(path_type=Path, dir_okay=False), metavar="TRUTH.jsonl",
              help="Extract many pages: each record's `html` is a path beside the file, gzipped or not.")  # fmt: skip
@click.option("--text", "form", flag_value="text", help="Print the text alone, one paragraph a line.  [default]")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--json", "form", flag_value="json", help="Print a JSON object with all that was found.")
@click.option("--url", metavar="URL", help="The address that the page is from; dates and links need it.")
@click.option(
    "--explain",
    is_flag=True,
    help="Say on stderr which candidates there were, which was chosen, what was cut and why; of each field what states it, "
    "what agrees, and which rivals it beat.",
)
@click.option("--learn/--no-learn", default=True, show_default=True,
              help="With --batch: strip the lines that several pages of one host carry.")  # fmt: skip
def extract(source: str | None, batch: Path | None, form: str | None, url: str | None, explain: bool, learn: bool) -> None:
    """Extract the article of a page: a file, an address, or standard input.

    \b
    newscrawler extract page.html --url https://example.org/a
    newscrawler extract https://example.org/a --markdown
    newscrawler extract --batch truth.jsonl > predictions.jsonl

    A page without an article is an error that says why; in a batch it is a record without a body.  A line of
    a batch that is no record is named on stderr, and the others are extracted.

    \b
    Exit codes: 0 fine; 1 no article, or a file, page or line that cannot be read; 2 wrong usage.
    """
    if (source is None) == (batch is None):
        raise click.UsageError("name a page (a file, an address, or -) or --batch TRUTH.jsonl")
    if batch is not None:
        if form in ("text", "markdown") or explain or url:
            raise click.UsageError("--batch prints JSON lines; --text, --markdown, --explain and --url are for one page")
        _batch(batch, learn=learn)
        return
    from newscrawler.extraction import examine

    now = datetime.now(UTC)
    body, address, content_type = _source(source or "", url)
    found = examine(body, address, now, content_type=content_type)
    if explain:
        click.echo(_explained(found, now), err=True)
    if found.article is None:
        raise ExtractionError(f"{source}: no article: {found.failure}")
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
        click.echo(as_markdown(article) if form == "markdown" else article.text)


COMMANDS = [extract]
