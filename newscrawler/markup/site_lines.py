"""Lines that recur over the pages of one host, whatever article is on them: what pages and articles are called there.

Apart from the rules of `extraction`: an archive learns such lines (storage.sites.profiles), a crawl has no need of those.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newscrawler.text import line_words

if TYPE_CHECKING:
    from collections.abc import Iterable

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
