"""All 54 methods reach PHD2 under their names, with parameters that it takes, and return what it answers."""

import asyncio
import inspect

import pytest

from lightapt_drivers.phd2 import (
    AppState,
    Axis,
    Calibrations,
    DecGuideMode,
    Device,
    Direction,
    PauseKind,
    Position,
    Region,
    Settle,
    ShiftAxes,
    ShiftUnits,
    VariableDelay,
    connect,
)
from lightapt_drivers.phd2.errors import ParameterError, Phd2RefusedError
from lightapt_drivers.phd2.methods import METHODS, SLOW, Methods
from lightapt_drivers.phd2.rereading import READINGS
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.scenes import scene

SETTLE = Settle(2.0, 1, 60)
DONE = None  # of methods that return nothing


async def use_while_disconnected(phd2):
    yield "get_app_state", await phd2.get_app_state(), AppState.STOPPED
    yield "get_connected", await phd2.get_connected(), False
    yield "get_profile", (await phd2.get_profile()).name, "Simulator"
    yield "get_profiles", [one.id for one in await phd2.get_profiles()], [1, 2, 3]
    yield "set_profile", await phd2.set_profile(2), DONE
    yield "get_exposure", await phd2.get_exposure(), 0
    yield "export_config_settings", await phd2.export_config_settings(), "/home/user/.phd2/phd2_settings.txt"
    yield "set_connected", await phd2.set_connected(True), DONE


async def use_settings(phd2):
    yield "get_current_equipment", (await phd2.get_current_equipment()).ao.is_connected, True
    yield "set_exposure", await phd2.set_exposure(1000), DONE
    yield "get_exposure", await phd2.get_exposure(), 1000
    yield "get_exposure_durations", (await phd2.get_exposure_durations())[0], 10
    yield "get_camera_binning", await phd2.get_camera_binning(), 1
    yield "get_camera_frame_size", await phd2.get_camera_frame_size(), (0, 0)
    yield "get_use_subframes", await phd2.get_use_subframes(), False
    yield "get_pixel_scale", await phd2.get_pixel_scale(), 3.13523
    yield "get_limit_frame", await phd2.get_limit_frame(), None
    yield "set_limit_frame", await phd2.set_limit_frame(None), DONE
    yield "set_variable_delay_settings", await phd2.set_variable_delay_settings(VariableDelay(True, 2, 9.5)), DONE
    yield "get_variable_delay_settings", await phd2.get_variable_delay_settings(), VariableDelay(True, 2, 9)
    yield "set_cooler_state", await phd2.set_cooler_state(True), DONE
    yield "get_cooler_status", (await phd2.get_cooler_status()).setpoint, -10.0
    yield "get_ccd_temperature", await phd2.get_ccd_temperature(), 15.0
    yield "get_search_region", await phd2.get_search_region(), 15
    yield "set_lock_shift_params", await phd2.set_lock_shift_params((1, 2.5), axes=ShiftAxes.X_Y), DONE
    yield "set_lock_shift_enabled", await phd2.set_lock_shift_enabled(True), DONE
    yield "get_lock_shift_enabled", await phd2.get_lock_shift_enabled(), True
    shift = await phd2.get_lock_shift_params()
    yield "get_lock_shift_params", (shift.rate, shift.units), ((1, 2.5), ShiftUnits.ARCSEC_PER_HOUR)
    yield "set_guide_output_enabled", await phd2.set_guide_output_enabled(False), DONE
    yield "get_guide_output_enabled", await phd2.get_guide_output_enabled(), False
    yield "set_dec_guide_mode", await phd2.set_dec_guide_mode(DecGuideMode.NORTH), DONE
    yield "get_dec_guide_mode", await phd2.get_dec_guide_mode(), DecGuideMode.NORTH
    yield "get_algo_param_names", (await phd2.get_algo_param_names(Axis.RA))[1], "minMove"
    yield "set_algo_param", await phd2.set_algo_param(Axis.RA, "minMove", 0.3), DONE
    yield "get_algo_param", await phd2.get_algo_param(Axis.RA, "minMove"), 0.3
    yield "get_algo_param", await phd2.get_algo_param(Axis.DEC, "algorithmName"), "ResistSwitch"


async def use_the_star(phd2):
    yield "capture_single_frame", await phd2.capture_single_frame(200, subframe=Region(1, 2, 30, 40), save=True), DONE
    yield "loop", await phd2.loop(), DONE
    await phd2.until(lambda state: state.frame is not None, timeout=20)
    yield "find_star", await phd2.find_star(Region(0, 0, 900, 900)), Position(641.0, 375.0)
    image = await phd2.get_star_image(20)
    yield "get_star_image", (image.width, len(image.pixels)), (19, 2 * 19 * 19)
    yield "set_lock_position", await phd2.set_lock_position(Position(600, 300.5)), DONE
    yield "get_lock_position", await phd2.get_lock_position(), Position(600, 300.5)
    yield "save_image", await phd2.save_image(), "/home/user/.phd2/save_image_000002"
    yield "deselect_star", await phd2.deselect_star(), DONE
    yield "guide_pulse", await phd2.guide_pulse(200, Direction.WEST), DONE
    yield "guide_pulse", await phd2.guide_pulse(3, Direction.UP, which=Device.AO), DONE


async def use_guiding(phd2):
    yield "guide", await phd2.guide(SETTLE, roi=Region(0, 0, 900, 900), wait=True, timeout=20), DONE
    yield "get_settling", await phd2.get_settling(), False
    yield "dither", await phd2.dither(3.5, SETTLE, ra_only=True, wait=True, timeout=20), DONE
    yield "set_paused", await phd2.set_paused(PauseKind.FULL), DONE
    yield "get_paused", await phd2.get_paused(), True
    yield "set_paused", await phd2.set_paused(PauseKind.NONE), DONE
    yield "get_calibrated", await phd2.get_calibrated(), True
    yield "get_calibration_data", (await phd2.get_calibration_data(Device.AO)).x_rate, 105.604
    yield "stop_capture", await phd2.stop(timeout=20), DONE
    yield "flip_calibration", await phd2.flip_calibration(), DONE
    yield "clear_calibration", await phd2.clear_calibration(Calibrations.AO), DONE
    yield "shutdown", await phd2.shutdown(), DONE


@scene
async def test_all_methods_do_what_they_are_named_after(quick):
    used = set()
    async with FakePhd2(frame=0.001) as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        for theme in (use_while_disconnected, use_settings, use_the_star, use_guiding):
            async for method, result, wanted in theme(phd2):
                assert result == wanted, method
                used.add(method)
        assert used == METHODS
        assert set(fake.methods) == METHODS
        assert fake.crashed == ""
        assert fake.model.pulses == [(200, "West", "mount"), (3, "Up", "ao")]
        assert fake.asked("dither") == [
            {"amount": 3.5, "raOnly": True, "settle": {"pixels": 2, "time": 1, "timeout": 60}},
        ]
        assert fake.asked("set_paused") == [{"paused": True, "type": "full"}, {"paused": False}]


def test_there_are_54():
    assert len(METHODS) == 54
    assert all(inspect.iscoroutinefunction(getattr(Methods, name)) for name in METHODS)
    assert set(SLOW) <= METHODS


@pytest.mark.parametrize(
    "use",
    [
        lambda phd2: phd2.set_algo_param(Axis.RA, "minMove", None),
        lambda phd2: phd2.set_algo_param(Axis.RA, "", 1),
        lambda phd2: phd2.set_algo_param("ra", "minMove", 1),
        lambda phd2: phd2.guide(Settle(1, 60, 10)),
        lambda phd2: phd2.guide(recalibrate="no"),
        lambda phd2: phd2.dither(float("nan")),
        lambda phd2: phd2.dither(-1),
        lambda phd2: phd2.set_connected("yes"),
        lambda phd2: phd2.set_exposure(1.5),
        lambda phd2: phd2.set_profile(0),
        lambda phd2: phd2.get_star_image(14),
        lambda phd2: phd2.capture_single_frame(600_001),
        lambda phd2: phd2.capture_single_frame(gain=101),
        lambda phd2: phd2.capture_single_frame(path="x.fit"),
        lambda phd2: phd2.capture_single_frame(path="/x.fit", save=False),
        lambda phd2: phd2.capture_single_frame(path="/" + "x" * 1100),
        lambda phd2: phd2.guide_pulse(0, Direction.NORTH),
        lambda phd2: phd2.guide_pulse(100, Direction.UP),
        lambda phd2: phd2.guide_pulse(100, Direction.NORTH, which=Device.AO),
        lambda phd2: phd2.set_lock_position((1, 2)),
        lambda phd2: phd2.set_lock_shift_params((1,)),
        lambda phd2: phd2.set_lock_shift_params((1, float("inf"))),
        lambda phd2: phd2.set_paused(True),
        lambda phd2: phd2.clear_calibration("all"),
    ],
)
@scene
async def test_what_phd2_cannot_take_is_not_sent(use, quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        await phd2.set_connected(True)
        asked = len(fake.requests)
        with pytest.raises(ParameterError):
            await use(phd2)
        await phd2.get_app_state()
        assert set(fake.methods[asked:]) <= set(READINGS)
        assert phd2.state.busy is None


@scene
async def test_what_phd2_refuses_is_told_in_its_words(quick):
    async with FakePhd2() as fake, connect("127.0.0.1", fake.port, options=quick) as phd2:
        with pytest.raises(Phd2RefusedError, match="no star selected") as caught:
            await phd2.get_star_image()
        assert (caught.value.code, caught.value.method) == (2, "get_star_image")
        with pytest.raises(Phd2RefusedError, match="could not set exposure duration"):
            await phd2.set_exposure(1502)
        await asyncio.sleep(0)
