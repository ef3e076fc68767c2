"""The order of things: what may be asked of PHD2 now, and if not, what to do first. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from . import checks
from .errors import OrderError, ParameterError
from .state import Busy, State
from .words import AppState, Calibrations, Device, PauseKind

__all__ = ["check_order"]

_Params = Mapping[str, object]

_WHILE_CALIBRATING: Final = frozenset(
    {
        "find_star",
        "deselect_star",
        "set_lock_position",
        "guide_pulse",
        "clear_calibration",
        "flip_calibration",
        "set_paused",
    }
)
"""What spoils a calibration, or is refused; ``guide`` and ``dither`` have rules of their own."""


_WHILE_GUIDING: Final = frozenset({"clear_calibration", "flip_calibration", "deselect_star"})
"""What PHD2 does while it guides, or rests from that, to the guiding's harm."""


_WHILE_BUSY: Final = frozenset({*_WHILE_GUIDING, "guide_pulse", "find_star"})
"""What spoils a guide command as it looks for its star, before it guides."""


def check_order(state: State, method: str, params: _Params) -> None:
    """Do nothing if this may be asked now.

    Args:
        state: What PHD2 does; what is not known of it forbids nothing.
        method: PHD2's name of what is wanted.
        params: Its parameters.

    Raises:
        OrderError: It may not; the reason says what to do first.
        ParameterError: PHD2 2.6.13 would crash over its parameters.
    """
    _check_crash(method, params)
    reason = None
    if method in _WHILE_CALIBRATING and state.app is AppState.CALIBRATING:
        reason = f"{method} is not possible while PHD2 calibrates: wait until it is done, or stop it"
    elif method in _WHILE_GUIDING and state.has_guiding:
        reason = f"{method} would end or spoil guiding: stop it first"
    elif method in _WHILE_BUSY and state.busy is not None:
        reason = f"{method} would spoil what goes on: {_in_progress(state.busy)}"
    elif (rule := _RULES.get(method)) is not None:
        reason = rule(state, params)
    if reason is not None:
        raise OrderError(reason, method=method)


def _check_crash(method: str, params: _Params) -> None:
    if method == "set_algo_param":
        checks.number(params.get("value"), "value")
    elif method == "get_lock_shift_params" and params:
        reason = "get_lock_shift_params is asked without parameters: PHD2 crashes over camera axes"
        raise ParameterError(reason, parameter="axes")


def _guide(state: State, _: _Params) -> str | None:
    if state.is_connected is False:
        return "all equipment must be connected before guiding: connect it first"
    if state.app is AppState.CALIBRATING:
        return "PHD2 calibrates already: wait until it is done, or stop it"
    if state.busy is not None:
        return _in_progress(state.busy)
    if state.paused is not PauseKind.NONE:
        return "PHD2 is paused: resume first"
    return None


def _in_progress(busy: Busy) -> str:
    return f"{busy.value} is in progress: wait until it has settled, or stop guiding"


def _dither(state: State, _: _Params) -> str | None:
    if state.paused is not PauseKind.NONE or state.app is AppState.PAUSED:
        return "PHD2 is paused, and a dither would move nothing: resume first"
    if state.app is AppState.CALIBRATING:
        return "PHD2 calibrates: wait until it guides"
    if state.busy is not None:
        return f"{state.busy.value} is in progress: wait until it has settled"
    if state.app is not None and not state.is_guiding:
        return "dithering is for while PHD2 guides: start guiding first"
    return None


def _set_paused(state: State, params: _Params) -> str | None:
    if params.get("paused") and state.app is AppState.STOPPED:
        return "no exposures are made: there is nothing to pause"
    return None


def _set_profile(state: State, _: _Params) -> str | None:
    gear = state.equipment.all if state.equipment else ()
    if state.is_connected or any(one.is_connected for one in gear):
        return "the profile can only be changed while the equipment is disconnected: disconnect it first"
    return None


def _set_connected(state: State, params: _Params) -> str | None:
    connected = params.get("connected")
    if state.is_capturing and not (connected and state.is_connected):  # PHD2 takes what is so already
        verb = "connected" if connected else "disconnected"
        return f"equipment cannot be {verb} while exposures are made: stop them first"
    return None


def _loop(state: State, _: _Params) -> str | None:
    return _needs_camera(state)


def _single_frame(state: State, _: _Params) -> str | None:
    if state.equipment is None or state.equipment.camera is None:
        # PHD2 2.6.13 crashes if its profile has none.
        return "PHD2's profile has no camera, as far as is known: choose another profile first"
    if state.is_capturing:
        return "a single frame cannot be taken while exposures are made: stop them first"
    return _needs_camera(state)


def _needs_camera(state: State) -> str | None:
    if state.equipment is not None and (state.equipment.camera is None or not state.equipment.camera.is_connected):
        return "the guide camera is not connected: connect the equipment first"
    return None


def _guide_pulse(state: State, params: _Params) -> str | None:
    if state.equipment is not None:  # PHD2 asks for no more than what moves: its camera may be another program's
        is_ao = params.get("which") == Device.AO.value
        gear, name = (state.equipment.ao, "AO unit") if is_ao else (state.equipment.mount, "mount")
        if gear is None:
            return f"PHD2's profile has no {name}: choose another profile first"
        if not gear.is_connected:
            return f"the {name} is not connected: connect the equipment first"
    if state.has_guiding:
        return "PHD2 guides, and a pulse would disturb it: stop guiding first"
    return None


def _clear_calibration(state: State, params: _Params) -> str | None:
    if params.get("which") == Calibrations.AO.value and state.equipment is not None and state.equipment.ao is None:
        return "PHD2's profile has no AO unit: it has no calibration to clear"
    return None


def _find_star(state: State, _: _Params) -> str | None:
    if state.has_guiding:
        return "a star can only be looked for while PHD2 does not guide: stop guiding first"
    return None


def _guide_output(state: State, _: _Params) -> str | None:
    return "PHD2 calibrates: wait until it is done, or stop it" if state.app is AppState.CALIBRATING else None


_RULES: Final[dict[str, Callable[[State, _Params], str | None]]] = {
    "guide": _guide,
    "dither": _dither,
    "set_paused": _set_paused,
    "set_profile": _set_profile,
    "set_connected": _set_connected,
    "loop": _loop,
    "capture_single_frame": _single_frame,
    "guide_pulse": _guide_pulse,
    "clear_calibration": _clear_calibration,
    "find_star": _find_star,
    "set_guide_output_enabled": _guide_output,
}
