"""What an idle device of Platform 7 costs: one request a look, whatever moves in it."""

import pytest

from lightapt_drivers.alpaca.dome import AlpacaDome
from lightapt_drivers.alpaca.filter_wheel import AlpacaFilterWheel
from lightapt_drivers.alpaca.focuser import AlpacaFocuser
from lightapt_drivers.alpaca.rotator import AlpacaRotator
from lightapt_drivers.alpaca.telescope import AlpacaTelescope
from tests.drivers.alpaca.movers import played, until
from tests.drivers.alpaca.recorded import Recorded
from tests.drivers.alpaca.telescopes import telescope
from tests.drivers.alpaca.test_dome import dome
from tests.drivers.alpaca.test_filter_wheel import wheel
from tests.drivers.alpaca.test_focuser import focuser
from tests.drivers.alpaca.test_rotator import rotator

LOOKS = 8


@pytest.mark.parametrize(
    ("known", "place", "members"),
    [
        (AlpacaTelescope, "telescope/0", telescope(4)),
        (AlpacaDome, "dome/0", dome(3)),
        (AlpacaFocuser, "focuser/0", focuser(4)),
        (AlpacaRotator, "rotator/0", rotator(4)),
        (AlpacaFilterWheel, "filterwheel/0", wheel(3)),
    ],
    ids=["telescope", "dome", "focuser", "rotator", "filter wheel"],
)
def test_an_idle_device_of_platform_7_is_asked_for_its_state_only(known, place, members):
    async def scene(harness):
        looks, since = server.count("devicestate"), len(server.asked)
        await until(server, lambda: server.count("devicestate") >= looks + LOOKS)
        assert {asked.member for asked in server.asked[since:]} == {"devicestate"}

    with Recorded({place: members}) as server:
        played(scene, known, server, place)
