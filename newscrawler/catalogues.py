"""Catalogue files from the disk: the edge where `sources` gets its text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.errors import SourceError
from newscrawler.sources import merge, parse_catalogue, shipped_catalogue

if TYPE_CHECKING:
    from newscrawler.config import Config
    from newscrawler.items import Source


def read_catalogue(file: str) -> tuple[Source, ...]:
    """The sources of a file.  Raises SourceError, naming the file."""
    try:
        return parse_catalogue(Path(file).read_text(encoding="utf-8"), file)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}; give the path of a catalogue file") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file}: not UTF-8 text, so no catalogue") from error


def configured_catalogue(config: Config) -> tuple[Source, ...]:
    """The shipped sources and those of the files that newscrawler.toml names."""
    shipped = [("the shipped catalogue", shipped_catalogue())] if config.shipped_catalogue else []
    return merge(*shipped, *((name, read_catalogue(name)) for name in config.catalogues))
