"""How `serve` starts Datasette: everything named by us, nothing believed of the archive's folder."""

from __future__ import annotations

import json
import sys
from importlib import resources
from typing import TYPE_CHECKING, Any

from newscrawler.errors import ArchiveError, NewscrawlerError
from newscrawler.sandbox import PRIVATE_TABLES
from newscrawler.storage.database.connect import DATABASE, connect_for_reading, is_settled
from newscrawler.storage.database.reserved_words import SEARCH_TABLE
from newscrawler.storage.database.shipped_files import is_unedited
from newscrawler.storage.schema.foreign import ForeignObject, ObjectKind, foreign_objects
from newscrawler.storage.schema.versions import views

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Metadata = dict[str, Any]  # Datasette's, whose shape is its own
# what `--public` tells Datasette
PUBLIC = {
    "default_allow_sql": "off",
    "allow_csv_stream": "off",
    "allow_download": "off",
    "suggest_facets": "off",
    "sql_time_limit_ms": "1000",
    "facet_time_limit_ms": "200",
    "max_returned_rows": "500",
}
# what Datasette runs or believes when it is given the folder
_BELIEVED = ("plugins", "templates", "static", "metadata.yaml", "metadata.yml", "datasette.yaml", "datasette.json")


def check(folder: Path) -> list[ForeignObject]:
    """What of an archive's schema is not ours.

    Raises ArchiveError where there is none that can be read, or where a table computes: its code would run at every page.
    """
    db = connect_for_reading(folder)
    try:
        found = foreign_objects(db)
    finally:
        db.close()
    if computed := [str(each) for each in found if each.kind is ObjectKind.COLUMN]:
        raise ArchiveError(
            f"{folder / DATABASE} computes what it holds ({', '.join(computed)}), as no archive of newscrawler's does: "
            "it is not served"
        )
    return found


def remarks(folder: Path, foreign: Sequence[ForeignObject], own: Path | None) -> list[str]:
    """One line for each thing in an archive that somebody may expect to count and that does not."""
    lines = [f"{folder / DATABASE}: the {each} is not newscrawler's and counts for nothing" for each in foreign]
    present = [name for name in _BELIEVED if (folder / name).exists()]
    told = folder / "metadata.json"
    if own is None and told.exists() and not is_unedited(told):
        present.append("metadata.json (name it with --metadata if it is yours)")
    return lines + [f"{folder}: not used: {name}" for name in present]


def _shipped(name: str) -> Metadata:
    file = resources.files("newscrawler.storage") / "folder" / name
    return dict(json.loads(file.read_text(encoding="utf-8")))


def metadata(own: Path | None, foreign: Sequence[ForeignObject], *, public: bool) -> Metadata:
    """What Datasette is told of the archive: as newscrawler ships it, or a file of the user's own.

    Views that are not ours are closed, and for the public what tells of the operator.  Raises NewscrawlerError for a file
    that cannot be read or is no metadata.
    """
    told = _shipped("metadata.json") if own is None else _read(own)
    tables = told.setdefault("databases", {}).setdefault("news", {}).setdefault("tables", {})
    strangers = {each.name for each in foreign if each.kind is ObjectKind.VIEW} - set(views())
    for name in (*sorted(strangers), *((*PRIVATE_TABLES, SEARCH_TABLE) if public else ())):
        tables[name] = {**tables.get(name, {}), "allow": False}
    # visitors read a view of it, which has no rowid
    tables["articles"] = {"fts_pk": "id", **tables.get("articles", {})}
    return told


def _read(path: Path) -> Metadata:
    """Raises NewscrawlerError."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told, dict):
            raise ValueError("not an object")
        return told
    except (OSError, ValueError) as error:
        raise NewscrawlerError(f"{path}: cannot be read as Datasette metadata in JSON: {error}") from error


def arguments(folder: Path, host: str, port: int, *, public: bool) -> list[str]:
    """The command line of Datasette, its metadata on standard input.

    -P: Python takes no module from the folder that it is started in, which may be the archive's.
    """
    database = str(folder / DATABASE)
    what = ["--immutable", database] if is_settled(folder) else [database]
    settings = {name: _as_setting(value) for name, value in _shipped("settings.json").items()} | (PUBLIC if public else {})
    named = [word for name, value in settings.items() for word in ("--setting", name, value)]
    serve = [sys.executable, "-P", "-m", "datasette", "serve", *what, "--metadata", "-"]
    return [*serve, *named, "--host", host, "--port", str(port)]


def _as_setting(value: object) -> str:
    """A value of settings.json as it is written on a command line.

    >>> _as_setting(False), _as_setting(3000)
    ('off', '3000')
    """
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
