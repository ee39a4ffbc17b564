"""Lines that stand where the rest of an article is withheld: they ask to log in or to pay for it.

An article may end with the same words of something else: "Bitte anmelden unter ..." asks to a concert, a quotation quotes.
"""

from __future__ import annotations

import re

from newscrawler.block_pages.phrases import Grade, cue_index
from newscrawler.errors import FailureKind
from newscrawler.text import words

CUES = 2  # different ones, of which one alone says too little
# what gives an address, a telephone number or somebody's words
_OF_OTHERS = re.compile(r"[@\"“”„«»「『]|\d{3}")
# how words begin that speak of reading on, in the languages of the lexicon
_READING = (
    "read", "weiterles", "lesen", "lire", "lecture", "leer", "leyendo", "lectura", "legger", "lettura", "ler", "lendo",
    "leitura", "lezen", "verderlez", "läsa", "lese", "lesing", "læse", "luke", "czyta", "przeczyta", "číst", "čtení",
    "чита", "прочита", "чтени", "olvas", "folytat", "citi", "διαβά", "ανάγνωσ", "oku", "devamın", "القراءة", "قراءة",
    "لقراءة", "לקרוא", "קריאה", "مطالعه", "خواندن", "पढ", "membaca", "đọc", "阅读", "閱讀", "読む", "続き", "읽", "čita",
    "lesa", "lestur", "luge", "edasilug", "lasī", "skaity",
)  # fmt: skip
_may_read_on = re.compile(rf"(?:(?<!\w)|(?<=[\u0e00-\u9fff]))(?:{'|'.join(_READING)})", re.IGNORECASE)


def withholds(line: str) -> bool:
    """Whether a line asks to log in or to pay in two ways, or in one and for reading on.

    >>> withholds("Already a subscriber? Log in here."), withholds("Um weiterzulesen, bitte anmelden.")
    (True, True)
    >>> withholds("Bitte anmelden unter Telefon 4711."), withholds("Bitte anmelden bis zum Freitag beim Hafenamt.")
    (False, False)
    """
    if _OF_OTHERS.search(line) is not None:
        return False
    cues = {cue for _, _, cue in cue_index(Grade.PLAIN).find(words(line)) if cue.kind is FailureKind.LOGIN}
    return len(cues) >= CUES or (len(cues) > 0 and _may_read_on.search(line) is not None)
