"""What other devices say is read as far as it makes sense."""

import pytest

from lightapt_drivers.kinds.neighbours import filter_name, is_on, number
from tests.drivers.kinds.cameras import Puppet, numbers, switches, texts

WHEEL, MOUNT = "Filter Simulator", "Telescope Simulator"


def camera(*told):
    made = Puppet()
    for message in told:
        for snoop in made.snoops.values():
            list(snoop.heard(message))
    return made


def wheel(slot, *names):
    members = {f"FILTER_SLOT_NAME_{index}": name for index, name in enumerate(names, start=1)}
    return camera(numbers(WHEEL, "FILTER_SLOT", FILTER_SLOT_VALUE=slot), texts(WHEEL, "FILTER_NAME", **members)).wheel


def test_a_number_is_read():
    mount = camera(numbers(MOUNT, "EQUATORIAL_COORD", RA=1.5, DEC=2.5)).mount
    assert [number(mount, "EQUATORIAL_COORD", member) for member in ("RA", "DEC")] == [1.5, 2.5]


@pytest.mark.parametrize(
    "told",
    [
        [],
        [numbers(MOUNT, "EQUATORIAL_COORD", DEC=1.0)],
        [texts(MOUNT, "EQUATORIAL_COORD", RA="one")],
        [numbers("Another", "EQUATORIAL_COORD", RA=1.0)],
    ],
)
def test_a_number_that_is_not_told_is_not_known(told):
    assert number(camera(*told).mount, "EQUATORIAL_COORD", "RA") is None


def test_a_switch_is_on_if_that_is_told():
    mount = camera(switches(MOUNT, "TELESCOPE_PIER_SIDE", "PIER_WEST", on="PIER_EAST")).mount
    assert is_on(mount, "TELESCOPE_PIER_SIDE", "PIER_EAST")
    assert not is_on(mount, "TELESCOPE_PIER_SIDE", "PIER_WEST")
    assert not is_on(mount, "TELESCOPE_PIER_SIDE", "PIER_NOWHERE")
    assert not is_on(mount, "TELESCOPE_PARK", "PARK")


@pytest.mark.parametrize(("slot", "name"), [(1, "L"), (2, "Ha"), (0, None), (3, None)])
def test_the_filter_in_the_light_has_the_name_of_its_slot(slot, name):
    assert filter_name(wheel(slot, "L", "Ha")) == name


def test_a_filter_without_names_is_not_known():
    assert filter_name(camera(numbers(WHEEL, "FILTER_SLOT", FILTER_SLOT_VALUE=1)).wheel) is None
    assert filter_name(camera(texts(WHEEL, "FILTER_NAME", FILTER_SLOT_NAME_1="L")).wheel) is None
    odd = camera(
        numbers(WHEEL, "FILTER_SLOT", FILTER_SLOT_VALUE=1), numbers(WHEEL, "FILTER_NAME", FILTER_SLOT_NAME_1=1)
    )
    assert filter_name(odd.wheel) is None
