"""A dome, or a roof that rolls off: it turns, opens, parks, and follows the telescope."""

from __future__ import annotations

import time
from functools import partial

from lightapt_drivers import (
    Change,
    Numbers,
    RefusedError,
    Standard,
    State,
    Switches,
    on_new,
    on_snoop,
)
from lightapt_protocol.mirror import Property

from .dome_opening import Shutter
from .dome_parking import DomeParking
from .dome_properties import DomeCan
from .dome_slaving import Aim, DomeGeometry, OtaSide, aim, half_turns, sidereal_time
from .neighbours import is_on

__all__ = ["Dome", "DomeCan", "Shutter"]


class Dome(DomeParking):
    """A dome. A driver says what its hardware can (`dome_can`), and fills in the methods for that.

    To turn: :meth:`turn_dome_to` and :meth:`stop_dome`, with :meth:`dome_at` on the way. To open: `open_shutter`,
    `close_shutter` and `stop_shutter`. When it is connected it says how it stands: `dome_at`, `shutter_is` and
    `dome_is_parked`. A parked dome does not turn, nor does one that follows the telescope turn by hand.

    It follows the telescope that it snoops on by the geometry of DOME_MEASUREMENTS: whenever it is off by more than
    DOME_PARAMS allows, and the mount is not parked. While the mount slews it turns to where the mount slews to
    (TARGET_EOD_COORD), or else waits until it has settled.
    """

    # For a driver to use, or a test.

    def dome_time(self) -> float:
        """Return the time by which the sky turns, as Unix time in seconds."""
        return time.time()

    # What every dome does that can turn.

    @on_new(DomeParking.dome_abort)
    async def _abort_dome(self, wanted: Switches) -> None:
        if not wanted.choice:
            return
        if self.dome_slaving["DOME_AUTOSYNC_ENABLE"]:
            self.dome_slaving.choose("DOME_AUTOSYNC_DISABLE", message="aborted: it no longer follows the telescope")
        if not await self.cancel(self.dome_park, self.dome_position, self.dome_shutter):
            await self._stop_all()  # it may move by other hands

    async def _stop_all(self) -> None:
        if DomeCan.TURN_TO in self._dome_can:
            await self.stop_dome()
        await self.stop_shutter()

    @on_new(DomeParking.dome_slaving)
    async def _follow_or_not(self, wanted: Switches) -> None:
        was_following = self.dome_slaving["DOME_AUTOSYNC_ENABLE"]
        self.dome_slaving.ok(wanted)
        if was_following and wanted["DOME_AUTOSYNC_DISABLE"]:
            await self.cancel(self.dome_position)
        await self._follow_telescope()

    @on_new(DomeParking.ota_side)
    async def _set_ota_side(self, wanted: Switches) -> None:
        self.ota_side.ok(wanted)
        await self._follow_telescope()

    @on_new(DomeParking.dome_params)
    async def _set_params(self, wanted: Numbers) -> None:
        self.dome_params.ok(wanted)
        await self._follow_telescope()

    @on_new(DomeParking.dome_measurements)
    async def _set_measurements(self, wanted: Numbers) -> None:
        self.dome_measurements.ok(wanted)
        await self._follow_telescope()

    @on_snoop(DomeParking.mount)
    async def _hear_mount(self, _: Change) -> None:
        await self._follow_telescope()

    async def _follow_telescope(self) -> None:
        """Turn to where the telescope looks out, if it is to follow and is too far off."""
        if not self._is_following:
            return
        try:
            found = self._aim()
        except RefusedError as error:
            if self.dome_slaving.state is not State.ALERT:  # once will do
                self.dome_slaving.alert(error.reason)
            return
        self.dome_slaving.change(state=State.OK)
        if found is not None and self._is_off(found):
            await self.begin(self.dome_position, partial(self.turn_toward, found.azimuth or 0.0))

    @property
    def _is_following(self) -> bool:
        can_turn = self.is_connected and DomeCan.TURN_TO in self._dome_can and not self._is_dome_parked
        return can_turn and self.dome_slaving["DOME_AUTOSYNC_ENABLE"] and not self.is_active(self.dome_park)

    def _is_off(self, found: Aim) -> bool:
        """Whether the opening is too far from where it must be, or turns to where it would be."""
        if found.azimuth is None or found.play >= 180:
            return False
        heading = self.dome_position.value if self._dome_heading is None else self._dome_heading
        return abs(half_turns(found.azimuth - heading)) > self.dome_params.value

    def _aim(self) -> Aim | None:
        """Return where the telescope looks out, or None if it is parked, still slews, or says too little.

        Raises:
            RefusedError: By the measures the telescope is not in the dome.
        """
        slews, coordinates = self._coordinates()
        site = self.mount.find(Standard.GEOGRAPHIC_COORD)
        if coordinates is None or site is None or is_on(self.mount, Standard.TELESCOPE_PARK, "PARK"):
            return None
        sidereal = sidereal_time(self.dome_time(), site.number("LONG"))
        hour_angle = half_turns(sidereal - coordinates.number("RA") * 15)
        return aim(
            DomeGeometry(*self.dome_measurements.values.values()),
            hour_angle=hour_angle,
            dec=coordinates.number("DEC"),
            latitude=site.number("LAT"),
            side=self._side(hour_angle, slews=slews),
        )

    def _coordinates(self) -> tuple[bool, Property | None]:
        """Return whether the mount slews, and where it points then or now; None where nobody tells."""
        coordinates = self.mount.find(Standard.EQUATORIAL_EOD_COORD)
        slews = coordinates is not None and coordinates.state is State.BUSY
        return slews, self.mount.find(Standard.TARGET_EOD_COORD) if slews else coordinates

    def _side(self, hour_angle: float, *, slews: bool) -> OtaSide:
        """Return where the tube is: by hour angle, a mount that looks west has its tube east of the pier."""
        match self.ota_side.choice:
            case "DM_OTA_SIDE_EAST":
                return OtaSide.EAST
            case "DM_OTA_SIDE_WEST":
                return OtaSide.WEST
            case "DM_OTA_SIDE_IGNORE":
                return OtaSide.CENTRE
            case "DM_OTA_SIDE_MOUNT" if not slews:  # a slew may end on the other side
                if is_on(self.mount, Standard.TELESCOPE_PIER_SIDE, "PIER_EAST"):
                    return OtaSide.EAST
                if is_on(self.mount, Standard.TELESCOPE_PIER_SIDE, "PIER_WEST"):
                    return OtaSide.WEST
            case _:
                pass
        return OtaSide.EAST if hour_angle > 0 else OtaSide.WEST
