"""The stylesheet and the script, each under a name that changes with it, so that a browser keeps it for good."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from datasette.utils.asgi import Response

TYPES = {"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8"}
CACHE_CONTROL = "public, max-age=31536000, immutable"


@cache
def _bytes(name: str) -> bytes:
    return (resources.files(__package__ or "newscrawler.web") / "static" / name).read_bytes()


@cache
def _gzipped(name: str) -> bytes:
    return gzip.compress(_bytes(name), 9, mtime=0)


@cache
def address(name: str) -> str:
    """The path of a static file.  Raises KeyError for a name that is none of TYPES."""
    assert TYPES[name]
    return f"/-/reading-room/{hashlib.blake2b(_bytes(name), digest_size=6).hexdigest()}/{name}"


async def serve(request: Any) -> Response:
    name = request.url_vars["name"]
    headers = {"cache-control": CACHE_CONTROL, "vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(_bytes(name), headers=headers, content_type=TYPES[name])
    return Response(_gzipped(name), headers={**headers, "content-encoding": "gzip"}, content_type=TYPES[name])
