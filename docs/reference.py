"""Write the reference pages from what they describe: docs/cli.md from the command, docs/tables.md from the schema,
docs/sources.md from the shipped catalogue; and what Datasette reads in an archive's folder, metadata.json.

uv run python docs/reference.py          write them all
(tests/test_docs.py fails where they are out of date)
"""

import json
from pathlib import Path

import click

import newscrawler.sources
import newscrawler.storage
from newscrawler.cli import main
from newscrawler.cli.event_words import EventsCommand
from newscrawler.reports.queries import canned_queries
from newscrawler.storage.database.shipped_files import made
from newscrawler.storage.schema import docs as schema_docs

HERE = Path(__file__).parent


def _commands(command: click.Command, path: str):
    yield path, command
    if isinstance(command, EventsCommand):
        yield from ((f"{path} {name}", each) for name, each in command.words().items())
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            yield from _commands(command.get_command(context, name), f"{path} {name}")


def cli() -> str:
    """The help of every verb."""
    parts = ["# The command\n\nWritten by `docs/reference.py` from `--help`.\n"]
    for path, command in _commands(main, "newscrawler"):
        context = click.Context(command, info_name=path, max_content_width=100, terminal_width=100)
        parts.append(f"## {path}\n\n```text\n{command.get_help(context).rstrip()}\n```\n")
    return "\n".join(parts)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _default(parameter) -> str:
    return f" (default {parameter.default})" if parameter.default else ""


def tables() -> str:
    """Every table with its columns, every view, from the comments of the SQL."""
    parts = [
        "# The archive's tables\n\nWritten by `docs/reference.py` from the schema's own comments.  Tables may grow columns; those "
        "below stay, or a migration\nand a line in CHANGELOG.md say otherwise.\n\nTimes are ISO 8601 text.  What we measured is UTC "
        "(`2026-11-22T12:30:00Z`).  What others stated keeps the precision it was\nstated with: a date alone (`2026-11-22`), a time "
        "without a zone (`2026-11-22T12:30:00`), or UTC.  All sort as text.  What\nnobody stated is NULL.\n"
    ]
    for table in schema_docs.tables():
        rows = "\n".join(f"| `{each.name}` | {each.type} | {each.description} |" for each in table.columns)
        parts.append(f"## {table.name}\n\nA row is {table.description}.\n\n| column | type | |\n|---|---|---|\n{rows}\n")
    parts.append(
        "## articles_fts\n\nFTS5 over `title`, `lead`, `text`, `authors`, `segmented`, `title_segmented`, "
        "`authors_segmented` and\n`labels` of `articles` (external content).  `labels` holds the filters of the query language; "
        'the columns that end in\n`segmented` hold the words once more as search reads them (search.md, "Which letters are one"), '
        "where that differs:\nLatin letters folded, scripts without spaces one character a word.  `newscrawler search` and\n"
        "`newscrawler_query(text)` ask for it; in plain SQL write `articles_fts MATCH '\"防 衛 省\"'` or `'lodz'`.\n"
    )
    parts.append(
        "## articles_terms\n\nA row is a word of the index, folded as search folds it (fts5vocab).\n\n| column | type | |\n|---|---|---|\n"
        "| `term` | TEXT | filters begin with a character of Unicode's private use area |\n"
        "| `doc` | INTEGER | articles that have it |\n| `cnt` | INTEGER | times that they do |\n"
    )
    parts.append("## Views\n\nWhat the command, the reading room and queries read; their columns stay.\n")
    for view in schema_docs.views():
        rows = "\n".join(f"| `{each.name}` | {each.description} |" for each in view.columns)
        parts.append(f"### {view.name}\n\n{_sentence(view.description)}\n\n| column | |\n|---|---|\n{rows}\n")
    parts.append(
        "## Canned queries\n\n`newscrawler sql NAME -p PARAMETER VALUE` and Datasette's pages under `/news/NAME` run the same SQL.  "
        "Windows of days end with the\nnewest article, by the time of its arrival; those of `blind_spots` end today.\n"
    )
    for query in canned_queries().values():
        told = "".join(f"\n- `{each.name}`: {each.description}{_default(each)}" for each in query.parameters)
        parts.append(f"### {query.name}\n\n**{query.title}.** {query.description}\n{told}\n")
    return "\n".join(parts)


def _source_row(source) -> str:
    endpoints = ", ".join(
        f"[{each.kind}]({each.url}) {' '.join(filter(None, (each.evidence, each.seen)))}{'' if each.state == 'active' else ', not asked'}"
        for each in source.endpoints
    )
    state = source.state if source.state != "ready" else ""
    notes = "; ".join(filter(None, (state, source.access if source.access != "open" else "", source.note)))
    about = ", ".join(source.topics)
    return (
        f"| `{source.id}` | [{source.name}]({source.home}) | {source.country or ''} | {' '.join(source.languages)} | {source.kind} "
        f"| {about} | {endpoints} | {notes} |"
    )


def sources() -> str:
    """The shipped catalogue, file by file."""
    files = sorted((Path(newscrawler.sources.__file__).parent / "catalogue").glob("*.toml"))
    parsed = {file: newscrawler.sources.parse_catalogue(file.read_text(encoding="utf-8"), file.name) for file in files}
    every = [source for found in parsed.values() for source in found]
    countries = {source.country for source in every} - {None}
    asked = sum(source.is_asked for source in every)
    parts = [
        f"# The shipped sources\n\nWritten by `docs/reference.py` from the catalogue: {len(every)} sources of {len(countries)} countries, "
        f"{sum(len(source.endpoints) for source in every)} endpoints.\n{asked} are asked by a crawl; the others are kept with their "
        "state, so that nobody adds them twice.\n[catalogue.md](catalogue.md) says what the words mean.\n"
    ]
    for file, found in parsed.items():
        rows = "\n".join(map(_source_row, found))
        parts.append(
            f"## {file.stem.replace('-', ' ').capitalize()}\n\n| id | name | country | languages | kind | topics | endpoints | |\n"
            f"|---|---|---|---|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def metadata() -> str:
    """What Datasette says of the archive: titles and facets as they stand in the file, descriptions from the schema."""
    file = STORAGE / "folder" / "metadata.json"
    told = json.loads(file.read_text(encoding="utf-8"))
    news = told["databases"]["news"]
    news.pop("queries", None)  # the plugin has them
    for table in (*schema_docs.tables(), *schema_docs.views()):
        about = news["tables"].setdefault(table.name, {})
        if not about.get("hidden"):
            about.setdefault("title", table.name.replace("_", " ").capitalize())
            about.setdefault("description", _sentence(table.description))
            about["columns"] = {each.name: each.description for each in table.columns if each.description}
    return json.dumps(told | {"plugins": {"newscrawler": {"made": made(told)}}}, ensure_ascii=False, indent=2) + "\n"


STORAGE = Path(newscrawler.storage.__file__).parent
PAGES = {"cli.md": cli, "tables.md": tables, "sources.md": sources}
FILES = {STORAGE / "folder" / "metadata.json": metadata, HERE.parent / "archive" / "metadata.json": metadata}

if __name__ == "__main__":
    for file, make in PAGES.items():
        (HERE / file).write_text(make(), encoding="utf-8")
    for path, write in FILES.items():
        path.write_text(write(), encoding="utf-8")
