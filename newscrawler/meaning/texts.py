"""What of an article is encoded.  Strings in, strings out."""

from __future__ import annotations

from newscrawler.text import clean_line, sentences
from newscrawler.text.tails import without_publisher

TITLE, OPENING = 200, 160  # characters at most; more than a few sentences make all articles alike
LEAST_CAPITALS = 0.6  # of the letters that have a case: from this share on they say nothing
DENSE = 2  # what a character of Chinese, Japanese or Korean says against one of an alphabet
LOOKED_AT = 2_000  # characters of a lead or text in which its first sentences are looked for


def folded(text: str) -> str:
    """A headline in capitals as others are written: to the encoder it is another one.

    >>> folded("NAVIES MEET IN THE BALTIC"), folded("NATO and EU meet"), folded("海軍")
    ('Navies meet in the baltic', 'NATO and EU meet', '海軍')
    """
    capitals = sum(character.isupper() for character in text)
    small = sum(character.islower() for character in text)
    return text.capitalize() if capitals > LEAST_CAPITALS * (capitals + small) else text


def opening(text: str) -> str:
    """The first sentences of a text, until they say enough; the first is cut where it is long.

    >>> opening("Two ships met. They sailed on.")
    'Two ships met. They sailed on.'
    >>> len(opening("word " * 90_000)) <= OPENING
    True
    """
    found, room = "", OPENING
    for sentence in sentences(text[:LOOKED_AT]):
        found = f"{found} {sentence}".strip()
        room = OPENING // DENSE if sum(each > "\u2e80" for each in found) > len(found) / 2 else OPENING
        if len(found) >= room / 2:
            break
    return found[:room]


def pieces(title: str | None, lead: str | None, text: str) -> tuple[str, ...]:
    """What is encoded of an article: its title, and how it begins; nothing where it says nothing.

    >>> pieces("TWO SHIPS MET", None, "They sailed on."), pieces(None, " ", "")
    (('Two ships met', 'They sailed on.'), ())
    """
    head = folded(without_publisher(clean_line(title, TITLE) or ""))
    body = opening(lead or "") or opening(text)
    if head and body.startswith(head):  # a text that begins with its headline says it once
        body = opening(text[len(head) :].lstrip()) or body
    return tuple(dict.fromkeys(each for each in (head, folded(body)) if each))
