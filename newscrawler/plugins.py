"""What other packages add to newscrawler, by entry points (docs/extending.md): kinds of endpoints, and extractors.

Read once a process, where something asks for it: a package that is installed is as trusted as newscrawler itself.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from newscrawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

ENDPOINT_KINDS = "newscrawler.endpoint_kinds"  # name -> (bytes, address, now, hints) -> Discovery
EXTRACTORS = "newscrawler.extractors"  # name -> (tree, address) -> paragraphs, one a line, or None


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
