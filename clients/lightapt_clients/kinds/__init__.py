"""The standard kinds of devices, with verbs: ``mount.goto(ra, dec)``, ``camera.expose(2.0)``."""

from .base import Kind
from .camera import Area, Camera, Chip, FrameType
from .coordinates import Angle, Equatorial, from_j2000, separation, to_j2000
from .dome import Dome
from .dust_cap import DustCap
from .filter_wheel import FilterWheel
from .focuser import Focuser
from .guider import Direction, Guider
from .light_box import LightBox
from .mount import Mount, TrackMode
from .rotator import Rotator
from .weather import Weather

__all__ = [
    "Angle",
    "Area",
    "Camera",
    "Chip",
    "Direction",
    "Dome",
    "DustCap",
    "Equatorial",
    "FilterWheel",
    "Focuser",
    "FrameType",
    "Guider",
    "Kind",
    "LightBox",
    "Mount",
    "Rotator",
    "TrackMode",
    "Weather",
    "from_j2000",
    "separation",
    "to_j2000",
]
