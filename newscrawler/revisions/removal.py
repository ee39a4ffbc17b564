"""Whether a page that answers still is the article that we have, or what is left where one was.

Servers say "200 OK" over a missing page, a login form and a teaser.  A text that we have is worth more than
all of them, so that the rule is on the side of the text: whoever takes most of it away has to be believed
by later visits, and the raw page is kept.

    loss        no article: the text is gone
    refusal     a page that stands before the site for now: like an HTTP 403
    elsewhere   another page, at another address
    is_another  another page at the same address, or all rewritten: later visits tell
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler.block_pages import ASKING, LOGIN_PATH, NOT_FOUND, REFUSING, find_cue
from newscrawler.errors import Failure, FailureKind
from newscrawler.revisions.changes import kept
from newscrawler.text import is_unspaced, shingles, words

if TYPE_CHECKING:
    from newscrawler.block_pages import Cue

State = tuple[str | None, str]  # title, text

MAX_NOT_FOUND_WORDS = 80  # words: no more are read for "page not found"
MAX_WALLED_SHARE = 0.6  # share of its words that a text behind a wall has at most
MAX_TEASER_SHARE = 0.4  # share that a teaser has at most
COLLAPSED_SHARE = 0.2  # share under which it is no article any more, whatever it says
MIN_COLLAPSING_WORDS = 60  # words that a text must have had to collapse: a flash of two lines may well be cut to one
MIN_REPLACED_WORDS = 20  # where nothing of it is kept
MAX_BLOCK_PAGE_WORDS = 200  # words: no more are read for a block page
UNRELATED_OVERLAP = 0.1  # share of its runs of three words that texts have in common that have nothing to do with each other
MAX_COMPARED = 200_000  # characters
MIN_KEPT_SHARE = 0.3  # share of its sentences by which an article is known again at another address


def loss(old: State, new: State) -> Failure | None:
    """Why the new state is no state of the article; None where it is one.

    >>> loss(("Frigates sail", "Four frigates left port. " * 30), ("Page not found", "Try our search.")).detail
    'soft 404: it says "page not found"'
    >>> loss(("Frigates sail", "Four frigates left port."), ("Frigates sail", "Five frigates left port."))
    """
    before, after = len(words(old[1][:2_000_000])), len(words(new[1][:2_000_000]))
    share = after / max(1, before)
    if (missing := _not_found_cue(old, new, after)) and kept(old[1], new[1]) < MIN_KEPT_SHARE:
        return Failure(missing.kind, f'soft 404: it says "{missing}"')
    if (
        (cue := find_cue(new[1], ASKING))
        and find_cue(old[1], ASKING) != cue
        and (share <= MAX_WALLED_SHARE or kept(old[1], new[1]) < MIN_KEPT_SHARE)
    ):
        return Failure(cue.kind, f'a wall: it says "{cue}", with {after} words of {before}')
    if before >= MIN_COLLAPSING_WORDS and share <= MAX_TEASER_SHARE and _is_beginning(old[1], new[1]):
        return Failure(FailureKind.TEASER, f"cut to a teaser: {after} words of {before}")
    replaced = before >= MIN_REPLACED_WORDS and share <= COLLAPSED_SHARE and _overlap(old[1], new[1]) < UNRELATED_OVERLAP
    if replaced or (before >= MIN_COLLAPSING_WORDS and share <= COLLAPSED_SHARE):
        return Failure(FailureKind.COLLAPSED, f"the text collapsed: {after} words of {before}")
    return None


def refusal(old: State, new: State) -> Failure | None:
    """Why the page is one that stands before the site, and says nothing of the article; None where it is none.

    >>> refusal(("Frigates sail", "Four left port."), ("Sorry", "You have been blocked. Your Ray ID is 4711.")).detail
    'a block page: it says "you have been blocked"'
    """
    told = [new[0] or "", new[1] if _is_short(new[1]) else ""]
    cue = next((cue for each in told if (cue := find_cue(each, REFUSING))), None)
    if cue is None or find_cue(f"{old[0]}\n{old[1]}", REFUSING) == cue or kept(old[1], new[1]) >= MIN_KEPT_SHARE:
        return None
    return Failure(cue.kind, f'a block page: it says "{cue}"')


def _is_short(text: str) -> bool:
    return len(text) <= 20 * MAX_BLOCK_PAGE_WORDS and len(words(text)) <= MAX_BLOCK_PAGE_WORDS


def is_another(old: State, new: State) -> bool:
    """Whether next to nothing of headline and text is kept: another page, a home page, or all is rewritten.

    >>> is_another(("Frigates sail", "Four frigates left port."), ("Gazette", "Welcome to all of our news."))
    True
    >>> is_another(("Frigates sail", "Four frigates left port."), ("Frigates sail north", "They went today."))
    False
    """
    return not _is_headline_kept(old[0] or "", new[0] or "") and _overlap(old[1], new[1]) < UNRELATED_OVERLAP


def _is_headline_kept(old: str, new: str) -> bool:
    """Whether headlines share two telling words, and half of those of the shorter one."""
    if old and words(old) == words(new):
        return True
    before, after = _telling_words(old), _telling_words(new)
    shared = len(before & after)
    return shared >= 2 and shared * 2 >= min(len(before), len(after))


def _telling_words(headline: str) -> set[str]:
    return {word for word in words(headline) if len(word) > 3 or word[0].isdigit() or is_unspaced(word)}


def _overlap(old: str, new: str) -> float:
    """Share of its runs of three words that the shorter text has in common with the other: 0..1."""
    before, after = (set(shingles(words(each[:MAX_COMPARED]))) for each in (old, new))
    return len(before & after) / max(1, min(len(before), len(after)))


def _not_found_cue(old: State, new: State, length: int) -> Cue | None:
    """The cue of a soft 404, in the title or in a text of few words, that the article itself has not."""
    told = [new[0] or "", new[1] if length <= MAX_NOT_FOUND_WORDS else ""]
    found = next((cue for each in told if (cue := find_cue(each, NOT_FOUND))), None)
    return found if found and find_cue(f"{old[0]}\n{old[1]}", NOT_FOUND) != found else None


def _is_beginning(old: str, new: str) -> bool:
    """Whether a text is what the other one begins with, a last word and a few dots aside."""
    start = words(new[:100_000])
    most = max(1, len(start) * 4 // 5)
    return words(old[:200_000])[:most] == start[:most]


def elsewhere(old: State, new: State, url: str) -> Failure | None:
    """Why the page that an article's address leads to now is another one; None where it is the article, moved.

    >>> elsewhere((None, "Four frigates left port."), (None, "Log in."), "https://example.org/login?next=1").detail
    'redirected to a login form, https://example.org/login?next=1'
    """
    if kept(old[1], new[1]) >= MIN_KEPT_SHARE:
        return None
    kind, what = (FailureKind.LOGIN, "a login form") if is_login(url) else (FailureKind.ANOTHER, "another text")
    return Failure(kind, f"redirected to {what}, {url}")


def is_login(url: str) -> bool:
    try:
        return bool(LOGIN_PATH.search(urlsplit(url).path))
    except ValueError:
        return False
