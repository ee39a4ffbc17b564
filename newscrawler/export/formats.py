"""One writer a format: articles in, a file out, as they come; memory stays flat."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any

from newscrawler.errors import NewscrawlerError
from newscrawler.export import feeds, warcs
from newscrawler.export.archives import write_archive, write_database
from newscrawler.reports.whole_articles import WholeArticle
from newscrawler.text.spreadsheets import defused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from newscrawler.export.origin import Origin

COLUMNS = tuple(each.name for each in fields(WholeArticle))
_cells = attrgetter(*COLUMNS)
_encoded = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make one for each article
ROWS_AT_ONCE = 1_000  # of a Parquet row group
FRONT_MATTER = ("title", "source", "authors", "published", "modified", "first_seen", "language", "url", "content_hash")


def _as_json(article: WholeArticle) -> str:
    line = _encoded(dict(zip(COLUMNS, _cells(article), strict=True)))
    return line.encode("utf-8", "replace").decode() + "\n"


def write_jsonl(articles: Iterable[WholeArticle], out: IO[str]) -> None:
    """One JSON object a line, with COLUMNS as its keys."""
    out.writelines(map(_as_json, articles))


def _cell(value: Any) -> Any:
    """A value that a spreadsheet shows and does not run (`text.defused`)."""
    if isinstance(value, tuple):
        value = "; ".join(value) if all(isinstance(each, str) for each in value) else json.dumps(value, ensure_ascii=False)
    return defused(value) if isinstance(value, str) else value


def write_csv(articles: Iterable[WholeArticle], out: IO[str]) -> None:
    """A line a article under a line of COLUMNS (RFC 4180); lists joined by semicolons."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _cells(each)] for each in articles)


def write_markdown(articles: Iterable[WholeArticle], out: IO[str]) -> None:
    """Each article with its particulars in a block of YAML before it, one behind the other."""
    for each in articles:
        told = ((name, getattr(each, name)) for name in FRONT_MATTER)
        # a JSON value is one of YAML 1.2
        head = "\n".join(
            f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in told if value not in (None, ())
        )
        paragraphs = [f"# {each.title or '(no title)'}", *each.text.split("\n")]
        for update in each.updates:
            paragraphs += ["## " + " ".join(filter(None, (update["at"], update["title"]))), str(update["text"])]
        out.write(f"---\n{head}\n---\n\n" + "\n\n".join(paragraphs) + "\n\n")


def _arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        from newscrawler.plugins import how_to_install  # late: whoever searches waits for no metadata

        raise NewscrawlerError(f"Parquet needs the extra [parquet]: {how_to_install('parquet')}") from error
    return pyarrow


def _schema(arrow: Any) -> Any:
    """Parquet's types of COLUMNS; times stay text, for a stated one may be a date alone."""
    text, texts = arrow.string(), arrow.list_(arrow.string())
    special = {
        "id": arrow.int64(), "story": arrow.int64(), "carried_by": arrow.int32(), "word_count": arrow.int32(),
        "relevance": arrow.float32(), "paywall": arrow.bool_(), "original": arrow.bool_(),
        "updates": arrow.list_(arrow.struct([(name, text) for name in ("at", "title", "text")])),
        **dict.fromkeys(("authors", "tags", "captions", "topics", "mentions"), texts),
    }  # fmt: skip
    return arrow.schema([(name, special.get(name, text)) for name in COLUMNS])


def _table(arrow: Any, schema: Any, rows: list[WholeArticle]) -> Any:
    cells = [_cells(each) for each in rows]
    return arrow.table(
        [list(column) for column in zip(*cells, strict=True)] if cells else [[] for _ in COLUMNS], schema=schema
    )


def _batches(articles: Iterable[WholeArticle]) -> Iterable[list[WholeArticle]]:
    batch: list[WholeArticle] = []
    for each in articles:
        batch.append(each)
        if len(batch) == ROWS_AT_ONCE:
            yield batch
            batch = []
    yield batch


def write_parquet(articles: Iterable[WholeArticle], path: Path) -> None:
    """One Parquet file (zstd).  Raises NewscrawlerError where pyarrow is not installed."""
    arrow = _arrow()
    schema = _schema(arrow)
    with arrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(articles):
            writer.write_table(_table(arrow, schema, batch))


def write_parquet_by_month(articles: Iterable[WholeArticle], folder: Path) -> None:
    """A folder of Parquet files, partitioned as Hive does: month=2026-11/part-0.parquet, by the day that lists go by.

    Raises NewscrawlerError where pyarrow is not installed.
    """
    arrow = _arrow()
    schema, parts = _schema(arrow), dict[str, int]()
    for batch in _batches(articles):
        by_month: dict[str, list[WholeArticle]] = {}
        for each in batch:
            by_month.setdefault(each.day[:7], []).append(each)
        for month, rows in by_month.items():
            number = parts[month] = parts.get(month, -1) + 1
            (folder / f"month={month}").mkdir(parents=True, exist_ok=True)
            arrow.parquet.write_table(
                _table(arrow, schema, rows), folder / f"month={month}" / f"part-{number}.parquet", compression="zstd"
            )


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written: as text to a stream, or into a file or folder of its own; `endings` of file names.

    `as_copy` and `as_folder_copy` are of formats that hold what the archive has beside the articles.  `for_others`: it is
    made to be given to others.
    """

    endings: tuple[str, ...]
    as_text: Callable[[Iterable[WholeArticle], IO[str]], None] | None = None
    as_file: Callable[[Iterable[WholeArticle], Path], None] | None = None
    as_folder: Callable[[Iterable[WholeArticle], Path], None] | None = None
    as_copy: Callable[[Iterable[WholeArticle], Origin, Path], None] | None = None
    as_folder_copy: Callable[[Iterable[WholeArticle], Origin, Path], None] | None = None
    for_others: bool = False


FORMATS = {
    "jsonl": Format((".jsonl", ".ndjson"), as_text=write_jsonl),
    "csv": Format((".csv",), as_text=write_csv),
    "markdown": Format((".md", ".markdown"), as_text=write_markdown),
    "parquet": Format((".parquet",), as_file=write_parquet, as_folder=write_parquet_by_month),
    "atom": Format((".atom",), as_copy=feeds.write_atom, for_others=True),
    "jsonfeed": Format((".feed.json", ".jsonfeed"), as_copy=feeds.write_json_feed, for_others=True),
    "warc": Format((".warc",), as_copy=warcs.write_warc),
    "wacz": Format((".wacz",), as_copy=warcs.write_wacz, for_others=True),
    "sqlite": Format((".db", ".sqlite", ".sqlite3"), as_copy=write_database, as_folder_copy=write_archive),
}


def format_of(name: str) -> str | None:
    """The format that a file's name ends like; None where it ends like none; `.gz` behind it is left aside."""
    bare = name.lower().removesuffix(".gz")
    return next((key for key, form in FORMATS.items() if bare.endswith(form.endings)), None)
