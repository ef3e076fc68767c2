"""What a dome heeds besides its client: a telescope that might be in the way of its roof, and the weather."""

from __future__ import annotations

from lightapt_drivers import Change, RefusedError, Standard, State, Switches, every, on_new, on_snoop

from .dome_properties import DomeCan, DomeProperties
from .neighbours import is_on

__all__ = ["DomePolicies"]


class DomePolicies(DomeProperties):
    """Refuses what the policies forbid, and closes in bad weather."""

    _was_bad_weather: bool = False

    @property
    def is_bad_weather(self) -> bool:
        """Whether the weather device that is snooped on is in alert."""
        status = self.weather.find(Standard.WEATHER_STATUS)
        return status is not None and status.state is State.ALERT

    @property
    def is_dome_closed(self) -> bool:
        """Whether the shutter, or the roof, is closed, or closing."""
        if DomeCan.ROOF in self._dome_can:
            return self.dome_park["PARK"] or self.dome_motion["DOME_CCW"]
        return self.dome_shutter["SHUTTER_CLOSE"]

    def check_weather(self) -> None:
        """Refuse to open in bad weather, if it is heeded.

        Raises:
            RefusedError: The weather is bad.
        """
        if self.is_bad_weather and self.weather_policy["WEATHER_CLOSES"]:
            raise RefusedError(
                f"the dome stays closed while {self.weather.device} is in alert: wait until that is over, "
                "or set WEATHER_POLICY to ignore it"
            )

    def check_mount(self, to_do: str) -> None:
        """Refuse what a telescope that is not parked would be in the way of, if it is heeded.

        Raises:
            RefusedError: It is not parked, or says nothing.
        """
        park = self.mount.find(Standard.TELESCOPE_PARK)
        is_parked = park is not None and park.state is State.OK and is_on(self.mount, Standard.TELESCOPE_PARK, "PARK")
        if self.mount_policy["MOUNT_LOCKS"] and not is_parked:
            what = "does not tell whether it is parked" if park is None else "is not parked"
            raise RefusedError(
                f"{self.mount.device} {what}: park it before you {to_do}, or set MOUNT_POLICY to ignore it"
            )

    @on_snoop(DomeProperties.weather, Standard.WEATHER_STATUS)
    async def _hear_weather(self, _: Change) -> None:
        self._heed_weather()

    @on_new(DomeProperties.weather_policy)
    async def _set_weather_policy(self, wanted: Switches) -> None:
        self.weather_policy.ok(wanted)
        self._was_bad_weather = False  # what was said of it no longer holds
        self._heed_weather()

    @every(5.0)
    async def _remember_weather(self) -> None:
        """Try again what could not be done at once: the telescope may be parked by now."""
        self._heed_weather()

    def _heed_weather(self) -> None:
        has_turned_bad = self.is_bad_weather and not self._was_bad_weather
        if not self.is_connected or not self._dome_can & (DomeCan.SHUTTER | DomeCan.ROOF):
            return
        self._was_bad_weather = self.is_bad_weather
        if not self.is_bad_weather or self.is_dome_closed:
            return
        if self.weather_policy["WEATHER_IGNORED"]:
            if has_turned_bad:
                self.log.warning(
                    "%s is in alert, and the dome is open (WEATHER_POLICY ignores it)", self.weather.device
                )
            return
        try:
            self._close_for_weather(is_first=has_turned_bad)
        except RefusedError as error:
            if has_turned_bad:
                self.log.warning("%s is in alert, but the dome cannot close: %s", self.weather.device, error.reason)

    def _close_for_weather(self, *, is_first: bool) -> None:
        if DomeCan.ROOF in self._dome_can:
            self.check_mount("close the roof")
        if is_first:
            self.log.warning("%s is in alert: the dome closes", self.weather.device)
        if DomeCan.ROOF in self._dome_can:
            self.request(self.dome_motion, DOME_CCW=True)
        else:
            self.request(self.dome_shutter, SHUTTER_CLOSE=True)
