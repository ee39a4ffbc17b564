"""Machines that fail: a few rounds of what benchmarks/soak.py makes for minutes."""

import pytest
from rounds import TROUBLES, Rounds

# those that end a crawl, then those that last: all after each other, on one archive
SHORT = ("kill", "SIGTERM to the group", "clock ahead", "clock behind", "full disk", "locked archive")


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    with Rounds(tmp_path_factory.mktemp("rounds") / "world", seed=14, papers=3, hostile=False) as rounds:
        for trouble in SHORT:
            rounds.run(trouble)
        rounds.finish()
        yield rounds


def test_nothing_is_lost_and_nothing_is_there_twice(rounds):
    assert (rounds.lost(), rounds.twice()) == ([], [])


def test_nothing_false_is_said_of_papers_that_changed_no_word(rounds):
    assert rounds.false_revisions() == []


def test_every_round_keeps_its_promises(rounds):
    assert [each for done in rounds.rounds for each in done.broken] == []
    assert {done.trouble for done in rounds.rounds} == {*SHORT, "none"} <= set(TROUBLES)


def test_every_record_is_readable(rounds):
    assert rounds.unreadable() == []


def test_no_clock_leaves_anything_in_a_far_future(rounds):
    """After a step of 400 days ahead and one back: all is due within what the slowest schedule of ours plans."""
    for column, table in (("next_poll", "endpoints"), ("next_try", "links"), ("next_visit", "revisits")):
        now = "(SELECT started FROM runs ORDER BY id DESC LIMIT 1)"
        far = rounds._rows(f"SELECT count(*) FROM {table} WHERE julianday({column}) > julianday({now}) + 40")
        assert far == [(0,)], table
    asked = rounds._rows(
        "SELECT count(*) FROM endpoints WHERE last_polled >= (SELECT started FROM runs ORDER BY id DESC LIMIT 1)"
    )
    assert asked == [(3,)]  # the last crawl asked them all
