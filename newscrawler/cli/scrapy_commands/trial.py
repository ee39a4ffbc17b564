"""A folder that goes away, for looking at a page through Scrapy: nothing of it reaches the user's archive."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

PRIORITY = "cmdline"


def on_trial(settings: BaseSettings) -> TemporaryDirectory[str]:
    """Let a crawler of these settings write into a folder of its own.  The folder is gone when the value is."""
    folder: TemporaryDirectory[str] = TemporaryDirectory(prefix="newscrawler-", ignore_cleanup_errors=True)
    settings.set("NEWSCRAWLER_ARCHIVE", folder.name, priority=PRIORITY)
    settings.setdefault("LOG_LEVEL", "INFO")
    return folder
