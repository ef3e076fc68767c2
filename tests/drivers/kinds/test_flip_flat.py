"""A cap with a light in it shines only when it is closed."""

import asyncio

from lightapt_drivers import DriverInterface, on_connect
from lightapt_drivers.kinds.dust_cap import Cap
from lightapt_drivers.kinds.flip_flat import FlipFlat
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play


class Puppet(FlipFlat):
    device_name = "Flip Flat"

    def __init__(self, stands=Cap.CLOSED, *, held=False):
        super().__init__()
        self.stands = stands
        self.held = held
        self.done = []

    @on_connect
    async def _say_how_it_stands(self):
        self.cap_is(self.stands)

    async def close_cap(self):
        await self.moves("close")

    async def open_cap(self):
        await self.moves("open")

    async def switch_light(self, *, on):
        self.done.append("on" if on else "off")

    async def moves(self, what):
        self.done.append(what)
        if self.held:
            await asyncio.Event().wait()


def played(scene, stands=Cap.CLOSED, **options):
    device = Puppet(stands, **options)
    return play(lambda harness: scene(harness, device), device)


def test_clients_see_a_cap_and_a_light_box():
    async def scene(harness, _):
        return int(harness.find("DRIVER_INFO").text("DRIVER_INTERFACE"))

    assert played(scene) == DriverInterface.DUSTCAP | DriverInterface.LIGHTBOX


def test_open_it_does_not_shine():
    async def scene(harness, device):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT, FLAT_LIGHT_OFF=True)
        assert "the cap is not closed: close it before you switch the light on (CAP_PARK)" in harness.notices
        await harness.request("CAP_PARK", PARK=True)
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_ON=True)
        return device.done

    assert played(scene, Cap.OPEN) == ["close", "on"]


def test_closing_it_does_not_shine_yet():
    async def scene(harness, _):
        await harness.request("CAP_PARK", PARK=True)
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT, FLAT_LIGHT_OFF=True)
        assert any("the cap is moving" in notice for notice in harness.notices)

    played(scene, Cap.OPEN, held=True)


def test_the_light_goes_out_when_it_opens():
    async def scene(harness, device):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("FLAT_LIGHT_CONTROL", FLAT_LIGHT_OFF=True)
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
        await harness.request("CAP_PARK", PARK=True)
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)
        return device.done

    assert played(scene) == ["on", "off", "open", "close"]
