#!/usr/bin/env bash
# Hits of a full-text index with their snippet, highlight or score in a subquery, and around it a count by source or the best score of each
# day: one would take it for a plain sum over rows that are there. SQLite flattens the subquery into the sum, and FTS5's auxiliary functions
# can be asked only while their own row is at hand: "unable to use function ... in the requested context", an error at run time, though each
# half works by itself, and though the same query without a sum, with DISTINCT or with an order around it works. `LIMIT -1` within, or a
# common table expression AS MATERIALIZED, keeps the rows apart and works. It meets whoever counts, groups or makes JSON of search results
# in SQL over an archive of articles: facets of a search, a feed as json_group_array, the best hit of each source.
# Seen (SQLite 3.50.4 by apsw): bm25, highlight and snippet fail in sums and in subqueries of sums; both remedies work
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q apsw==3.50.4.0
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import apsw

db = apsw.Connection(":memory:")
db.execute("CREATE VIRTUAL TABLE search USING fts5(title, source UNINDEXED)")
db.execute("INSERT INTO search VALUES ('Navy sails', 'Gazette'), ('Navy stays', 'Herald'), ('Army stays', 'Herald')")

ASKED = {"bm25": "bm25(search)", "highlight": "highlight(search, 0, '[', ']')", "snippet": "snippet(search, 0, '[', ']', '', 8)"}
HITS = "SELECT source, {} AS x FROM search WHERE search MATCH 'navy'"
WAYS = {
    "alone": "{hits}",
    "ordered around": "SELECT * FROM ({hits}) ORDER BY x",
    "distinct": "SELECT DISTINCT x FROM ({hits})",
    "summed": "SELECT source, max({asked}) FROM search WHERE search MATCH 'navy' GROUP BY source",
    "summed around": "SELECT source, max(x) FROM ({hits}) GROUP BY source",
    "as JSON": "SELECT json_group_array(x) FROM ({hits})",
    "LIMIT -1 within": "SELECT source, max(x) FROM ({hits} LIMIT -1) GROUP BY source",
    "MATERIALIZED": "WITH hits AS MATERIALIZED ({hits}) SELECT source, max(x) FROM hits GROUP BY source",
}


def answer(sql):
    try:
        return len(db.execute(sql).fetchall())
    except apsw.SQLError as error:
        assert "unable to use function" in str(error) and "in the requested context" in str(error), error
        return "error"


print(apsw.sqlite_lib_version())
for name, asked in ASKED.items():
    seen = {way: answer(sql.format(hits=HITS.format(asked), asked=asked)) for way, sql in WAYS.items()}
    print(name, seen)
    assert {way for way, found in seen.items() if found == "error"} == {"summed", "summed around", "as JSON"}
PYTHON
