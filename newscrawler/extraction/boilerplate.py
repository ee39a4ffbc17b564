"""Lines that frame an article and are none of its words: what aggregators and share plugins put around it.

Only whole lines, only at the two ends of a text, only those that a table names: a sentence of the article
that happens to say "related articles" stays.
"""

from __future__ import annotations

import re

from newscrawler.text import words

# what stands before the first paragraph
_HEAD = re.compile(
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
    r"artículos relacionados|articoli correlati|czytaj także|читайте также|(?:previous|next) (?:article|post))\W*",
    re.IGNORECASE,
)
# a heading after which a page's own links follow: that line and all short ones after it
_END = re.compile(
    r"(?:source link|related (?:articles|posts|stories|news)|mehr zum thema|à lire aussi|artículos relacionados)\W*",
    re.IGNORECASE,
)
SHORT = 140  # characters; a teaser's headline is shorter, a paragraph longer


def _end_of_article(lines: list[str]) -> int:
    """Index after the article's last line: a closing heading ends it if nothing long follows."""
    end = len(lines)
    for index in range(len(lines) - 1, 0, -1):
        if len(lines[index]) > SHORT:
            break
        if _END.fullmatch(lines[index]):
            end = index
    return end


def strip_frame(text: str, title: str | None = None) -> str:
    r"""The text without the lines that frame it, its own headline among them.

    A text of such lines alone stays as it is.

    >>> strip_frame("Talks resume\nSorting by ×\nThe ministers met in Paris.\nSource link\nRelated Articles", "Talks resume")
    'The ministers met in Paris.'
    """
    lines = text.split("\n")
    start, end = 0, _end_of_article(lines)
    headline = words(title or "")
    while start < end and (_HEAD.fullmatch(lines[start]) or (headline and words(lines[start]) == headline)):
        start += 1
    while start < end and _TAIL.fullmatch(lines[end - 1]):
        end -= 1
    return "\n".join(lines[start:end]) or text
