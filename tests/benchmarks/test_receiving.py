"""The rows about the client library measure something, on both sides."""

import pytest

from tests.benchmarks import receiving, servers, stage
from tests.real_programs import require


@pytest.mark.system
@pytest.mark.parametrize(
    ("row", "side"),
    [(row, side) for row in receiving.ROWS for side in row.sides],
    ids=lambda value: getattr(value, "key", getattr(value, "value", "")),
)
def test_every_side_is_measured(row, side, tmp_path):
    require("cc")
    require("indiserver")
    where = stage.make_stage(tmp_path, servers.OUR_COMMAND, quick=True, patience=90)
    measured = row.measure(where, side)
    assert measured.keys() == {figure.key for figure in row.figures}
    assert all(value > 0 for value in measured.values())
