"""What cannot be asked now is refused before it is sent, and the reason says what to do first."""

import pytest

from lightapt_drivers.phd2.errors import OrderError, ParameterError
from lightapt_drivers.phd2.results import Equipment, Gear
from lightapt_drivers.phd2.rules import check_order
from lightapt_drivers.phd2.state import Busy, State
from lightapt_drivers.phd2.words import AppState, PauseKind

CAMERA, MOUNT, AO = (Gear(name, is_connected=True) for name in ("Simulator", "On Camera", "AO-Simulator"))
CAMERA_OFF, MOUNT_OFF, AO_OFF = (Gear(one.name, is_connected=False) for one in (CAMERA, MOUNT, AO))
GEAR = Equipment(camera=CAMERA, mount=MOUNT)
OFF = Equipment(camera=CAMERA_OFF, mount=MOUNT_OFF)


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
        (CALIBRATING, "guide", "wait until it is done, or stop it"),
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
        (DISCONNECTED, "guide_pulse", "mount is not connected: connect the equipment first"),
        (state(equipment=Equipment(camera=CAMERA)), "guide_pulse", "no mount: choose another profile first"),
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


@pytest.mark.parametrize("camera", [CAMERA_OFF, None])
def test_a_pulse_needs_but_what_it_moves(camera):
    half = state(is_connected=False, equipment=Equipment(camera=camera, mount=MOUNT, ao=AO_OFF))
    check_order(half, "guide_pulse", {"which": "Mount"})
    with pytest.raises(OrderError, match="AO unit is not connected"):
        check_order(half, "guide_pulse", {"which": "AO"})
    check_order(state(is_connected=False, equipment=Equipment(mount=MOUNT_OFF, ao=AO)), "guide_pulse", {"which": "AO"})


def test_a_calibration_of_an_ao_unit_that_is_not_there_is_not_cleared():
    with pytest.raises(OrderError, match="no AO unit"):
        check_order(state(), "clear_calibration", {"which": "ao"})
    for now in (state(equipment=Equipment(mount=MOUNT, ao=AO_OFF)), state(equipment=None)):
        check_order(now, "clear_calibration", {"which": "ao"})
    check_order(state(), "clear_calibration", {"which": "both"})


def test_what_is_connected_can_be_connected_while_exposures_are_made():
    check_order(GUIDING, "set_connected", {"connected": True})
    with pytest.raises(OrderError, match="disconnected while exposures"):
        check_order(GUIDING, "set_connected", {"connected": False})
    with pytest.raises(OrderError, match="connected while exposures"):
        check_order(state(AppState.LOOPING, is_connected=False), "set_connected", {"connected": True})


def test_a_profile_is_not_changed_while_anything_of_it_is_connected():
    half = Equipment(camera=CAMERA, mount=MOUNT_OFF)
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
