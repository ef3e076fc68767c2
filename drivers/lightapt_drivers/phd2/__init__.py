"""PHD2, the guiding program: an asyncio client of its event server, and an INDI device made of it.

``async with connect() as phd2:`` gives a :class:`Phd2Client`: all of PHD2's methods under its own names, its state
followed from its events, and an order that is kept before anything is sent. Beneath are modules without I/O:
:mod:`~.lines`, :mod:`~.events`, :mod:`~.state`, :mod:`~.rules`; beside it :mod:`~.launching`, :mod:`~.scanning` and
:mod:`~.profiles`.
"""

from .client import Phd2Client, connect
from .errors import (
    AnswerError,
    HostError,
    LaunchError,
    LostError,
    OrderError,
    ParameterError,
    Phd2Error,
    Phd2FailedError,
    Phd2RefusedError,
    ProfileError,
    SettleError,
    SilentError,
)
from .options import DEFAULT_PORT, Options
from .results import Calibration, CoolerStatus, Equipment, Gear, LockShift, Profile, StarImage, VariableDelay
from .running import Rms
from .state import Busy, State
from .streams import EventStream
from .words import (
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
)

__all__ = [
    "DEFAULT_PORT",
    "AnswerError",
    "AppState",
    "Axis",
    "Busy",
    "Calibration",
    "Calibrations",
    "CoolerStatus",
    "DecGuideMode",
    "Device",
    "Direction",
    "Equipment",
    "EventStream",
    "Gear",
    "HostError",
    "LaunchError",
    "LockShift",
    "LostError",
    "Options",
    "OrderError",
    "ParameterError",
    "PauseKind",
    "Phd2Client",
    "Phd2Error",
    "Phd2FailedError",
    "Phd2RefusedError",
    "Position",
    "Profile",
    "ProfileError",
    "Region",
    "Rms",
    "Settle",
    "SettleError",
    "ShiftAxes",
    "ShiftUnits",
    "SilentError",
    "StarImage",
    "State",
    "VariableDelay",
    "connect",
]
