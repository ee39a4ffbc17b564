"""The Python API: `from newscrawler import open_archive, extract, judge` (docs/api.md).

What stands in `__all__` of `newscrawler` is a promise; `tests/test_api.py` holds its signatures.
"""

from newscrawler.api.archive import OpenArchive, Rows, open_archive
from newscrawler.api.pages import extract, judge

__all__ = ["OpenArchive", "Rows", "extract", "judge", "open_archive"]
