"""The standard kinds of devices, with verbs: ``mount.goto(ra, dec)``, ``camera.expose(2.0)``."""

from .base import Kind
from .camera import Area, Camera, Chip, FrameType, Upload
from .coordinates import Angle, Equatorial, from_j2000, separation, to_j2000
from .dome import Dome
from .dust_cap import DustCap
from .filter_wheel import FilterWheel
from .focuser import Focuser
from .gps import Gps
from .guider import Direction, Guider
from .horizontal import Horizontal, Location, from_horizontal, sidereal_time, to_horizontal
from .light_box import LightBox
from .mount import Mount, PierSide, TrackMode
from .power_box import PowerBox
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
    "Gps",
    "Guider",
    "Horizontal",
    "Kind",
    "LightBox",
    "Location",
    "Mount",
    "PierSide",
    "PowerBox",
    "Rotator",
    "TrackMode",
    "Upload",
    "Weather",
    "from_horizontal",
    "from_j2000",
    "separation",
    "sidereal_time",
    "to_horizontal",
    "to_j2000",
]
