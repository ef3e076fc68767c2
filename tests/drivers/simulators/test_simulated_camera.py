"""A simulated camera takes the picture that a real one would."""

import asyncio
import time

import numpy as np
import pytest

from lightapt_drivers.simulators import scene as scene_module
from lightapt_drivers.simulators.ccd import Ccd
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.cameras import Gate, numbers, picture
from tests.drivers.kit.scenes import play, said_of, states
from tests.drivers.simulators.cameras import (
    FOCUSER,
    MOUNT,
    Small,
    SmallWithGuideHead,
    played,
    pointing,
    taken,
    updated,
)
from tests.drivers.simulators.stars import ALCYONE, CHIP, SCALE, light, place

CALM = {"SIM_FOCUSING": {"SIM_SEEING": 0.3}}


def focus(position):
    return numbers(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=position)


async def begin(harness, seconds, name="CCD_EXPOSURE"):
    """Begin an exposure, and return when that was told, be it over already."""
    before = len(harness.said)
    await harness.request(name, **{f"{name}_VALUE": seconds})
    await harness.until(lambda: State.BUSY in states(said_of(name, harness.said[before:])), "an exposure")


async def shutter_is_open(harness):
    """Wait until the camera takes what mounts do for part of its picture."""
    while not harness.driver.devices[0]._starts:  # noqa: ASYNC110 - it tells nobody of it
        await asyncio.sleep(0)


def aside(harness, *, after):
    """Return the mount's word that it will point 100 arcsec aside, so many seconds after the exposure began."""
    (start, *_) = harness.driver.devices[0]._starts
    ra = ALCYONE[0] + 100 / 3600 / np.cos(np.radians(ALCYONE[1]))
    return updated(pointing(ra, when=start + after))


# Focus and pointing.


@pytest.mark.parametrize("sharp", [50_000, 30_000])
def test_the_size_of_stars_over_the_focus_is_a_v_with_its_tip_where_the_simulator_says(sharp):
    steps = [-1000, -800, -600, -400, -200, 0, 200, 400, 600, 800, 1000]

    async def scene(harness):
        await harness.request("SIM_FOCUSING", SIM_FOCUS_POSITION=sharp)
        await harness.request("CCD_GAIN", GAIN=100)
        sizes = []
        for step in steps:
            harness.send(focus(sharp + step) if not sizes else updated(focus(sharp + step)))
            sizes.append(light((await taken(harness, 0.015)).pixels, 18)[2])
        return sizes

    sizes = played(scene)
    left, right = np.polyfit(steps[:4], sizes[:4], 1), np.polyfit(steps[-4:], sizes[-4:], 1)
    assert sizes[:6] == sorted(sizes[:6], reverse=True)
    assert sizes[5:] == sorted(sizes[5:])
    assert left[0] == pytest.approx(-right[0], rel=0.1)
    # Where the branches meet.
    assert (right[1] - left[1]) / (left[0] - right[0]) == pytest.approx(0, abs=30)
    assert np.polyval(right, 700) == pytest.approx(np.interp(700, steps, sizes), rel=0.05)


@pytest.mark.parametrize(("east", "north"), [(20.0, 0.0), (0.0, 20.0), (-15.0, 10.0)])
def test_a_mount_that_is_guided_moves_the_stars_by_as_much_the_other_way(east, north):
    async def scene(harness):
        before = place((await taken(harness, **CALM)).pixels)
        ra = ALCYONE[0] + east / 3600 / np.cos(np.radians(ALCYONE[1]))
        harness.send(updated(pointing(ra, ALCYONE[1] + north / 3600, when=time.time())))
        return place((await taken(harness)).pixels) - before

    assert played(scene) == pytest.approx(np.array([east, north]) / SCALE, abs=0.3)


def test_a_drift_during_the_exposure_makes_a_trail():
    async def scene(harness):
        harness.send(updated(pointing(east=100.0, when=time.time())))
        image = await taken(harness, 0.2, **CALM, CCD_FRAME={"X": 0, "Y": 40, "WIDTH": 160, "HEIGHT": 40})
        sums = image.pixels.astype(float).sum(axis=0)
        return np.count_nonzero(sums - np.median(sums) > np.ptp(sums) / 2)

    assert played(scene) == pytest.approx(20 / SCALE, abs=2)


def test_what_a_mount_does_while_the_shutter_is_open_counts():
    async def scene(harness):
        await harness.request("SIM_FOCUSING", SIM_SEEING=0.3)
        await begin(harness, 2.0)
        await shutter_is_open(harness)
        harness.send(aside(harness, after=1.0))
        pixels = (await picture(harness)).pixels.astype(float)
        column = round(place(pixels)[0])
        both = sorted([column, round(column + 100 / SCALE), round(column - 100 / SCALE)])
        return [pixels[:, at - 4 : at + 5].sum() - 9 * np.median(pixels) * len(pixels) for at in both]

    left, middle, right = played(scene)
    assert max(left, right) / middle > 0.5
    assert min(left, right) / middle < 0.1


def test_a_mount_of_another_night_points_where_it_says_all_the_same():
    async def scene(harness):
        harness.send(updated(pointing(*ALCYONE, east=15.0, when=time.time() - 86400)))
        return place((await taken(harness, **CALM)).pixels)

    assert played(scene) == pytest.approx([79.5, 59.5], abs=1)


def test_a_mount_that_is_gone_leaves_the_camera_looking_where_it_did():
    async def scene(harness):
        harness.send(f'<delProperty device="{MOUNT}" name="TRUE_POINTING"/>')
        return place((await taken(harness, **CALM)).pixels)

    assert played(scene) == pytest.approx([79.5, 59.5], abs=1)


# Exposures.


def test_two_chips_expose_at_once_and_each_has_its_part_of_the_way():
    async def scene(harness):
        await harness.request("SIM_FOCUSING", SIM_SEEING=0.3)
        await harness.request("GUIDER_FRAME", X=540, Y=430, WIDTH=200, HEIGHT=100)
        await begin(harness, 2.0)
        await shutter_is_open(harness)
        await begin(harness, 0.01, "GUIDER_EXPOSURE")
        harness.send(aside(harness, after=1.5))
        guided = (await picture(harness, "CCD2")).pixels
        main = (await picture(harness)).pixels
        return guided.shape, place(guided), main.shape, np.ptp(np.flatnonzero(main.max(axis=0) > 5000))

    guided_shape, guided, shape, width = played(scene, SmallWithGuideHead())
    assert (guided_shape, shape) == ((100, 200), (120, 160))
    assert guided == pytest.approx([99.5, 49.5], abs=1)
    assert width > 180 / SCALE  # the stars alone span less than 130


def test_an_exposure_that_is_aborted_forgets_its_part_of_the_way():
    async def scene(harness):
        camera = harness.driver.devices[0]
        await begin(harness, 100)
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        return camera._starts, harness.find("CCD_EXPOSURE").state

    assert played(scene) == ([], State.IDLE)


def test_other_requests_are_answered_while_the_sky_is_drawn(monkeypatch):
    gate = Gate(monkeypatch, scene_module, "render")

    async def scene(harness):
        await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
        await gate.reached()
        await harness.request("CCD_GAIN", GAIN=42)
        states = harness.find("CCD_GAIN").state, harness.find("CCD_EXPOSURE").state
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        gate.open()
        return *states, harness.find("CCD_EXPOSURE").state

    assert played(scene) == (State.OK, State.BUSY, State.IDLE)


def test_what_is_set_during_an_exposure_counts_from_the_next_on(monkeypatch):
    async def scene(harness):
        await begin(harness, 2.0)
        await shutter_is_open(harness)
        await harness.request("CCD_OFFSET", OFFSET=1000)
        await harness.request("SIMULATOR_SETTINGS", SIM_XRES=64, SIM_YRES=64)
        first = await picture(harness)
        await harness.expect("CCD_EXPOSURE", state=State.OK)
        second = await taken(harness)
        return [
            (image.pixels.shape, round(np.median(image.pixels), -2), image.header["OFFSET"])
            for image in (first, second)
        ]

    assert played(scene) == [((120, 160), 100, 100), ((64, 64), 1000, 1000)]


# The same again.


def test_the_same_seed_makes_the_same_pictures_and_another_others():
    async def scene(harness):
        return [(await taken(harness)).pixels for _ in range(2)]

    one, again, other = (played(scene, Small(seed=seed)) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one, again, strict=True))
    assert all((a != b).any() for a, b in zip(one, other, strict=True))
    assert (one[0] != one[1]).any()


# The chip.


def test_the_chip_can_be_another():
    async def scene(harness):
        image = await taken(harness, SIMULATOR_SETTINGS={"SIM_XRES": 100, "SIM_YRES": 80, "SIM_XSIZE": 2.4})
        info = harness.find("CCD_INFO")
        return image.pixels.shape, image.header["XPIXSZ"], [info.number(name) for name in ("CCD_MAX_X", "CCD_MAX_Y")]

    assert played(scene) == ((80, 100), 2.4, [100, 80])


def test_the_chip_can_be_of_another_kind_before_it_is_connected(tmp_path):
    async def set_it(harness):
        await harness.request("SIMULATOR_SETTINGS", SIM_XRES=100, SIM_YRES=80)
        await harness.request("SIMULATE_BAYER", INDI_ENABLED=True)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def find(harness):
        frame = harness.find("CCD_FRAME").members
        return frame["WIDTH"].max, harness.find("CCD_CFA").text("CFA_TYPE")

    play(set_it, Small(), connect=False, folder=tmp_path)
    assert play(find, Small(), folder=tmp_path) == (100, "RGGB")


def test_a_colour_chip_says_so_in_the_header():
    async def scene(harness):
        header = (await taken(harness, SIMULATE_BAYER={"INDI_ENABLED": True}, CCD_FRAME={"X": 1, "WIDTH": 100})).header
        return header["BAYERPAT"], header["XBAYROFF"], header["YBAYROFF"]

    assert played(scene) == ("GRBG", 0, 0)


@pytest.mark.parametrize(("member", "bits", "most"), [("INDI_MONO_16", 16, 65535), ("INDI_MONO_8", 8, 255)])
def test_pictures_are_of_16_or_8_bits(member, bits, most):
    async def scene(harness):
        image = await taken(harness, 0.1, CCD_CAPTURE_FORMAT={member: True})
        return image.header["BITPIX"], image.pixels.max(), harness.find("CCD_INFO").number("CCD_BITSPERPIXEL")

    found_bits, brightest, told = played(scene)
    assert (found_bits, told) == (bits, bits)
    assert most * 0.9 < brightest <= most


def test_world_coordinates_are_written_if_asked():
    async def scene(harness):
        without = (await taken(harness)).header
        cards = (await taken(harness, WCS_CONTROL={"WCS_ENABLE": True})).header
        return "CTYPE1" in without, cards["CTYPE1"], cards["CRVAL1"], cards["CRVAL2"]

    assert played(scene) == (False, "RA---TAN", pytest.approx(ALCYONE[0]), pytest.approx(ALCYONE[1]))


# Video and cooling.


def test_video_is_of_the_sky_in_bytes():
    async def scene(harness):
        await harness.request("SIM_FOCUSING", SIM_SEEING=0.3)
        await harness.request("CCD_STREAM_FRAME", X=20, Y=10, WIDTH=120, HEIGHT=100)
        await harness.request("CCD_VIDEO_STREAM", STREAM_ON=True)
        frames = [await harness.blob("CCD1") for _ in range(2)]
        await harness.request("CCD_VIDEO_STREAM", STREAM_OFF=True)
        return [(one.format, np.frombuffer(one.data, np.uint8).reshape(100, 120)) for one in frames]

    (form, first), (_, second) = played(scene)
    assert form == ".stream"
    assert place(first, 8) == pytest.approx([59.5, 49.5], abs=1)
    assert (first != second).any()


def test_the_cooler_follows_its_clock():
    clock = [0.0]

    async def scene(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-10)
        await harness.expect("CCD_TEMPERATURE", state=State.BUSY, CCD_TEMPERATURE_VALUE=15)
        clock[0] += 300
        await harness.expect("CCD_TEMPERATURE", state=State.OK)
        await harness.expect("CCD_COOLER_POWER", CCD_COOLER_VALUE=63)
        cold = (await taken(harness)).header
        await harness.request("CCD_COOLER", COOLER_OFF=True)
        clock[0] += 300
        await harness.expect("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=15)
        await harness.expect("CCD_COOLER_POWER", CCD_COOLER_VALUE=0)
        return cold["CCD-TEMP"], cold["SET-TEMP"]

    measured, wanted = played(scene, Small(clock=lambda: clock[0]))
    assert (measured, wanted) == (pytest.approx(-10, abs=0.2), -10)


def test_the_ramp_and_the_night_reach_the_cooler():
    clock = [0.0]

    async def scene(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await harness.request("SIM_SKY", SIM_AMBIENT=5)
        await harness.request("CCD_TEMP_RAMP", RAMP_SLOPE=6)
        clock[0] += 300
        await harness.expect("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=5)
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=-20)
        clock[0] += 60
        await harness.expect("CCD_COOLER", COOLER_ON=True)
        camera = harness.driver.devices[0]
        async with asyncio.timeout(10):
            while camera.temperature.value > 4:
                await camera._measured.wait()
        return camera.temperature.value

    assert played(scene, Small(clock=lambda: clock[0])) == pytest.approx(-1, abs=0.7)


def test_a_cold_chip_has_less_dark_current():
    clock = [0.0]

    async def scene(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await harness.request("CCD_FRAME_TYPE", FRAME_DARK=True)
        await harness.request("SIM_SKY", SIM_AMBIENT=45)
        clock[0] += 300
        await harness.expect("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=45)
        warm = (await taken(harness, 0.3)).pixels.mean()
        await harness.request("CCD_TEMPERATURE", CCD_TEMPERATURE_VALUE=5)
        clock[0] += 300
        await harness.expect("CCD_TEMPERATURE", state=State.OK)
        return warm, (await taken(harness, 0.3)).pixels.mean()

    warm, cold = played(scene, Small(clock=lambda: clock[0]))
    assert warm - 100 > 5 * (cold - 100)


def test_the_chip_is_that_of_its_class():
    assert (Small().sensor.width, Small().sensor.height) == (CHIP.width, CHIP.height)


def test_the_default_configuration_has_the_sensor_that_it_came_with(tmp_path):
    async def change(harness):
        await harness.request("SIMULATOR_SETTINGS", SIM_XRES=640, SIM_YRES=480)
        await harness.request("CONFIG_PROCESS", CONFIG_DEFAULT=True)
        await harness.dealt_with()
        return harness.find("SIMULATOR_SETTINGS")

    found = play(change, Ccd(), folder=tmp_path)
    assert (found.state, found.number("SIM_XRES"), found.number("SIM_YRES")) == (State.OK, 2400, 1800)
