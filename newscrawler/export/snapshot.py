"""A snapshot: what an export holds, said so that it can be cited and checked years later."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING

from newscrawler.errors import NewscrawlerError
from newscrawler.export.target import checksums
from newscrawler.storage.database.connect import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newscrawler.reports.whole_articles import WholeArticle

ENDING = ".snapshot.json"
MAX_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`id` is made of all the rest; `content` is SHA-256 over the lines "id content_hash" in the order of the export.

    `withheld`: reserved articles that went without their text or, as their pages are their texts, not at all; None: one of
    an earlier version, which did not say so.
    """

    id: str
    query: str
    format: str
    articles: int
    content: str
    archive: str
    made: str
    version: str
    files: dict[str, str]
    withheld: int | None = None


class Counted:
    """Articles as they pass: how many, and the digest of which in which words."""

    def __init__(self, articles: Iterable[WholeArticle]) -> None:
        self._articles = articles
        self._digest = sha256()
        self.number = 0

    def __iter__(self) -> Iterator[WholeArticle]:
        for each in self._articles:
            self.number += 1
            self._digest.update(f"{each.id} {each.content_hash}\n".encode())
            yield each

    @property
    def content(self) -> str:
        return self._digest.hexdigest()


def snapshot_id(told: dict[str, object]) -> str:
    """The name of a snapshot: a digest of what it says of itself, so that none can be changed and keep its name."""
    rest = {name: value for name, value in told.items() if name != "id"}
    canonical = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "snapshot-" + sha256(canonical.encode("utf-8", "replace")).hexdigest()[:24]


def place_of(export: Path) -> Path:
    return export.with_name(export.name + ENDING)


def as_text(snapshot: Snapshot) -> str:
    return json.dumps(asdict(snapshot), ensure_ascii=False, indent=2) + "\n"


def read_snapshot(path: Path) -> Snapshot:
    """Raises NewscrawlerError, naming the file, for one that is none or whose words are not those of its name."""
    try:
        with path.open("rb") as file:
            told = json.loads(file.read(MAX_BYTES))
        earlier = {"withheld": None, **told}
        snapshot = Snapshot(**{each.name: earlier[each.name] for each in fields(Snapshot)})
    except OSError as error:
        raise NewscrawlerError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NewscrawlerError(f"{path}: no snapshot; name the {ENDING} file that `export --snapshot` wrote") from error
    if snapshot.id != snapshot_id(told):
        raise NewscrawlerError(f"{path}: it was changed since it was made: its words are not those of {snapshot.id}")
    return snapshot


def differences(path: Path) -> list[str]:
    """What of the files of a snapshot is not as it was; empty where all are.

    Raises NewscrawlerError for a file that is no snapshot.
    """
    snapshot = read_snapshot(path)
    export = path.with_name(path.name.removesuffix(ENDING))
    if not export.exists():
        return [f"{export}: is not there"]
    now = checksums(export)
    missing = [f"{name}: is not there" for name in snapshot.files if name not in now]
    changed = [f"{name}: is not as it was" for name, digest in snapshot.files.items() if now.get(name, digest) != digest]
    come = [name for name in now if name not in snapshot.files and not _is_readers(export / name)]
    return missing + changed + [f"{name}: was not there" for name in come]


def _is_readers(path: Path) -> bool:
    """Whether SQLite makes such a file beside a database that is but read: shared memory, a log without an entry."""
    return path.name == f"{DATABASE}-shm" or (path.name == f"{DATABASE}-wal" and path.stat().st_size == 0)
