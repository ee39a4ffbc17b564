"""Sources, what they are asked, and what that brings: up to the links that are fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from newscrawler.errors import Failure


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One feed, sitemap, listing or API of a source.

    `url` may be a template (`{YYYY}`, `{SINCE}`: see `sources.templates`).  `evidence` and `seen` say why we believe
    in it and since when; `state` is "active", or why it is not asked.  `hints` narrow down how it is read: `within`,
    `pattern`, `items`, `link`, `title`, `published`.  `modified` is what a sitemap index says of a sitemap.
    """

    kind: str
    url: str
    modified: str | None = None
    evidence: str | None = None
    seen: str | None = None
    state: str = "active"
    hints: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One publisher, as the catalogue states it."""

    id: str
    name: str
    home: str
    kind: str
    keep: str = "relevant"
    country: str | None = None
    languages: tuple[str, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    topics: tuple[str, ...] = ()
    access: str = "open"  # what a reader without an account gets; recorded, never bypassed
    state: str = "ready"  # ready or unverified: asked; blocked, dead or disputed: kept so that nobody adds it twice
    note: str | None = None
    plain_http: bool = False  # its https addresses may lead down to http
    unverified_tls: bool = False  # the certificates of the hosts that its own addresses name are not verified
    rights: str | None = None  # its terms: reserved, a licence by SPDX's name or address, or the address of terms
    override: bool = False  # takes the place of a source of that id in an earlier catalogue

    @property
    def is_asked(self) -> bool:
        return self.state in ("ready", "unverified")


@dataclass(frozen=True, slots=True)
class Link:
    """An address that an endpoint names; the rest are its claims.  A sitemap's lastmod is `modified`.

    `licence`: the XML of an RSL licence in its item.
    """

    url: str
    published: str | None = None
    modified: str | None = None
    title: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one look at an endpoint brought: article links, and further endpoints (a sitemap index).

    `period` is how often the endpoint itself says that it changes (ttl, sy:updatePeriod), in seconds.  `rows` is how many
    entries an API answered with, links or not; None where links are counted.
    """

    links: tuple[Link, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    failure: Failure | None = None
    period: float | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class DueEndpoint:
    """An endpoint whose time has come, with what we need to ask it politely."""

    id: int
    source_id: str
    kind: str
    url: str
    etag: str | None = None
    last_modified: str | None = None
    hints: tuple[tuple[str, str], ...] = ()
    full: bool = True  # asked without validators: what comes back is the whole truth
    address: str | None = None  # what to ask, where `url` is a template


@dataclass(frozen=True, slots=True)
class Poll:
    """The outcome of one look at an endpoint.  `status` is None where no answer came."""

    endpoint: DueEndpoint
    at: datetime
    seconds: float
    status: int | None
    discovery: Discovery = Discovery()
    etag: str | None = None
    last_modified: str | None = None
    failure: Failure | None = None
    fresh: timedelta | None = None  # how long the answer says that it stays true (Cache-Control, Expires)

    @property
    def is_postponed(self) -> bool:
        """Whether it was put off for the host's sake: that says nothing of the endpoint."""
        return self.failure is not None and self.failure.is_postponed

    @property
    def failed(self) -> bool:
        return self.failure is not None

    @property
    def is_whole(self) -> bool:
        """Whether the whole list came; a 304 says that it is as it was."""
        return self.status == 200 and not self.failed
