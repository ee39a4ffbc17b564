"""What the documents promise is there, and what is there is documented."""

import fnmatch
import re
import runpy
import tomllib
from dataclasses import fields
from pathlib import Path

import click
import pytest

from newscrawler.cli import main, options
from newscrawler.config import Config, parse_config
from newscrawler.reports.sql_functions import add_functions
from newscrawler.sources import ENDPOINT_KINDS, SOURCE_KINDS, parse_catalogue, shipped_catalogue
from newscrawler.storage.schema import docs as schema_docs

ROOT = Path(__file__).parent.parent
TOPS = ("benchmarks", "docs", "findings", "newscrawler", "tests")
README = (ROOT / "README.md").read_text(encoding="utf-8")
reference = runpy.run_path(str(ROOT / "docs" / "reference.py"))


@pytest.mark.parametrize("page", reference["PAGES"])
def test_reference_pages_are_current(page):
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == reference["PAGES"][page](), (
        "run: uv run python docs/reference.py"
    )


@pytest.mark.parametrize("path", reference["FILES"], ids=lambda path: str(path.relative_to(ROOT)))
def test_written_files_are_current(path):
    assert path.read_text(encoding="utf-8") == reference["FILES"][path](), "run: uv run python docs/reference.py"


def commands(command=main, path=()):
    yield path, command
    if isinstance(command, click.Group):
        for name, each in command.commands.items():
            yield from commands(each, (*path, name))


def test_every_verb_and_option_has_help():
    for path, command in commands():
        assert command.help, path
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (path, parameter.name)


def test_dates_are_one_language_in_every_verb():
    dated = [(path, each) for path, command in commands() for each in command.params if each.name in ("since", "until")]
    verbs = {path[-1] for path, _ in dated}
    assert verbs == {"crawl", "backfill", "search", "export", "stories", "events", "reprocess", "archivist"}
    for path, option in dated:
        assert isinstance(option.type, options.Day), path
        assert f"({options.DAYS})." in option.help, path
        assert option.metavar == "DATE|SPAN", path


def test_every_column_is_in_the_tables_page(archive):
    text = (ROOT / "docs" / "tables.md").read_text(encoding="utf-8")
    tables = {each for each in archive.db.table_names() if not each.startswith(("articles_fts", "_sqlite"))}
    pages = dict(re.findall(r"^## ([\w ]+)\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert pages.keys() == tables | {"articles_fts", "Views", "Canned queries"}
    for table in sorted(tables):
        body = pages[table]
        columns = {name for _, name, *_ in archive.db.execute(f"PRAGMA table_info({table})").fetchall()}
        assert columns == set(re.findall(r"^\| `(\w+)`", body, re.MULTILINE)), table


def test_every_column_of_a_view_is_described(archive):
    described = {view.name: [column.name for column in view.columns] for view in schema_docs.views()}
    assert described.keys() == set(archive.db.view_names())
    for name, columns in described.items():
        assert columns == [row[1] for row in archive.db.execute(f"PRAGMA table_info({name})").fetchall()]


def test_examples_run(archive):
    add_functions(archive.db.conn)
    for table in (*schema_docs.tables(), *schema_docs.views()):
        if table.example:
            archive.db.execute(table.example).fetchall()


def test_the_readmes_settings_are_all_of_them():
    block = re.search(r"```toml\n(archive = .*?)```", README, re.DOTALL)[1]
    assert set(tomllib.loads(block)) == {each.name for each in fields(Config)}
    parse_config(block)


def test_the_first_command_has_the_extra_that_is_recommended():
    first = re.search(r"```sh\n(.*)", README)[1]
    assert f"{re.search(r'&& (uv run .*?) newscrawler', first)[1]} newscrawler demo`" in README, "where pip refuses, too"
    assert "--extra semantic" in first


def test_the_readmes_commands_exist():
    blocks = "".join(re.findall(r"```sh\n(.*?)```", README, re.DOTALL))
    verbs = set(re.findall(r"^(?:.*\| )?newscrawler (\w+)", blocks, re.MULTILINE))
    assert verbs >= {"crawl", "search", "show", "sql", "save", "serve", "schedule", "status"}
    assert verbs <= set(main.commands)


def test_the_catalogue_page_is_true():
    text = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    parse_catalogue(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1], "docs/catalogue.md")
    for kind in (*SOURCE_KINDS, *ENDPOINT_KINDS):
        assert f"`{kind}`" in text


def test_the_numbers_of_sources_are_true():
    assert f"from the {len(shipped_catalogue())} sources that come with it" in README
    sources = shipped_catalogue()
    languages = {language for source in sources for language in source.languages}
    countries = {source.country for source in sources}
    assert f"{len(sources)} of {len(countries)} countries in {len(languages)} languages" in README


def test_every_dependency_has_its_reason_and_its_pin():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"^dependencies = \[\n(.*?)^\]", text, re.DOTALL | re.MULTILINE)[1]
    listed = [line.strip() for line in block.splitlines() if line.strip().startswith('"')]
    assert all(re.search(r'",\s+# \w', line) for line in listed), "a dependency without a reason"
    pins = tomllib.loads(text)["tool"]["uv"]["constraint-dependencies"]
    pinned = {re.sub(r"[-_.]+", "-", pin.partition("==")[0].lower()) for pin in pins}
    named = {re.sub(r"[-_.]+", "-", re.match(r'"([\w.-]+)', line)[1].lower()) for line in listed}
    assert named <= pinned
    assert [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")] == pins


def test_nothing_names_a_registry_or_a_path_of_this_machine():
    import subprocess

    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    for name in files:
        text = (ROOT / name).read_bytes().decode("utf-8", "replace")
        assert not re.search(r"find-links|index-url|pypi\.org|/(?:root|work)/", text) or name == "tests/test_docs.py", name
    assert "uv.lock" not in files


def test_the_files_that_documents_name_are_there():
    """By the end of their path, as `storage/archive.py`; a name in capitals stands for any."""
    there = [f"/{each.relative_to(ROOT).as_posix()}" for top in TOPS for each in (ROOT / top).rglob("*")]
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *(ROOT / "docs").glob("*.md")]
    path = re.compile(r"`((?:[a-z_.-]+/)+[a-z0-9_.*-]+\.(?:py|toml|sql|sh))`")
    named = {(page.name, end) for page in pages for end in path.findall(page.read_text(encoding="utf-8"))}
    assert len(named) > 50
    assert [(page, end) for page, end in sorted(named) if not fnmatch.filter(there, f"*/{end}")] == []


def test_no_document_holds_a_placeholder():
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")]:
        assert not re.search(r"\b(?:FIGURES|TODO|TBD|XXX|FIXME)\b", path.read_text(encoding="utf-8")), path


def test_the_schemas_words_name_rooms_that_are_there():
    """A released migration keeps its comments; where the code has moved, `schema_docs` says where to."""
    texts = [each.description for table in schema_docs.tables() for each in (table, *table.columns)]
    named = set(re.findall(r"\((\w+(?:\.\w+)+)\)", " ".join(texts)))
    package = ROOT / "newscrawler"
    assert {"revisions.changes", "storage.sites.profiles"} <= named
    paths = {each: package / each.replace(".", "/") for each in named}
    assert [
        each for each, at in paths.items() if not (at.with_suffix(".py").exists() or at.parent.with_suffix(".py").exists())
    ] == []
