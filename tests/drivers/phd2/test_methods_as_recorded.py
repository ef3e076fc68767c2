"""Each of the 54 methods asks as the recordings show that PHD2 is asked, and reads what PHD2 answered there."""

import json
from functools import cache

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
    ShiftUnits,
    VariableDelay,
)
from lightapt_drivers.phd2.errors import Phd2FailedError, Phd2RefusedError, refusal
from lightapt_drivers.phd2.lines import LONGEST_REQUEST, encode
from lightapt_drivers.phd2.methods import METHODS, Methods
from lightapt_drivers.phd2.results import Calibration, CoolerStatus, Equipment, Gear, LockShift, Profile
from tests.drivers.phd2.fake_requests import PARAMETERS
from tests.drivers.phd2.recordings import PLAIN, WITH_AO, exchanges

DONE = None
THREE = Settle(2.0, 3, 60)
CALIBRATION = Calibration(True, -165.6, 4.292, "?", 105.5, 4.729, "?")
OF_AO = Calibration(True, 36.4, 105.604, "?", 128.0, 96.508, "?")
SIMULATED = {"camera": Gear("Simulator", is_connected=True), "mount": Gear("On Camera", is_connected=True)}
TWO_MORE = (Profile(2, "Simulator AO"), Profile(3, "No Camera"))
MOUNT = {"which": "Mount"}
"""Parameters that the client names and the recorded requests leave out, as they are PHD2's defaults."""

USES = [
    (1, lambda p: p.get_app_state(), AppState.STOPPED, {}),
    (76, lambda p: p.get_app_state(), AppState.LOOPING, {}),
    (80, lambda p: p.get_app_state(), AppState.SELECTED, {}),
    (99, lambda p: p.get_app_state(), AppState.CALIBRATING, {}),
    (106, lambda p: p.get_app_state(), AppState.GUIDING, {}),
    (136, lambda p: p.get_app_state(), AppState.PAUSED, {}),
    (143, lambda p: p.get_app_state(), AppState.LOST_LOCK, {}),
    (2, lambda p: p.get_connected(), False, {}),
    (64, lambda p: p.get_connected(), True, {}),
    (3, lambda p: p.get_exposure(), 0, {}),
    (73, lambda p: p.get_exposure(), 500, {}),
    (4, lambda p: p.get_exposure_durations(), lambda found: (found[0], found[-1], len(found)) == (10, 30000, 22), {}),
    (5, lambda p: p.get_profiles(), (Profile(1, "Simulator", is_selected=True), *TWO_MORE), {}),
    (6, lambda p: p.get_profile(), Profile(1, "Simulator"), {}),
    (59, lambda p: p.get_profile(), Profile(3, "No Camera"), {}),
    (65, lambda p: p.get_current_equipment(), Equipment(**SIMULATED), {}),
    (8, lambda p: p.get_calibrated(), False, {}),
    (105, lambda p: p.get_calibrated(), True, {}),
    (9, lambda p: p.get_paused(), False, {}),
    (135, lambda p: p.get_paused(), True, {}),
    (10, lambda p: p.get_lock_position(), None, {}),
    (81, lambda p: p.get_lock_position(), Position(641.02, 374.92), {}),
    (11, lambda p: p.get_pixel_scale(), 3.13523, {}),
    (12, lambda p: p.get_lock_shift_enabled(), False, {}),
    (13, lambda p: p.get_lock_shift_params(), LockShift(False, (0.0, 0.0)), {}),
    (94, lambda p: p.get_lock_shift_params(), LockShift(False, (3.3, 1.1)), {}),
    (14, lambda p: p.get_use_subframes(), False, {}),
    (15, lambda p: p.get_search_region(), 15, {}),
    (16, lambda p: p.get_guide_output_enabled(), True, {}),
    (17, lambda p: p.get_dec_guide_mode(), DecGuideMode.AUTO, {}),
    (18, lambda p: p.get_settling(), False, {}),
    (124, lambda p: p.get_settling(), True, {}),
    (19, lambda p: p.get_variable_delay_settings(), VariableDelay(False, 1, 10), {}),
    (20, lambda p: p.get_limit_frame(), None, {}),
    (21, lambda p: p.export_config_settings(), "/home/user/.phd2/phd2_settings.txt", {}),
    (22, lambda p: p.get_algo_param_names(Axis.RA), ["algorithmName", "minMove", "hysteresis", "aggression"], {}),
    (23, lambda p: p.get_algo_param(Axis.DEC, "algorithmName"), "ResistSwitch", {}),
    (110, lambda p: p.get_algo_param(Axis.RA, "minMove"), 0.2, {}),
    (50, lambda p: p.get_algo_param(Axis.RA, "nope"), "could not get param", {}),
    (26, lambda p: p.set_exposure(1502), "could not set exposure duration", {}),
    (72, lambda p: p.set_exposure(500), DONE, {}),
    (29, lambda p: p.loop(), "could not start looping", {}),
    (74, lambda p: p.loop(), DONE, {}),
    (30, lambda p: p.guide(THREE), "all equipment must be connected first", {}),
    (98, lambda p: p.guide(THREE), DONE, {}),
    (155, lambda p: p.guide(THREE, recalibrate=True), DONE, {}),
    (126, lambda p: p.dither(3, THREE), "Cannot initiate dither while dither is in progress", {}),
    (125, lambda p: p.dither(3.0, Settle(1.5, 3, 60)), DONE, {}),
    (128, lambda p: p.dither(2, Settle(1.5, 2, 60), ra_only=True), DONE, {}),
    (36, lambda p: p.find_star(), "could not find star", {}),
    (79, lambda p: p.find_star(), Position(641.02, 374.92), {}),
    (89, lambda p: p.find_star(Region(541, 274, 200, 200)), Position(641.02, 375.02), {}),
    (37, lambda p: p.get_star_image(), "no star selected", {"size": 15}),
    (83, lambda p: p.get_star_image(20), lambda image: (image.width, image.star) == (19, Position(9.02, 8.92)), {}),
    (85, lambda p: p.get_star_image(200), lambda image: len(image.pixels) == 2 * 63 * 63, {}),
    (39, lambda p: p.save_image(), "no image available", {}),
    (86, lambda p: p.save_image(), "/home/user/.phd2/save_image_0vJhPH", {}),
    (40, lambda p: p.get_camera_frame_size(), "camera not connected", {}),
    (68, lambda p: p.get_camera_frame_size(), (0, 0), {}),
    (67, lambda p: p.get_camera_binning(), 1, {}),
    (69, lambda p: p.get_cooler_status(), CoolerStatus(is_on=False, temperature=15.0), {}),
    (71, lambda p: p.set_cooler_state(True), DONE, {}),
    (70, lambda p: p.get_ccd_temperature(), 15.0, {}),
    (104, lambda p: p.get_calibration_data(), CALIBRATION, MOUNT),
    (153, lambda p: p.get_calibration_data(), Calibration(is_calibrated=False), MOUNT),
    (92, lambda p: p.guide_pulse(200, Direction.WEST), DONE, MOUNT),
    (90, lambda p: p.set_lock_position(Position(643.02, 376.92)), DONE, {}),
    (91, lambda p: p.set_lock_position(Position(641.02, 375.02), exact=False), DONE, {}),
    (122, lambda p: p.set_dec_guide_mode(DecGuideMode.AUTO), DONE, {}),
    (152, lambda p: p.clear_calibration(Calibrations.MOUNT), DONE, {}),
    (134, lambda p: p.set_paused(PauseKind.GUIDING), DONE, {}),
    (138, lambda p: p.set_paused(PauseKind.FULL), DONE, {}),
    (139, lambda p: p.set_paused(PauseKind.NONE), DONE, {}),
    (93, lambda p: p.set_lock_shift_params((3.3, 1.1), units=ShiftUnits.ARCSEC_PER_HOUR), DONE, {}),
    (95, lambda p: p.set_lock_shift_enabled(False), DONE, {}),
    (96, lambda p: p.set_variable_delay_settings(VariableDelay(False, 1, 10)), DONE, {}),
    (55, lambda p: p.set_limit_frame(Region(0, 0, 100, 100)), "guide camera does not support frame limiting", {}),
    (56, lambda p: p.set_profile(99), "invalid profile id", {}),
    (61, lambda p: p.set_profile(1), DONE, {}),
    (57, lambda p: p.flip_calibration(), "could not flip calibration", {}),
    (149, lambda p: p.flip_calibration(), DONE, {}),
    (60, lambda p: p.set_connected(True), "equipment failed to connect: camera", {}),
    (63, lambda p: p.set_connected(True), DONE, {}),
    (77, lambda p: p.set_connected(False), "cannot disconnect equipment while capture active", {}),
    (87, lambda p: p.deselect_star(), DONE, {}),
    (111, lambda p: p.set_algo_param(Axis.RA, "minMove", 0.2), DONE, {}),
    (120, lambda p: p.set_guide_output_enabled(False), DONE, {}),
    (131, lambda p: p.stop_capture(), DONE, {}),
    (157, lambda p: p.capture_single_frame(200), DONE, {}),
    (158, lambda p: p.capture_single_frame(200, save=True, subframe=Region(100, 100, 200, 150)), DONE, {}),
    (165, lambda p: p.shutdown(), DONE, {}),
]
USES_WITH_AO = [
    (4, lambda p: p.get_current_equipment(), Equipment(**SIMULATED, ao=Gear("AO-Simulator", is_connected=True)), {}),
    (7, lambda p: p.get_calibration_data(Device.AO), OF_AO, {}),
    (9, lambda p: p.clear_calibration(Calibrations.AO), DONE, {}),
]
BOTH = [(PLAIN, *use) for use in USES] + [(WITH_AO, *use) for use in USES_WITH_AO]


known = cache(exchanges)


def exchange_of(name, number):
    """Return a recorded request and its answer; of two of a number, which one line has, the first that is answered."""
    for exchange in known(name)[1:]:
        answers = [one for one in exchange.replies if isinstance(one, dict) and one.get("id") == number]
        if exchange.request_id == number and answers:
            return exchange.request, answers[0]
    raise AssertionError(f"{number} was not recorded")


class Recorded(Methods):
    """The methods over a recorded exchange in place of a connection."""

    def __init__(self, answer):
        self.sent = None
        self._answer = answer

    async def call(self, method, params=None, *, limit=None):
        line = encode(method, params, number=7)
        assert len(line) <= LONGEST_REQUEST + 2
        self.sent = json.loads(line)
        if (error := self._answer.get("error")) is not None:
            raise refusal(method, code=error["code"], words=error["message"])
        return self._answer["result"]


def named(request):
    """Return a recorded request's parameters by their names: PHD2 takes them either way."""
    params = request.get("params", {})
    if isinstance(params, list) and params and isinstance(params[0], dict) and "units" in params[0]:
        (params,) = params
    if isinstance(params, list):
        return dict(zip(PARAMETERS[request["method"]], params, strict=False))
    return params


def run(use):
    """Run what waits for nothing."""
    try:
        use.send(None)
    except StopIteration as end:
        return end.value
    raise AssertionError("it waits")


@pytest.mark.parametrize(
    ("name", "number", "use", "wanted", "extra"),
    BOTH,
    ids=[f"{exchange_of(name, number)[0]['method']}-{number}" for name, number, *_ in BOTH],
)
def test_it_asks_what_was_recorded_and_reads_what_was_answered(name, number, use, wanted, extra):
    request, answer = exchange_of(name, number)
    phd2 = Recorded(answer)
    if "error" in answer:
        with pytest.raises((Phd2RefusedError, Phd2FailedError)) as caught:
            run(use(phd2))
        assert (caught.value.words, caught.value.method) == (wanted, request["method"])
    else:
        found = run(use(phd2))
        assert wanted(found) if callable(wanted) else found == wanted
    assert phd2.sent.pop("params", {}) == named(request) | extra
    assert phd2.sent == {"id": 7, "method": request["method"]}


def test_none_of_the_methods_is_left_out():
    asked = [exchange_of(name, number) for name, number, *_ in BOTH]
    assert {request["method"] for request, _ in asked} == METHODS
    answered = {request["method"] for request, answer in asked if "result" in answer}
    assert METHODS - answered == {"set_limit_frame"}  # the simulated camera cannot
