"""The reader's desk, as pages see it: whether it is open, who may write on it, and its database.

It is open with `serve --desk`, to this machine by its own names; what anything else may have asked for writes nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlsplit

from newscrawler.desk import ENVIRONMENT, store, tokens
from newscrawler.urls import host_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from newscrawler.storage.database.sqlite import Database

P = ParamSpec("P")
T = TypeVar("T")

ACTIONS = "/desk/do"  # the one address that takes posts
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one archive in this process."""

    folder: Path
    archive: str
    secret: bytes

    async def read(self, function: Callable[Concatenate[Database, P], T], default: T, *args: P.args, **more: P.kwargs) -> T:
        """`function(db, ...)`; `default` where nobody has used the desk yet.  Raises DeskError."""

        def work() -> T:
            with store.reading(self.folder, self.archive) as db:
                return default if db is None else function(db, *args, **more)

        return await asyncio.to_thread(work)

    async def write(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **more: P.kwargs) -> T:
        """`function(db, ...)` in a transaction.  Raises DeskError."""

        def work() -> T:
            with store.writing(self.folder, self.archive) as db:
                return function(db, *args, **more)

        return await asyncio.to_thread(work)

    def token(self) -> str:
        return tokens.token(self.secret, int(time.time()))

    def token_state(self, told: str) -> tokens.TokenState:
        return tokens.token_state(told, self.secret, int(time.time()))


def is_on() -> bool:
    """Whether this process was started with a desk."""
    return os.environ.get(ENVIRONMENT) == "1"


def is_own_name(host: str) -> bool:
    """Whether a Host header is a name of this machine that no other machine's requests have.

    >>> [is_own_name(each) for each in ("localhost:8001", "127.0.0.1:8001", "[::1]", "192.168.1.4", "news.example")]
    [True, True, True, False, False]
    """
    name = host_names.name_of(host)
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def open_for(datasette: Any, request: Any, database: str, identity: str) -> Desk | None:
    """The desk for a request; None where there is none for it."""
    if not is_on() or not is_own_name(request.headers.get("host") or ""):
        return None
    known: Desk | None = getattr(datasette, "_newscrawler_desk", None)
    if known is None:
        folder = Path(datasette.get_database(database).path).parent
        known = datasette._newscrawler_desk = Desk(folder, identity, secrets.token_bytes(32))
    return known


def is_readers_own(request: Any) -> bool:
    """Whether a browser says that its reader opened this page (Fetch Metadata): no other site, picture, prefetch."""
    told = request.headers
    opened = told.get("sec-fetch-site") in ("none", "same-origin") and told.get("sec-fetch-dest") == "document"
    return opened and "prefetch" not in (told.get("sec-purpose") or told.get("purpose") or "")


def refusal(request: Any) -> str | None:
    """Why a post is not listened to, whatever it says; None where it is."""
    told = request.headers
    host, origin = told.get("host") or "", told.get("origin")
    if not is_own_name(host):
        return (
            f"The desk answers on this machine only, as localhost, and not to the name {host_names.name_of(host)[:100]!r}."
        )
    if (origin is not None and urlsplit(origin).netloc != host) or told.get("sec-fetch-site") not in (None, "same-origin"):
        return "A page of another site wants to write on this desk. Nothing was changed."
    if (told.get("content-type") or "").partition(";")[0].strip().lower() != FORM:
        return "The desk takes forms only. Nothing was changed."
    return None
