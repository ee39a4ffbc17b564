#!/usr/bin/env bash
# A view that SQLite takes and DuckDB does not parse costs, one would think, that view.
# DuckDB 1.5.5 reads the text of each view of an attached SQLite file with its own parser as soon as it lists what there is; the first one
# that it cannot read is an error for SHOW ALL TABLES, of which no table is left. `IS NOT 'text'`, which only SQLite has for "is distinct
# from", and a column called `at` that is sorted by, are enough. A table can still be asked by its name.
# Whom it concerns: whoever publishes SQLite files with views for others to read.
# Seen: Parser Error for each of the two views; 1 row of the table by its name
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q duckdb==1.5.5 duckdb-extension-sqlite-scanner==1.5.5
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import sqlite3
from importlib.util import find_spec
from pathlib import Path

import duckdb

extension = next(Path(find_spec("duckdb_extension_sqlite_scanner").origin).parent.rglob("*.duckdb_extension"))
VIEWS = {
    "not": "CREATE VIEW kept AS SELECT * FROM polls WHERE state IS NOT 'drop'",
    "at": "CREATE VIEW latest AS SELECT * FROM polls ORDER BY at DESC",
}
for name, view in VIEWS.items():
    with sqlite3.connect(f"{name}.db") as db:
        db.execute("CREATE TABLE polls (at TEXT, state TEXT)")
        db.execute("INSERT INTO polls VALUES ('2026-11-29', 'keep')")
        db.execute(view)
    reader = duckdb.connect()
    reader.execute(f"LOAD '{extension}'")
    reader.execute(f"ATTACH '{name}.db' AS file (TYPE sqlite, READ_ONLY)")
    try:
        listed = reader.sql("SHOW ALL TABLES").fetchall()
    except duckdb.ParserException as error:
        listed = str(error).split(":")[0]
    asked = reader.sql("SELECT count(*) FROM file.polls").fetchone()
    print(name, listed, asked)
    assert (listed, asked) == ("Parser Error", (1,))
PYTHON
