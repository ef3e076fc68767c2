"""A cooled chip is Busy until it is as cold as was asked."""

import asyncio

import pytest

from lightapt_drivers import HardwareError
from lightapt_drivers.kinds.cooling import Cooling
from lightapt_protocol.vocabulary import Permission, State
from tests.drivers.kinds.cameras import Puppet, played, shot
from tests.drivers.kit.scenes import play, said_of, states, value

NAME, MEMBER = "CCD_TEMPERATURE", "CCD_TEMPERATURE_VALUE"


class Cooled(Cooling, Puppet):
    """A camera whose chip is as warm as a test says.

    Attributes:
        celsius: The chip's temperature.
        done: What the cooler was told.
    """

    def __init__(self, *, fails=""):
        super().__init__()
        self.polling_period.set(PERIOD_MS=10)
        self.celsius, self.power, self.done, self.refuses = 15.0, 0.0, [], fails

    async def read_cooler(self):
        return self.celsius, self.power

    async def set_target(self, celsius):
        if self.refuses:
            raise HardwareError(self.refuses)
        self.done.append(celsius)

    async def set_cooler(self, *, on):
        self.done.append("on" if on else "off")


def cooled(scene, camera=None):
    camera = camera or Cooled()
    return play(lambda harness: scene(harness, camera), camera)


async def cool(harness, celsius):
    await harness.request(NAME, **{MEMBER: celsius})
    await harness.expect(NAME, state=State.BUSY)


async def read(harness, camera, celsius, power=0.0):
    """Have the camera be so warm, and wait until that was read."""
    camera.celsius, camera.power = celsius, power
    await harness.expect(NAME, **{MEMBER: celsius})


def test_it_is_busy_until_the_target_is_reached():
    async def scene(harness, camera):
        await cool(harness, -10)
        await read(harness, camera, 0.0)
        await read(harness, camera, -9.7)
        between = harness.find(NAME).state
        await read(harness, camera, -9.9)
        await harness.expect(NAME, state=State.OK)
        return between, camera.done

    assert cooled(scene) == (State.BUSY, ["on", -10])


def test_how_near_is_near_enough_is_said():
    async def scene(harness, camera):
        await harness.request("CCD_TEMP_RAMP", RAMP_THRESHOLD=2)
        await cool(harness, -10)
        await read(harness, camera, -8.5)
        await harness.expect(NAME, state=State.OK, **{MEMBER: -8.5})

    cooled(scene)


def test_a_target_turns_the_cooler_on():
    async def scene(harness, camera):
        await cool(harness, -10)
        await harness.expect("CCD_COOLER", state=State.OK, COOLER_ON=True, COOLER_OFF=False)

    cooled(scene)


def test_a_new_target_takes_the_place_of_the_old():
    async def scene(harness, camera):
        await cool(harness, -10)
        await cool(harness, -20)
        await read(harness, camera, -10.0)
        state = harness.find(NAME).state
        await read(harness, camera, -20.0)
        await harness.expect(NAME, state=State.OK)
        return state, camera.done

    assert cooled(scene) == (State.BUSY, ["on", -10, "on", -20])


def test_turning_the_cooler_off_gives_the_target_up():
    async def scene(harness, camera):
        await cool(harness, -10)
        await harness.request("CCD_COOLER", COOLER_OFF=True)
        await harness.expect("CCD_COOLER", state=State.OK, COOLER_OFF=True)
        return harness.find(NAME).state, camera.done

    assert cooled(scene) == (State.IDLE, ["on", -10, "off"])


def test_the_cooler_may_be_turned_on_without_a_target():
    async def scene(harness, camera):
        await harness.request("CCD_COOLER", COOLER_ON=True)
        await harness.expect("CCD_COOLER", state=State.OK, COOLER_ON=True)
        return harness.find(NAME).state, camera.done

    assert cooled(scene) == (State.IDLE, ["on"])


def test_temperature_and_power_are_told_when_they_change_and_only_then():
    async def scene(harness, camera):
        await harness.expect(NAME, **{MEMBER: 15})
        await read(harness, camera, 3.0, power=41.6)
        await harness.expect("CCD_COOLER_POWER", CCD_COOLER_VALUE=42)
        await read(harness, camera, 2.0)
        return [value(message, MEMBER) for message in said_of(NAME, harness.said)[1:]]

    assert cooled(scene) == [15, 3, 2]


def test_what_the_cooler_refuses_is_told():
    async def scene(harness, camera):
        await harness.request(NAME, **{MEMBER: -10})
        await harness.expect(NAME, state=State.ALERT, **{MEMBER: 15})
        return harness.notices

    assert cooled(scene, Cooled(fails="the fan stands still")) == ["the fan stands still"]


def test_a_target_out_of_range_is_refused():
    async def scene(harness, camera):
        said = await harness.request(NAME, **{MEMBER: -61})
        return states(said_of(NAME, said)), camera.done

    assert cooled(scene) == ([State.ALERT], [])


def test_disconnecting_gives_the_target_up_and_connecting_measures_again():
    async def scene(harness, camera):
        await cool(harness, -10)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.connect()
        state = harness.find(NAME).state
        await read(harness, camera, 1.0)
        return state

    assert cooled(scene) is State.IDLE


def test_the_header_tells_how_cold_it_is_and_was_to_be():
    async def scene(harness, camera):
        await read(harness, camera, 14.0)
        warm = (await shot(harness)).header
        await harness.expect("CCD_EXPOSURE", state=State.OK)
        await cool(harness, -10)
        await read(harness, camera, -9.95)
        cold = (await shot(harness)).header
        await harness.expect("CCD_EXPOSURE", state=State.OK)
        await harness.request("CCD_COOLER", COOLER_OFF=True)
        off = (await shot(harness)).header
        return [(cards["CCD-TEMP"], cards.get("SET-TEMP")) for cards in (warm, cold, off)]

    assert cooled(scene) == [(14.0, None), (-9.95, -10.0), (-9.95, None)]


class Thermometer(Cooled):
    def __init__(self):
        super().__init__()
        self.only_thermometer()


def test_ekos_takes_a_camera_for_cooled_if_the_temperature_can_be_set():
    async def scene(harness, _):
        return harness.find(NAME).perm, "CCD_COOLER" in harness.mirror.devices["Camera"]

    assert cooled(scene) == (Permission.READ_WRITE, True)


def test_a_thermometer_alone_is_read_only_and_cools_nothing():
    async def scene(harness, camera):
        await read(harness, camera, 7.0)
        await harness.request(NAME, **{MEMBER: -10})
        await harness.expect(NAME, state=State.ALERT)
        return harness.find(NAME).perm, harness.mirror.devices["Camera"].keys(), camera.done

    perm, names, done = cooled(scene, Thermometer())
    assert (perm, done) == (Permission.READ_ONLY, [])
    assert not {"CCD_COOLER", "CCD_COOLER_POWER", "CCD_TEMP_RAMP"} & names


def test_a_camera_without_a_thermometer_tells_no_temperature():
    async def scene(harness, _):
        return (await shot(harness)).header

    assert "CCD-TEMP" not in played(scene)


@pytest.mark.parametrize("name", ["CCD_TEMPERATURE", "CCD_EXPOSURE"])
def test_cooling_and_exposing_go_on_side_by_side(name):
    async def scene(harness, camera):
        camera.go_on.clear()
        await cool(harness, -10)
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=1)
        async with asyncio.timeout(10):
            await camera.begun.wait()
        return harness.find(name).state

    assert cooled(scene) is State.BUSY
