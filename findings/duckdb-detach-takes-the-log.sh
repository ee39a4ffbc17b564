#!/usr/bin/env bash
# DuckDB attaches a SQLite file that this program has open in WAL mode, reads, and detaches; one would think that reading changes nothing.
# DuckDB 1.5.5 brings a SQLite of its own. POSIX locks belong to a process, so neither of the two sees the other's, and DuckDB's, the last
# one that it knows of, deletes the log as it closes. What this program commits afterwards goes into a file without a name: nobody else
# sees it until the program closes the database, and a crash before loses it. From another process, or READ_ONLY, all is well.
# Whom it concerns: notebooks that hold an archive open by sqlite3 and ask DuckDB about it.
# Seen: rows that another process counts of 2: 1 by default, 2 with READ_ONLY
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q duckdb==1.5.5 duckdb-extension-sqlite-scanner==1.5.5
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import sqlite3
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import duckdb

extension = next(Path(find_spec("duckdb_extension_sqlite_scanner").origin).parent.rglob("*.duckdb_extension"))
COUNT = "SELECT count(*) FROM ships"


def counted_elsewhere(name, options):
    mine = sqlite3.connect(name, isolation_level=None)
    mine.execute("PRAGMA journal_mode = WAL")
    mine.execute("CREATE TABLE ships (name TEXT)")
    mine.execute("INSERT INTO ships VALUES ('first')")
    other = duckdb.connect()
    other.execute(f"LOAD '{extension}'")
    other.execute(f"ATTACH '{name}' AS file (TYPE sqlite{options})")
    assert other.sql(COUNT.replace("ships", "file.ships")).fetchone() == (1,)
    other.execute("DETACH file")
    mine.execute("INSERT INTO ships VALUES ('second')")
    assert mine.execute(COUNT).fetchone() == (2,)
    look = f"import sqlite3; print(sqlite3.connect({name!r}).execute({COUNT!r}).fetchone()[0])"
    return int(subprocess.check_output([sys.executable, "-c", look]))


seen = counted_elsewhere("a.db", ""), counted_elsewhere("b.db", ", READ_ONLY")
print(seen)
assert seen == (1, 2)
PYTHON
