"""What workers and the archivist say to each other, and how that is written: JSON with a version, bytes beside it.

    archivist --Turn-->    one worker: what is to be asked of one host, by nobody else meanwhile
    worker    --Report-->  the archivist: what an endpoint or a page brought, what a host answered, that a turn is over

An entry that another version of the format wrote is never guessed at: `read_turn` and `read_report` raise EngineError.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from newscrawler.errors import EngineError
from newscrawler.items import Candidate, DueEndpoint, Lease, Poll, Source

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = 1  # of the format: raise it where a record of `items` changes its meaning

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the archivist and its workers must have in common, or their results would not be one archive's."""

    version: int  # of the format
    newscrawler: str  # the version and the mark of its code: what reads a page
    lexicon: str  # by which pages are judged, with the beat
    lease: float = 30.0  # seconds of silence after which a turn is another worker's


@dataclass(frozen=True, slots=True)
class Task:
    """One address to ask: an endpoint or a link.  `number` tells it from the others of its turn."""

    number: int
    endpoint: DueEndpoint | None = None
    lease: Lease | None = None

    @property
    def source_id(self) -> str:
        asked = self.endpoint or self.lease
        assert asked is not None
        return asked.source_id


@dataclass(frozen=True, slots=True)
class Robots:
    """A host's robots.txt as somebody fetched it; `status` None where no answer came."""

    origin: str
    status: int | None
    body: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one worker is to ask of one host, with all that it needs to know for it."""

    id: str
    host: str
    agreement: Agreement
    tasks: tuple[Task, ...]
    sources: tuple[Source, ...] = ()
    recurring: tuple[str, ...] = ()  # lines of the host's own (markup.site_lines)
    robots: tuple[Robots, ...] = ()  # what is known of its rules today
    wait_until: datetime | None = None  # it asked to be left alone until then
    is_troubled: bool = False  # its last answer asked for patience
    tdmrep_due: tuple[str, ...] = ()  # origins whose tdmrep.json is to be asked beside a page


@dataclass(frozen=True, slots=True)
class TdmFile:
    """What an origin answered for its tdmrep.json; the status is None where no answer came."""

    origin: str
    status: int | None
    body: str


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """A host asked for patience, or has stopped doing so."""

    host: str
    status: int
    wait: timedelta | None = None


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """All of a turn was asked; its host may be asked again when `pause` is over."""

    pause: timedelta


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that a worker found, of one task of a turn (`number` 0: of its host as a whole).  One field is set."""

    turn: str
    number: int
    poll: Poll | None = None
    candidate: Candidate | None = None
    robots: Robots | None = None
    tdmrep: TdmFile | None = None
    answer: HostAnswer | None = None
    end: TurnEnd | None = None

    @property
    def is_of_task(self) -> bool:
        return self.poll is not None or self.candidate is not None


_encode = msgspec.json.Encoder().encode
_turns: msgspec.json.Decoder[Turn] = msgspec.json.Decoder(Turn)
_reports: msgspec.json.Decoder[Report] = msgspec.json.Decoder(Report)
_agreements: msgspec.json.Decoder[Agreement] = msgspec.json.Decoder(Agreement)
SHOWN = 60  # bytes of an entry that are shown of what is none
_BYTES = ("record", "request", "head")  # of a candidate: as they are, a third smaller than in JSON


def write_turn(turn: Turn) -> dict[str, Any]:
    """The fields of an entry."""
    return {"v": VERSION, "turn": _encode(turn)}


def read_turn(fields: Mapping[bytes, bytes], where: str = "an entry") -> Turn:
    """Raises EngineError for an entry that is none of ours, or of another version; `where`: what it is found by."""
    return _read(fields, b"turn", _turns.decode, where)


def write_report(report: Report) -> dict[str, Any]:
    """The fields of an entry; the bytes of a candidate's records are fields of their own."""
    candidate = report.candidate
    if candidate is None:
        return {"v": VERSION, "report": _encode(report)}
    parts = {name: value for name in _BYTES if (value := getattr(candidate, name))}
    bare = replace(report, candidate=replace(candidate, record=None, request=None, head=b""))
    return {"v": VERSION, "report": _encode(bare), **parts}


def read_report(fields: Mapping[bytes, bytes], where: str = "an entry") -> Report:
    """Raises EngineError for an entry that is none of ours, or of another version; `where`: what it is found by."""
    report = _read(fields, b"report", _reports.decode, where)
    parts: dict[str, Any] = {name: fields[name.encode()] for name in _BYTES if name.encode() in fields}
    return report if report.candidate is None else replace(report, candidate=replace(report.candidate, **parts))


def write_agreement(agreement: Agreement) -> bytes:
    return _encode(agreement)


def read_agreement(written: bytes, where: str = "an agreement") -> Agreement:
    """Raises EngineError for what is no agreement."""
    return _decoded(written, _agreements.decode, where)


def read_standing(told: bytes, now: float) -> dict[str, Any] | None:
    """What a worker said of itself, and how long it has been silent since; None for what none said.

    >>> read_standing(b'{"at": 7}', 9.0), read_standing(b"{", 9.0), read_standing(b'{"at": "7"}', 9.0)
    ({'hosts': [], 'at': 7, 'silent': 2.0}, None, None)
    >>> read_standing(b'{"at": 1%s}' % (b"0" * 400), 9.0), read_standing(b"[" * 100_000, 9.0)
    (None, None)
    """
    try:
        said = json.loads(told)
        standing: dict[str, Any] = {"hosts": []} | said | {"silent": round(max(0.0, now - said["at"]), 1)}
        standing["hosts"] = [str(each) for each in standing["hosts"]]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return standing


def _read(fields: Mapping[bytes, bytes], name: bytes, decode: Callable[[bytes], T], where: str) -> T:
    version = fields.get(b"v", b"")
    if version != str(VERSION).encode():
        told = f"of format {_shown(version)}" if version else "of no format"
        raise EngineError(
            f"{where} of the engine is {told}, this is newscrawler's format {VERSION}: "
            "let all machines run one version, or give this one a --name of its own"
        )
    return _decoded(fields.get(name, b""), decode, where)


def _decoded(written: bytes, decode: Callable[[bytes], T], where: str) -> T:
    try:
        return decode(written)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        why = _shown(str(error).encode("utf-8", "backslashreplace"))
        raise EngineError(
            f"{where} of the engine is none that newscrawler wrote, {_shown(written)} ({why}); give it a --name of its own"
        ) from error


def _shown(written: bytes) -> str:
    r"""Whatever somebody wrote as people can be shown it: its beginning, and nothing that a terminal obeys.

    >>> print(_shown(b"\x1b[31m{"), _shown(b""), _shown(b"x" * 200)[58:])
    '\x1b[31m{' '' xxx'...
    """
    return repr(written[:SHOWN])[1:] + ("..." if len(written) > SHOWN else "")
