"""PHD2's methods for profiles, equipment, the camera and its cooler, and the program itself."""

from __future__ import annotations

from . import checks
from .asking import Asks
from .errors import AnswerError
from .results import (
    CoolerStatus,
    Equipment,
    Profile,
    VariableDelay,
    read_cooler,
    read_equipment,
    read_profile,
    read_profiles,
    read_region,
    read_variable_delay,
)
from .values import as_mapping, as_member, as_number, as_whole
from .words import AppState, Region

__all__ = ["EquipmentMethods"]


class EquipmentMethods(Asks):
    """What PHD2 works with. Every method may raise what :meth:`~.asking.Asks.call` does, and AnswerError."""

    # The program.

    async def get_app_state(self) -> AppState:
        """Return what PHD2 does."""
        answer = await self.call("get_app_state")
        if (state := as_member(AppState)(answer)) is None:
            raise AnswerError(f"PHD2 is in a state that is not known here: {answer!r}", method="get_app_state")
        return state

    async def export_config_settings(self) -> str:
        """Have PHD2 write all its settings to a file, and return its path on PHD2's host."""
        return await self._filename("export_config_settings")

    async def shutdown(self) -> None:
        """End the program. The connection breaks; this is no error."""
        await self.call("shutdown")

    # Profiles.

    async def get_profiles(self) -> tuple[Profile, ...]:
        """Return all profiles."""
        return read_profiles(await self.call("get_profiles"))

    async def get_profile(self) -> Profile:
        """Return the current profile."""
        return read_profile(await self.call("get_profile"))

    async def set_profile(self, profile: int) -> None:
        """Choose a profile by its id; the equipment must be disconnected."""
        await self.call("set_profile", {"id": checks.whole(profile, "profile", least=1)})

    # Equipment.

    async def get_connected(self) -> bool:
        """Return whether all equipment is connected."""
        return await self._flag("get_connected")

    async def set_connected(self, connected: bool) -> None:
        """Connect all equipment, or disconnect it; no exposures may go on."""
        await self.call("set_connected", {"connected": checks.flag(connected, "connected")})

    async def get_current_equipment(self) -> Equipment:
        """Return what the profile has, and what of it is connected."""
        return read_equipment(await self.call("get_current_equipment"))

    # The camera.

    async def get_exposure(self) -> int:
        """Return the exposure time in milliseconds, also while it is automatic; 0 while disconnected."""
        return await self._whole("get_exposure")

    async def set_exposure(self, milliseconds: int) -> None:
        """Choose one of :meth:`get_exposure_durations`; a negative one is automatic."""
        await self.call("set_exposure", {"exposure": checks.whole(milliseconds, "exposure")})

    async def get_exposure_durations(self) -> list[int]:
        """Return the exposure times that can be chosen, in milliseconds."""
        return await self._list("get_exposure_durations", as_whole)

    async def get_camera_binning(self) -> int:
        """Return how many pixels are one, in both directions."""
        return await self._whole("get_camera_binning")

    async def get_camera_frame_size(self) -> tuple[int, int]:
        """Return width and height in pixels; (0, 0) before the first frame."""
        values = await self._list("get_camera_frame_size", as_whole)
        if len(values) != 2:
            raise AnswerError("get_camera_frame_size is not answered by two numbers", method="get_camera_frame_size")
        return values[0], values[1]

    async def get_use_subframes(self) -> bool:
        """Return whether only the star's surroundings are read out."""
        return await self._flag("get_use_subframes")

    async def get_pixel_scale(self) -> float | None:
        """Return arc-seconds per pixel; None if PHD2 does not know."""
        return as_number(await self.call("get_pixel_scale"))

    async def get_limit_frame(self) -> Region | None:
        """Return the region that the camera reads out; None for all."""
        return read_region(await self.call("get_limit_frame"))

    async def set_limit_frame(self, roi: Region | None) -> None:
        """Have the camera read out but a region; None for all. Few cameras can."""
        await self.call("set_limit_frame", {"roi": None if roi is None else checks.region(roi, "roi")})

    async def get_variable_delay_settings(self) -> VariableDelay:
        """Return the pauses between exposures."""
        return read_variable_delay(await self.call("get_variable_delay_settings"))

    async def set_variable_delay_settings(self, delay: VariableDelay) -> None:
        """Set the pauses between exposures, in seconds."""
        params = {
            "Enabled": checks.flag(delay.is_enabled, "is_enabled"),
            "ShortDelaySeconds": checks.number(delay.short, "short", least=0, most=3600),
            "LongDelaySeconds": checks.number(delay.long, "long", least=0, most=3600),
        }
        await self.call("set_variable_delay_settings", params)

    # The cooler.

    async def get_cooler_status(self) -> CoolerStatus:
        """Return how the cooler is."""
        return read_cooler(await self.call("get_cooler_status"))

    async def set_cooler_state(self, enabled: bool) -> None:
        """Switch the cooler on or off."""
        await self.call("set_cooler_state", {"enabled": checks.flag(enabled, "enabled")})

    async def get_ccd_temperature(self) -> float:
        """Return the camera's temperature in °C."""
        members = as_mapping(await self.call("get_ccd_temperature")) or {}
        if (temperature := as_number(members.get("temperature"))) is None:
            raise AnswerError("get_ccd_temperature is not answered by a temperature", method="get_ccd_temperature")
        return temperature
