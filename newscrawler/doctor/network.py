"""What a few hosts of the catalogue answered: is there a network, a proxy that lets us through, a clock that is theirs?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from statistics import median
from typing import TYPE_CHECKING

from newscrawler.doctor.findings import Finding, FindingKind

if TYPE_CHECKING:
    from collections.abc import Sequence

HOSTS = 5  # that are asked, of sources all over the catalogue
FAR_OFF = 300.0  # seconds between our clock and theirs


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """What one host said.  `status` is None where it said nothing, `failure` why; `date` and `age` are the headers."""

    host: str
    status: int | None
    failure: str = ""
    date: str | None = None
    age: str | None = None


def look_at_answers(answers: Sequence[HostAnswer], now: datetime) -> list[Finding]:
    """Findings out of what was answered.

    >>> [each.detail for each in look_at_answers([HostAnswer("a.example", None, "DNS lookup failed")], datetime.now(UTC))]
    ['none of 1 hosts answered (a.example: DNS lookup failed); check the network, a proxy and SSL_CERT_FILE']
    """
    silent = [each for each in answers if each.status is None]
    if answers and len(silent) == len(answers):
        said = f"none of {len(answers)} hosts answered ({silent[0].host}: {silent[0].failure})"
        return [Finding(FindingKind.NETWORK, "network", f"{said}; check the network, a proxy and SSL_CERT_FILE")]
    found = [Finding(FindingKind.NETWORK, each.host, f"did not answer: {each.failure}", remark=True) for each in silent]
    return found + _clock(answers, now)


def _clock(answers: Sequence[HostAnswer], now: datetime) -> list[Finding]:
    """Our clock against theirs: the middle one, for a cache or one wrong host says nothing."""
    ahead = [seconds for each in answers if (seconds := _ahead(each, now)) is not None]
    if not ahead or abs(median(ahead)) < FAR_OFF:
        return []
    off = median(ahead)
    detail = f"is {abs(off) / 60:.0f} minutes {'ahead of' if off > 0 else 'behind'} what {len(ahead)} hosts say"
    return [Finding(FindingKind.CLOCK, "this machine's clock", f"{detail}; set it")]


def _ahead(answer: HostAnswer, now: datetime) -> float | None:
    """Seconds that our clock is ahead of a host's; None where it stated no time."""
    try:
        theirs = parsedate_to_datetime(answer.date or "")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    stored = int(answer.age) if answer.age and answer.age.isascii() and answer.age.isdigit() and len(answer.age) < 8 else 0
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return (now - theirs).total_seconds() - stored
