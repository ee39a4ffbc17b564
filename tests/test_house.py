"""The house rules that can be counted: how long, how many, and whether it is said."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "newscrawler"
LONGEST_FUNCTION, LONGEST_FILE = 50, 400  # lines
MOST_PARAMETERS, MOST_WITH_MORE = 5, 12
MOST_AT_THE_ROOT = 11  # modules
LARGEST_ROOM = 0.15  # of the package's lines
ROOMS_WITH_RECORDS = {"reports", "search", "web", "cli"}

# what does not keep a rule yet; an entry that is no longer needed fails, so that this list only shrinks
ALLOWED: dict[str, set[str]] = {
    "long": set(),
    "raises": set(),
    "dicts": set(),
    "root": set(),
    "rooms": set(),
}


def sources():
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


def functions(text, prefix=""):
    """(qualified name, node) of every function of a module, nested ones left out."""
    tree = ast.parse(text) if isinstance(text, str) else text
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{prefix}{node.name}", node


def every_function():
    for file, text in sources():
        for name, node in functions(text):
            yield f"{file}:{name}", node


def parameters(node):
    every = [*node.args.posonlyargs, *node.args.args, node.args.vararg, *node.args.kwonlyargs, node.args.kwarg]
    return [each.arg for each in every if each and each.arg not in ("self", "cls")]


def is_command(node):
    """Whether it is a verb of the command line: its docstring is the help that users read."""
    return any(re.search(r"\.(command|group)\(", ast.unparse(each)) for each in node.decorator_list)


def own_nodes(node):
    """What a function does itself: nested functions left out, and what it tries and may catch."""
    waiting = list(node.body)
    while waiting:
        each = waiting.pop()
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            continue
        yield each
        tried = each.body if isinstance(each, ast.Try) and each.handlers else []
        waiting.extend(child for child in ast.iter_child_nodes(each) if child not in tried)


def is_private(name):
    return any(part.startswith("_") for part in name.partition(":")[2].split("."))


def raising(found):
    """Names of functions that raise, themselves or by a private one of the same module that they name."""
    found = dict(found)

    def private(name):
        file, _, inner = name.partition(":")
        for each in own_nodes(found[name]):
            if isinstance(each, ast.Name):
                named = f"{file}:{each.id}"
            elif isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self":
                named = f"{file}:{inner.rpartition('.')[0]}.{each.attr}"
            else:
                continue
            if named in found and is_private(named):
                yield named

    def raises(name, above=()):
        if any(isinstance(each, ast.Raise) and each.exc is not None for each in own_nodes(found[name])):
            return True
        return any(raises(each, (*above, name)) for each in private(name) if each not in above and each != name)

    return {name for name in found if raises(name)}


def long_functions(found):
    return {name for name, node in found if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION}


def silent_about_errors(found):
    """Public functions that raise and whose docstrings do not say what, or that they never do."""
    does = raising(found)
    return {
        name
        for name, node in found
        if name in does
        and not is_private(name)
        and not is_command(node)
        and not re.search(r"\braises\b", ast.get_docstring(node) or "", re.IGNORECASE)
    }


def with_dicts(found):
    return {
        name
        for name, node in found
        if name.partition("/")[0] in ROOMS_WITH_RECORDS
        and node.returns is not None
        and "dict[str, Any]" in ast.unparse(node.returns)
    }


RULES = {"long": long_functions, "raises": silent_about_errors, "dicts": with_dicts}


@pytest.mark.parametrize("rule", RULES)
def test_every_function_keeps_the_rules(rule):
    found = RULES[rule](list(every_function()))
    assert found - ALLOWED[rule] == set()
    assert ALLOWED[rule] - found == set(), "mended: take it off the list"


def test_few_functions_have_many_parameters():
    many = {name: len(parameters(node)) for name, node in every_function() if len(parameters(node)) > MOST_PARAMETERS}
    assert len(many) <= MOST_WITH_MORE, many


def test_no_file_is_long():
    assert {file: n for file, text in sources() if (n := text.count("\n")) > LONGEST_FILE} == {}


def test_few_modules_stand_at_the_root():
    found = {file for file, _ in sources() if "/" not in file and not file.startswith("__")}
    assert ALLOWED["root"] <= found, "moved: take it off the list"
    assert len(found - ALLOWED["root"]) <= MOST_AT_THE_ROOT, found


def test_no_room_is_too_large():
    lines = Counter()
    for file, text in sources():
        lines[file.partition("/")[0]] += text.count("\n")
    large = {room: share for room, count in lines.items() if (share := count / lines.total()) > LARGEST_ROOM}
    assert set(large) == ALLOWED["rooms"], large


def test_the_rules_catch_a_breach():
    """The test itself can fail."""
    body = "    x = 1\n" * LONGEST_FUNCTION
    found = [
        (f"web/bad.py:{name}", node)
        for name, node in functions(
            f"def long():\n{body}\n"
            "def silent():\n    if 1:\n        raise ValueError('x')\n"
            "def said():\n    'Raises ValueError always.'\n    raise ValueError('x')\n"
            "def _inner():\n    raise ValueError('x')\n"
            "def outer():\n    return _inner()\n"
            "def careful():\n    try:\n        return _inner()\n    except ValueError:\n        return None\n"
            "class Room:\n    def cells(self) -> list[dict[str, Any]]:\n        return []\n"
        )
    ]
    assert long_functions(found) == {"web/bad.py:long"}
    assert silent_about_errors(found) == {"web/bad.py:silent", "web/bad.py:outer"}
    assert with_dicts(found) == {"web/bad.py:Room.cells"}
