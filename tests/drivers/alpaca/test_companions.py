"""A bridged device looks at the devices of its own server, where it is plain which."""

import pytest

from lightapt_drivers.alpaca.companions import MEMBERS, companions_of
from lightapt_drivers.alpaca.offered import Offered
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.program import device_for


def offered(kind, number=0, address="pi:11111"):
    return Offered(f"{kind.value} {number}", f"{kind.title} {number}", Place(address, kind, number))


CAMERA, DOME, MOUNT, WHEEL = (
    offered(kind) for kind in (AlpacaType.CAMERA, AlpacaType.DOME, AlpacaType.TELESCOPE, AlpacaType.FILTER_WHEEL)
)
SAFETY, WEATHER = offered(AlpacaType.SAFETY_MONITOR), offered(AlpacaType.OBSERVING_CONDITIONS)


def test_the_only_ones_of_its_server_are_looked_at():
    known = [CAMERA, DOME, MOUNT, WHEEL]
    assert companions_of(CAMERA, known) == {"ACTIVE_TELESCOPE": MOUNT.name, "ACTIVE_FILTER": WHEEL.name}
    assert companions_of(DOME, known) == {"ACTIVE_TELESCOPE": MOUNT.name}
    assert companions_of(MOUNT, known) == {}


@pytest.mark.parametrize("other", [offered(AlpacaType.TELESCOPE, 1), offered(AlpacaType.TELESCOPE, 0, "nuc:11111")])
def test_of_two_nobody_knows_which_and_those_of_other_servers_do_not_count(other):
    wanted = {} if other.place.address == CAMERA.place.address else {"ACTIVE_TELESCOPE": MOUNT.name}
    assert companions_of(CAMERA, [MOUNT, other]) == wanted


def test_a_safety_monitor_comes_before_a_weather_station():
    assert companions_of(DOME, [WEATHER, SAFETY]) == {"ACTIVE_WEATHER": SAFETY.name}
    assert companions_of(DOME, [WEATHER]) == {"ACTIVE_WEATHER": WEATHER.name}


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (CAMERA.place, {"ACTIVE_TELESCOPE", "ACTIVE_ROTATOR", "ACTIVE_FOCUSER", "ACTIVE_FILTER"}),
        (DOME.place, {"ACTIVE_TELESCOPE", "ACTIVE_WEATHER"}),
        (MOUNT.place, set()),
    ],
    ids=["camera", "dome", "telescope"],
)
def test_a_device_takes_those_that_it_looks_at(place, wanted):
    device = device_for(place, name="X", active=dict.fromkeys(MEMBERS, "Y"))
    assert {member for member, name in device.active_devices.values.items() if name == "Y"} == wanted
