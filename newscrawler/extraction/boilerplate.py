"""Lines that frame an article and are none of its words: what aggregators and share plugins put around it.

Only whole lines, only at the two ends of a text, only those that a table names: a sentence of the article
that happens to say "related articles" stays.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.extraction.line_kinds import is_control
from newscrawler.metadata.bylines import is_credit
from newscrawler.text import line_words, spaceless

if TYPE_CHECKING:
    from collections.abc import Iterable

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


# --- what recurs over the pages of one host

LEAST_PAGES = 3  # different articles that must have carried a line
REMEMBERED_PAGES = 6  # of each line
MAX_LINES = 3_000  # of each host; the ones not seen for longest go first
MAX_LINES_A_PAGE = 300
SAMPLE_CHARACTERS = 120  # characters of a line that are kept for people to read


@dataclass(frozen=True, slots=True)
class SiteProfile:
    """Lines that different articles of one host carry, by `line_key`."""

    host: str
    lines: frozenset[str] = frozenset()


def line_key(line: str) -> str:
    """Name of a line's words: letter case, punctuation and numbers do not count.  16 hexadecimal digits.

    >>> line_key("Sign up: 12 stories") == line_key("sign up - 7 stories"), line_key("***")
    (True, '')
    """
    said = " ".join(word for word in line_words(line) if not word.isdecimal())
    return hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=8).hexdigest() if said else ""


def page_name(address: str, text: str) -> str:
    """Name of an article among its host's: of its address and of its longest line.

    A revision has the same address and a second rendering the same longest line: neither is a different article.
    """
    named = hashlib.blake2b(address.encode("utf-8", "replace"), digest_size=8).hexdigest()
    return f"{named}:{line_key(max(text.split(chr(10)), key=len))}"


def line_keys(text: str) -> tuple[tuple[str, str], ...]:
    """(key, line) of an article's lines, each once."""
    found: dict[str, str] = {}
    for line in text.split("\n")[:MAX_LINES_A_PAGE]:
        if key := line_key(line):
            found.setdefault(key, line[:SAMPLE_CHARACTERS])
    return tuple(found.items())


def recurs(pages: Iterable[str]) -> bool:
    """Whether a line that these articles carry (by `page_name`) is the host's and not one article's."""
    names = [page.split(":") for page in pages]
    return all(len({name[part] for name in names}) >= LEAST_PAGES for part in (0, -1))


def strip_profile(text: str, profile: SiteProfile) -> tuple[str, list[str]]:
    """(the text without the host's lines, those lines).

    The article's longest line stays whatever is known of it, and so does a text of such lines alone.
    """
    lines = text.split("\n")
    longest = max(lines, key=len)
    recurring = {line for line in lines if line is not longest and line != longest and line_key(line) in profile.lines}
    kept = [line for line in lines if line not in recurring]
    return "\n".join(kept), [line for line in lines if line in recurring]


def learn_profiles(articles: Iterable[tuple[str, str, str]]) -> dict[str, SiteProfile]:
    """Profiles out of many (host, address, text) at once: the lines that different articles of a host carry."""
    seen: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for host, address, text in articles:
        name = page_name(address, text)
        for key, _ in line_keys(text):
            seen[host][key].add(name)
    return {
        host: SiteProfile(host, frozenset(line for line, pages in lines.items() if recurs(pages)))
        for host, lines in seen.items()
    }
