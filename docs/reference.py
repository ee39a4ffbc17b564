"""Write the reference pages from what they describe: docs/cli.md from the command, docs/tables.md from the schema,
docs/sources.md from the shipped catalogue.

uv run python docs/reference.py          write them all
(tests/test_docs.py fails where they are out of date)
"""

import re
from pathlib import Path

import click

import newscrawler.sources
from newscrawler.cli import main
from newscrawler.storage import schema

HERE = Path(__file__).parent


def _commands(command: click.Command, path: str):
    yield path, command
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


def _columns(body: str):
    for line in body.splitlines():
        found = re.match(r"\s+(\w+) (TEXT|INTEGER|REAL)([^-]*?),?\s*(?:-- (.*))?$", line)
        if found and found[1] not in ("PRIMARY", "UNIQUE"):
            name, kind, rest, text = found.groups()
            target = re.search(r"REFERENCES (\w+)", rest)
            notes = [text] if text else []
            if target:
                notes.append(f"a row of `{target[1]}`")
            if "NOT NULL" not in rest and "PRIMARY KEY" not in rest and not any("NULL" in note for note in notes):
                notes.append("may be NULL")
            yield name, kind, "; ".join(notes)


def _added():
    """(table, column, type, text) of every column that a later migration added, from the comment before it."""
    added = r"-- ([^\n]*)\nALTER TABLE (\w+) ADD COLUMN (\w+) (TEXT|INTEGER|REAL)([^;]*);"
    for text, table, column, kind, rest in re.findall(added, _sql()):
        target = re.search(r"REFERENCES (\w+)", rest)
        yield table, column, kind, f"{text}; a row of `{target[1]}`" if target else text


def _sql() -> str:
    files = sorted((Path(schema.__file__).parent / "migrations").glob("m*.sql"))
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def tables() -> str:
    """Every table with its columns, every view, from the comments of the SQL."""
    parts = [
        "# The archive's tables\n\nWritten by `docs/reference.py` from the schema's own comments.  Tables may grow columns; those "
        "below stay, or a migration\nand a line in CHANGELOG.md say otherwise.\n\nTimes are ISO 8601 text.  What we measured is UTC "
        "(`2026-11-22T12:30:00Z`).  What others stated keeps the precision it was\nstated with: a date alone (`2026-11-22`), a time "
        "without a zone (`2026-11-22T12:30:00`), or UTC.  All sort as text.  What\nnobody stated is NULL.\n"
    ]
    for comment, name, body in re.findall(r"-- ([^\n]*)\nCREATE TABLE (\w+) \(\n(.*?)\n\) STRICT", _sql(), re.DOTALL):
        columns = [*_columns(body), *(each[1:] for each in _added() if each[0] == name)]
        rows = "\n".join(f"| `{column}` | {kind} | {text} |" for column, kind, text in columns)
        parts.append(
            f"## {name}\n\nA row is {comment.splitlines()[-1].removeprefix('-- ')}.\n\n| column | type | |\n|---|---|---|\n{rows}\n"
        )
    parts.append(
        "## articles_fts\n\nFTS5 over `title`, `lead`, `text`, `authors`, `segmented`, `title_segmented` and `labels` of `articles` "
        "(external\ncontent).  `labels` holds the filters of the query language, and `segmented` "
        "scripts without\nspaces, one character a word: `newscrawler search` looks there for you; in SQL write "
        "`articles_fts MATCH 'segmented : \"防 衛 省\"'`.\n"
    )
    parts.append(
        "## articles_terms\n\nA row is a word of the index, folded as search folds it (fts5vocab).\n\n| column | type | |\n|---|---|---|\n"
        "| `term` | TEXT | filters begin with a character of Unicode's private use area |\n"
        "| `doc` | INTEGER | articles that have it |\n| `cnt` | INTEGER | times that they do |\n"
    )
    sql = (Path(schema.__file__).parent / "views.sql").read_text(encoding="utf-8")
    views = "\n".join(f"| `{name}` | {comment} |" for comment, name in re.findall(r"-- (.*)\nCREATE VIEW (\w+)", sql))
    parts.append(f"## Views\n\n| view | |\n|---|---|\n{views}\n")
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


PAGES = {"cli.md": cli, "tables.md": tables, "sources.md": sources}

if __name__ == "__main__":
    for file, make in PAGES.items():
        (HERE / file).write_text(make(), encoding="utf-8")
