"""The options of a simulated mount."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from .mount_frames import SIDEREAL_RATE
from .mount_geometry import MountKind
from .mount_limits import Limits
from .mount_pointing_errors import PointingErrors
from .mount_vocabulary import SlewRate

__all__ = ["MountConfig", "NorthPulse"]


class NorthPulse(Enum):
    """What a guide pulse to the north means on a German mount that has flipped."""

    CELESTIAL = "north on the sky"
    """The declination rises on either side of the pier: INDI's and ASCOM's definition."""
    MECHANICAL = "one way of the motor"
    """The motor turns one way, so that the declination falls where the telescope is east of the pier: what many
    mounts do, and guiding programs have a switch for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MountConfig:
    """The options of a mount.

    Attributes:
        kind: How it is built.
        speed: What an axis can do, in degrees a second.
        acceleration: In degrees a second squared.
        hand_rates: Degrees a second of motion by hand, for each slew rate, slowest first.
        guide_rate_ra: Speed of pulses to west and east, as a fraction of the sidereal rate.
        guide_rate_dec: Speed of pulses to north and south, likewise.
        north_pulse: What a pulse to the north means after a flip.
        flip_after: A goto flips a German mount when it would take the counterweights up by more than so many degrees,
            which is as far as the target is past the meridian.
        limits: How far it may go.
        errors: What makes it point elsewhere than it believes.

    Raises:
        ValueError: Speed or acceleration are not positive.
    """

    kind: MountKind = MountKind.GERMAN
    speed: float = 6.0
    acceleration: float = 6.0
    hand_rates: tuple[float, float, float, float] = (SIDEREAL_RATE, 32 * SIDEREAL_RATE, 0.5, 6.0)
    guide_rate_ra: float = 0.5
    guide_rate_dec: float = 0.5
    north_pulse: NorthPulse = NorthPulse.CELESTIAL
    flip_after: float = 0.0
    limits: Limits = field(default_factory=Limits)
    errors: PointingErrors = field(default_factory=PointingErrors)

    def __post_init__(self) -> None:
        if not (self.speed > 0 and self.acceleration > 0):
            raise ValueError(f"a mount needs speed and acceleration above 0, not {self.speed} and {self.acceleration}")

    def hand_rate(self, rate: SlewRate) -> float:
        """Return degrees a second of motion by hand."""
        return self.hand_rates[rate.value]
