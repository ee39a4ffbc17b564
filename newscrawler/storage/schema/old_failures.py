"""The sentences of archives made before `m011_failures`, read one last time: reason -> word of `FailureKind`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newscrawler.errors import FailureKind, of_status

if TYPE_CHECKING:
    from sqlite_utils import Database

# what stands before the sentence itself: the outcome, and that the article is there, or gone, already
_FRAME = re.compile(r"(?P<outcome>(?:failed|retry|gone): )?(?:still gone: )?(?:article \d+ is there already: )?")
# a link that was tried again, or given up after that
_TRIED_AGAIN = re.compile(r"; (?:attempt \d+|given up after \d+ attempts|\d+ times in a row)$")
_STATUS = re.compile(r"HTTP (\d{3})(?!\d)")
# how a sentence begins; the first that fits
_SENTENCES = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"refused: robots\.txt disallows", FailureKind.ROBOTS),
        (r"not asked, robots\.txt cannot be had", FailureKind.ROBOTS_MISSING),
        (r"not asked, \S+ asked us to wait until ", FailureKind.HOST_WAIT),
        (r"not asked, \S+ has had its \d+ requests of this run", FailureKind.HOST_BUDGET),
        (r"refused: larger than DOWNLOAD_MAXSIZE", FailureKind.TOO_LARGE),
        (r"refused: \S+ is (?:at \S+ )?no public address", FailureKind.ADDRESS),
        (r"refused: \S+ is neither http nor https", FailureKind.ADDRESS),
        (r"refused: ", FailureKind.REDIRECT),
        (r"redirected to a login form, ", FailureKind.LOGIN),
        (r"soft 404: ", FailureKind.SOFT_404),
        (r"a wall: ", FailureKind.LOGIN),
        # of articles that are there: what came was a text, and no failure
        (r"another text at its address|redirected to another text|cut to a teaser|the text collapsed", None),
        (r"not an HTML page|not a feed|not a sitemap|not JSON|a PDF", FailureKind.WRONG_KIND),
        (r"gzip ", FailureKind.UNREADABLE),
        (r"cannot be read: ", FailureKind.WORKER),
        (r"could not be stored: a bug", FailureKind.BUG),
        (r"no article: redirected to the home page", FailureKind.HOME_PAGE),
        (r"no article: a cache's copy of ", FailureKind.CACHE),
        (r"no article: (?:not an HTML page|a PDF)", FailureKind.WRONG_KIND),
        (r"no article: (?:a page of more than|a page nested more than|an element of more than) ", FailureKind.OUR_LIMIT),
        (r"no article: (?:it took its worker|its worker) ", FailureKind.WORKER),
        (r"no article: (?:extraction|its record) raised ", FailureKind.WORKER),
        (r"no article: a page that was not found", FailureKind.SOFT_404),
        (r"no article: a page that refuses us", FailureKind.BLOCKED),
        (r"no article: a page that looks for robots", FailureKind.ROBOT_CHECK),
        (r"no article: a page of a site that is down", FailureKind.MAINTENANCE),
        (r"no article: a page that asks for consent", FailureKind.CONSENT),
        (r"no article: a page that asks to log in", FailureKind.LOGIN),
        (r"no article", FailureKind.NO_TEXT),
        # Twisted's words, and names of exceptions that had none
        (r"(?i:no answer|dns lookup failed|(?:user )?timeout|(?:tcp )?connection |no route to host)", FailureKind.NO_ANSWER),
        (r"(?i:an error occurred while connecting|network is unreachable|could not open connect tunnel|\[)",
         FailureKind.NO_ANSWER),
        (r"[A-Z]\w+(?:Error|Lost|Done|Received)(?:$|;)", FailureKind.NO_ANSWER),
    )
)  # fmt: skip


def kind_of(reason: str, *, answered: bool = True) -> FailureKind | None:
    """What an old sentence says; None where it says no failure, or nobody knows.  `answered`: whether a status came.

    >>> kind_of("failed: HTTP 404, not found"), kind_of("gone: soft 404: it says HTTP 404")
    (<FailureKind.NOT_FOUND: 'not-found'>, <FailureKind.SOFT_404: 'soft-404'>)
    """
    frame = _FRAME.match(reason)
    sentence = reason[frame.end() :] if frame else reason
    if stated := _STATUS.match(sentence):
        return of_status(int(stated[1])).kind
    for pattern, kind in _SENTENCES:
        if pattern.match(sentence):
            return kind
    # only what had brought no answer was tried again without a sentence of ours
    return FailureKind.NO_ANSWER if not answered or _TRIED_AGAIN.search(sentence) else None


def name_failures(db: Database) -> None:
    """Fill the columns `failure` from the sentences beside them, which stay as they are."""
    db.conn.create_function("old_failure", 2, _word, deterministic=True)
    for table, column, answered, where in (
        ("links", "reason", "1", "reason LIKE 'failed: %' OR reason LIKE 'retry: %' OR reason LIKE 'gone: %'"),
        ("endpoints", "reason", "1", "reason IS NOT NULL"),
        ("polls", "error", "status IS NOT NULL", "error IS NOT NULL"),
    ):
        db.execute(f"UPDATE {table} SET failure = old_failure({column}, {answered}) WHERE {where}")  # noqa: S608 ours
    db.conn.create_function("old_failure", 2, None)


def _word(reason: str, answered: int) -> str | None:
    kind = kind_of(reason, answered=bool(answered))
    return kind.value if kind else None
