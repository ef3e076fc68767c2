"""The rows about Alpaca measure something, on both sides."""

import pytest

from tests.benchmarks import alpaca, servers, stage
from tests.real_programs import require


@pytest.mark.system
@pytest.mark.parametrize("side", alpaca.ROWS[0].sides)
def test_images_are_measured(side, tmp_path):
    require("cc")
    require("indiserver")
    where = stage.make_stage(tmp_path, servers.OUR_COMMAND, quick=True, patience=90)
    assert alpaca.ROWS[0].measure(where, side)["time"] > 0
