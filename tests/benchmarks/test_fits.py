"""The rows about FITS files measure something, on every side."""

from types import SimpleNamespace

import pytest

from tests.benchmarks import fits


@pytest.mark.parametrize(
    ("row", "side"),
    [(row, side) for row in fits.ROWS for side in row.sides],
    ids=lambda value: getattr(value, "key", ""),
)
def test_every_way_is_measured(row, side):
    measured = row.measure(SimpleNamespace(quick=True), side)
    assert measured.keys() == {figure.key for figure in row.figures}
    assert measured["time"] > 0
