"""PHD2's methods for exposures, the star, the lock position and images."""

from __future__ import annotations

from . import checks
from .asking import Asks
from .errors import AnswerError, ParameterError
from .results import LockShift, StarImage, read_lock_shift, read_star_image
from .values import as_position
from .words import Position, Region, ShiftAxes, ShiftUnits

__all__ = ["CaptureMethods"]


class CaptureMethods(Asks):
    """What PHD2 sees. Every method may raise what :meth:`~.asking.Asks.call` does, and AnswerError."""

    # Exposures.

    async def loop(self) -> None:
        """Expose again and again. While guiding or calibrating it ends that, and exposures go on."""
        await self.call("loop")

    async def stop_capture(self) -> None:
        """End exposures, and guiding and a pause with them. It ends soon after this returns."""
        await self.call("stop_capture")

    async def capture_single_frame(
        self,
        exposure: int | None = None,
        *,
        binning: int | None = None,
        gain: int | None = None,
        subframe: Region | None = None,
        path: str | None = None,
        save: bool | None = None,
    ) -> None:
        """Begin a single frame; SingleFrameComplete tells of its end.

        Args:
            exposure: In milliseconds, from 1 to 600000; None as it is set. Likewise for all below.
            binning: Pixels that are one, in both directions.
            gain: In percent.
            subframe: Only this region.
            path: Where to save it on PHD2's host: an absolute path at which nothing is.
            save: Whether to save it; with True and no path PHD2 finds a name.
        """
        if path is not None and save is False:
            raise ParameterError("a frame with a path is saved: leave out save=False, or the path", parameter="save")
        wanted: dict[str, object] = {
            "exposure": None if exposure is None else checks.whole(exposure, "exposure", least=1, most=600_000),
            "binning": None if binning is None else checks.whole(binning, "binning", least=1, most=16),
            "gain": None if gain is None else checks.whole(gain, "gain", least=0, most=100),
            "subframe": None if subframe is None else checks.region(subframe, "subframe"),
            "path": None if path is None else checks.path(path, "path"),
            "save": None if save is None else checks.flag(save, "save"),
        }
        await self.call("capture_single_frame", {name: value for name, value in wanted.items() if value is not None})

    # The star.

    async def find_star(self, roi: Region | None = None) -> Position:
        """Select a star by PHD2's own choice, of a region or of all the frame, and return where it is."""
        answer = await self.call("find_star", {} if roi is None else {"roi": checks.region(roi, "roi")})
        if (found := as_position(answer)) is None:
            raise AnswerError("find_star is not answered by a position", method="find_star")
        return found

    async def deselect_star(self) -> None:
        """Select none."""
        await self.call("deselect_star")

    async def get_search_region(self) -> int:
        """Return how far from the lock position the star is looked for, in pixels."""
        return await self._whole("get_search_region")

    async def get_star_image(self, size: int = 15) -> StarImage:
        """Return the star and what is around it.

        Args:
            size: Pixels of a side, at least 15. PHD2 gives an odd number of at most 63, and less at the frame's edge.
        """
        return read_star_image(await self.call("get_star_image", {"size": checks.whole(size, "size", least=15)}))

    async def save_image(self) -> str:
        """Have PHD2 save the last frame as FITS, and return its path on PHD2's host. Remove the file after use."""
        return await self._filename("save_image")

    # The lock position.

    async def get_lock_position(self) -> Position | None:
        """Return where the star shall be kept; None if nowhere."""
        return as_position(await self.call("get_lock_position"))

    async def set_lock_position(self, position: Position, *, exact: bool = True) -> None:
        """Set where the star shall be kept.

        Args:
            position: Where.
            exact: There, and not where the nearest star is; with False that star is selected.
        """
        checks.position(position, "position")
        params = {"x": position.x, "y": position.y, "exact": checks.flag(exact, "exact")}
        await self.call("set_lock_position", params)

    async def get_lock_shift_enabled(self) -> bool:
        """Return whether the lock position moves."""
        return await self._flag("get_lock_shift_enabled")

    async def set_lock_shift_enabled(self, enabled: bool) -> None:
        """Let the lock position move, or keep it."""
        await self.call("set_lock_shift_enabled", {"enabled": checks.flag(enabled, "enabled")})

    async def get_lock_shift_params(self) -> LockShift:
        """Return how the lock position moves, as it was set: PHD2 crashes if it is asked for it in camera axes."""
        return read_lock_shift(await self.call("get_lock_shift_params"))

    async def set_lock_shift_params(
        self,
        rate: tuple[float, float],
        *,
        units: ShiftUnits = ShiftUnits.ARCSEC_PER_HOUR,
        axes: ShiftAxes = ShiftAxes.RA_DEC,
    ) -> None:
        """Set how the lock position moves.

        Args:
            rate: Along the first and the second axis.
            units: Per hour, in arc-seconds or pixels.
            axes: Right ascension and declination, or the camera's.
        """
        if len(rate) != 2:
            raise ParameterError(f"rate must be two numbers, not {rate!r}", parameter="rate")
        params = {
            "rate": [checks.number(one, "rate") for one in rate],
            "units": checks.choice(units, ShiftUnits, "units"),
            "axes": checks.choice(axes, ShiftAxes, "axes"),
        }
        await self.call("set_lock_shift_params", params)
