"""Catalogue files on the disk: the edge where `sources` gets its text, and where a user's own file is written."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler import config
from newscrawler.config.writing import write_whole
from newscrawler.errors import SourceError
from newscrawler.sources import merge, parse_catalogue, shipped_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.config import Config
    from newscrawler.items import Source

OWN_FILE = "my-sources.toml"


def read_catalogue(file: str) -> tuple[Source, ...]:
    """The sources of a file.  Raises SourceError, naming the file."""
    return _sources_of(file) or parse_catalogue("", file)  # which raises


def _sources_of(file: str) -> tuple[Source, ...]:
    """The sources of a file, none of an empty one.  A process reads it once, and again only where it has changed.

    Raises SourceError, naming the file.
    """
    path = Path(file)
    try:
        state = path.stat()
        return _parsed(file, path.absolute(), (state.st_mtime_ns, state.st_size, state.st_ino))
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}; give the path of a catalogue file") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text, so no catalogue") from error


@cache
def _parsed(file: str, place: Path, state: tuple[int, int, int]) -> tuple[Source, ...]:
    """`place` tells a file from those of that name elsewhere, `state` from what it was before."""
    text = Path(file).read_text(encoding="utf-8")
    return parse_catalogue(text, file) if text.strip() else ()


def _text(path: Path) -> str:
    """A file's text, "" of one that is not there yet.  Raises SourceError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 text") from error


def own_sources(file: str) -> tuple[Source, ...]:
    """The sources of a file that may be empty or not there.  Raises SourceError, naming it."""
    return _sources_of(file) if Path(file).exists() else ()


def _named_sources(file: str, to_write: Path | None) -> tuple[Source, ...]:
    """The sources of a file that newscrawler.toml names.  Raises SourceError where it is not there, nor about to be."""
    if Path(file).exists() or (to_write is not None and Path(file).resolve() == to_write.resolve()):
        return own_sources(file)
    raise SourceError(
        f"{file}: there is no such catalogue file, and {config.FILE} names it; write it, or take it out of catalogues"
    )


def configured_catalogue(settings: Config, to_write: Path | None = None) -> tuple[Source, ...]:
    """The shipped sources and those of the files that newscrawler.toml names.

    Raises SourceError where one of those is missing, for its sources would be left out in silence; `to_write` alone may be.
    """
    shipped = [("the shipped catalogue", shipped_catalogue())] if settings.shipped_catalogue else []
    return merge(*shipped, *((name, _named_sources(name, to_write)) for name in settings.catalogues))


def own_file(given: str | None, source_id: str | None = None) -> Path:
    """The user's catalogue file: the one named, the one that has a source of that id, the first, or a new one."""
    if given is not None:
        return Path(given)
    named = config.load(Path()).catalogues
    having = [name for name in named if any(each.id == source_id for each in own_sources(name))] if source_id else []
    return Path(next(iter([*reversed(having), *named]), OWN_FILE))


def write_sources(path: Path, sources: Iterable[Source], *, in_place: bool = False) -> bool:
    """Write sources into a user's catalogue file (`in_place`: over their tables), and name it in newscrawler.toml.

    Everything is tried in memory before anything is written.  Returns whether newscrawler.toml had to be written.
    Raises SourceError where the two would be no valid catalogue and configuration, or cannot be written.
    """
    from newscrawler.sources.write import naming_catalogue, with_sources  # late: most commands write none

    settings = Path(config.FILE)
    stated = _text(settings)
    catalogue = with_sources(_text(path), sources, str(path), in_place=in_place)
    fresh = parse_catalogue(catalogue, str(path))
    named = config.parse_config(stated)
    is_named = any(Path(name).resolve() == path.resolve() for name in named.catalogues)
    if not is_named:
        stated = naming_catalogue(stated, str(path), str(settings))
        named = config.parse_config(stated)
    shipped = [("the shipped catalogue", shipped_catalogue())] if named.shipped_catalogue else []
    merge(
        *shipped,
        *(
            (name, fresh if Path(name).resolve() == path.resolve() else _named_sources(name, None))
            for name in named.catalogues
        ),
    )
    _write(path, catalogue)
    if not is_named:
        _write(settings, stated)
    return not is_named


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a crash, or a full disk, leaves the file that was there."""
    try:
        write_whole(path, text)
    except OSError as error:
        raise SourceError(f"{path}: cannot be written: {error.strerror}") from error
    except UnicodeEncodeError as error:
        raise SourceError(f"{path}: cannot be written: a name is no text") from error
