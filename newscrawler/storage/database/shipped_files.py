"""Whether a file of an archive's folder is still as we wrote it, so that a later version may renew it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# metadata.json of versions that did not say so themselves
_FORMER = frozenset({"1119390672056aeb"})


def made(told: Mapping[str, Any]) -> str:
    """The mark of a metadata.json, of all that it says but the mark itself."""
    plugins = dict(told.get("plugins") or {})
    settings = {key: value for key, value in (plugins.pop("newscrawler", None) or {}).items() if key != "made"}
    rest = {key: value for key, value in told.items() if key != "plugins"}
    whole = [rest, *filter(None, (plugins, settings))]
    return hashlib.blake2b(json.dumps(whole, sort_keys=True).encode(), digest_size=8).hexdigest()


def is_unedited(path: Path) -> bool:
    """Whether a metadata.json is one of ours and nobody has changed it since."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        mark = told.get("plugins", {}).get("newscrawler", {}).get("made")
        return bool(made(told) == mark) if mark else made(told) in _FORMER
    except (OSError, ValueError, AttributeError):
        return False
