"""A light box shines, as brightly as a client likes."""

import pytest

from lightapt_drivers import HardwareError, on_connect
from lightapt_drivers.kinds.light_box import LightBox
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play

INTENSITY = "FLAT_LIGHT_INTENSITY_VALUE"


class Puppet(LightBox):
    device_name = "Light"

    def __init__(self, steps=255, *, fails=""):
        super().__init__()
        self.steps = steps
        self.fails = fails
        self.done = []

    @on_connect
    async def _say_how_it_shines(self):
        self.declare_light_box(self.steps)
        self.light_is(on=False, intensity=min(100, self.steps))

    async def switch_light(self, *, on):
        if self.fails:
            raise HardwareError(self.fails)
        self.done.append("on" if on else "off")

    async def dim_light(self, intensity):
        self.done.append(intensity)


def played(scene, steps=255, folder=None, **options):
    light = Puppet(steps, **options)
    return play(lambda harness: scene(harness, light), light, folder=folder)


def test_it_is_switched_and_dimmed():
    async def scene(harness, light):
        await harness.expect("FLAT_LIGHT_INTENSITY", **{INTENSITY: 100})
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_ON=True)
        await harness.request("FLAT_LIGHT_INTENSITY", **{INTENSITY: 7})
        await harness.expect("FLAT_LIGHT_INTENSITY", state=State.OK, **{INTENSITY: 7})
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_OFF=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_OFF=True)
        return light.done

    assert played(scene) == ["on", 7, "off"]


@pytest.mark.parametrize("steps", [10, 4095])
def test_its_steps_are_those_of_the_hardware(steps):
    async def scene(harness, light):
        await harness.request("FLAT_LIGHT_INTENSITY", **{INTENSITY: steps + 1})
        await harness.expect("FLAT_LIGHT_INTENSITY", state=State.ALERT)
        await harness.request("FLAT_LIGHT_INTENSITY", **{INTENSITY: steps})
        await harness.expect("FLAT_LIGHT_INTENSITY", state=State.OK, **{INTENSITY: steps})
        return light.done

    assert played(scene, steps) == [steps]


def test_a_light_that_cannot_be_dimmed_has_no_brightness():
    async def scene(harness, _):
        return harness.mirror.find("Light", "FLAT_LIGHT_INTENSITY")

    assert played(scene, 0) is None


def test_a_light_that_fails_is_as_it_was():
    async def scene(harness, _):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT, FLAT_LIGHT_OFF=True)
        assert "the lamp is burnt out" in harness.notices

    played(scene, fails="the lamp is burnt out")


def test_the_brightness_is_saved(tmp_path):
    async def scene(harness, _):
        await harness.request("FLAT_LIGHT_INTENSITY", **{INTENSITY: 42})
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def later(harness, light):
        await harness.expect("FLAT_LIGHT_INTENSITY", **{INTENSITY: 42})
        return light.done

    played(scene, folder=tmp_path)
    assert played(later, folder=tmp_path) == [42]
