"""Whoever calls the command with its streams closed, from a folder that is gone, or for a file that is an archive's own."""

import shutil
import subprocess
import sys

import pytest
from conftest import command, environment


@pytest.fixture
def folder(demo_run, tmp_path):
    shutil.copytree(demo_run / "demo-archive", tmp_path / "archive")
    return tmp_path


@pytest.mark.parametrize(
    ("closed", "arguments", "code", "told"),
    [
        ("0<&-", "import -", 1, "-: nothing is in it"),
        ("0<&-", "extract -", 1, "no article"),
        ("1>&-", "export - --format jsonl", 0, "article"),
        ("1>&-", "page 1", 0, ""),
        ("0<&- 1>&- 2>&-", "search frigat*", 0, ""),
    ],
)
def test_streams_that_are_closed_are_open_to_nothing(folder, closed, arguments, code, told):
    call = f"exec {sys.executable} -m newscrawler {arguments} {closed}"
    done = subprocess.run(call, shell=True, cwd=folder, capture_output=True, text=True, check=False, env=environment())
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (code, True, False), done.stderr


def test_no_file_has_the_number_of_a_stream_that_is_closed(folder):
    code = (
        "import subprocess, sys; from newscrawler.__main__ import _open_streams; _open_streams()\n"
        "opened = open('three'); told = [opened.fileno()]\n"
        "child = [sys.executable, '-c', 'import os; [os.fstat(each) for each in range(3)]; print(\\'well\\', file=open(\\'told\\', \\'w\\'))']\n"
        "assert opened.fileno() > 2; subprocess.run(child, check=True)"
    )
    (folder / "three").touch()
    subprocess.run(["sh", "-c", 'exec "$0" -c "$1" <&- >&- 2>&-', sys.executable, code], cwd=folder, check=True)
    assert (folder / "told").read_text() == "well\n"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (f"status --archive {'x' * 300}", "File name too long; name another place"),
        ("search frigate --archive ../archive", "not there any more; change into another"),
    ],
)
def test_places_that_cannot_be_are_said_in_a_line(folder, call, told):
    away = "mkdir gone; cd gone; rmdir ../gone; " if "../" in call else ""
    done = subprocess.run(
        f"{away}exec {sys.executable} -P -m newscrawler {call}",
        shell=True, cwd=folder, capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert (done.returncode, len(done.stderr.splitlines()), told in done.stderr) == (1, 1, True), done.stderr


@pytest.mark.parametrize("verb", [("crawl", "--log"), ("watch", "--log"), ("watch", "--metrics")])
@pytest.mark.parametrize("name", ["news.db", "news.db-wal", "desk.db", ".lock", "pages/a.log"])
def test_no_log_and_no_figures_go_into_an_archives_own_files(folder, verb, name):
    before = (folder / "archive" / "news.db").read_bytes()
    done = command(*verb, f"archive/{name}", cwd=folder)
    assert (done.returncode, f"archive/{name} is a part of the archive in" in done.stderr) == (1, True), done.stderr
    assert (folder / "archive" / "news.db").read_bytes() == before
    assert not (folder / "archive" / "pages" / "a.log").exists()
