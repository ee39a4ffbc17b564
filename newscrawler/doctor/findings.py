"""What the doctor finds, as records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class FindingKind(Enum):
    """What is wrong."""

    UNREADABLE = "unreadable"  # the database cannot be opened
    SCHEMA = "schema"  # older or newer than this version's
    INTEGRITY = "integrity"  # SQLite's own check
    FOREIGN_KEY = "foreign-key"  # rows that point at rows that are not there
    FULL_TEXT = "full-text"  # the index is not that of the articles
    FOREIGN_CODE = "foreign-code"  # triggers, views, computed columns that are not ours
    ORPHAN = "orphan"  # what nothing points at
    WARC = "warc"  # a record that is not there or not whole
    DISK = "disk"
    CLOCK = "clock"
    PERMISSIONS = "permissions"
    CATALOGUE = "catalogue"  # named in newscrawler.toml, and missing
    CONFIGURATION = "configuration"
    NETWORK = "network"  # proxy and certificate settings
    SCHEDULE = "schedule"
    CONTACT = "contact"
    VERSION = "version"
    RIGHTS = "rights"  # what publishers state, and what is kept


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing.  `place`: file, table or setting; `remark`: worth knowing, nothing is wrong; `mends`: --fix mends it."""

    kind: FindingKind
    place: str
    detail: str
    remark: bool = False
    mends: bool = False


def is_well(findings: list[Finding]) -> bool:
    """Whether nothing is wrong.

    >>> is_well([Finding(FindingKind.CONTACT, "newscrawler.toml", "none", remark=True)])
    True
    """
    return all(each.remark for each in findings)
