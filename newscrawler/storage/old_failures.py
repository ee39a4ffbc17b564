"""The sentences of archives made before `m011_failures`, read one last time: reason -> word of `FailureKind`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.errors import FailureKind, of_status

if TYPE_CHECKING:
    from sqlite_utils import Database

# the first that fits; what fits none stays NULL
_SENTENCES = (
    *((f"%HTTP {status}%", of_status(status).kind) for status in (304, *range(400, 600))),
    ("%HTTP 3%", FailureKind.REDIRECT),
    ("%robots.txt disallows%", FailureKind.ROBOTS),
    ("%robots.txt cannot be had%", FailureKind.ROBOTS_MISSING),
    ("%asked us to wait until%", FailureKind.HOST_WAIT),
    ("%requests of this run%", FailureKind.HOST_BUDGET),
    ("%larger than DOWNLOAD_MAXSIZE%", FailureKind.TOO_LARGE),
    ("%no public address%", FailureKind.ADDRESS),
    ("%is neither http nor https%", FailureKind.ADDRESS),
    ("%refused: %", FailureKind.REDIRECT),
    ("%no article: redirected to the home page%", FailureKind.HOME_PAGE),
    ("%no article: a cache's copy of %", FailureKind.CACHE),
    ("%not an HTML page%", FailureKind.WRONG_KIND),
    ("not a feed%", FailureKind.WRONG_KIND),
    ("not a sitemap%", FailureKind.WRONG_KIND),
    ("not JSON%", FailureKind.WRONG_KIND),
    ("a PDF%", FailureKind.WRONG_KIND),
    ("%no article: a page of more than %", FailureKind.OUR_LIMIT),
    ("%no article: a page nested more than %", FailureKind.OUR_LIMIT),
    ("%no article: an element of more than %", FailureKind.OUR_LIMIT),
    ("%its worker %", FailureKind.WORKER),
    ("%no article: % raised %", FailureKind.WORKER),
    ("cannot be read: %", FailureKind.WORKER),
    ("gzip %", FailureKind.UNREADABLE),
    ("%no article: a page that was not found%", FailureKind.SOFT_404),
    ("%no article: a page that looks for robots%", FailureKind.ROBOT_CHECK),
    ("%no article: a page that asks for consent%", FailureKind.CONSENT),
    ("%no article: %", FailureKind.NO_TEXT),
    ("%could not be stored: a bug%", FailureKind.BUG),
)


def name_failures(db: Database) -> None:
    """Fill the columns `failure` from the sentences beside them, which stay as they are."""
    cases = " ".join("WHEN ? THEN ?" for _ in _SENTENCES).replace("WHEN ?", "WHEN {column} LIKE ?")
    values = [value for pattern, kind in _SENTENCES for value in (pattern, kind.value)]
    for table, column, where in (
        ("links", "reason", "reason LIKE 'failed: %' OR reason LIKE 'retry: %' OR reason LIKE 'gone: %'"),
        ("endpoints", "reason", "reason IS NOT NULL"),
        ("polls", "error", "error IS NOT NULL"),
    ):
        case = cases.format(column=column)
        db.execute(f"UPDATE {table} SET failure = CASE {case} END WHERE {where}", values)  # noqa: S608 ours
