"""The lexicon of a working folder: the shipped one, and the beat that newscrawler.toml names.  The edge of `relevance`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.config.writing import write_whole
from newscrawler.errors import LexiconError
from newscrawler.relevance import extend, shipped_lexicon

if TYPE_CHECKING:
    from newscrawler.relevance import Lexicon


def read_beat(base: Lexicon, file: str) -> Lexicon:
    """A lexicon with a user's file.  Raises LexiconError, naming the file."""
    return extend(base, _read(file), file)


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise LexiconError(f"{file}: cannot be read: {error.strerror}; give the path of a file of terms") from error
    except UnicodeDecodeError as error:
        raise LexiconError(f"{file}: not UTF-8 text, so no file of terms") from error


def lexicon_of(beat: str) -> Lexicon:
    """The shipped lexicon, with the terms of a beat's file; "" for none.  Raises LexiconError, naming the file."""
    lexicon = shipped_lexicon()
    return read_beat(lexicon, beat) if beat else lexicon


def beat_text(file: str) -> str:
    """A beat's text, "" of one that is not there yet.  Raises LexiconError where it cannot be read."""
    return _read(file) if Path(file).exists() else ""


def write_beat(file: str, text: str) -> None:
    """Write a beat's file, whole or not at all.  Raises LexiconError where it is no beat or cannot be written."""
    extend(shipped_lexicon(), text, file)
    try:
        write_whole(Path(file), text)
    except (OSError, UnicodeEncodeError) as error:
        raise LexiconError(f"{file}: cannot be written: {getattr(error, 'strerror', None) or error}") from error
