"""The WARC files of an archive against the rows that name their records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newscrawler.doctor.findings import Finding, FindingKind
from newscrawler.storage.warc.checks import check_file, named_files

if TYPE_CHECKING:
    from pathlib import Path

    from sqlite_utils import Database

NAMED = 3  # records of a file that are named; of the rest the number


def look(db: Database, folder: Path) -> list[Finding]:
    """Read every record, file by file: 1-3 ms each.  Findings by file."""
    found = []
    files = named_files(db)
    for file in files:
        faults = list(check_file(db, folder, file))
        found += [Finding(FindingKind.WARC, f"pages/{file}", str(each), remark=each.is_tail) for each in faults[:NAMED]]
        if len(faults) > NAMED:
            found.append(
                Finding(FindingKind.WARC, f"pages/{file}", f"and {len(faults) - NAMED} more; restore it from a backup")
            )
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return found + [
        Finding(FindingKind.ORPHAN, f"pages/{name}", "no row names a record of it", remark=True)
        for name in sorted(present - set(files))
    ]
