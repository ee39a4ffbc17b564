"""The lexicon of a working folder: the shipped one, and the beat that newscrawler.toml names.  The edge of `relevance`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newscrawler.errors import LexiconError
from newscrawler.relevance import extend, shipped_lexicon

if TYPE_CHECKING:
    from newscrawler.relevance import Lexicon


def read_beat(base: Lexicon, file: str) -> Lexicon:
    """A lexicon with a user's file.  Raises LexiconError, naming the file."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise LexiconError(f"{file}: cannot be read: {error.strerror}; give the path of a file of terms") from error
    except UnicodeDecodeError as error:
        raise LexiconError(f"{file}: not UTF-8 text, so no file of terms") from error
    return extend(base, text, file)


def lexicon_of(beat: str) -> Lexicon:
    """The shipped lexicon, with the terms of a beat's file; "" for none.  Raises LexiconError, naming the file."""
    lexicon = shipped_lexicon()
    return read_beat(lexicon, beat) if beat else lexicon
