"""PHD2's methods for guiding, dithering, calibration, pulses and the guide algorithms."""

from __future__ import annotations

from typing import Final

from . import checks
from .asking import Asks
from .errors import AnswerError, ParameterError
from .results import Calibration, read_calibration
from .values import as_member, as_number, as_text
from .words import Axis, Calibrations, DecGuideMode, Device, Direction, PauseKind, Region, Settle

__all__ = ["GuidingMethods"]

_LONGEST_PULSE: Final = 600_000
_OF_AO: Final = frozenset({Direction.UP, Direction.DOWN, Direction.LEFT, Direction.RIGHT})


class GuidingMethods(Asks):
    """What PHD2 does. Every method may raise what :meth:`~.asking.Asks.call` does, and AnswerError."""

    # Guiding.

    async def guide(
        self, settle: Settle | None = None, *, recalibrate: bool = False, roi: Region | None = None
    ) -> None:
        """Begin to guide: find a star and calibrate if need be, guide and settle. ``settled`` waits for the end.

        Args:
            settle: When it counts as settled; None for :class:`~.words.Settle`'s own.
            recalibrate: Calibrate even if there is a calibration.
            roi: Choose the star of this region.
        """
        params: dict[str, object] = {
            "settle": checks.settle(settle or Settle()),
            "recalibrate": checks.flag(recalibrate, "recalibrate"),
        }
        if roi is not None:
            params["roi"] = checks.region(roi, "roi")
        await self.call("guide", params)

    async def dither(self, amount: float, settle: Settle | None = None, *, ra_only: bool = False) -> None:
        """Move the lock position at random, and settle. ``settled`` waits for the end.

        Args:
            amount: How far at most along each axis, in pixels, times what PHD2's settings say.
            settle: When it counts as settled; None for :class:`~.words.Settle`'s own.
            ra_only: Only along right ascension.
        """
        params = {
            "amount": checks.number(amount, "amount", least=0),
            "raOnly": checks.flag(ra_only, "ra_only"),
            "settle": checks.settle(settle or Settle()),
        }
        await self.call("dither", params)

    async def get_settling(self) -> bool:
        """Return whether it settles; not while it calibrates: ``state.is_busy`` knows that too."""
        return await self._flag("get_settling")

    async def get_paused(self) -> bool:
        """Return whether it is paused."""
        return await self._flag("get_paused")

    async def set_paused(self, kind: PauseKind) -> None:
        """Pause guiding, or exposures as well; ``PauseKind.NONE`` resumes."""
        kind = checks.member(kind, PauseKind, "kind")
        params: dict[str, object] = {"paused": kind is not PauseKind.NONE}
        if kind is PauseKind.FULL:
            params["type"] = "full"
        await self.call("set_paused", params)

    async def get_guide_output_enabled(self) -> bool:
        """Return whether corrections are sent to the mount."""
        return await self._flag("get_guide_output_enabled")

    async def set_guide_output_enabled(self, enabled: bool) -> None:
        """Send corrections to the mount, or do not."""
        await self.call("set_guide_output_enabled", {"enabled": checks.flag(enabled, "enabled")})

    async def guide_pulse(self, milliseconds: int, direction: Direction, *, which: Device = Device.MOUNT) -> None:
        """Move the mount for so long, or the AO unit by so many steps. It ends after this returns."""
        checks.member(direction, Direction, "direction")
        checks.member(which, Device, "which")
        if (direction in _OF_AO) is not (which is Device.AO):
            words = "up, down, left or right" if which is Device.AO else "north, south, east or west"
            reason = f"the {which.value} moves {words}, not {direction.value.lower()}"
            raise ParameterError(reason, parameter="direction")
        params = {
            "amount": checks.whole(milliseconds, "amount", least=1, most=_LONGEST_PULSE),
            "direction": direction.value,
            "which": which.value,
        }
        await self.call("guide_pulse", params)

    # Calibration.

    async def get_calibrated(self) -> bool:
        """Return whether there is a calibration."""
        return await self._flag("get_calibrated")

    async def get_calibration_data(self, which: Device = Device.MOUNT) -> Calibration:
        """Return the calibration."""
        params = {"which": checks.choice(which, Device, "which")}
        return read_calibration(await self.call("get_calibration_data", params))

    async def clear_calibration(self, which: Calibrations = Calibrations.BOTH) -> None:
        """Forget the calibration."""
        await self.call("clear_calibration", {"which": checks.choice(which, Calibrations, "which")})

    async def flip_calibration(self) -> None:
        """Turn the calibration to the other side of the pier."""
        await self.call("flip_calibration")

    # Algorithms.

    async def get_algo_param_names(self, axis: Axis) -> list[str]:
        """Return the names of an axis's algorithm's parameters."""
        return await self._list("get_algo_param_names", as_text, axis=checks.choice(axis, Axis, "axis"))

    async def get_algo_param(self, axis: Axis, name: str) -> float | str:
        """Return a parameter; ``algorithmName`` is a text, the others are numbers."""
        params = {"axis": checks.choice(axis, Axis, "axis"), "name": checks.text(name, "name")}
        answer = await self.call("get_algo_param", params)
        value = as_number(answer)
        if value is None and (words := as_text(answer)) is not None:
            return words
        if value is None:
            raise AnswerError("get_algo_param is answered by neither number nor text", method="get_algo_param")
        return value

    async def set_algo_param(self, axis: Axis, name: str, value: float) -> None:
        """Set a parameter."""
        params = {
            "axis": checks.choice(axis, Axis, "axis"),
            "name": checks.text(name, "name"),
            "value": checks.number(value, "value"),  # without one PHD2 2.6.13 crashes
        }
        await self.call("set_algo_param", params)

    async def get_dec_guide_mode(self) -> DecGuideMode:
        """Return which way declination may be corrected."""
        answer = await self.call("get_dec_guide_mode")
        if (mode := as_member(DecGuideMode)(answer)) is None:
            raise AnswerError(f"get_dec_guide_mode is answered by {answer!r}", method="get_dec_guide_mode")
        return mode

    async def set_dec_guide_mode(self, mode: DecGuideMode) -> None:
        """Choose which way declination may be corrected."""
        await self.call("set_dec_guide_mode", {"mode": checks.choice(mode, DecGuideMode, "mode")})
