"""benchmarks/crawl.py: what it does where what it was given cannot be measured; parts.py: what a look counts for."""

import runpy
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def crawl(monkeypatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    return runpy.run_path(str(FOLDER / "crawl.py"))


def test_a_web_that_does_not_come_up_ends_it_with_what_it_said(crawl, tmp_path):
    web = tmp_path / "web.py"
    web.write_text("import sys; print('first'); sys.exit('no truth.jsonl here')")
    with (
        pytest.raises(SystemExit, match=r"web.py ended with 1 .*: no truth.jsonl here"),
        crawl["served"](web, tmp_path, tmp_path),
    ):
        pass


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--pairs", "0"], "--pairs 0: one or more"),
        (["--against", "no.whl"], "--against no.whl: there is no such file"),
        (["--against", __file__], "not a wheel"),
        (["--web", "no.py"], "--web no.py: there is no such file"),
        (["--pages", "no"], "--pages no: there is no such folder"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_served(crawl, tmp_path, monkeypatch, capsys, words, said):
    monkeypatch.setattr(sys, "argv", ["crawl.py", "--web", __file__, "--pages", str(tmp_path), *words])
    with pytest.raises(SystemExit) as ended:
        crawl["main"]()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stack", "part"),
    [
        ("_work (newscrawler/crawl/processes.py:9);cut (newscrawler/extraction/body.py:1);sub (re/__init__.py:1)", "the article's text"),
        ("prepare (newscrawler/process.py:9);shingled (newscrawler/dedup/fingerprints.py:1);words (newscrawler/text.py:1)",
         "copies and revisions"),
        ("_worker (concurrent/futures/thread.py:83);file (newscrawler/storage/archive.py:1);execute (sqlite_utils/db.py:2)",
         "SQLite: rows"),
        ("prepare (newscrawler/process.py:9);_find_and_load (<frozen importlib._bootstrap>:1165);<module> (lxml/html.py:1)",
         "starting"),
        ('process 1:"python -m newscrawler crawl"', "starting"),
        ("run (newscrawler/reprocess/beside.py:1);execute (sqlite_utils/db.py:2)", "vectors and events"),
        ("run (threading.py:982);_worker (concurrent/futures/thread.py:81)", None),
    ],
)  # fmt: skip
def test_a_look_counts_for_the_innermost_function_that_has_a_part(monkeypatch, stack, part):
    monkeypatch.syspath_prepend(str(FOLDER))
    counted = runpy.run_path(str(FOLDER / "parts.py"))["counted"]
    assert counted([f"{stack} 3\n"]) == ({part: 3} if part else {})
