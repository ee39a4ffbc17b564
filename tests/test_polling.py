import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.scheduling.polling import (
    CEILING,
    FIRST,
    FLOOR,
    FROZEN_CEILING,
    RECENT,
    STEP,
    Rhythm,
    Standing,
    is_full_look,
    jitter,
    learn,
    next_interval,
    next_poll,
)  # fmt: skip

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)  # a Wednesday
HOUR = timedelta(hours=1)


def watched(each: timedelta, links: int, days: int = 10, *, hours=range(24)) -> tuple[Rhythm, datetime]:
    """The rhythm of an endpoint that brought so many links at each look, within some hours of the day."""
    rhythm, at = Rhythm(), NOW - timedelta(days=days)
    while at < NOW:
        at += each
        rhythm = learn(rhythm, at, links if at.hour in hours else 0)
    return rhythm, at


@given(
    st.lists(st.tuples(st.timedeltas(timedelta(minutes=1), timedelta(days=3)), st.integers(0, 10_000)), max_size=12),
    st.integers(0, 1_000),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=900)),
    st.timedeltas(timedelta(0), timedelta(days=900)),
    st.text(max_size=50),
)
def test_never_too_soon_and_never_too_late(looks, failures, hint, idle, name):
    rhythm, at = Rhythm(), NOW
    for wait, links in looks:
        at += wait
        rhythm = learn(rhythm, at, links)
    wait = next_poll(rhythm, at, Standing(failures, hint, idle), name=name) - at
    assert FLOOR * 0.89 <= wait <= FROZEN_CEILING * 1.11
    assert Rhythm.from_json(rhythm.to_json()).until == rhythm.until


def test_links_make_it_faster_and_silence_slower():
    busy, quiet = watched(HOUR, 4)[0], watched(timedelta(hours=6), 0)[0]
    assert next_interval(busy, NOW) < HOUR < next_interval(quiet, NOW)
    assert next_interval(Rhythm(), NOW) == FIRST


@given(st.integers(0, 9_000), st.floats(0.3, 6), st.integers(0, 3), st.integers(0, 600), st.sampled_from([0.1, 0.62, 4]))
def test_an_interval_is_what_its_rates_add_up_to(minutes, excited, links, idle, pace):
    """Step by step, by the clock: the definition."""
    rhythm = replace(watched(timedelta(hours=5), links)[0], excited=excited)
    now, waited, gathered = NOW + timedelta(minutes=minutes, seconds=7), timedelta(0), 0.0
    ceiling = min(FROZEN_CEILING, max(CEILING, timedelta(days=idle) / 10))
    while gathered < pace and waited < ceiling:
        boost = 1.0 + (excited - 1.0) * math.exp(-(waited / HOUR) / RECENT)
        gathered += math.sqrt(rhythm.rate(now + waited) * boost) * (STEP / HOUR)
        waited += STEP
    expected = min(ceiling, max(FLOOR, waited))
    assert next_interval(rhythm, now, Standing(idle=timedelta(days=idle)), pace=pace) == expected


def test_a_source_that_works_by_day_is_left_alone_at_night():
    rhythm, at = watched(HOUR, 3, days=21, hours=range(8, 18))
    assert next_interval(rhythm, at.replace(hour=20, minute=0)) > 3 * next_interval(rhythm, at.replace(hour=10, minute=0))


def test_the_first_look_learns_from_the_dates_of_the_items():
    dates = [NOW - timedelta(hours=3 * n) for n in range(40)]
    assert next_interval(learn(Rhythm(), NOW, 40, dates), NOW) < timedelta(hours=3)
    old = [NOW - timedelta(days=400 + n) for n in range(40)]
    assert next_interval(learn(Rhythm(), NOW, 40, old), NOW) > timedelta(hours=1)


def test_a_hint_is_a_floor_that_is_not_believed_without_end():
    busy = watched(timedelta(minutes=20), 10)[0]
    assert next_interval(busy, NOW, Standing(hint=timedelta(minutes=45))) == timedelta(minutes=45)
    assert next_interval(busy, NOW, Standing(hint=timedelta(days=7))) == HOUR
    assert next_interval(Rhythm(), NOW, Standing(hint=timedelta(hours=6))) == timedelta(hours=6)


def test_what_is_silent_for_months_is_looked_at_less_than_daily():
    quiet = watched(timedelta(days=1), 0, days=60)[0]
    assert next_interval(quiet, NOW, Standing(idle=timedelta(days=5))) == CEILING
    assert CEILING < next_interval(quiet, NOW, Standing(idle=timedelta(days=40))) <= FROZEN_CEILING


def test_failures_double_the_wait_up_to_a_day():
    waits = [next_interval(Rhythm(), NOW, Standing(failures=n)) for n in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]
    assert waits[-1] == CEILING


def test_a_clock_that_ran_ahead_spoils_nothing():
    rhythm = learn(learn(Rhythm(), NOW + timedelta(days=30), 3), NOW, 5)
    assert next_interval(rhythm, NOW) <= CEILING


@pytest.mark.parametrize("text", [None, "", "{}", "nonsense", '{"links": [1], "hours": [], "excited": 1, "until": null}'])
def test_a_rhythm_that_cannot_be_read_starts_anew(text):
    assert Rhythm.from_json(text) == Rhythm()


def test_a_conditional_look_is_trusted_for_a_day_and_a_liar_never():
    assert is_full_look(None, NOW, lying=False)
    assert not is_full_look(NOW - HOUR, NOW, lying=False)
    assert is_full_look(NOW - timedelta(days=1), NOW, lying=False)
    assert is_full_look(NOW - HOUR, NOW, lying=True)
    assert is_full_look(NOW + timedelta(days=365), NOW, lying=False)  # the clock ran ahead then


def test_jitter_is_the_same_each_time_and_differs_between_endpoints():
    names = [f"https://{n}.example/feed" for n in range(100)]
    assert [jitter(name) for name in names] == [jitter(name) for name in names]
    assert len({round(jitter(name), 4) for name in names}) > 90
