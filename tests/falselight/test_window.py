"""Windows are half-open, aware and in UTC."""

import itertools
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falselight.window import Window, utc

NOON = datetime(2021, 11, 8, 12, tzinfo=UTC)


def test_the_start_belongs_to_a_window_and_the_end_does_not() -> None:
    window = Window(NOON, NOON + timedelta(hours=1))
    assert window.start in window
    assert window.end not in window


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without zone"):
        utc(datetime(2021, 11, 8, 12))


def test_other_zones_become_utc() -> None:
    warsaw = timezone(timedelta(hours=1))
    assert Window(datetime(2021, 11, 8, 13, tzinfo=warsaw), NOON + timedelta(hours=2)).start == NOON


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before"):
        Window(NOON, NOON - timedelta(seconds=1))


@given(st.integers(1, 5000), st.integers(1, 700))
def test_parts_of_a_window_cover_it_without_overlap(minutes: int, step: int) -> None:
    window = Window.before(NOON, timedelta(minutes=minutes))
    parts = list(window.split(timedelta(minutes=step)))
    assert parts[0].start == window.start
    assert parts[-1].end == window.end
    assert all(a.end == b.start for a, b in itertools.pairwise(parts))


def test_the_previous_window_touches_this_one() -> None:
    window = Window.before(NOON, timedelta(days=1))
    assert window.previous().end == window.start
    assert window.previous().length == window.length
