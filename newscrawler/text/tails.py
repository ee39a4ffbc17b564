"""The name of a publisher behind a headline, as feeds, result lists and other programs' exports give it."""

from __future__ import annotations

from newscrawler.text import is_unspaced

PARTS = (" | ", "｜", " · ", " • ", " - ", " – ", " — ")
TAIL, TAIL_WORDS, HEAD = 28, 4, 30  # characters and words of a name at most, of the headline before it at least
MOST = 3  # names: a site, its section, its country
DENSE = 2  # what a character of a script without spaces says against one of an alphabet


def without_publisher(title: str) -> str:
    """A headline without the short names that stand behind bars or dashes at its end, where it is long enough without.

    >>> without_publisher("Two frigates collide in the Baltic Sea - Sports - The Gazette | GZ")
    'Two frigates collide in the Baltic Sea'
    >>> without_publisher("Analysis - Gazette"), without_publisher("Talks on Black Sea grain stall - Moscow leaves again")
    ('Analysis - Gazette', 'Talks on Black Sea grain stall - Moscow leaves again')
    """
    for _ in range(MOST):
        at, part = max((title.rfind(part), part) for part in PARTS)
        if at < 0 or _size(title[:at]) < HEAD or not _is_name(title[at + len(part) :]):
            return title
        title = title[:at].rstrip()
    return title


def _is_name(tail: str) -> bool:
    """Whether it is short, and no more than half of its words are written small."""
    if _size(tail) > TAIL:
        return False
    words = tail.split()
    return 0 < len(words) <= TAIL_WORDS and 2 * sum(word[0].islower() for word in words) <= len(words)


def _size(text: str) -> int:
    return sum(DENSE if is_unspaced(character) else 1 for character in text[: HEAD + 1])
