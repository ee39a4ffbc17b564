"""A project of one's own, as docs/extending.md has it, file by file: built, run against the demo newspaper."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from conftest import NOW, database

from newscrawler import plugins
from newscrawler.demo.site import Answer
from newscrawler.discovery.endpoints import parse_endpoint
from newscrawler.errors import ConfigError, FailureKind, SourceError
from newscrawler.sources import parse_catalogue

PAGE = (Path(__file__).parent.parent / "docs" / "extending.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```\w+\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))


@pytest.fixture
def project(web, tmp_path):
    """The project's folder, and how to run something in it as if it were installed."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "mynews" / "__init__.py").touch()
    groups = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"]
    about = tmp_path / "mynews-1.0.dist-info"  # what an installer writes
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.4\nName: mynews\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "\n".join(
            f"[{group}]\n" + "\n".join(f"{name} = {where}" for name, where in each.items()) for group, each in groups.items()
        )
    )
    (tmp_path / "newscrawler.toml").write_text(
        'allow_networks = ["127.0.0.0/8"]\nshipped_catalogue = false\ncatalogues = ["mine.toml"]\ndelay = 0\nworkers = 1\n'
    )
    (tmp_path / "mine.toml").write_text(
        f'[gazette]\nname = "Gazette"\nhome = "{web.gazette}/"\nkind = "newspaper"\n'
        f'endpoints = [{{kind = "csv", url = "{web.gazette}/list.csv"}}]\n'
    )

    def run(*command):
        done = subprocess.run(
            [sys.executable, "-m", *command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "SCRAPY_SETTINGS_MODULE": "mynews.settings"},
        )  # fmt: skip
        assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
        return done.stdout

    return tmp_path, run


def test_a_spider_and_a_pipeline_of_ones_own(project, web):
    folder, run = project
    run("scrapy", "crawl", "bulletins", "-a", f"start={web.gazette}/", "-L", "ERROR")
    with database(folder / "archive" / "news.db") as db:
        titles = [title for (title,) in db.execute("SELECT title FROM articles ORDER BY id")]
        assert db.execute("SELECT command, exit_code FROM runs").fetchall() == [("scrapy crawl bulletins", 0)]
        assert db.execute("SELECT DISTINCT source_id FROM articles").fetchall() == [("gazette",)]
    assert "Harbour states agree joint frigate patrols in the northern strait" in titles
    assert sorted((folder / "headlines.txt").read_text().splitlines()) == sorted(titles)
    assert run("scrapy", "list").split() == ["bulletins", "news"]


def test_an_endpoint_kind_and_an_extractor_of_ones_own(project, web):
    folder, run = project
    listed = f"{web.gazette}/en/frigates-patrol,2026-11-21,Frigates\n".encode()
    web.extra[("127.0.0.1", "/list.csv")] = Answer(200, "text/csv", listed)
    run("newscrawler", "crawl", "--set", "DOWNLOAD_DELAY=0")
    with database(folder / "archive" / "news.db") as db:
        [(text, extractor)] = db.execute("SELECT text, extractor FROM articles").fetchall()
    assert extractor == "bulletin"
    assert all("patrol" in line for line in text.split("\n"))


@pytest.fixture
def offered(monkeypatch):
    """Entry points as if a package had them."""

    def offer(group, **values):
        points = [EntryPoint(name, value, group) for name, value in values.items()]
        monkeypatch.setattr(plugins, "entry_points", lambda group: [each for each in points if each.group == group])
        plugins.installed.cache_clear()

    yield offer
    monkeypatch.undo()
    plugins.installed.cache_clear()


def test_a_package_that_cannot_be_imported_is_named(offered):
    offered(plugins.ENDPOINT_KINDS, csv="nowhere.at_all:parse")
    with pytest.raises(ConfigError, match=r"entry point csv of newscrawler\.endpoint_kinds: nowhere\.at_all:parse cannot"):
        plugins.installed(plugins.ENDPOINT_KINDS)


def test_what_is_no_function_is_named(offered):
    offered(plugins.EXTRACTORS, one="newscrawler:__version__")
    with pytest.raises(ConfigError, match="newscrawler:__version__ is no function"):
        plugins.installed(plugins.EXTRACTORS)


def test_a_kind_that_nobody_offers_is_none():
    text = '[a]\nname = "A"\nhome = "https://a.example/"\nkind = "wire"\nendpoints = [{kind = "csv", url = "https://a.example/l"}]'
    with pytest.raises(SourceError, match="csv"):
        parse_catalogue(text, "mine.toml")


def test_a_parser_that_returns_something_else_is_that_endpoints_failure(offered):
    offered(plugins.ENDPOINT_KINDS, csv="newscrawler.text:visible")
    plugins.installed(plugins.ENDPOINT_KINDS)["csv"] = lambda *_: "links"
    found = parse_endpoint("csv", b"", "https://a.example/l", NOW)
    assert (found.failure.kind, "returned str, not Discovery" in found.failure.reason) == (FailureKind.BUG, True)
