"""What an idle device of Platform 7 costs: at most a request a second, of whatever type it is."""

import pytest

from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.program import device_for
from tests.drivers.alpaca.movers import played, until
from tests.drivers.alpaca.recorded import Recorded
from tests.drivers.alpaca.recorded_types import RECORDED_TYPES
from tests.drivers.alpaca.test_observing_conditions import refreshed

LOOKS = 5
SECOND = 1000
"""Of milliseconds, which POLLING_PERIOD is in."""


MORE = {AlpacaType.OBSERVING_CONDITIONS: {"timesincelastupdate"}}
"""An age that goes with each look, which then comes half as often: see `test_polling`."""


@pytest.mark.parametrize("kind", AlpacaType, ids=lambda kind: kind.value)
def test_a_look_at_it_is_one_request(kind):
    async def scene(harness):
        if kind is AlpacaType.OBSERVING_CONDITIONS:
            await refreshed(harness)
        await until(server, lambda: server.count("devicestate") > LOOKS)  # what is asked once is over
        looks, since = server.count("devicestate"), len(server.asked)
        await until(server, lambda: server.count("devicestate") >= looks + LOOKS)
        asked = {asked.member for asked in server.asked[since:]}
        assert asked - MORE.get(kind, set()) == {"devicestate"}

    place = f"{kind.value}/0"
    with Recorded({place: RECORDED_TYPES[kind](kind.platform_7)}) as server:
        played(scene, type(device_for(server.place(place), name="It")), server, place)


@pytest.mark.parametrize("kind", AlpacaType, ids=lambda kind: kind.value)
def test_it_is_looked_at_no_more_than_once_a_second(kind):
    made = device_for(Place("127.0.0.1:1", kind), name="It")
    assert made.polling_period.value >= SECOND
