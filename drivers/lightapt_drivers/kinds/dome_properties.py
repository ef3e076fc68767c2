"""What clients see of a dome: INDI's standard properties, and which of them go with what the hardware can."""

from __future__ import annotations

from enum import Flag, auto
from typing import ClassVar, Final

from lightapt_drivers import (
    OPTIONS,
    SITE,
    ButtonVector,
    DefNumber,
    DefSwitch,
    Device,
    DriverInterface,
    NumberVector,
    Snooped,
    Standard,
    SwitchRule,
    SwitchState,
    SwitchVector,
)

__all__ = ["DomeCan", "DomeProperties"]

_SLAVING: Final = "Slaving"


class DomeCan(Flag):
    """What a dome's hardware can do; clients see the properties that go with it."""

    TURN_TO = auto()
    """Turn to an azimuth."""
    STOP = auto()
    SPEED = auto()
    SYNC = auto()
    """Call its azimuth another number."""
    SHUTTER = auto()
    """Open and close an opening."""
    ROOF = auto()
    """Open and close as a whole: a roof that rolls off has neither azimuth nor shutter, and is parked when closed."""
    PARK_BY_ITSELF = auto()
    """Go to a park position that only the hardware knows."""


_NEEDS: Final = {
    Standard.DOME_SHUTTER: DomeCan.SHUTTER,
    Standard.DOME_SHUTTER_PARK_POLICY: DomeCan.SHUTTER,
    Standard.DOME_MOTION: DomeCan.TURN_TO | DomeCan.ROOF,
    Standard.DOME_SPEED: DomeCan.SPEED,
    Standard.REL_DOME_POSITION: DomeCan.TURN_TO,
    Standard.ABS_DOME_POSITION: DomeCan.TURN_TO,
    Standard.DOME_ABORT_MOTION: DomeCan.STOP,
    Standard.DOME_SYNC: DomeCan.SYNC,
    Standard.DOME_AUTOSYNC: DomeCan.TURN_TO,
    Standard.DM_OTA_SIDE: DomeCan.TURN_TO,
    Standard.DOME_PARAMS: DomeCan.TURN_TO,
    Standard.DOME_MEASUREMENTS: DomeCan.TURN_TO,
    Standard.DOME_PARK: DomeCan.TURN_TO | DomeCan.ROOF | DomeCan.PARK_BY_ITSELF,
    Standard.DOME_PARK_POSITION: DomeCan.TURN_TO,
    Standard.DOME_PARK_OPTION: DomeCan.TURN_TO,
    Standard.MOUNT_POLICY: DomeCan.TURN_TO | DomeCan.ROOF | DomeCan.PARK_BY_ITSELF,
    "WEATHER_POLICY": DomeCan.SHUTTER | DomeCan.ROOF,
}
"""Properties, and what of the hardware they need: any one of these."""


def _degrees(name: Standard, *, label: str, value: float = 0, min: float = 0, max: float = 360) -> NumberVector:
    return NumberVector(
        name, DefNumber(name.members[0], value, label="Degrees", format="%6.2f", min=min, max=max), label=label
    )


def _metres(member: str, label: str, *, min: float = -10, max: float = 10) -> DefNumber:
    return DefNumber(member, 0, label=f"{label} (m)", format="%6.2f", min=min, max=max)


class DomeProperties(Device):
    """The properties of a dome, before anything is done with them.

    `dome_can` is what the hardware can, unless it says otherwise when it is connected (:meth:`declare_dome`).
    """

    interface: ClassVar[DriverInterface] = DriverInterface.DOME
    dome_can: ClassVar[DomeCan] = DomeCan.TURN_TO | DomeCan.STOP

    mount = Snooped(
        "ACTIVE_TELESCOPE",
        Standard.EQUATORIAL_EOD_COORD,
        Standard.TARGET_EOD_COORD,
        Standard.GEOGRAPHIC_COORD,
        Standard.TELESCOPE_PIER_SIDE,
        Standard.TELESCOPE_PARK,
        device="Telescope Simulator",
        label="Telescope",
    )
    weather = Snooped("ACTIVE_WEATHER", Standard.WEATHER_STATUS, device="Weather Simulator", label="Weather")

    mount_policy = SwitchVector.standard(
        Standard.MOUNT_POLICY,
        "Park whether or not the telescope is parked",
        "Park only after the telescope",
        on="MOUNT_IGNORED",
        label="Telescope",
        group=OPTIONS,
        always=True,
        saved=True,
    )
    weather_policy = SwitchVector(
        "WEATHER_POLICY",
        DefSwitch("WEATHER_IGNORED", SwitchState.ON, label="Ignore"),
        DefSwitch("WEATHER_CLOSES", label="Close in bad weather"),
        label="Weather",
        group=OPTIONS,
        always=True,
        saved=True,
    )
    dome_shutter = SwitchVector.standard(Standard.DOME_SHUTTER, "Open", "Close", on="", label="Shutter").but(
        rule=SwitchRule.AT_MOST_ONE
    )
    dome_shutter_policy = SwitchVector.standard(
        Standard.DOME_SHUTTER_PARK_POLICY,
        "Close on parking",
        "Open on unparking",
        on="",
        label="Shutter and parking",
        group=OPTIONS,
        saved=True,
    ).but(rule=SwitchRule.ANY_OF_MANY)
    dome_motion = SwitchVector.standard(
        Standard.DOME_MOTION, "Clockwise", "Counterclockwise", on="", label="Motion"
    ).but(rule=SwitchRule.AT_MOST_ONE)
    dome_speed = NumberVector(
        Standard.DOME_SPEED,
        DefNumber("DOME_SPEED_VALUE", 1, label="Revolutions a minute", format="%6.2f", max=10),
        label="Speed",
    )
    dome_relative = _degrees(Standard.REL_DOME_POSITION, label="Relative position", min=-180, max=180)
    dome_position = _degrees(Standard.ABS_DOME_POSITION, label="Azimuth")
    dome_abort = ButtonVector.standard_buttons(Standard.DOME_ABORT_MOTION, "Abort", label="Abort")
    dome_sync = _degrees(Standard.DOME_SYNC, label="Sync")
    dome_slaving = SwitchVector.standard(
        Standard.DOME_AUTOSYNC,
        "Follow",
        "Do not follow",
        on="DOME_AUTOSYNC_DISABLE",
        label="Telescope",
        group=_SLAVING,
        saved=True,
    )
    ota_side = SwitchVector.standard(
        Standard.DM_OTA_SIDE,
        "East",
        "West",
        "As the mount says",
        "By hour angle",
        "None",
        on="DM_OTA_SIDE_MOUNT",
        label="Side of the pier",
        group=_SLAVING,
        saved=True,
    )
    dome_params = NumberVector(
        Standard.DOME_PARAMS,
        DefNumber("AUTOSYNC_THRESHOLD", 0.5, label="Lag allowed (degrees)", format="%6.2f", max=360),
        label="Parameters",
        group=_SLAVING,
        saved=True,
    )
    dome_measurements = NumberVector(
        Standard.DOME_MEASUREMENTS,
        _metres("DM_DOME_RADIUS", "Radius", min=0, max=50),
        _metres("DM_SHUTTER_WIDTH", "Width of the shutter", min=0),
        _metres("DM_NORTH_DISPLACEMENT", "Mount north of centre"),
        _metres("DM_EAST_DISPLACEMENT", "Mount east of centre"),
        _metres("DM_UP_DISPLACEMENT", "Mount above centre"),
        _metres("DM_OTA_OFFSET", "Tube from the polar axis"),
        label="Measurements",
        group=_SLAVING,
        saved=True,
    )
    dome_park = SwitchVector.standard(Standard.DOME_PARK, "Park(ed)", "UnPark(ed)", on="UNPARK", label="Parking")
    dome_park_position = NumberVector(
        Standard.DOME_PARK_POSITION,
        DefNumber("PARK_AZ", 0, label="Azimuth", format="%10.6m", max=360),
        label="Park position",
        group=SITE,
        saved=True,
    )
    dome_park_option = ButtonVector.standard_buttons(
        Standard.DOME_PARK_OPTION, "Here", "Default", "Save", label="Choose the park position", group=SITE
    )

    _dome_can: DomeCan = DomeCan(0)

    def declare_dome(self, can: DomeCan) -> None:
        """Say what the hardware can, when it is connected."""
        self._dome_can = can
        for name, any_of in _NEEDS.items():
            (self.show if can & any_of else self.hide)(self.vectors[name])
        if DomeCan.PARK_BY_ITSELF in can:
            self.hide(self.dome_park_position, self.dome_park_option)
        if DomeCan.ROOF in can:
            self.dome_motion.redefine(DefSwitch("DOME_CW", label="Open"), DefSwitch("DOME_CCW", label="Close"))
