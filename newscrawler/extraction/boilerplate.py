"""Lines that frame an article and are none of its words: what aggregators and share plugins put around it.

Only whole lines, only at the two ends of a text, only those that a table names: a sentence of the article
that happens to say "related articles" stays.
"""

from __future__ import annotations

import re

from newscrawler.extraction.line_kinds import is_control
from newscrawler.metadata.authors.bylines import is_credit
from newscrawler.text import spaceless

# what stands before the first paragraph
_HEADING = re.compile(
    r"(?:sort(?:ing|ed)? by\b.{0,40}|filter by\b.{0,40}|advertisement|advertising|anzeige|publicité|publicidad|"
    r"skip to (?:main )?content|share(?: this)?(?: article| story)?|listen to (?:this )?article|print|"
    r"\d+ min(?:ute)?s?(?: read)?)\W*",
    re.IGNORECASE,
)
# what stands after the last one
_TAIL = re.compile(
    r"(?:source link|source|read (?:more|also|next)|related (?:articles|posts|stories|news|topics)|"
    r"back to top(?: button)?|share (?:this|on)\b.{0,60}|advertisement|more on this (?:story|topic)|most (?:read|popular)|"
    r"leave a (?:comment|reply)|tags?|filed under|lire aussi|à lire aussi|mehr zum thema|lesen sie auch|"
    r"artículos relacionados|articoli correlati|czytaj także|читайте также|(?:previous|next) (?:article|post)|"
    r"weitere (?:beiträge|artikel|meldungen)(?: zu.{0,40})?|mehr themen|schon gelesen|"
    r"das könnte (?:sie|dich) auch interessieren|"
    r"vorschau auf den nächsten artikel|te puede interesar|categor(?:y|ies)\s?:.{0,60}|"
    r"(?:also read|read (?:also|more)|see also|lesen sie auch|lire aussi|lea también|lee también|leggi anche|mira(?=\s?:))\b"
    r"\W.{0,150}|"
    r"(?:follow|join|subscribe to|folgen sie|folge|suivez|sigue|síguenos|únete|seguici)\b.{0,120}"
    r"\b(?:facebook|twitter|instagram|telegram|whatsapp|youtube|linkedin|google news|tiktok|newsletter)\b.{0,150}|"
    r"(?:disclaimer|haftungsausschluss|avertissement)\s?:.{0,500}|"
    r"(?:for (?:the latest|more)\b.{0,80}\b)?(?:download|get) (?:the|our)\b.{0,40}\bapps?\b.{0,60})\W*",
    re.IGNORECASE,
)
# a heading after which a page's own links follow: that line and all short ones after it
_END = re.compile(
    r"(?:source link|related (?:articles|posts|stories|news)|mehr zum thema|à lire aussi|artículos relacionados)\W*",
    re.IGNORECASE,
)
MAX_CREDIT = 90  # characters
MAX_TEASER_CHARACTERS = 140  # characters; a teaser's headline is shorter, a paragraph longer


def end_of_article(lines: list[str]) -> int:
    """Index after the article's last line: a closing heading ends it if nothing long follows."""
    end = len(lines)
    for index in range(len(lines) - 1, 0, -1):
        if len(lines[index]) > MAX_TEASER_CHARACTERS:
            break
        if _END.fullmatch(lines[index]):
            end = index
    return end


def _is_credit(line: str) -> bool:
    """Whether a line says nothing but by whom and when.

    >>> _is_credit("By Ana Lind, 17 November 2026"), _is_credit("By November 2026 the navy will have four frigates.")
    (True, False)
    """
    if len(line) > MAX_CREDIT or line.endswith((".", "!", "?", ":")):
        return False
    return is_credit(line)


def strip_frame(text: str, title: str | None = None) -> str:
    r"""The text without the lines that frame it, its own headline among them.

    A text of such lines alone stays as it is.

    >>> strip_frame("Talks resume\nSorting by ×\nThe ministers met in Paris.\nSource link\nRelated Articles", "Talks resume")
    'The ministers met in Paris.'
    """
    lines = text.split("\n")
    start, end = 0, end_of_article(lines)
    headline = spaceless(title or "")  # an h1 of two lines lacks a space
    while start < end and (
        _HEADING.fullmatch(lines[start])
        or (headline and spaceless(lines[start]) == headline)
        or _is_credit(lines[start])
        or is_control(lines[start])
    ):
        start += 1
    while start < end and (_TAIL.fullmatch(lines[end - 1]) or is_control(lines[end - 1])):
        end -= 1
    return "\n".join(lines[start:end]) or text
