"""What cannot be asked now is refused before it is sent, and the reason says what to do first."""

import pytest

from lightapt_drivers.phd2.errors import OrderError, ParameterError
from lightapt_drivers.phd2.results import Equipment, Gear
from lightapt_drivers.phd2.rules import check_order
from lightapt_drivers.phd2.state import Busy, State
from lightapt_drivers.phd2.words import AppState, PauseKind

GEAR = Equipment(camera=Gear("Simulator", is_connected=True), mount=Gear("On Camera", is_connected=True))
OFF = Equipment(camera=Gear("Simulator", is_connected=False), mount=Gear("On Camera", is_connected=False))


def state(app=AppState.STOPPED, **known):
    return State(app=app, **{"is_connected": True, "equipment": GEAR, **known})


GUIDING = state(AppState.GUIDING)
CALIBRATING = state(AppState.CALIBRATING, busy=Busy.GUIDE)
PAUSED = state(AppState.PAUSED, paused=PauseKind.GUIDING)
DISCONNECTED = state(is_connected=False, equipment=OFF)
DITHERING = state(AppState.GUIDING, busy=Busy.DITHER)
LOOPING = state(AppState.LOOPING)
SEEKING = state(AppState.LOOPING, busy=Busy.GUIDE)
LOST = state(AppState.LOST_LOCK)
RESTING = state(AppState.PAUSED, paused=PauseKind.FULL, before_pause=AppState.GUIDING)
PAUSED_LOOP = state(AppState.PAUSED, paused=PauseKind.FULL, before_pause=AppState.LOOPING)


@pytest.mark.parametrize(
    ("now", "method", "advice"),
    [
        (DISCONNECTED, "guide", "connect it first"),
        (CALIBRATING, "guide", "wait, or stop it"),
        (DITHERING, "guide", "dither is in progress"),
        (PAUSED, "guide", "resume first"),
        (state(), "dither", "start guiding first"),
        (state(AppState.GUIDING, busy=Busy.SETTLING), "dither", "settling is in progress"),
        (LOOPING, "dither", "start guiding first"),
        (PAUSED, "dither", "resume first"),
        (CALIBRATING, "dither", "wait until it guides"),
        (DITHERING, "dither", "wait until it has settled"),
        (state(), "set_profile", "disconnect it first"),
        (LOOPING, "set_connected", "stop them first"),
        (DISCONNECTED, "loop", "connect the equipment first"),
        (state(equipment=Equipment()), "capture_single_frame", "choose another profile"),
        (state(equipment=None), "capture_single_frame", "no camera"),
        (DISCONNECTED, "capture_single_frame", "connect the equipment first"),
        (LOOPING, "capture_single_frame", "stop them first"),
        (GUIDING, "guide_pulse", "stop guiding first"),
        (DISCONNECTED, "guide_pulse", "connect the equipment first"),
        (GUIDING, "find_star", "stop guiding first"),
        (RESTING, "guide_pulse", "stop guiding first"),
        (RESTING, "find_star", "stop guiding first"),
        *(
            (now, method, "spoil guiding: stop it first")
            for now in (GUIDING, LOST, RESTING)
            for method in ("clear_calibration", "flip_calibration", "deselect_star")
        ),
        *(
            (now, method, "is in progress: wait until it has settled, or stop guiding")
            for now in (SEEKING, state(AppState.SELECTED, busy=Busy.GUIDE))
            for method in ("clear_calibration", "flip_calibration", "deselect_star", "guide_pulse", "find_star")
        ),
        *(
            (CALIBRATING, method, "wait until it is done, or stop it")
            for method in (
                "find_star",
                "deselect_star",
                "set_lock_position",
                "guide_pulse",
                "clear_calibration",
                "flip_calibration",
                "set_paused",
                "set_guide_output_enabled",
            )
        ),
    ],
)
def test_it_is_refused_with_advice(now, method, advice):
    with pytest.raises(OrderError, match=advice) as caught:
        check_order(now, method, {})
    assert caught.value.method == method


@pytest.mark.parametrize(
    ("now", "method"),
    [
        (state(), "guide"),
        (LOOPING, "guide"),
        (GUIDING, "guide"),
        (GUIDING, "dither"),
        (state(AppState.LOST_LOCK), "dither"),
        (DISCONNECTED, "set_profile"),
        (state(), "set_connected"),
        (DISCONNECTED, "set_connected"),
        (state(AppState.PAUSED, paused=PauseKind.FULL, before_pause=AppState.STOPPED), "set_connected"),
        (GUIDING, "loop"),
        (CALIBRATING, "loop"),
        (CALIBRATING, "stop_capture"),
        (state(), "capture_single_frame"),
        (LOOPING, "guide_pulse"),
        (LOOPING, "find_star"),
        (LOOPING, "deselect_star"),
        (SEEKING, "stop_capture"),
        (SEEKING, "loop"),
        (PAUSED_LOOP, "deselect_star"),
        (PAUSED_LOOP, "guide_pulse"),
        (state(), "clear_calibration"),
        (state(), "flip_calibration"),
        (state(), "get_lock_shift_params"),
        (PAUSED, "set_paused"),
        (CALIBRATING, "get_app_state"),
    ],
)
def test_what_is_in_order_is_not_refused(now, method):
    check_order(now, method, {})


@pytest.mark.parametrize("method", ["guide", "dither", "set_profile", "set_connected", "loop", "guide_pulse"])
def test_what_is_not_known_forbids_nothing(method):
    check_order(State(), method, {})


def test_what_is_connected_can_be_connected_while_exposures_are_made():
    check_order(GUIDING, "set_connected", {"connected": True})
    with pytest.raises(OrderError, match="disconnected while exposures"):
        check_order(GUIDING, "set_connected", {"connected": False})
    with pytest.raises(OrderError, match="connected while exposures"):
        check_order(state(AppState.LOOPING, is_connected=False), "set_connected", {"connected": True})


def test_a_profile_is_not_changed_while_anything_of_it_is_connected():
    half = Equipment(camera=Gear("Simulator", is_connected=True), mount=Gear("On Camera", is_connected=False))
    with pytest.raises(OrderError):
        check_order(state(is_connected=False, equipment=half), "set_profile", {})


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("set_algo_param", {"axis": "ra", "name": "minMove"}),
        ("set_algo_param", {"axis": "ra", "name": "minMove", "value": None}),
        ("get_lock_shift_params", {"axes": "camera"}),
    ],
)
def test_what_phd2_crashes_over_is_refused_whatever_it_does(method, params):
    with pytest.raises(ParameterError):
        check_order(State(), method, params)
