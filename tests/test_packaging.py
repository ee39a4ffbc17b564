"""What a wheel and an sdist hold, what they say of themselves, and the pages that a wheel's user can read."""

import ast
import re
import tarfile
import tomllib
import zipfile
from email import message_from_string
from pathlib import Path

import pytest
from click.testing import CliRunner
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

from newscrawler import __version__
from newscrawler.cli import main
from newscrawler.cli.help import pages

ROOT = Path(__file__).parent.parent

TOP = {
    ".dockerignore", "Dockerfile", "compose.yaml", "kubernetes.yaml",
    ".ci", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "NOTICE", "PKG-INFO", "README.md",
    "SECURITY.md", "archive", "benchmarks", "constraints.txt", "docs", "findings", "newscrawler", "pyproject.toml", "scrapy.cfg", "tests",
}  # fmt: skip
PACKAGE = ROOT / "newscrawler"


def on_disk(*folders):
    found = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    [path] = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(path) as file:
        yield file


def test_a_wheel_holds_the_package_and_the_pages(wheel):
    files = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert files == on_disk("newscrawler") | {f"newscrawler/docs/{name}.md" for name in pages()}


def test_an_sdist_holds_what_the_tests_need_and_nothing_else(tmp_path):
    [path] = SdistBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(path) as file:
        names = {name.partition("/")[2] for name in file.getnames()}
    assert {name.partition("/")[0] for name in names} == TOP
    assert {name for name in names if name.startswith(("newscrawler/", "tests/", "docs/", "benchmarks/"))} == on_disk(
        "newscrawler", "tests", "docs", "benchmarks"
    )


def test_a_wheel_says_what_it_is(wheel):
    [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = message_from_string(wheel.read(name).decode("utf-8"))
    assert metadata["Version"] == __version__
    assert (metadata["License-Expression"], metadata.get_all("License-File")) == ("Apache-2.0", ["LICENSE", "NOTICE"])
    assert {name.rpartition("licenses/")[2] for name in wheel.namelist() if "licenses/" in name} == {"LICENSE", "NOTICE"}
    assert "](" not in metadata.get_payload()  # a link of a description leads nowhere
    assert set(re.findall(r"^    newscrawler (\w+)", metadata.get_payload(), re.MULTILINE)) <= set(main.commands)
    pythons = {each.rpartition(" ")[2] for each in metadata.get_all("Classifier") if re.search(r":: 3\.\d+$", each)}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "tested with Python 3.11, 3.12 and 3.13" in readme
    assert pythons == {"3.11", "3.12", "3.13"}


def test_the_data_of_others_stands_in_the_notice():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "Permission is hereby granted" in notice
    named = {line.split()[0] for line in notice.splitlines() if line.startswith("    newscrawler/")}
    assert all((ROOT / path).is_file() for path in named)
    assert {"newscrawler/relevance/names/cldr.json", "newscrawler/dates/months.json"} <= named


def test_the_version_stands_in_one_place():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" in project["dynamic"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = [
        tuple(map(int, each.split(".")))
        for each in re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", changes, re.MULTILINE)
    ]
    number, _, development = __version__.partition(".dev")
    version = tuple(map(int, number.split(".")))
    assert released == sorted(released, reverse=True)
    assert version > released[0] if development else version == released[0]


def messages():
    """All text of the package that a user may see: files that are no code, and strings that are no docstrings of ours."""
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix != ".py":
            if path.is_file() and path.suffix != ".pyc":
                yield path, path.read_text(encoding="utf-8")
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        commands = path.parent.name == "cli"  # there docstrings are the verbs' help
        documented = (
            (ast.Module, ast.ClassDef) if commands else (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        )
        docstrings = {
            id(each.body[0].value) for each in ast.walk(tree) if isinstance(each, documented) and ast.get_docstring(each)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield path, node.value


def test_messages_name_pages_that_are_installed():
    named = set()
    for path, text in messages():
        assert not re.search(r"\b(?:docs/[\w-]+|CONTRIBUTING|CHANGELOG)\.md", text), (path, text[:200])
        named |= set(re.findall(r"newscrawler help ([\w-]+)", text))
    assert named >= {"search", "tables", "catalogue", "revisions"}
    assert named <= pages().keys()


def test_help_prints_a_page_or_lists_them_or_falls_back_on_the_verbs():
    run = CliRunner().invoke
    listed = run(main, ["help"])
    assert [line.split()[0] for line in listed.stdout.splitlines()] == sorted(pages())
    assert run(main, ["help", "search"]).stdout == pages()["search"]
    assert run(main, ["help", "crawl"]).stdout.startswith("Usage: ")
    unknown = run(main, ["help", "submarines"])
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "`newscrawler help` lists the topics" in unknown.stderr
