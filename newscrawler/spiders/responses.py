"""What Scrapy brings of a request, in our words: a response as a Page, an exception as a Failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, ResponseDataLossError, UnsupportedURLSchemeError

from newscrawler.crawl.session import utc_now
from newscrawler.errors import Failure, FailureKind
from newscrawler.items import Page
from newscrawler.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import Request, Response

    from newscrawler.items import Lease


def headers_of(message: Response | Request) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in message.headers.items() for value in values
    )


def header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def page_of(response: Response, lease: Lease) -> Page:
    return Page(
        lease=lease,
        url=response.url,
        fetched=utc_now(),
        status=response.status,
        headers=headers_of(response),
        body=response.body,
        ip=str(response.ip_address) if response.ip_address else None,
        sent=headers_of(response.request) if response.request else (),
    )


def page_without_answer(lease: Lease, failure: Failure) -> Page:
    return Page(lease=lease, url=lease.url, fetched=utc_now(), status=None, failure=failure)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _message(error: BaseException | None) -> str:
    """What an error says, in one line; of Twisted's that hold others (`reasons`), what those say."""
    for each in _chain(error):
        reasons = getattr(each, "reasons", None)
        if isinstance(reasons, list) and reasons:
            said = (reason.getErrorMessage() for reason in reasons if hasattr(reason, "getErrorMessage"))
            return clean_line("; ".join(dict.fromkeys(said)), 300) or type(each).__name__
    return clean_line(str(error), 300) or type(error).__name__


def failure_of(error: BaseException | None) -> Failure:
    """Why a request brought no answer.  Twisted and Scrapy have no common ground for what a request may end in."""
    for each in _chain(error):
        if isinstance(failure := getattr(each, "failure", None), Failure):  # middlewares.NoPage
            return failure
    message = _message(error)
    if isinstance(error, DownloadCancelledError):
        return Failure(FailureKind.TOO_LARGE, "refused: larger than DOWNLOAD_MAXSIZE allows")
    if isinstance(error, ResponseDataLossError):
        return Failure(FailureKind.INCOMPLETE, "not whole: the connection was closed before the answer's end")
    if isinstance(error, (IgnoreRequest, ValueError, UnsupportedURLSchemeError)):
        return Failure(FailureKind.REDIRECT, f"refused: {message}")  # an endless one, or to an address that is none
    return Failure(FailureKind.NO_ANSWER, message)
