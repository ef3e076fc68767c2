"""The row about video measures something, on both sides."""

import pytest

from tests.benchmarks import servers, stage, video
from tests.real_programs import require


@pytest.mark.system
@pytest.mark.parametrize("side", video.ROWS[0].sides)
def test_video_is_measured(side, tmp_path):
    require("cc")
    require("indiserver")
    require("indi_simulator_ccd")
    where = stage.make_stage(tmp_path, servers.OUR_COMMAND, quick=True, patience=90)
    assert video.ROWS[0].measure(where, side)["rate"] > 0
