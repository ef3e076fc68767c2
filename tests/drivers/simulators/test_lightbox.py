"""The simulated light box goes on shining when its driver has gone."""

from lightapt_drivers.simulators.lightbox import LightBoxSimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play

INTENSITY = "FLAT_LIGHT_INTENSITY_VALUE"


def played(scene, folder=None):
    return play(scene, LightBoxSimulator(), folder=folder)


def test_it_shines_at_the_next_start_as_it_was_left(tmp_path):
    async def scene(harness):
        await harness.expect("FLAT_LIGHT_CONTROL", FLAT_LIGHT_OFF=True)
        await harness.expect("FLAT_LIGHT_INTENSITY", **{INTENSITY: 128})
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.request("FLAT_LIGHT_INTENSITY", **{INTENSITY: 30})
        await harness.expect("FLAT_LIGHT_INTENSITY", state=State.OK, **{INTENSITY: 30})

    async def later(harness):
        await harness.expect("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_INTENSITY", **{INTENSITY: 30})

    played(scene, tmp_path)
    played(later, tmp_path)


def test_it_is_set_by_hand():
    async def scene(harness):
        await harness.request("LIGHT_STAND", ON=1, INTENSITY=200)
        await harness.expect("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_INTENSITY", **{INTENSITY: 200})

    played(scene)
