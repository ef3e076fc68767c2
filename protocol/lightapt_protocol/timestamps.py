"""The times that messages carry as text (white paper: ``YYYY-MM-DDTHH:MM:SS[.S]``, UTC) ↔ datetime."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["datetime_from_timestamp", "timestamp_from_datetime"]


def datetime_from_timestamp(timestamp: str) -> datetime | None:
    """Return the moment, in UTC unless the text says otherwise, or None where it is no ISO 8601 time."""
    try:
        moment = datetime.fromisoformat(timestamp.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def timestamp_from_datetime(moment: datetime) -> str:
    """Return an aware moment the way INDI writes it: UTC, to the millisecond, no zone.

    Raises:
        ValueError: The moment is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a timestamp needs a moment that knows its time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
