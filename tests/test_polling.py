from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from newscrawler.polling import CEILING, FIRST, FLOOR, jitter, next_interval, next_poll

NOW = datetime(2026, 11, 22, tzinfo=UTC)
spans = st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=900))


@given(spans, st.integers(0, 10_000), st.integers(0, 1_000), st.text(max_size=50))
def test_never_too_soon_and_never_too_late(previous, links_new, failures, name):
    wait = next_poll(NOW, previous=previous, links_new=links_new, failures=failures, name=name) - NOW
    assert FLOOR * 0.89 <= wait <= CEILING * 1.11


def test_links_make_it_faster_and_silence_slower():
    hour = timedelta(hours=1)
    assert next_interval(hour, links_new=3, failures=0) < hour < next_interval(hour, links_new=0, failures=0)
    assert next_interval(None, links_new=0, failures=0) == FIRST


def test_failures_double_the_wait_up_to_a_day():
    waits = [next_interval(timedelta(hours=1), links_new=0, failures=n) for n in range(1, 12)]
    assert waits == sorted(waits)
    assert waits[1] == 2 * waits[0]
    assert waits[-1] == CEILING


def test_jitter_is_the_same_each_time_and_differs_between_endpoints():
    names = [f"https://{n}.example/feed" for n in range(100)]
    assert [jitter(name) for name in names] == [jitter(name) for name in names]
    assert len({round(jitter(name), 4) for name in names}) > 90
