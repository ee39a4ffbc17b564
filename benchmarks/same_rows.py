"""Whether two archives hold the same, article by article: what two builds made of the same web.

python benchmarks/same_rows.py ONE/news.db OTHER/news.db
"""

import argparse
import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

# what says where an article stands in its archive and when it came, and not what its page says
PLACES = {"id", "story_id", "first_seen", "last_seen", "page_id", "labels", "import_id", "read_by", "extractor"}
LISTS = {
    "topics": "SELECT topic_id, round(score, 6), terms FROM article_topics WHERE article_id = ? ORDER BY 1",
    "mentions": "SELECT kind, code, count FROM mentions WHERE article_id = ? ORDER BY 1, 2",
    "decision": "SELECT decision, reason FROM verdicts WHERE article_id = ?",
    "fingerprints": "SELECT hash FROM fingerprints WHERE article_id = ? ORDER BY 1",
    "states": "SELECT change, title, text, content_hash FROM revisions WHERE article_id = ? ORDER BY id",
}


def articles(database: Path) -> dict[str, dict[str, str]]:
    """Address key -> column or list -> its value as text."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as db:
        cursor = db.execute("SELECT * FROM articles")
        names = [column[0] for column in cursor.description]
        found = {}
        for row in cursor:
            cells = dict(zip(names, row, strict=True))
            kept = {name: json.dumps(value) for name, value in cells.items() if name not in PLACES}
            lists = {name: json.dumps(db.execute(sql, [cells["id"]]).fetchall()) for name, sql in LISTS.items()}
            found[cells["url_key"]] = kept | lists
    return found


def differences(one: dict[str, dict[str, str]], other: dict[str, dict[str, str]]) -> Counter[str]:
    """How many articles only one of the two has, and how many differ in what, of all that both builds know."""
    found = Counter(
        {"only in the first": len(one.keys() - other.keys()), "only in the second": len(other.keys() - one.keys())}
    )
    for key in one.keys() & other.keys():
        for name in one[key].keys() & other[key].keys():
            found[name] += one[key][name] != other[key][name]
    return +found


def report(one: Path, other: Path) -> str:
    first, second = articles(one), articles(other)
    found = differences(first, second)
    lines = [f"{len(first)} and {len(second)} articles" + ("; all rows are the same" if not found else "")]
    return "\n".join(lines + [f"  {number:6}  {name}" for name, number in found.most_common()])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("one", type=Path, metavar="ONE/news.db")
    parser.add_argument("other", type=Path, metavar="OTHER/news.db")
    given = parser.parse_args()
    for database in (given.one, given.other):
        if not database.is_file():
            parser.error(f"{database}: there is no such file")
    print(report(given.one, given.other))
