"""What a publisher states of the rights in a page or a site: kept as it was stated, with where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RightsKind(StrEnum):
    """What a statement is of.  The values are what the archive holds and what people see."""

    TDM = "tdm-reservation"  # value 0 or 1
    SIGNAL = "content-signal"  # value such as ai-train=no
    RSL = "rsl"  # value: the address of an RSL licence, or what one in the page or feed permits and prohibits
    ROBOTS = "robots"  # value: noarchive, nosnippet, noindex or noai
    UNAVAILABLE = "unavailable_after"  # value: the date as stated, `at` what it means
    LICENCE = "licence"  # value: an address, or a licence's name
    COPYRIGHT = "copyright"  # value: whose, or a line of text


class RightsOrigin(StrEnum):
    """Where a statement stood."""

    META = "meta"
    HEADER = "header"
    LINK = "link"
    SCRIPT = "script"
    JSON_LD = "json-ld"
    FEED = "feed"
    TDMREP = "tdmrep.json"
    ROBOTS_TXT = "robots.txt"
    CATALOGUE = "catalogue"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.  `agent`: the one crawler that it is for, in lower case; None: for all.

    `terms`: the address of the conditions; `at`: UTC, of an `unavailable_after` that could be read.
    """

    kind: RightsKind
    value: str
    origin: RightsOrigin
    agent: str | None = None
    terms: str | None = None
    at: str | None = None
