"""Timestamps ↔ datetime."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_protocol.timestamps import datetime_from_timestamp, timestamp_from_datetime


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T02:55:27", datetime(2026, 11, 21, 2, 55, 27, tzinfo=UTC)),
        ("2026-11-21T02:55:27.5", datetime(2026, 11, 21, 2, 55, 27, 500_000, tzinfo=UTC)),
        ("2026-11-21T02:55:27Z", datetime(2026, 11, 21, 2, 55, 27, tzinfo=UTC)),
        ("2026-11-21T03:55:27+01:00", datetime(2026, 11, 21, 2, 55, 27, tzinfo=UTC)),
        (" 2026-11-21T02:55:27\n", datetime(2026, 11, 21, 2, 55, 27, tzinfo=UTC)),
    ],
)
def test_text_is_universal_time_unless_it_says_otherwise(text, moment):
    found = datetime_from_timestamp(text)
    assert found == moment
    assert found is not None
    assert found.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00", "02:55:27"])
def test_what_is_no_time_is_none(text):
    assert datetime_from_timestamp(text) is None


def test_a_moment_is_written_in_universal_time_without_a_zone():
    moment = datetime(2026, 11, 21, 3, 55, 27, tzinfo=timezone(timedelta(hours=1)))
    assert timestamp_from_datetime(moment) == "2026-11-21T02:55:27.000"


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        timestamp_from_datetime(datetime(2026, 11, 21))


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_survives_to_the_millisecond(moment):
    found = datetime_from_timestamp(timestamp_from_datetime(moment))
    assert found is not None
    assert abs(moment - found) < timedelta(milliseconds=1)
