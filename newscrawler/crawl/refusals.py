"""Why a request brings no page, as Scrapy hands it to whoever asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from newscrawler.errors import Failure


class NoPage(IgnoreRequest):
    """There is no page, and `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.reason)
        self.failure = failure


class Refused(NoPage):
    """We do not ask."""
