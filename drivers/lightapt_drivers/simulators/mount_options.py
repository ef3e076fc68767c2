"""The options of the simulated mount, as properties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lightapt_drivers import (
    DefNumber,
    DefSwitch,
    Device,
    Live,
    Numbers,
    NumberVector,
    Switches,
    SwitchState,
    SwitchVector,
    Wanted,
    on_new,
)

from .lasting import SIMULATION
from .mount_config import MountConfig, NorthPulse
from .mount_geometry import MountKind
from .mount_limits import Limits, MeridianAction
from .mount_pointing_errors import PointingErrors

__all__ = ["MountOptions"]

_ANYWHERE: Final = -90.0
"""The lowest altitude that is no limit."""
_ALWAYS: Final = 180.0
"""The degrees past the meridian that are no limit."""
_AS_MADE: Final = MountConfig()
_KINDS: Final = {"EQ_FORK": MountKind.FORK, "EQ_GEM": MountKind.GERMAN}
_AT_MERIDIAN: Final = {"STOP": MeridianAction.STOP, "WARN": MeridianAction.WARN}
_NORTH_PULSES: Final = {"CELESTIAL": NorthPulse.CELESTIAL, "MECHANICAL": NorthPulse.MECHANICAL}


def _numbers(name: str, *members: DefNumber, label: str) -> NumberVector:
    return NumberVector(name, *members, label=label, group=SIMULATION, always=True, saved=True)


def _choice(name: str, *members: DefSwitch, label: str) -> SwitchVector:
    return SwitchVector(name, *members, label=label, group=SIMULATION, always=True, saved=True)


class MountOptions(Device):
    """Has the options of a mount, and says when one changes."""

    mount_kind = _choice(
        "MOUNT_TYPE",
        DefSwitch("EQ_FORK", label="Fork (equatorial)"),
        DefSwitch("EQ_GEM", SwitchState.ON, label="German equatorial"),
        label="Mount type",
    )
    pointing_errors = _numbers(
        "MOUNT_ERRORS",
        DefNumber("PERIODIC_AMPLITUDE", 0, label="Periodic error (±arcsec)", format="%.1f", max=300),
        DefNumber("PERIODIC_PERIOD", 480, label="Period of the worm (s)", format="%.0f", min=10, max=86_400),
        DefNumber("POLAR_AZIMUTH", 0, label="Pole too far east (arcmin)", format="%.1f", min=-600, max=600),
        DefNumber("POLAR_ALTITUDE", 0, label="Pole too high (arcmin)", format="%.1f", min=-600, max=600),
        DefNumber("BACKLASH", 0, label="Declination backlash (arcsec)", format="%.1f", max=3600),
        label="Errors",
    )
    mount_limits = _numbers(
        "MOUNT_LIMITS",
        DefNumber("LOWEST_ALTITUDE", _ANYWHERE, label="Lowest altitude (°; -90: none)", format="%.1f", min=-90, max=60),
        DefNumber("PAST_MERIDIAN", 20, label="Past the meridian (°; 180: any)", format="%.1f", max=_ALWAYS),
        DefNumber("FLIP_AFTER", 0, label="A goto flips from (°)", format="%.1f", max=90),
        label="Limits",
    )
    at_meridian = _choice(
        "MERIDIAN_ACTION",
        DefSwitch("STOP", SwitchState.ON, label="Stop"),
        DefSwitch("WARN", label="Warn, and go on"),
        label="At the meridian limit",
    )
    motors = _numbers(
        "MOUNT_DRIVE",
        DefNumber("SLEW_SPEED", _AS_MADE.speed, label="Slew speed (°/s)", format="%.2f", min=0.05, max=100),
        DefNumber("ACCELERATION", _AS_MADE.acceleration, label="Acceleration (°/s²)", format="%.2f", min=0.05, max=100),
        label="Motors",
    )
    north_pulse = _choice(
        "NORTH_PULSE",
        DefSwitch("CELESTIAL", SwitchState.ON, label="North in the sky"),
        DefSwitch("MECHANICAL", label="One way of the motor"),
        label="A pulse to the north is",
    )

    # For the mount.

    def options_changed(self) -> None:
        """Take note that one of the options has changed."""
        raise NotImplementedError

    def show_options(self, config: MountConfig) -> None:
        """Have the properties say what a configuration does."""
        errors, limits = config.errors, config.limits
        self.mount_kind.choose(_name(_KINDS, config.kind))
        self.pointing_errors.set(
            PERIODIC_AMPLITUDE=errors.periodic_amplitude,
            PERIODIC_PERIOD=errors.periodic_period,
            POLAR_AZIMUTH=errors.polar_azimuth,
            POLAR_ALTITUDE=errors.polar_altitude,
            BACKLASH=errors.backlash,
        )
        self.mount_limits.set(
            LOWEST_ALTITUDE=_ANYWHERE if limits.lowest_altitude is None else limits.lowest_altitude,
            PAST_MERIDIAN=_ALWAYS if limits.past_meridian is None else limits.past_meridian,
            FLIP_AFTER=config.flip_after,
        )
        self.at_meridian.choose(_name(_AT_MERIDIAN, limits.at_meridian))
        self.motors.set(SLEW_SPEED=config.speed, ACCELERATION=config.acceleration)
        self.north_pulse.choose(_name(_NORTH_PULSES, config.north_pulse))

    def with_options(self, config: MountConfig) -> MountConfig:
        """Return a configuration with what the properties say."""
        altitude, past = self.mount_limits["LOWEST_ALTITUDE"], self.mount_limits["PAST_MERIDIAN"]
        return replace(
            config,
            kind=_KINDS[self.mount_kind.choice],
            speed=self.motors["SLEW_SPEED"],
            acceleration=self.motors["ACCELERATION"],
            north_pulse=_NORTH_PULSES[self.north_pulse.choice],
            flip_after=self.mount_limits["FLIP_AFTER"],
            limits=Limits(
                lowest_altitude=None if altitude <= _ANYWHERE else altitude,
                past_meridian=None if past >= _ALWAYS else past,
                at_meridian=_AT_MERIDIAN[self.at_meridian.choice],
            ),
            errors=PointingErrors(
                periodic_amplitude=self.pointing_errors["PERIODIC_AMPLITUDE"],
                periodic_period=self.pointing_errors["PERIODIC_PERIOD"],
                periodic_phase=config.errors.periodic_phase,
                polar_azimuth=self.pointing_errors["POLAR_AZIMUTH"],
                polar_altitude=self.pointing_errors["POLAR_ALTITUDE"],
                backlash=self.pointing_errors["BACKLASH"],
            ),
        )

    # What clients may change.

    @on_new(mount_kind)
    async def _set_kind(self, wanted: Switches) -> None:
        self._take(self.mount_kind, wanted)

    @on_new(pointing_errors)
    async def _set_errors(self, wanted: Numbers) -> None:
        self._take(self.pointing_errors, wanted)

    @on_new(mount_limits)
    async def _set_limits(self, wanted: Numbers) -> None:
        self._take(self.mount_limits, wanted)

    @on_new(at_meridian)
    async def _set_meridian_action(self, wanted: Switches) -> None:
        self._take(self.at_meridian, wanted)

    @on_new(motors)
    async def _set_motors(self, wanted: Numbers) -> None:
        self._take(self.motors, wanted)

    @on_new(north_pulse)
    async def _set_north_pulse(self, wanted: Switches) -> None:
        self._take(self.north_pulse, wanted)

    def _take(self, live: Live[Any], wanted: Wanted[Any]) -> None:
        live.ok(wanted)
        self.options_changed()


def _name(choices: Mapping[str, object], chosen: object) -> str:
    return next(name for name, value in choices.items() if value is chosen)
