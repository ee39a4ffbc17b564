"""review --report: what people's reviews say of the terms, and the weights that are proposed."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from conftest import NOW, candidate, command, lease, reprocess
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.relevance import extend, shipped_lexicon
from newscrawler.relevance.proposals import ReviewedTerm, as_beat, proposals
from newscrawler.reprocess.weighing import changed_decisions
from newscrawler.storage.articles import verdicts

LEXICON = shipped_lexicon()
BEAT = '[topics.bees]\nid = "my:bees"\nlabel = "bees"\n[[terms]]\ntopic = "bees"\nweight = 4\nen = ["bee*", "honey"]\n'
BEES = extend(LEXICON, BEAT, "bees.toml")
HONEY = "The bees of the village made honey. Bees flew over the honey and the bee keeper smiled. "
NAVY = "The navy ordered four frigates with air defence missiles for the war in Ukraine, the defence ministry said. "


def said(term, *, kept, found="keep", times=3):
    return [ReviewedTerm("en", term, kept, found)] * times


@pytest.mark.parametrize(
    ("reviewed", "proposed"),
    [
        (said("bee*", kept=False, times=2), {"bee*": None}),  # chance
        (said("bee*", kept=False), {"bee*": 1.6}),
        (said("bee*", kept=False, times=6), {"bee*": 0.0}),
        (said("bee*", kept=False, times=6) + said("bee*", kept=True, times=1), {"bee*": 1.8}),
        (said("bee*", kept=False) + said("bee*", kept=True, times=4), {"bee*": None}),  # people agree more often
        (said("bee*", kept=True, times=9), {}),
        (said("bee*", kept=False, found="drop", times=9), {}),  # the lexicon said so, too
        (said("frigate*", kept=True, found="drop"), {"frigate*": 4.0}),  # 3 in the lexicon, at most 4
        (said("goalkeeper*", kept=True, found="drop"), {"goalkeeper*": 1.0}),  # speaks against
        (said("no such term", kept=False, times=9), {}),
        (said("Macron", kept=False, times=3), {"Macron": None}),  # under 1 already: a name
        (said("warns", kept=False), {"warns": 1.0}),  # a word of acts
        ([], {}),
    ],
)
def test_weights_that_agree_with_people_are_proposed(reviewed, proposed):
    assert {each.term: each.proposed for each in proposals(BEES, reviewed)} == proposed


def test_the_most_overruled_come_first():
    reviewed = said("honey", kept=False, times=3) + said("bee*", kept=False, times=5)
    assert [(each.term, each.overruled) for each in proposals(BEES, reviewed)] == [("bee*", 5), ("honey", 3)]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["bee*", "honey", "warns", "goalkeeper*"]),
            st.booleans(),
            st.sampled_from(["keep", "review", "drop"]),
        )
    )
)
def test_proposals_are_a_beat_with_weights_within_bounds(rows):
    found = proposals(BEES, [ReviewedTerm("en", *each) for each in rows])
    assert all(each.proposed is None or (0 <= each.proposed <= 4 and each.proposed != each.weight) for each in found)
    text = as_beat(found, "a heading")
    lexicon = extend(BEES, text, "proposed.toml")
    weights = {(term.language, term.text): term.weight for term in (*lexicon.terms, *lexicon.acts)}
    assert all(weights[each.language, each.term] == each.proposed for each in found if each.proposed is not None)


@pytest.fixture
def reviewed(archive, tmp_path):
    """Six articles on bees, kept by a beat and dropped by a person, and one of the navy; the beat and newscrawler.toml."""
    for number in range(6):
        archive.file(
            [candidate(lease(archive, f"https://gazette.example/bees-{number}"), HONEY * (number + 2), title="Bees")]
        )
    archive.file([candidate(lease(archive, "https://gazette.example/navy"), NAVY * 3, title="Navy")])
    (tmp_path / "bees.toml").write_text(BEAT, encoding="utf-8")
    reprocess(archive, judge=True, beat=str(tmp_path / "bees.toml"))
    with archive.transaction():
        verdicts.review(archive.db, range(1, 7), "drop", NOW)
        verdicts.review(archive.db, [7], "keep", NOW)
    (tmp_path / "newscrawler.toml").write_text('beat = "bees.toml"\n', encoding="utf-8")
    return archive


def test_the_effect_on_the_archive_is_that_of_judging_it_anew(reviewed, tmp_path):
    less = '[[terms]]\nweight = 0\nen = ["bee*", "honey"]\n'
    (tmp_path / "less.toml").write_text(BEAT + less, encoding="utf-8")
    changed = extend(BEES, less, "less.toml")
    terms = {("en", "bee*"), ("en", "honey")}
    found = changed_decisions(reviewed.db, (BEES, changed), terms)
    assert found == {("keep", "drop"): 6}
    assert changed_decisions(reviewed.db, (BEES, changed), {("en", "frigate*")}) == {}
    counts = reprocess(reviewed, judge=True, beat=str(tmp_path / "less.toml"))["judge"]
    assert counts["keep to drop"] == 6


def test_the_report_shows_its_effect_before_it_is_written(reviewed, tmp_path):
    folder = reviewed.folder
    reviewed.close()
    shown = command("review", "--report", "--archive", folder, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "7 articles reviewed: 2 terms overruled, other weights proposed for 2" in shown.stderr
    assert "effect on the archive: 6 from keep to drop" in shown.stderr
    assert "--write would put this at the end of bees.toml" in shown.stderr
    assert (tmp_path / "bees.toml").read_text() == BEAT
    listed = json.loads(command("review", "--report", "--json", "--archive", folder, cwd=tmp_path).stdout)
    assert [(each["term"], each["weight"], each["overruled"]) for each in listed] == [("bee*", 4.0, 6), ("honey", 4.0, 6)]
    written = command("review", "--report", "--write", "--archive", folder, cwd=tmp_path)
    assert written.returncode == 0, written.stderr
    assert "written to bees.toml" in written.stderr
    text = (tmp_path / "bees.toml").read_text()
    assert text.startswith(BEAT.rstrip())
    lexicon = extend(LEXICON, text, "bees.toml")
    proposed = {each["term"]: each["proposed"] for each in listed}
    assert {term.text: term.weight for term in lexicon.terms if term.text in proposed} == proposed
    judged = command("reprocess", "--judge", "--archive", folder, cwd=tmp_path)
    assert "6 keep to drop" in judged.stderr


def test_without_a_beat_the_proposal_can_go_into_a_new_one(own_demo, tmp_path):
    found = command("review", "--json", "-n", "1", "--archive", own_demo, cwd=tmp_path)
    assert found.returncode == 0
    command("review", "drop", "1", "--archive", own_demo, cwd=tmp_path)
    chance = command("review", "--report", "--write", "--beat", "new.toml", "--archive", own_demo, cwd=tmp_path)
    assert (chance.returncode, "nothing is written to new.toml" in chance.stderr) == (0, True)
    ids = [str(number) for number in range(1, 10)]
    command("review", "drop", *ids, "--archive", own_demo, cwd=tmp_path)
    shown = command("review", "--report", "--archive", own_demo, cwd=tmp_path)
    assert "--write would put this at the end of your beat's file (--beat FILE)" in shown.stderr
    absent = command("review", "--report", "--beat", "new.toml", "--archive", own_demo, cwd=tmp_path)
    assert "new.toml is not there, or empty" in absent.stderr
    refused = command("review", "--report", "--write", "--archive", own_demo, cwd=tmp_path)
    assert (refused.returncode, "no beat to write; give --beat FILE" in refused.stderr) == (2, True)
    done = command("review", "--report", "--write", "--beat", "new.toml", "--archive", own_demo, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert extend(LEXICON, (tmp_path / "new.toml").read_text(), "new.toml").version != LEXICON.version
    assert "is not there" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "beat", "code", "message"),
    [
        (["--report"], None, 0, "Nobody called an article yet"),
        (["--write"], None, 2, "--write and --beat go with --report"),
        (["keep", "1", "--report"], None, 2, "--report takes no decision; leave out keep"),
        (["--report"], b"colour = 1", 2, "bees.toml: the file: unknown key 'colour'"),
        (["--report"], b"\xff\xfe", 2, "bees.toml: not UTF-8 text, so no file of terms"),
        (["--report"], b'[[terms]]\ntopic = "war"\nweight = 1\nxx = ["a"]', 2, "bees.toml: terms[1]: unknown key 'xx'"),
        (["--report"], b"terms = []", 0, "Nobody called an article yet"),
    ],
)
def test_wrong_input_is_told_in_one_line(own_demo, tmp_path, arguments, beat, code, message):
    if beat is not None:
        (tmp_path / "newscrawler.toml").write_text('beat = "bees.toml"\n')
        (tmp_path / "bees.toml").write_bytes(beat)
    done = command("review", *arguments, "--archive", own_demo, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_beat_that_takes_no_tables_is_named_and_left_alone(own_demo, tmp_path):
    (tmp_path / "bees.toml").write_text('terms = [{ weight = 0, en = ["a"] }]\n')
    command("review", "drop", *map(str, range(1, 10)), "--archive", own_demo, cwd=tmp_path)
    done = command("review", "--report", "--write", "--beat", "bees.toml", "--archive", own_demo, cwd=tmp_path)
    assert done.returncode == 2
    assert "bees.toml: not valid TOML" in done.stderr
    assert (tmp_path / "bees.toml").read_text() == 'terms = [{ weight = 0, en = ["a"] }]\n'


@pytest.fixture
def own_demo(demo_run, tmp_path):
    """The demo's archive, to be written."""
    folder = shutil.copytree(demo_run / "demo-archive", tmp_path / "demo")
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("SELECT count(*) FROM reviews").fetchone() == (0,)
    return folder
