#!/usr/bin/env bash
# Datasette's metadata can hide tables that are of no interest, and datasette-graphql leaves them out of its schema, as one would think.
# datasette-graphql 2.2 on Datasette 0.65.5 still makes a field for every foreign key that points at a table, those of hidden tables too,
# and finds no type for it: each query, about whichever table, is answered with 500.
# Whom it concerns: archives that hide their auxiliary tables, as newscrawler's metadata.json does; without that file GraphQL works.
# Seen: 200 without metadata, 500 with the auxiliary table hidden
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q datasette==0.65.5 datasette-graphql==2.2 setuptools==80.10.2
cd "$folder"
cat > ask.py <<'PYTHON'
import asyncio
import sqlite3
import sys

from datasette.app import Datasette

with sqlite3.connect("news.db") as db:
    db.execute("CREATE TABLE IF NOT EXISTS articles (id INTEGER PRIMARY KEY, title TEXT)")
    db.execute("CREATE TABLE IF NOT EXISTS article_steps (id INTEGER PRIMARY KEY, article_id INTEGER REFERENCES articles (id))")
    db.execute("INSERT OR IGNORE INTO articles VALUES (1, 'Frigates sail')")
db.close()


async def status(metadata):
    datasette = Datasette(["news.db"], metadata=metadata)
    await datasette.invoke_startup()
    answer = await datasette.client.post("/graphql/news", json={"query": "{ articles { nodes { title } } }"})
    return answer.status_code


hidden = {"databases": {"news": {"tables": {"article_steps": {"hidden": True}}}}}
seen = asyncio.run(status(hidden if "hidden" in sys.argv else None))
print(seen)
assert seen == (500 if "hidden" in sys.argv else 200)
PYTHON
# a process each: it keeps the schema that it made first
"$folder/env/bin/python" ask.py
"$folder/env/bin/python" ask.py hidden 2>/dev/null
