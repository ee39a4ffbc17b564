"""Candidates as far as they come about without reading a page: of one that could not be read, and a page's WARC record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newscrawler.items import Candidate
from newscrawler.storage.warc.records import http_head, make_record, make_request
from newscrawler.text import clean_line
from newscrawler.urls import url_key

if TYPE_CHECKING:
    from newscrawler.errors import Failure
    from newscrawler.items import Page


def raised(what: str, error: Exception) -> str:
    """What an exception of a library says, in a line."""
    return clean_line(f"{what} raised {type(error).__name__}: {error}", 500) or what


def unread(page: Page, failure: Failure) -> Candidate:
    return Candidate(
        page.lease, page.url, url_key(page.url), page.fetched, page.status, page.header("content-type"), failure=failure
    )


def with_record(candidate: Candidate, page: Page) -> Candidate:
    """The candidate with its page as a WARC record, where a page came, and with what says that it is as it was (304).

    Where no record can be made of it, it goes without one, and without the validators: the next look brings the whole page.
    """
    if page.status == 304:
        return replace(candidate, head=http_head(page))
    if page.status != 200:
        return candidate
    try:
        record, digest = make_record(page)
        request = make_request(page, digest)
    except Exception:  # an article is worth more than its evidence
        return replace(candidate, etag=None, last_modified=None)
    return replace(candidate, record=record, digest=digest, request=request, head=http_head(page))
