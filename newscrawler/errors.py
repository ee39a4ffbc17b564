"""What can go wrong: errors, which are raised, as one tree; failures, which are values (`Failure`).

    NewscrawlerError
      ConfigError       newscrawler.toml is wrong: names the file and the key
      SourceError       a catalogue entry is wrong: names the file, the table and the key
      LexiconError      a file of terms is wrong: names the file and the key
      DiscoveryError    bytes are no feed, sitemap or listing
      ExtractionError   a page that was asked for has no article, or cannot be read
      ArchiveError      the archive cannot be opened, read or written
        ArchiveBusy     another process is writing it: exit code 75
      QueryError        a query is not valid SQL
      DeskError         the reader's desk cannot be read or written, or not so
        DeskBusy        another process is writing it
        DeskConflict    what was changed had been changed elsewhere
      EngineError       what is between several machines cannot be reached, or holds what is not ours
        EngineBusy      it has another archivist: exit code 75

Every message is one line that says what to do.  A page without an article, or a feed that does not answer, is
no error: it is a `Failure`, whose kind decides and whose sentence is for people alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class FailureKind(StrEnum):
    """Why there is no article, or no list of links.  The values are what the columns `failure` hold."""

    # not asked
    ADDRESS = "address"  # none of the public web that we may ask
    ROBOTS = "robots"  # the host's robots.txt disallows it
    ROBOTS_MISSING = "robots-missing"  # no rules to go by, which disallows for now (RFC 9309, 2.3.1.4)
    HOST_WAIT = "host-wait"  # the host said when to come back, or said "not now" a short while ago
    HOST_BUDGET = "host-budget"  # the host has had its requests of this run
    # asked, and no page came
    NO_ANSWER = "no-answer"
    OFFLINE = "offline"  # nor from anybody else: it seems to be our own network
    INCOMPLETE = "incomplete"  # it broke off: shorter than announced, or a compressed stream without its end
    TOO_LARGE = "too-large"
    REDIRECT = "redirect"  # endless, or to no address of the web
    DOWNGRADE = "downgrade"  # from https down to http
    UNAUTHORIZED = "unauthorized"  # 401
    PAYMENT = "payment"  # 402
    FORBIDDEN = "forbidden"  # 403
    NOT_FOUND = "not-found"  # 404
    GONE = "gone"  # 410
    LEGAL = "legal"  # 451
    BUSY = "busy"  # 429 or 503: not now, and nothing of when
    SERVER = "server"  # 408, 425 or 5xx that pass
    NOT_KNOWN = "not-known"  # 304, though we have nothing that it could confirm
    STATUS = "status"  # any other status
    # a page came, and it is not what was asked for
    WRONG_KIND = "wrong-kind"  # an HTML page for a feed, a PDF for an article
    UNREADABLE = "unreadable"  # the right kind, and broken
    OUR_LIMIT = "our-limit"  # larger or deeper than we read
    WORKER = "worker"  # it took its worker's life, time or wits
    HOME_PAGE = "home-page"  # a redirect to the home page
    EDITION = "edition"  # a redirect to another language's or country's edition
    CACHE = "cache"  # a cache's copy
    NO_TEXT = "no-text"
    NO_LINKS = "no-links"  # of an endpoint
    SOFT_404 = "soft-404"
    BLOCKED = "blocked"  # it refuses us
    ROBOT_CHECK = "robot-check"  # it wants to see a person
    MAINTENANCE = "maintenance"
    CONSENT = "consent"
    LOGIN = "login"
    WITHHELD = "withheld"  # its publisher asks that it be not kept, and newscrawler.toml says to obey
    # at a later visit, a page came that is no state of the article
    TEASER = "teaser"  # its beginning alone
    COLLAPSED = "collapsed"  # a fraction of its words
    ANOTHER = "another"  # another page, at its address or where that leads
    BUG = "bug"  # ours, see the log


_BY_STATUS = {
    401: FailureKind.UNAUTHORIZED, 402: FailureKind.PAYMENT, 403: FailureKind.FORBIDDEN, 404: FailureKind.NOT_FOUND,
    410: FailureKind.GONE, 429: FailureKind.BUSY, 451: FailureKind.LEGAL, 503: FailureKind.BUSY,
} | dict.fromkeys((408, 425, 500, 502, 504, 521, 522, 523, 524), FailureKind.SERVER)  # fmt: skip
_STATUS_WORDS = {
    FailureKind.UNAUTHORIZED: "asks for a login",
    FailureKind.PAYMENT: "asks for payment",
    FailureKind.FORBIDDEN: "forbidden",
    FailureKind.NOT_FOUND: "not found",
    FailureKind.GONE: "gone",
    FailureKind.LEGAL: "withheld for legal reasons",
    FailureKind.REDIRECT: "redirects to no address of the web",
    FailureKind.NOT_KNOWN: "though we have nothing that it could confirm",
    FailureKind.HOST_WAIT: "asks us to wait",
}
# the host's turn has not come: neither an answer nor a fault of what was to be asked
POSTPONED = frozenset({FailureKind.HOST_WAIT, FailureKind.HOST_BUDGET})
# a page came, and there is no article in it
NO_ARTICLE = frozenset({
    FailureKind.WRONG_KIND, FailureKind.UNREADABLE, FailureKind.OUR_LIMIT, FailureKind.WORKER, FailureKind.HOME_PAGE,
    FailureKind.CACHE, FailureKind.NO_TEXT, FailureKind.SOFT_404, FailureKind.BLOCKED, FailureKind.ROBOT_CHECK,
    FailureKind.MAINTENANCE, FailureKind.CONSENT, FailureKind.LOGIN, FailureKind.EDITION,
})  # fmt: skip
# the host does not let us in
DENIED = frozenset({FailureKind.UNAUTHORIZED, FailureKind.PAYMENT, FailureKind.FORBIDDEN, FailureKind.LEGAL})
# somebody stands before the site: we could not look, which says nothing of the article
_SHUT_OUT = frozenset({FailureKind.BLOCKED, FailureKind.ROBOT_CHECK, FailureKind.MAINTENANCE, FailureKind.CONSENT})
# not now: it says nothing of the article or the endpoint
PASSING = frozenset({
    FailureKind.ROBOTS_MISSING, FailureKind.HOST_WAIT, FailureKind.HOST_BUDGET, FailureKind.NO_ANSWER,
    FailureKind.INCOMPLETE, FailureKind.BUSY, FailureKind.SERVER, FailureKind.NOT_KNOWN, FailureKind.OFFLINE,
}) | _SHUT_OUT  # fmt: skip
# the answer itself says that there is no article (any more)
ABSENT = frozenset({FailureKind.NOT_FOUND, FailureKind.GONE, FailureKind.HOME_PAGE, FailureKind.SOFT_404})
# of an article that we have: we were not let in, or read nothing, and it may stand there for others
UNSEEN = PASSING | DENIED | {
    FailureKind.LOGIN, FailureKind.TEASER, FailureKind.COLLAPSED, FailureKind.WRONG_KIND, FailureKind.UNREADABLE,
    FailureKind.NO_TEXT,
}  # fmt: skip
ENOUGH_ASKED = 3  # hosts: where none of so many answers, it is not they
# as it is now: the page may come, the wall may go, the rules may change, and it may have been our machine that was short
# of memory or time
HEALING = frozenset({
    FailureKind.ROBOTS, FailureKind.UNAUTHORIZED, FailureKind.PAYMENT, FailureKind.FORBIDDEN, FailureKind.NOT_FOUND,
    FailureKind.GONE, FailureKind.LEGAL, FailureKind.STATUS, FailureKind.WRONG_KIND, FailureKind.UNREADABLE,
    FailureKind.HOME_PAGE, FailureKind.NO_TEXT, FailureKind.SOFT_404, FailureKind.LOGIN, FailureKind.DOWNGRADE,
    FailureKind.EDITION, FailureKind.WORKER, FailureKind.REDIRECT,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no page, article or list of links: a kind, and what people are told of it.

    `detail` is one line of words for people; nothing reads it.  `wait` is how long to stay away from the host.
    """

    kind: FailureKind
    detail: str = ""
    status: int | None = None
    wait: timedelta | None = None

    @property
    def is_passing(self) -> bool:
        return self.kind in PASSING

    @property
    def is_postponed(self) -> bool:
        """Whether it is put off for the host's sake: that says nothing of what was to be asked.

        >>> of_status(429, timedelta(hours=1)).is_postponed, of_status(429).is_postponed
        (True, False)
        """
        return self.kind in POSTPONED

    @property
    def is_attempt(self) -> bool:
        """Whether it was tried: not where nobody answers us, or the host's turn did not come, however often that is so.

        >>> Failure(FailureKind.HOST_BUDGET).is_attempt, of_status(429, timedelta(hours=1)).is_attempt
        (False, True)
        """
        return self.kind is not FailureKind.OFFLINE and not (self.is_postponed and self.status is None)

    @property
    def reason(self) -> str:
        """One line for people.

        >>> Failure(FailureKind.NO_TEXT, "no text").reason, of_status(404).reason
        ('no text', 'HTTP 404, not found')
        >>> Failure(FailureKind.ROBOTS_MISSING, status=500).reason
        'not asked, robots.txt cannot be had: HTTP 500'
        """
        words = self.detail or _STATUS_WORDS.get(self.kind)
        if self.status is None:
            told = self.detail or str(self.kind)
        else:
            told = f"HTTP {self.status}" + (f", {words}" if words else "")
        return f"not asked, robots.txt cannot be had: {told}" if self.kind is FailureKind.ROBOTS_MISSING else told


def of_silence(failure: Failure, asked: int) -> Failure:
    """What not to hear from a host means while none of the hosts that were asked, so many, has answered.

    >>> of_silence(Failure(FailureKind.NO_ANSWER, "timeout"), 3).reason
    'timeout; none of 3 hosts answers'
    >>> of_silence(Failure(FailureKind.NO_ANSWER, "timeout"), 2).kind, of_silence(of_status(503), 9).kind
    (<FailureKind.NO_ANSWER: 'no-answer'>, <FailureKind.BUSY: 'busy'>)
    """
    is_silence = failure.status is None and failure.kind in (FailureKind.NO_ANSWER, FailureKind.ROBOTS_MISSING)
    if not is_silence or asked < ENOUGH_ASKED:
        return failure
    return Failure(FailureKind.OFFLINE, f"{failure.detail}; none of {asked} hosts answers")


def of_status(status: int, wait: timedelta | None = None) -> Failure:
    """What an answer of this status fails by; `wait` as its Retry-After states it.

    >>> of_status(503).kind, of_status(302).kind, of_status(418).kind
    (<FailureKind.BUSY: 'busy'>, <FailureKind.REDIRECT: 'redirect'>, <FailureKind.STATUS: 'status'>)
    """
    kind = _BY_STATUS.get(status, FailureKind.STATUS)
    if status == 304:
        kind = FailureKind.NOT_KNOWN
    elif 300 <= status < 400:
        kind = FailureKind.REDIRECT
    elif kind is FailureKind.BUSY and wait:
        kind = FailureKind.HOST_WAIT
    return Failure(kind, status=status, wait=wait)


class NewscrawlerError(Exception):
    """Anything that a user can mend; the command prints it as one line and exits 1."""

    exit_code = 1


class ConfigError(NewscrawlerError):
    exit_code = 2


class SourceError(NewscrawlerError):
    exit_code = 2


class LexiconError(NewscrawlerError):
    exit_code = 2


class DiscoveryError(NewscrawlerError):
    """`kind` tells bytes that are something else from bytes that are broken."""

    def __init__(self, message: str, kind: FailureKind = FailureKind.WRONG_KIND) -> None:
        super().__init__(message)
        self.kind = kind


class ExtractionError(NewscrawlerError):
    pass


class ArchiveError(NewscrawlerError):
    pass


class ArchiveBusy(ArchiveError):
    """EX_TEMPFAIL of sysexits.h: try again later.  `by_run`: a crawl, a watch or the like, which `runs` has, holds it."""

    exit_code = 75

    def __init__(self, message: str, *, by_run: bool = False) -> None:
        super().__init__(message)
        self.by_run = by_run


class QueryError(NewscrawlerError):
    pass


class DeskError(NewscrawlerError):
    pass


class DeskBusy(DeskError):
    """EX_TEMPFAIL of sysexits.h: try again later."""

    exit_code = 75


class DeskConflict(DeskError):
    """`there`: what stands there now, which whoever writes has not read."""

    def __init__(self, message: str, there: str) -> None:
        super().__init__(message)
        self.there = there


class EngineError(NewscrawlerError):
    pass


class EngineBusy(EngineError):
    exit_code = 75
