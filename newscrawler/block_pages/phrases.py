"""Words of pages that stand where an article was asked for: phrases/*.toml, one file a kind, read once.

    [plain]    only such a page says it, of itself or to its reader
    [vague]    an article may say it too
    [title]    says so as the whole of a title, and nothing elsewhere
    [detail]   what else such a page speaks of; counts beside the others only
    en = "phrases between commas; case and punctuation do not count; * stands for up to four words"

Each kind has each language of the lexicon in one of its grades.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from newscrawler.errors import FailureKind
from newscrawler.text.phrase_index import PhraseIndex

KINDS = (
    FailureKind.SOFT_404, FailureKind.BLOCKED, FailureKind.ROBOT_CHECK, FailureKind.MAINTENANCE, FailureKind.CONSENT,
    FailureKind.LOGIN,
)  # fmt: skip


class Grade(StrEnum):
    """How much a phrase says of the page that it stands on."""

    PLAIN = "plain"
    VAGUE = "vague"
    TITLE = "title"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase as it is written in its file, and what it says."""

    phrase: str
    kind: FailureKind
    grade: Grade

    def __str__(self) -> str:
        return self.phrase.replace("*", "…")


@cache
def shipped_phrases() -> dict[tuple[FailureKind, Grade], dict[str, tuple[str, ...]]]:
    """The phrases of each kind and grade by language, as they are written in the files."""
    folder = files(__package__) / "phrases"
    found = {}
    for kind in KINDS:
        tables = tomllib.loads((folder / f"{kind.name.lower()}.toml").read_text(encoding="utf-8"))
        for grade, languages in tables.items():
            found[kind, Grade(grade)] = {
                language: tuple(part for each in phrases.split(",") if (part := each.strip()))
                for language, phrases in languages.items()
            }
    return found


@cache
def cue_index(*grades: Grade) -> PhraseIndex[Cue]:
    """The cues of some grades, to be found among words.  What two kinds say is the first one's."""
    cues: dict[str, Cue] = {}
    for (kind, grade), languages in shipped_phrases().items():
        if grade in grades:
            for phrase in (phrase for phrases in languages.values() for phrase in phrases):
                cues.setdefault(phrase, Cue(phrase, kind, grade))
    return PhraseIndex.of(cues)
