#!/usr/bin/env bash
# Rows inserted in one transaction are written to a full-text index together: FTS5 gathers them in memory until the commit. Not where
# they come through a trigger, as of every table with external content that keeps its index by triggers (sqlite-utils' create_triggers,
# most archives of articles). A statement with a trigger can be undone by itself, and before each FTS5 writes down what it holds: 400
# articles become 400 segments of the index, which later inserts have to merge. It says nothing, it costs.
# Seen (SQLite 3.50.4 by apsw, merging off so that one can count): 400 segments of 338,357 bytes by a trigger, one of 126,347 without
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q apsw==3.50.4.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import random

import apsw

TABLES = """
    CREATE TABLE articles (id INTEGER PRIMARY KEY, text TEXT);
    CREATE VIRTUAL TABLE search USING fts5(text, content='articles', content_rowid='id');
    INSERT INTO search (search, rank) VALUES ('automerge', 0);
    INSERT INTO search (search, rank) VALUES ('crisismerge', 1000);
"""
TRIGGER = "CREATE TRIGGER come AFTER INSERT ON articles BEGIN INSERT INTO search (rowid, text) VALUES (new.id, new.text); END"


def segments(by_trigger):
    db = apsw.Connection(":memory:")
    db.execute(TABLES + (TRIGGER if by_trigger else ""))
    draw = random.Random(1)
    db.execute("BEGIN")
    for number in range(1, 401):
        text = " ".join(f"w{draw.randrange(2000)}" for _ in range(100))
        db.execute("INSERT INTO articles VALUES (?, ?)", (number, text))
        if not by_trigger:
            db.execute("INSERT INTO search (rowid, text) VALUES (?, ?)", (number, text))
    db.execute("COMMIT")
    return db.execute("SELECT (SELECT count(DISTINCT segid) FROM search_idx), sum(length(block)) FROM search_data").fetchall()[0]


seen = segments(True), segments(False)
print(apsw.sqlite_lib_version(), seen)
assert seen[0][0] == 400 and seen[1][0] == 1
assert seen[0][1] > 2 * seen[1][1]
PYTHON
