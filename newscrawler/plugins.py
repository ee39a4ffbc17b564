"""Other packages: what they add to newscrawler, and what an extra that is not installed needs.

They add kinds of endpoints and extractors by entry points (docs/extending.md), read once a process, where something asks
for it: a package that is installed is as trusted as newscrawler itself.  Of an extra the packages are named, and never
newscrawler with the extra behind it: that name on PyPI is another project's.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import sys
import tomllib
from functools import cache
from importlib import metadata
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from newscrawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

ENDPOINT_KINDS = "newscrawler.endpoint_kinds"  # name -> (bytes, address, now, hints) -> Discovery
EXTRACTORS = "newscrawler.extractors"  # name -> (tree, address) -> paragraphs, one a line, or None
_OF_EXTRA = re.compile(r"extra\s*==\s*['\"]([\w.-]+)['\"]")


@cache
def installed(group: str) -> dict[str, Callable[..., Any]]:
    """What installed packages offer in a group, by name, in order of names.

    Raises ConfigError, which names package and entry point, for one that cannot be imported, and for two of one name.
    """
    found: dict[str, Callable[..., Any]] = {}
    for point in sorted(entry_points(group=group), key=lambda each: each.name):
        where = f"{point.dist.name if point.dist else 'a package'}: entry point {point.name} of {group}"
        if point.name in found:
            raise ConfigError(f"{where}: another package has one of that name; uninstall one of the two")
        try:
            loaded = point.load()
        except Exception as error:
            raise ConfigError(f"{where}: {point.value} cannot be imported ({error}); mend or uninstall it") from error
        if not callable(loaded):
            raise ConfigError(f"{where}: {point.value} is no function")
        found[point.name] = loaded
    return found


def requirements(extra: str, stated: list[str] | None) -> list[str]:
    """What an extra requires beside the rest, of the requirements that a distribution states, in their order.

    >>> requirements("s3", ["click>=8.1", "fsspec>=2024.2; extra == 's3'", "redis>=6; extra == 'redis'"])
    ['fsspec>=2024.2']
    """
    marked = ((each.partition(";")[0].strip(), _OF_EXTRA.search(each)) for each in stated or ())
    return [needed for needed, named in marked if named and named[1] == extra]


def shipped_requirements(extra: str) -> list[str]:
    """What an extra of the newscrawler that runs requires, by its own metadata; nothing where it was not installed."""
    try:
        return requirements(extra, metadata.requires("newscrawler"))
    except metadata.PackageNotFoundError:
        return []


def how_to_install(extra: str) -> str:
    """The command that brings an extra to the newscrawler that runs: by uv for a tool of uv's, by pip, by uv without pip."""
    needed = shipped_requirements(extra)
    if not needed:
        return f"the packages of the extra [{extra}] in pyproject.toml"
    if tool := _shipped_as_tool(Path(sys.prefix), extra):
        return f"uv tool install {shlex.quote(tool)}"
    python = shlex.quote(sys.executable or "python3")
    install = f"{python} -m pip install" if importlib.util.find_spec("pip") else f"uv pip install --python {python}"
    return f"{install} {shlex.join(needed)}"


def _shipped_as_tool(prefix: Path, extra: str) -> str | None:
    """What `uv tool install` is to install where it made this environment of a folder, with the extras that are there.

    The next `uv tool upgrade` takes away what came in another way.
    """
    try:
        receipt = tomllib.loads((prefix / "uv-receipt.toml").read_text(encoding="utf-8"))
        origin = json.loads(metadata.distribution("newscrawler").read_text("direct_url.json") or "{}")
    except (OSError, ValueError, metadata.PackageNotFoundError):
        return None
    stated = (each for each in receipt.get("tool", {}).get("requirements", ()) if each.get("name") == "newscrawler")
    extras = sorted({extra, *dict(next(stated, {})).get("extras", [])})
    address = urlsplit(origin.get("url", ""))
    is_folder = address.scheme == "file" and "dir_info" in origin
    return f"{unquote(address.path)}[{','.join(extras)}]" if is_folder else None
