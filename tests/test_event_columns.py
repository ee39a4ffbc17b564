"""On a terminal the title of a row gets what room the other columns leave; files keep every column."""

import json

import pytest

from newscrawler.cli.output import print_rows

TITLE = "Two navy frigates collide in the Black Sea off Varna, fourteen sailors are hurt and both return to port"
ROWS = [(4, "de en fr", TITLE), (5, "ja", "Pact")]
NAMES = ("event", "spoken", "title")


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_a_title_has_the_room_that_others_leave_and_no_more(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert print_rows(NAMES, ROWS, None, roomy="title") == 2
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) == min(columns, len("event    spoken    ") + len(TITLE))


def test_files_have_titles_whole(capsys):
    assert print_rows(NAMES, ROWS, "json", roomy="title") == 2
    assert json.loads(capsys.readouterr().out)[0] == {"event": 4, "spoken": "de en fr", "title": TITLE}
