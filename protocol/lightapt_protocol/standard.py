"""The names that INDI programs agree on: standard properties with their members, and what a device is.

Sources: INDI's list of standard properties, and what libindi 1.9.9's drivers define. Names are spelt here as
they stand on the wire.
"""

from __future__ import annotations

from enum import IntFlag, StrEnum

from .vocabulary import PropertyKind

__all__ = ["DriverInterface", "Standard"]

_TEXT = PropertyKind.TEXT
_NUMBER = PropertyKind.NUMBER
_SWITCH = PropertyKind.SWITCH
_LIGHT = PropertyKind.LIGHT
_BLOB = PropertyKind.BLOB

_AREA = "X Y WIDTH HEIGHT"
_CHIP = "CCD_MAX_X CCD_MAX_Y CCD_PIXEL_SIZE CCD_PIXEL_SIZE_X CCD_PIXEL_SIZE_Y CCD_BITSPERPIXEL"
_TOGGLE = "INDI_ENABLED INDI_DISABLED"
_FRAME_TYPES = "FRAME_LIGHT FRAME_BIAS FRAME_DARK FRAME_FLAT"


class DriverInterface(IntFlag):
    """What a device is: the bits that DRIVER_INFO's DRIVER_INTERFACE holds, as a decimal number."""

    GENERAL = 0
    TELESCOPE = 1 << 0
    CCD = 1 << 1
    GUIDER = 1 << 2
    FOCUSER = 1 << 3
    FILTER = 1 << 4
    DOME = 1 << 5
    GPS = 1 << 6
    WEATHER = 1 << 7
    AO = 1 << 8
    DUSTCAP = 1 << 9
    LIGHTBOX = 1 << 10
    DETECTOR = 1 << 11
    ROTATOR = 1 << 12
    SPECTROGRAPH = 1 << 13
    CORRELATOR = 1 << 14
    AUX = 1 << 15
    OUTPUT = 1 << 16
    INPUT = 1 << 17
    POWER = 1 << 18
    IMU = 1 << 19


class Standard(StrEnum):
    """A standard property: a string that is its name, with what is known about it.

    Attributes:
        kind: What its members are.
        members: Their names in the standard order, which some clients count on; empty where drivers differ.
        doc: What it is for, with units.
    """

    kind: PropertyKind
    members: tuple[str, ...]
    doc: str

    def __new__(cls, name: str, kind: PropertyKind, members: str, doc: str) -> Standard:
        """Make the string that is the name; members are given as words."""
        self = str.__new__(cls, name)
        self._value_ = name
        self.kind = kind
        self.members = tuple(members.split())
        self.doc = doc
        return self

    # A table: one row a property, whatever its length.
    # fmt: off

    # Every device.
    CONNECTION = (
        "CONNECTION", _SWITCH, "CONNECT DISCONNECT",
        "Connect to the hardware; connected is CONNECT on in state Ok.")
    DRIVER_INFO = (
        "DRIVER_INFO", _TEXT, "DRIVER_NAME DRIVER_EXEC DRIVER_VERSION DRIVER_INTERFACE",
        "What the driver is; the interface as a decimal number.")
    CONFIG_PROCESS = (
        "CONFIG_PROCESS", _SWITCH, "CONFIG_LOAD CONFIG_SAVE CONFIG_DEFAULT CONFIG_PURGE",
        "Load, save or reset the driver's configuration.")
    POLLING_PERIOD = (
        "POLLING_PERIOD", _NUMBER, "PERIOD_MS",
        "How often the driver asks the hardware, in milliseconds.")
    DEBUG = ("DEBUG", _SWITCH, "ENABLE DISABLE", "Log in detail.")
    SIMULATION = ("SIMULATION", _SWITCH, "ENABLE DISABLE", "Simulate the hardware.")
    ACTIVE_DEVICES = ("ACTIVE_DEVICES", _TEXT, "", "The devices that this one snoops on, one member a role.")
    CONNECTION_MODE = (
        "CONNECTION_MODE", _SWITCH, "CONNECTION_SERIAL CONNECTION_TCP",
        "How the hardware is reached.")
    DEVICE_PORT = ("DEVICE_PORT", _TEXT, "PORT", "Serial port of the hardware.")
    DEVICE_BAUD_RATE = (
        "DEVICE_BAUD_RATE", _SWITCH, "9600 19200 38400 57600 115200 230400",
        "Speed of the serial port, in baud.")
    DEVICE_ADDRESS = ("DEVICE_ADDRESS", _TEXT, "ADDRESS PORT", "Network address of the hardware.")
    DEVICE_AUTO_SEARCH = ("DEVICE_AUTO_SEARCH", _SWITCH, _TOGGLE, "Try all serial ports until one answers.")
    DEVICE_PORT_SCAN = ("DEVICE_PORT_SCAN", _SWITCH, "", "Look for serial ports anew.")

    # Time and place.
    TIME_UTC = (
        "TIME_UTC", _TEXT, "UTC OFFSET",
        "Universal time in ISO 8601, and the local time's offset from it in hours.")
    GEOGRAPHIC_COORD = (
        "GEOGRAPHIC_COORD", _NUMBER, "LAT LONG ELEV",
        "Latitude and longitude (east of Greenwich, 0 to 360) in degrees, elevation in metres.")

    # Mounts.
    EQUATORIAL_EOD_COORD = (
        "EQUATORIAL_EOD_COORD", _NUMBER, "RA DEC",
        "Right ascension in hours and declination in degrees, equinox of date.")
    EQUATORIAL_COORD = (
        "EQUATORIAL_COORD", _NUMBER, "RA DEC",
        "Right ascension in hours and declination in degrees, J2000.")
    TARGET_EOD_COORD = (
        "TARGET_EOD_COORD", _NUMBER, "RA DEC",
        "Where the mount is slewing to, equinox of date.")
    HORIZONTAL_COORD = (
        "HORIZONTAL_COORD", _NUMBER, "ALT AZ",
        "Altitude and azimuth (from north by east), in degrees.")
    ON_COORD_SET = ("ON_COORD_SET", _SWITCH, "TRACK SLEW SYNC", "What to do when coordinates are set.")
    TELESCOPE_ABORT_MOTION = ("TELESCOPE_ABORT_MOTION", _SWITCH, "ABORT", "Stop all motion.")
    TELESCOPE_TRACK_STATE = (
        "TELESCOPE_TRACK_STATE", _SWITCH, "TRACK_ON TRACK_OFF",
        "Follow the sky, or not.")
    TELESCOPE_TRACK_MODE = (
        "TELESCOPE_TRACK_MODE", _SWITCH, "TRACK_SIDEREAL TRACK_SOLAR TRACK_LUNAR TRACK_CUSTOM",
        "Which rate to follow.")
    TELESCOPE_TRACK_RATE = (
        "TELESCOPE_TRACK_RATE", _NUMBER, "TRACK_RATE_RA TRACK_RATE_DE",
        "The custom rate, in arcseconds a second.")
    TELESCOPE_PARK = (
        "TELESCOPE_PARK", _SWITCH, "PARK UNPARK",
        "Go to the park position and stay, or come out of it.")
    TELESCOPE_PARK_POSITION = (
        "TELESCOPE_PARK_POSITION", _NUMBER, "",
        "Where to park, in the axes of the mount.")
    TELESCOPE_PARK_OPTION = (
        "TELESCOPE_PARK_OPTION", _SWITCH, "PARK_CURRENT PARK_DEFAULT PARK_WRITE_DATA PARK_PURGE_DATA",
        "How to choose the park position.")
    TELESCOPE_MOTION_NS = (
        "TELESCOPE_MOTION_NS", _SWITCH, "MOTION_NORTH MOTION_SOUTH",
        "Move while on, by hand.")
    TELESCOPE_MOTION_WE = (
        "TELESCOPE_MOTION_WE", _SWITCH, "MOTION_WEST MOTION_EAST",
        "Move while on, by hand.")
    TELESCOPE_SLEW_RATE = ("TELESCOPE_SLEW_RATE", _SWITCH, "", "How fast motion by hand is, slowest first.")
    TELESCOPE_REVERSE_MOTION = (
        "TELESCOPE_REVERSE_MOTION", _SWITCH, "REVERSE_NS REVERSE_WE",
        "Exchange the directions of motion by hand.")
    TELESCOPE_PIER_SIDE = (
        "TELESCOPE_PIER_SIDE", _SWITCH, "PIER_WEST PIER_EAST",
        "Side of the pier on which the telescope is; clients read it by index.")
    TELESCOPE_INFO = (
        "TELESCOPE_INFO", _NUMBER,
        "TELESCOPE_APERTURE TELESCOPE_FOCAL_LENGTH "
        "GUIDER_APERTURE GUIDER_FOCAL_LENGTH",
        "The optics, in millimetres.")
    GUIDE_RATE = (
        "GUIDE_RATE", _NUMBER, "GUIDE_RATE_WE GUIDE_RATE_NS",
        "Speed of guide pulses, as a fraction of the sidereal rate.")

    # Guiding.
    TELESCOPE_TIMED_GUIDE_NS = (
        "TELESCOPE_TIMED_GUIDE_NS", _NUMBER, "TIMED_GUIDE_N TIMED_GUIDE_S",
        "Guide pulses, in milliseconds.")
    TELESCOPE_TIMED_GUIDE_WE = (
        "TELESCOPE_TIMED_GUIDE_WE", _NUMBER, "TIMED_GUIDE_W TIMED_GUIDE_E",
        "Guide pulses, in milliseconds.")

    # Cameras.
    CCD_EXPOSURE = (
        "CCD_EXPOSURE", _NUMBER, "CCD_EXPOSURE_VALUE",
        "Expose for so many seconds; counts down while Busy.")
    CCD_ABORT_EXPOSURE = ("CCD_ABORT_EXPOSURE", _SWITCH, "ABORT", "Stop the exposure and drop the picture.")
    CCD_FRAME = ("CCD_FRAME", _NUMBER, _AREA, "Part of the chip to read, in unbinned pixels.")
    CCD_FRAME_RESET = ("CCD_FRAME_RESET", _SWITCH, "RESET", "Read the whole chip, unbinned.")
    CCD_BINNING = ("CCD_BINNING", _NUMBER, "HOR_BIN VER_BIN", "Pixels that become one.")
    CCD_INFO = ("CCD_INFO", _NUMBER, _CHIP, "The chip: pixels, micrometres, bits; clients read it by index.")
    CCD_FRAME_TYPE = ("CCD_FRAME_TYPE", _SWITCH, _FRAME_TYPES, "What the exposure is.")
    CCD_TEMPERATURE = (
        "CCD_TEMPERATURE", _NUMBER, "CCD_TEMPERATURE_VALUE",
        "Temperature of the chip in °C; writable if the camera cools.")
    CCD_TEMP_RAMP = (
        "CCD_TEMP_RAMP", _NUMBER, "RAMP_SLOPE RAMP_THRESHOLD",
        "How fast to cool, in °C a minute, and when the target counts as reached.")
    CCD_COOLER = ("CCD_COOLER", _SWITCH, "COOLER_ON COOLER_OFF", "Cool, or not.")
    CCD_COOLER_POWER = ("CCD_COOLER_POWER", _NUMBER, "CCD_COOLER_VALUE", "Power of the cooler, in per cent.")
    CCD_GAIN = ("CCD_GAIN", _NUMBER, "GAIN", "Gain, in the camera's own units.")
    CCD_OFFSET = ("CCD_OFFSET", _NUMBER, "OFFSET", "Offset, in the camera's own units.")
    CCD_CFA = (
        "CCD_CFA", _TEXT, "CFA_OFFSET_X CFA_OFFSET_Y CFA_TYPE",
        "Colour filters of the chip, for example RGGB.")
    CCD_CAPTURE_FORMAT = ("CCD_CAPTURE_FORMAT", _SWITCH, "", "Pixel formats in which the camera captures.")
    CCD_TRANSFER_FORMAT = (
        "CCD_TRANSFER_FORMAT", _SWITCH, "FORMAT_FITS FORMAT_NATIVE",
        "Format in which pictures are sent.")
    CCD_COMPRESSION = ("CCD_COMPRESSION", _SWITCH, _TOGGLE, "Compress pictures before they are sent.")
    CCD_VIDEO_STREAM = ("CCD_VIDEO_STREAM", _SWITCH, "STREAM_ON STREAM_OFF", "Send video.")
    CCD_STREAM_FRAME = ("CCD_STREAM_FRAME", _NUMBER, _AREA, "Part of the chip to stream, in unbinned pixels.")
    CCD_STREAM_ENCODER = ("CCD_STREAM_ENCODER", _SWITCH, "", "How video is encoded.")
    STREAMING_EXPOSURE = (
        "STREAMING_EXPOSURE", _NUMBER, "STREAMING_EXPOSURE_VALUE STREAMING_DIVISOR_VALUE",
        "Seconds a frame of video, and how many frames make one sent.")
    FPS = ("FPS", _NUMBER, "EST_FPS AVG_FPS", "Frames of video a second, now and on average.")
    UPLOAD_MODE = ("UPLOAD_MODE", _SWITCH, "UPLOAD_CLIENT UPLOAD_LOCAL UPLOAD_BOTH", "Where pictures go.")
    UPLOAD_SETTINGS = (
        "UPLOAD_SETTINGS", _TEXT, "UPLOAD_DIR UPLOAD_PREFIX",
        "Where the driver saves pictures.")
    CCD_FILE_PATH = ("CCD_FILE_PATH", _TEXT, "FILE_PATH", "The last picture that the driver saved.")
    FITS_HEADER = ("FITS_HEADER", _TEXT, "", "Keywords for the header of pictures.")
    SCOPE_INFO = (
        "SCOPE_INFO", _NUMBER, "FOCAL_LENGTH APERTURE",
        "The optics in front of the camera, in millimetres.")
    WCS_CONTROL = (
        "WCS_CONTROL", _SWITCH, "WCS_ENABLE WCS_DISABLE",
        "Write world coordinates into the header of pictures.")
    CCD_ROTATION = (
        "CCD_ROTATION", _NUMBER, "CCD_ROTATION_VALUE",
        "Position angle of the picture, in degrees.")
    CCD1 = ("CCD1", _BLOB, "CCD1", "The picture of the main chip.")

    # Guide heads.
    GUIDER_EXPOSURE = (
        "GUIDER_EXPOSURE", _NUMBER, "GUIDER_EXPOSURE_VALUE",
        "Expose the guide head for so many seconds.")
    GUIDER_ABORT_EXPOSURE = ("GUIDER_ABORT_EXPOSURE", _SWITCH, "ABORT", "Stop the guide head's exposure.")
    GUIDER_FRAME = (
        "GUIDER_FRAME", _NUMBER, _AREA,
        "Part of the guide head's chip to read, in unbinned pixels.")
    GUIDER_BINNING = (
        "GUIDER_BINNING", _NUMBER, "HOR_BIN VER_BIN",
        "Pixels of the guide head that become one.")
    GUIDER_INFO = ("GUIDER_INFO", _NUMBER, _CHIP, "The guide head's chip: pixels, micrometres, bits.")
    GUIDER_FRAME_TYPE = ("GUIDER_FRAME_TYPE", _SWITCH, _FRAME_TYPES, "What the guide head's exposure is.")
    GUIDER_COMPRESSION = ("GUIDER_COMPRESSION", _SWITCH, _TOGGLE, "Compress the guide head's pictures.")
    CCD2 = ("CCD2", _BLOB, "CCD2", "The picture of the guide head.")

    # Focusers.
    FOCUS_MOTION = (
        "FOCUS_MOTION", _SWITCH, "FOCUS_INWARD FOCUS_OUTWARD",
        "Direction of relative and timed motion.")
    FOCUS_SPEED = ("FOCUS_SPEED", _NUMBER, "FOCUS_SPEED_VALUE", "Speed, in the focuser's own units.")
    FOCUS_TIMER = ("FOCUS_TIMER", _NUMBER, "FOCUS_TIMER_VALUE", "Move for so many milliseconds.")
    ABS_FOCUS_POSITION = ("ABS_FOCUS_POSITION", _NUMBER, "FOCUS_ABSOLUTE_POSITION", "Position, in steps.")
    REL_FOCUS_POSITION = ("REL_FOCUS_POSITION", _NUMBER, "FOCUS_RELATIVE_POSITION", "Move by so many steps.")
    FOCUS_MAX = ("FOCUS_MAX", _NUMBER, "FOCUS_MAX_VALUE", "Highest position allowed, in steps.")
    FOCUS_SYNC = ("FOCUS_SYNC", _NUMBER, "FOCUS_SYNC_VALUE", "Call the present position so many steps.")
    FOCUS_ABORT_MOTION = ("FOCUS_ABORT_MOTION", _SWITCH, "ABORT", "Stop.")
    FOCUS_REVERSE_MOTION = ("FOCUS_REVERSE_MOTION", _SWITCH, _TOGGLE, "Exchange inward and outward.")
    FOCUS_BACKLASH_TOGGLE = ("FOCUS_BACKLASH_TOGGLE", _SWITCH, _TOGGLE, "Compensate backlash.")
    FOCUS_BACKLASH_STEPS = ("FOCUS_BACKLASH_STEPS", _NUMBER, "FOCUS_BACKLASH_VALUE", "Backlash, in steps.")
    FOCUS_TEMPERATURE = ("FOCUS_TEMPERATURE", _NUMBER, "TEMPERATURE", "Temperature at the focuser, in °C.")

    # Filter wheels.
    FILTER_SLOT = (
        "FILTER_SLOT", _NUMBER, "FILTER_SLOT_VALUE",
        "The slot in the beam, from 1; Ok when it is there.")
    FILTER_NAME = ("FILTER_NAME", _TEXT, "", "Name of each slot's filter, one member a slot.")

    # Domes.
    ABS_DOME_POSITION = (
        "ABS_DOME_POSITION", _NUMBER, "DOME_ABSOLUTE_POSITION",
        "Azimuth of the opening, in degrees.")
    REL_DOME_POSITION = ("REL_DOME_POSITION", _NUMBER, "DOME_RELATIVE_POSITION", "Turn by so many degrees.")
    DOME_MOTION = ("DOME_MOTION", _SWITCH, "DOME_CW DOME_CCW", "Turn while on.")
    DOME_SPEED = ("DOME_SPEED", _NUMBER, "DOME_SPEED_VALUE", "Speed of turning, in revolutions a minute.")
    DOME_ABORT_MOTION = ("DOME_ABORT_MOTION", _SWITCH, "ABORT", "Stop.")
    DOME_SHUTTER = ("DOME_SHUTTER", _SWITCH, "SHUTTER_OPEN SHUTTER_CLOSE", "Open or close the shutter.")
    DOME_PARK = ("DOME_PARK", _SWITCH, "PARK UNPARK", "Go to the park position and stay, or come out of it.")
    DOME_PARK_POSITION = ("DOME_PARK_POSITION", _NUMBER, "", "Where to park.")
    DOME_PARK_OPTION = (
        "DOME_PARK_OPTION", _SWITCH, "PARK_CURRENT PARK_DEFAULT PARK_WRITE_DATA",
        "How to choose the park position.")
    DOME_AUTOSYNC = (
        "DOME_AUTOSYNC", _SWITCH, "DOME_AUTOSYNC_ENABLE DOME_AUTOSYNC_DISABLE",
        "Follow the telescope.")
    DOME_PARAMS = (
        "DOME_PARAMS", _NUMBER, "AUTOSYNC_THRESHOLD",
        "How far the dome may lag behind the telescope, in degrees.")
    DOME_MEASUREMENTS = (
        "DOME_MEASUREMENTS", _NUMBER,
        "DM_DOME_RADIUS DM_SHUTTER_WIDTH DM_NORTH_DISPLACEMENT "
        "DM_EAST_DISPLACEMENT DM_UP_DISPLACEMENT DM_OTA_OFFSET",
        "Where the telescope is in the dome, in metres.")

    # Rotators.
    ABS_ROTATOR_ANGLE = ("ABS_ROTATOR_ANGLE", _NUMBER, "ANGLE", "Angle, in degrees.")
    SYNC_ROTATOR_ANGLE = ("SYNC_ROTATOR_ANGLE", _NUMBER, "ANGLE", "Call the present angle so many degrees.")
    ROTATOR_REVERSE = ("ROTATOR_REVERSE", _SWITCH, _TOGGLE, "Exchange the directions.")
    ROTATOR_ABORT_MOTION = ("ROTATOR_ABORT_MOTION", _SWITCH, "ABORT", "Stop.")

    # Weather and GPS.
    WEATHER_STATUS = (
        "WEATHER_STATUS", _LIGHT, "",
        "Whether it is safe, one light a critical parameter; Alert is unsafe.")
    WEATHER_PARAMETERS = ("WEATHER_PARAMETERS", _NUMBER, "", "What is measured, one member a parameter.")
    WEATHER_UPDATE = ("WEATHER_UPDATE", _NUMBER, "PERIOD", "How often to measure, in seconds.")
    WEATHER_REFRESH = ("WEATHER_REFRESH", _SWITCH, "REFRESH", "Measure now.")
    WEATHER_OVERRIDE = (
        "WEATHER_OVERRIDE", _SWITCH, "OVERRIDE",
        "Take the weather for safe whatever is measured.")
    GPS_REFRESH = ("GPS_REFRESH", _SWITCH, "REFRESH", "Ask the receiver now.")
    GPS_REFRESH_PERIOD = (
        "GPS_REFRESH_PERIOD", _NUMBER, "PERIOD",
        "How often to ask the receiver, in seconds; 0 for once.")

    # Dust caps and light boxes.
    CAP_PARK = ("CAP_PARK", _SWITCH, "PARK UNPARK", "Close or open the cap; clients read it by index.")
    FLAT_LIGHT_CONTROL = ("FLAT_LIGHT_CONTROL", _SWITCH, "FLAT_LIGHT_ON FLAT_LIGHT_OFF", "Light, or not.")
    FLAT_LIGHT_INTENSITY = (
        "FLAT_LIGHT_INTENSITY", _NUMBER, "FLAT_LIGHT_INTENSITY_VALUE",
        "How bright, in the light box's own units.")
    # fmt: on
