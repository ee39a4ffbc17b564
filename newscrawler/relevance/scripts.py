"""Languages that are known by their letters, where a text is too short for a detector."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

# letters of one language or a few (Unicode blocks), and those languages: they tell it where a text is too short to
_SCRIPTS = (
    ("Armenian", "\u0530-\u058f", {"hy"}),
    ("Bengali", "\u0980-\u09ff", {"bn", "as"}),
    ("Gurmukhi", "\u0a00-\u0a7f", {"pa"}),
    ("Gujarati", "\u0a80-\u0aff", {"gu"}),
    ("Odia", "\u0b00-\u0b7f", {"or"}),
    ("Tamil", "\u0b80-\u0bff", {"ta"}),
    ("Telugu", "\u0c00-\u0c7f", {"te"}),
    ("Kannada", "\u0c80-\u0cff", {"kn"}),
    ("Malayalam", "\u0d00-\u0d7f", {"ml"}),
    ("Sinhala", "\u0d80-\u0dff", {"si"}),
    ("Thai", "\u0e00-\u0e7f", {"th"}),
    ("Lao", "\u0e80-\u0eff", {"lo"}),
    ("Tibetan", "\u0f00-\u0fff", {"bo", "dz"}),
    ("Burmese", "\u1000-\u109f", {"my"}),
    ("Georgian", "\u10a0-\u10ff", {"ka"}),
    ("Ethiopic", "\u1200-\u139f", {"am", "ti"}),
    ("Khmer", "\u1780-\u17ff", {"km"}),
)
_LETTERS = re.compile(r"[^\W\d_]")
_ANY_OF_THEM = re.compile(f"[{''.join(letters for _, letters, _ in _SCRIPTS)}]")
BEGINNING = 400  # characters of a text that are looked at


def unread_script(text: str, read: Set[str]) -> str | None:
    """The script of most letters of a text, where it is of no language that is `read`; None for any other text.

    >>> unread_script("የባህር ዳርቻ", {"en"}), unread_script("የባህር ዳርቻ", {"am"}), unread_script("A frigate", {"en"})
    ('Ethiopic', None, None)
    """
    text = text[:BEGINNING]
    if text.isascii() or not _ANY_OF_THEM.search(text):
        return None
    half = len(_LETTERS.findall(text)) / 2
    return next(
        (
            name
            for name, letters, languages in _SCRIPTS
            if len(re.findall(f"[{letters}]", text)) > half and languages.isdisjoint(read)
        ),
        None,
    )
