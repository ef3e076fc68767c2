"""Gain and offset of an Alpaca camera: numbers within limits, or names with an index; or neither."""

import pytest

from lightapt_drivers import State
from tests.drivers.alpaca.cameras import DEVICE, camera, shot_by
from tests.drivers.alpaca.movers import has
from tests.drivers.alpaca.recorded import NOT_OFFERED, Recorded, Refusal


@pytest.fixture
def seventh():
    with Recorded({DEVICE: camera(4)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def test_gain_is_a_number_and_offset_has_names(seventh):
    async def scene(harness):
        gain = harness.find("CCD_GAIN").members["GAIN"]
        assert (gain.value, gain.min, gain.max) == (100, 0, 500)
        assert not has(harness, "CCD_GAIN_NAMES")
        await harness.expect("CCD_OFFSET", OFFSET=1)
        names = harness.find("CCD_OFFSET_NAMES").members
        assert [name.label for name in names.values()] == ["Low", "Mid", "High"]
        await harness.request("CCD_GAIN", GAIN=250)
        await harness.expect("CCD_GAIN", state=State.OK, GAIN=250)
        await harness.request("CCD_OFFSET_NAMES", OFFSET_2=True)
        await harness.expect("CCD_OFFSET", OFFSET=2)
        await harness.request("CCD_OFFSET", OFFSET=0)
        await harness.expect("CCD_OFFSET_NAMES", OFFSET_0=True, OFFSET_2=False)

    shot_by(scene, seventh)
    assert (one(seventh)["gain"], one(seventh)["offset"]) == (250, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"gain": NOT_OFFERED},
        {"gainmax": NOT_OFFERED},
        {"gainmin": 9, "gainmax": 1},
        {"gain": Refusal(0x402, "not set")},
    ],
)
def test_a_gain_without_a_value_or_limits_is_not_there(seventh, changes):
    one(seventh).update(changes)

    async def scene(harness):
        assert not has(harness, "CCD_GAIN")
        assert has(harness, "CCD_OFFSET")

    shot_by(scene, seventh)


def test_a_gain_that_is_refused_is_an_alert_with_the_words(seventh):
    def gain(fields):
        return Refusal(0x401, "not with this readout mode") if "Gain" in fields else 100

    one(seventh)["gain"] = gain

    async def scene(harness):
        await harness.request("CCD_GAIN", GAIN=400)
        await harness.expect("CCD_GAIN", state=State.ALERT, GAIN=100)
        assert "not with this readout mode" in " ".join(harness.notices)

    shot_by(scene, seventh)


def test_what_the_camera_makes_of_a_gain_is_shown(seventh):
    def gain(fields):
        return None if "Gain" in fields else 120

    one(seventh)["gain"] = gain

    async def scene(harness):
        await harness.request("CCD_GAIN", GAIN=123)
        await harness.expect("CCD_GAIN", state=State.OK, GAIN=120)

    shot_by(scene, seventh)
