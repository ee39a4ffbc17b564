"""Where an archive lies and newscrawler runs: disk, permissions, settings, versions."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import ssl
import stat
from datetime import UTC, datetime, timedelta
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newscrawler import config
from newscrawler.config.catalogue import read_catalogue
from newscrawler.doctor.findings import Finding, FindingKind
from newscrawler.errors import NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlite_utils import Database

LEAST_FREE = 500_000_000  # bytes; a crawl of the shipped catalogue takes some hundred million a day
OLDEST_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # newscrawler is younger: a clock before is wrong
_LAST_CRAWL = """
    SELECT max(started) FROM runs WHERE command LIKE 'crawl%' OR command LIKE 'watch%' OR command LIKE 'archivist%'
"""
STALE = timedelta(days=3)
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def look_at_folder(folder: Path) -> list[Finding]:
    """Disk and permissions of an archive's folder."""
    found = []
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        found.append(Finding(FindingKind.DISK, str(folder), f"{free // 1_000_000} MB are free; make room"))
    for path in (folder, folder / "news.db", folder / "pages"):
        if not path.exists():
            continue
        if not os.access(path, os.W_OK):
            found.append(
                Finding(FindingKind.PERMISSIONS, str(path), "cannot be written: it can be read, not added to", remark=True)
            )
        if path.stat().st_mode & stat.S_IWOTH:
            found.append(Finding(FindingKind.PERMISSIONS, str(path), "everybody on this machine may write it; chmod o-w"))
    return found


def look_at_settings(working: Path) -> list[Finding]:
    """newscrawler.toml of a working folder, and the catalogues that it names."""
    try:
        settings = config.load(working)
    except NewscrawlerError as error:
        return [Finding(FindingKind.CONFIGURATION, config.FILE, str(error))]
    found = []
    for name in settings.catalogues:
        path = working / name
        try:
            if not path.exists():
                detail = f"is named in {config.FILE} and missing: nothing is crawled until it is there"
                found.append(Finding(FindingKind.CATALOGUE, name, detail))
            elif path.read_bytes().strip():
                read_catalogue(str(path))
        except (NewscrawlerError, OSError) as error:
            found.append(Finding(FindingKind.CATALOGUE, name, str(error)))
    if settings.beat and not (working / settings.beat).exists():
        found.append(Finding(FindingKind.CONFIGURATION, settings.beat, f"the beat that {config.FILE} names is missing"))
    if not settings.contact:
        detail = 'say who you are (contact = "you@example.org"): publishers block crawlers without a name'
        found.append(Finding(FindingKind.CONTACT, config.FILE, detail, remark=True))
    return found


def respected(working: Path) -> frozenset[str]:
    """The rules of publishers that newscrawler.toml respects; none where it cannot be read, which is named elsewhere."""
    try:
        return frozenset(config.load(working).respect)
    except NewscrawlerError:
        return frozenset()


def look_at_network(environment: Mapping[str, str]) -> list[Finding]:
    """Proxy and certificate settings; nothing is asked of the network.

    >>> [each.place for each in look_at_network({"https_proxy": "proxy:8080", "HTTP_PROXY": "http://proxy:8080"})]
    ['https_proxy']
    """
    found = []
    for name, value in environment.items():
        if name.lower() in PROXIES and value and not _is_proxy(value):
            found.append(Finding(FindingKind.NETWORK, name, "is no address of a proxy such as http://proxy.example:8080"))
    file, folder = environment.get("SSL_CERT_FILE"), environment.get("SSL_CERT_DIR")
    if file:
        try:
            ssl.create_default_context(cafile=file)
        except (OSError, ssl.SSLError) as error:
            found.append(
                Finding(FindingKind.NETWORK, "SSL_CERT_FILE", f"{file}: no certificates can be read from it: {error}")
            )
    if folder and not Path(folder).is_dir():
        found.append(Finding(FindingKind.NETWORK, "SSL_CERT_DIR", f"{folder} is no folder"))
    return found


def _is_proxy(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port is not None
    except ValueError:
        return False


def look_at_clock(now: datetime) -> list[Finding]:
    """Whether the clock says a time before newscrawler was written."""
    return [Finding(FindingKind.CLOCK, "this machine", f"says that it is {now:%Y-%m-%d}")] if now < OLDEST_NOW else []


def look_at_runs(db: Database, now: datetime) -> list[Finding]:
    """Whether somebody crawls."""
    (last,) = db.execute(_LAST_CRAWL).fetchone()
    if last is not None and datetime.fromisoformat(last) > now - STALE:
        return []
    detail = f"the last crawl began {last}" if last else "nothing was crawled yet"
    return [Finding(FindingKind.SCHEDULE, "runs", f"{detail}; `newscrawler schedule install` keeps at it", remark=True)]


def look_at_versions() -> list[Finding]:
    """Whether SQLite can do what archives need, and what we build on is of a version that will do."""
    with_fts5 = sqlite3.connect(":memory:")
    try:
        with_fts5.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    except sqlite3.OperationalError:
        return [Finding(FindingKind.VERSION, f"SQLite {sqlite3.sqlite_version}", "has no FTS5: there is no search with it")]
    finally:
        with_fts5.close()
    return _old_packages()


def _old_packages() -> list[Finding]:
    """Installed packages that are older than what newscrawler asks for, or not there; none where it was not installed."""
    try:
        wanted = metadata.requires("newscrawler") or []
    except metadata.PackageNotFoundError:
        return []
    found = []
    for line in wanted:
        if (asked := _AT_LEAST.match(line)) and "extra ==" not in line and "python_version" not in line:
            name, least = asked.groups()
            try:
                installed = metadata.version(name)
            except metadata.PackageNotFoundError:
                found.append(Finding(FindingKind.VERSION, name, f"is not installed; newscrawler needs {least} or newer"))
                continue
            if _numbers(installed) < _numbers(least):
                found.append(Finding(FindingKind.VERSION, f"{name} {installed}", f"is too old: {least} or newer is needed"))
    return found


_AT_LEAST = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?\s*>=\s*(\d[\d.]*)")


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with.

    >>> _numbers("2.19.0rc1") < _numbers("2.19.1"), _numbers("2.9") < _numbers("2.19")
    (True, True)
    """
    return tuple(int(each) for each in re.findall(r"\d+", re.split(r"[a-z+]", version.lower())[0]))
