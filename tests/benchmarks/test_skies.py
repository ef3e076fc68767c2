"""The rows about simulated pictures measure something, on both sides."""

from types import SimpleNamespace

import pytest

from tests.benchmarks import skies


@pytest.mark.parametrize(
    ("row", "side"),
    [(row, side) for row in skies.ROWS for side in row.sides],
    ids=lambda value: getattr(value, "key", ""),
)
def test_every_way_is_measured(row, side):
    measured = row.measure(SimpleNamespace(quick=True, amount=lambda _full, quick: quick), side)
    assert measured.keys() == {figure.key for figure in row.figures}
    assert measured["time"] > 0
