"""How well the mount is being guided, as far as a guiding program's device tells it."""

from __future__ import annotations

from typing import Final

from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import State

__all__ = ["guiding_rms"]

_RMS: Final = "PHD2_RMS"
"""The running RMS of the PHD2 bridge: Ok while there is one."""
_TOTAL: Final = "TOTAL_ARCSEC"


def guiding_rms(mirror: Mirror) -> float | None:
    """Return the running RMS of the guiding that goes on now, in arcseconds; None where nobody guides, or tells it."""
    told = (device.get(_RMS) for device in mirror.devices.values())
    found = (prop.number(_TOTAL) for prop in told if prop is not None and prop.state is State.OK)
    return next((rms for rms in found if rms > 0), None)  # 0 where the guide camera's scale is not known
