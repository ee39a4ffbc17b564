"""Sources as text: TOML that `parse_catalogue` reads back, and OPML that feed readers read."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

import tomlkit
from tomlkit.exceptions import TOMLKitError

from newscrawler.errors import SourceError
from newscrawler.text import index_term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.items import Source

_FEED_KINDS = ("rss", "atom", "json-feed")


def _value(value: object) -> str:
    """A TOML value; JSON's strings and lists of them are TOML's too, but for what JSON leaves unescaped."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def to_toml(source: Source) -> str:
    """A source as a table of a catalogue file; what is unknown or the default is left out."""
    rows = [f"[{source.id}]", f"name = {_value(source.name)}", f"home = {_value(source.home)}"]
    rows += [f"country = {_value(source.country)}"] if source.country else []
    rows += [f"languages = {_value(list(source.languages))}"] if source.languages else []
    rows += [f"kind = {_value(source.kind)}", f"keep = {_value(source.keep)}"]
    rows += [f"topics = {_value(list(source.topics))}"] if source.topics else []
    stated = (
        ("access", source.access, "open"),
        ("state", source.state, "ready"),
        ("note", source.note, None),
        ("rights", source.rights, None),
    )
    rows += [f"{key} = {_value(value)}" for key, value, usual in stated if value != usual]
    rows += [f"{key} = true" for key in ("plain_http", "unverified_tls", "override") if getattr(source, key)]
    for endpoint in source.endpoints:
        rows += ["", f"[[{source.id}.endpoints]]", f"kind = {_value(endpoint.kind)}", f"url = {_value(endpoint.url)}"]
        values = (("evidence", endpoint.evidence), ("seen", endpoint.seen), *endpoint.hints)
        rows += [f"{key} = {value if key == 'page_size' else _value(value)}" for key, value in values if value]
        rows += [f"state = {_value(endpoint.state)}"] if endpoint.state != "active" else []
    return "\n".join(rows) + "\n"


def with_sources(toml: str, sources: Iterable[Source], file: str, *, in_place: bool = False) -> str:
    """A catalogue file's text with further sources; all that is there stays as it is written.

    `in_place`: a source takes the place of the table of its id.  Raises SourceError where such a table is in the way,
    or the text is no TOML.
    """
    new = []
    try:
        # tomlkit keeps what a person wrote where something in it changes, and takes ten times as long to read it
        document = tomlkit.parse(toml) if in_place else tomllib.loads(toml)
        for source in sources:
            if source.id not in document:
                new.append(to_toml(source))
            elif in_place:
                document[source.id] = tomlkit.parse(to_toml(source) + "\n")[source.id]
            else:
                raise SourceError(f"{file}: [{source.id}] stands there already; choose another id")
        before = document.as_string() if isinstance(document, tomlkit.TOMLDocument) else toml
        return "\n\n".join(part.strip("\n") for part in (before, *new) if part.strip()) + "\n"
    except (TOMLKitError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{file}: not valid TOML: {error}") from error


def naming_catalogue(toml: str, catalogue: str, file: str) -> str:
    """newscrawler.toml's text with one more catalogue file named in it.  Raises SourceError where it is no TOML."""
    try:
        document = tomlkit.parse(toml)
        named = document.get("catalogues")
        if isinstance(named, list):
            named.append(catalogue)
        else:
            document["catalogues"] = [catalogue]
        return document.as_string()
    except TOMLKitError as error:
        raise SourceError(f"{file}: not valid TOML: {error}") from error


def to_opml(sources: Iterable[Source]) -> str:
    """OPML 2.0 of the feeds of sources, a folder for each kind of source."""
    folders: dict[str, list[str]] = {}
    for source in sources:
        for endpoint in source.endpoints:
            if endpoint.kind in _FEED_KINDS and endpoint.state == "active" and "{" not in endpoint.url:
                folders.setdefault(source.kind, []).append(
                    f'      <outline type="rss" text={quoteattr(source.name)} title={quoteattr(source.name)} '
                    f"xmlUrl={quoteattr(endpoint.url)} htmlUrl={quoteattr(source.home)}/>"
                )
    body = "\n".join(
        f"    <outline text={quoteattr(kind)}>\n" + "\n".join(rows) + "\n    </outline>"
        for kind, rows in sorted(folders.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>newscrawler sources</title></head>\n'
        f"  <body>\n{body}\n  </body>\n</opml>\n"
    )


def free_id(name: str, taken: set[str]) -> str:
    """An id made of a name, with a number where it is taken.

    >>> free_id("Naval News", {"naval-news"})
    'naval-news-2'
    >>> free_id("Süddeutsche, København", set())
    'suddeutsche-kobenhavn'
    """
    stem = re.sub(r"[^a-z0-9]+", "-", index_term(name)).strip("-")[:60] or "source"
    number, made = 1, stem
    while made in taken:
        number += 1
        made = f"{stem}-{number}"
    return made
