"""Guide pulses."""

import pytest

from lightapt_clients.kinds import Direction, Guider

from ..actor import acting, numbers
from ..puppet import scene

NORTH_SOUTH = numbers("TELESCOPE_TIMED_GUIDE_NS", TIMED_GUIDE_N=0.0, TIMED_GUIDE_S=0.0)
WEST_EAST = numbers("TELESCOPE_TIMED_GUIDE_WE", TIMED_GUIDE_W=0.0, TIMED_GUIDE_E=0.0)


@pytest.mark.parametrize(
    ("direction", "name", "values"),
    [
        (Direction.NORTH, "TELESCOPE_TIMED_GUIDE_NS", {"TIMED_GUIDE_N": 250.0, "TIMED_GUIDE_S": 0.0}),
        (Direction.SOUTH, "TELESCOPE_TIMED_GUIDE_NS", {"TIMED_GUIDE_N": 0.0, "TIMED_GUIDE_S": 250.0}),
        (Direction.EAST, "TELESCOPE_TIMED_GUIDE_WE", {"TIMED_GUIDE_W": 0.0, "TIMED_GUIDE_E": 250.0}),
        (Direction.WEST, "TELESCOPE_TIMED_GUIDE_WE", {"TIMED_GUIDE_W": 250.0, "TIMED_GUIDE_E": 0.0}),
    ],
)
def test_a_pulse_is_told_in_milliseconds(direction, name, values):
    @scene
    async def play():
        async with acting(Guider, NORTH_SOUTH, WEST_EAST) as (actor, device):
            await device.pulse(direction, 0.25)
            assert actor.asked == [(name, values)]

    play()
