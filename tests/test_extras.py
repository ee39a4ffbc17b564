"""What an extra that is missing requires, and which command brings it here."""

import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from newscrawler import plugins

ROOT = Path(__file__).parent.parent
STATED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def parts(requirement):
    return set(re.split(r",|(?=[<>=])", requirement.replace(" ", "")))


@pytest.mark.parametrize("extra", STATED)
def test_an_extra_requires_what_the_project_states_with_its_bounds(extra):
    found = [parts(each) for each in plugins.shipped_requirements(extra)]
    assert sorted(map(sorted, found)) == sorted(sorted(parts(each)) for each in STATED[extra])


@pytest.fixture
def at(monkeypatch, tmp_path):
    """An environment: with pip or without, made by `uv tool` or not."""

    def made(*, pip=True, receipt=None, origin=None):
        if receipt is not None:
            (tmp_path / "uv-receipt.toml").write_text(receipt, encoding="utf-8")
        monkeypatch.setattr(sys, "prefix", str(tmp_path))
        monkeypatch.setattr(sys, "executable", "/opt/my news/bin/python")
        monkeypatch.setattr("importlib.util.find_spec", lambda name: name if pip else None)
        kind = type(metadata.distribution("newscrawler"))
        real = kind.read_text
        stated = {"direct_url.json": json.dumps(origin)}
        monkeypatch.setattr(kind, "read_text", lambda self, name: stated.get(name) or real(self, name))

    return made


def test_the_command_is_of_the_environment_that_runs(at):
    at()
    assert plugins.how_to_install("parquet") == "'/opt/my news/bin/python' -m pip install 'pyarrow>=18'"


def test_an_environment_without_pip_is_uvs(at):
    at(pip=False)
    said = "uv pip install --python '/opt/my news/bin/python' 'pyarrow>=18'"
    assert plugins.how_to_install("parquet") == said


RECEIPT = '[tool]\nrequirements = [{ name = "newscrawler", extras = ["redis", "s3"], directory = "/src/my news" }]\n'


def test_a_tool_of_uvs_is_installed_again_with_the_extras_that_it_has(at):
    at(receipt=RECEIPT, origin={"url": "file:///src/my%20news", "dir_info": {}})
    assert plugins.how_to_install("parquet") == "uv tool install '/src/my news[parquet,redis,s3]'"


@pytest.mark.parametrize(
    ("receipt", "origin"),
    [
        (RECEIPT, {"url": "https://news.example/x.git", "vcs_info": {}}),
        (RECEIPT, {"url": "file:///x.whl", "archive_info": {}}),
        ("[tool", {"url": "file:///src", "dir_info": {}}),
    ],
)
def test_a_tool_of_no_folder_has_its_packages_installed(at, receipt, origin):
    at(receipt=receipt, origin=origin)
    assert plugins.how_to_install("parquet").endswith("-m pip install 'pyarrow>=18'")


def test_where_nothing_was_installed_the_projects_file_says_it(monkeypatch):
    def none(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", none)
    assert plugins.how_to_install("s3") == "the packages of the extra [s3] in pyproject.toml"


def test_nobody_is_told_to_install_another_projects_newscrawler():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "newscrawler").rglob("*.py")]
    wrong = re.compile(r"newscrawler\[|(?:(?:pipx?|tool) install|uv add|uvx)(?: -\S+)* ['\"]?newscrawler\b")
    found = [f"{each.name}: {hit[0]}" for each in pages for hit in wrong.finditer(each.read_text(encoding="utf-8"))]
    assert found == []
