"""The names that INDI programs agree on: standard properties with their members, and what a device is.

Sources: what the drivers of libindi 1.9.9 define on the wire and, for what is newer, the base classes in libindi's
repository (libs/indibase), where standard properties are marked INDI_STANDARD_PROPERTY. Names are spelt here as
they stand on the wire, members in the order of the wire. What libindi 1.9.9 does not have is called newer.
Properties that are there once a channel or parameter, with its name in theirs, are in :mod:`.standard_families`.
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
_PARK_OPTIONS = "PARK_CURRENT PARK_DEFAULT PARK_WRITE_DATA"


class DriverInterface(IntFlag):
    """What a device is: the bits that DRIVER_INFO's DRIVER_INTERFACE holds, as a decimal number.

    Those above AUX are newer than libindi 1.9.9.
    """

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
    PAC = 1 << 20


class Standard(StrEnum):
    """A standard property: a string that is its name, with what is known about it.

    Attributes:
        kind: What its members are.
        members: Their names in the standard order, which some clients count on; empty where they are numbered,
            or drivers differ. A driver that can do less leaves members out.
        doc: What it is for, with units.
    """

    kind: PropertyKind
    members: tuple[str, ...]
    doc: str
    _pattern: str

    def __new__(cls, name: str, kind: PropertyKind, members: str | tuple[str, ...], doc: str) -> Standard:
        """Make the string that is the name.

        Members are given as words, or as a tuple where they hold blanks; numbered ones with # for the number.
        """
        self = str.__new__(cls, name)
        self._value_ = name
        self.kind = kind
        names = members.split() if isinstance(members, str) else members
        self._pattern = members if isinstance(members, str) and "#" in members else ""
        self.members = () if self._pattern else tuple(names)
        self.doc = doc
        return self

    def numbered(self, count: int) -> tuple[str, ...]:
        """Return the names of so many members, where the standard numbers them: from 1, one a slot or channel.

        Raises:
            ValueError: It does not.
        """
        if not self._pattern:
            raise ValueError(f"the members of {self} are not numbered")
        return tuple(self._pattern.replace("#", str(number)) for number in range(1, count + 1))

    # A table: one row a property, whatever its length.
    # fmt: off

    # Every device.
    CONNECTION = ("CONNECTION", _SWITCH, "CONNECT DISCONNECT",
        "Connect to the hardware; connected is CONNECT on in state Ok.")
    DRIVER_INFO = ("DRIVER_INFO", _TEXT, "DRIVER_NAME DRIVER_EXEC DRIVER_VERSION DRIVER_INTERFACE",
        "What the driver is; the interface as a decimal number.")
    CONFIG_PROCESS = ("CONFIG_PROCESS", _SWITCH, "CONFIG_LOAD CONFIG_SAVE CONFIG_DEFAULT CONFIG_PURGE",
        "Load, save or reset the driver's configuration.")
    POLLING_PERIOD = ("POLLING_PERIOD", _NUMBER, "PERIOD_MS", "How often to ask the hardware, in milliseconds.")
    SIMULATION = ("SIMULATION", _SWITCH, "ENABLE DISABLE", "Simulate the hardware.")
    DEBUG = ("DEBUG", _SWITCH, "ENABLE DISABLE", "Log in detail; while enabled, the next three are there.")
    DEBUG_LEVEL = ("DEBUG_LEVEL", _SWITCH, "DBG_ERROR DBG_WARNING DBG_SESSION DBG_DEBUG",
        "What clients are told; drivers add levels of their own, DBG_EXTRA_1 and so on.")
    LOGGING_LEVEL = ("LOGGING_LEVEL", _SWITCH, "LOG_ERROR LOG_WARNING LOG_SESSION LOG_DEBUG",
        "What the log file is told; drivers add levels of their own, LOG_EXTRA_1 and so on.")
    LOG_OUTPUT = ("LOG_OUTPUT", _SWITCH, "CLIENT_DEBUG FILE_DEBUG", "Where the log goes.")
    ACTIVE_DEVICES = ("ACTIVE_DEVICES", _TEXT, "",
        "The devices that this one snoops on, one member a role. A camera: ACTIVE_TELESCOPE, ACTIVE_ROTATOR, "
        "ACTIVE_FOCUSER, ACTIVE_FILTER, ACTIVE_SKYQUALITY. A mount: ACTIVE_GPS, ACTIVE_DOME. A dome: "
        "ACTIVE_TELESCOPE, newer ones ACTIVE_INPUT, ACTIVE_OUTPUT. A light box: ACTIVE_FILTER. Weather: ACTIVE_GPS.")
    CONNECTION_MODE = ("CONNECTION_MODE", _SWITCH, "CONNECTION_SERIAL CONNECTION_TCP",
        "How the hardware is reached; the properties of either way come and go with it.")
    DEVICE_PORT = ("DEVICE_PORT", _TEXT, "PORT", "Serial port of the hardware.")
    DEVICE_BAUD_RATE = ("DEVICE_BAUD_RATE", _SWITCH, "9600 19200 38400 57600 115200 230400",
        "Speed of the serial port, in baud.")
    DEVICE_AUTO_SEARCH = ("DEVICE_AUTO_SEARCH", _SWITCH, _TOGGLE, "Try all serial ports until one answers.")
    DEVICE_PORT_SCAN = ("DEVICE_PORT_SCAN", _SWITCH, ("Scan Ports",), "Look for serial ports anew.")
    SYSTEM_PORTS = ("SYSTEM_PORTS", _SWITCH, "", "The serial ports found, to choose from; one member a port.")
    DEVICE_ADDRESS = ("DEVICE_ADDRESS", _TEXT, "ADDRESS PORT", "Network address of the hardware.")
    CONNECTION_TYPE = ("CONNECTION_TYPE", _SWITCH, "TCP UDP", "Protocol in which the network address is spoken to.")
    DEVICE_LAN_SEARCH = ("DEVICE_LAN_SEARCH", _SWITCH, _TOGGLE, "Try all hosts near by until one answers.")

    # Time and place.
    TIME_UTC = ("TIME_UTC", _TEXT, "UTC OFFSET",
        "Universal time in ISO 8601, and the local time's offset from it in hours.")
    GEOGRAPHIC_COORD = ("GEOGRAPHIC_COORD", _NUMBER, "LAT LONG ELEV",
        "Latitude and longitude (east of Greenwich, 0 to 360) in degrees, elevation in metres.")

    # Mounts.
    EQUATORIAL_EOD_COORD = ("EQUATORIAL_EOD_COORD", _NUMBER, "RA DEC",
        "Right ascension in hours and declination in degrees, equinox of date.")
    EQUATORIAL_COORD = ("EQUATORIAL_COORD", _NUMBER, "RA DEC",
        "Right ascension in hours and declination in degrees, J2000.")
    TARGET_EOD_COORD = ("TARGET_EOD_COORD", _NUMBER, "RA DEC",
        "Where the mount is slewing to: hours and degrees, equinox of date.")
    HORIZONTAL_COORD = ("HORIZONTAL_COORD", _NUMBER, "AZ ALT",
        "Azimuth (from north by east) and altitude, in degrees; a driver or two have them the other way round.")
    ON_COORD_SET = ("ON_COORD_SET", _SWITCH, "TRACK SLEW SYNC",
        "What to do when coordinates are set; newer mounts that can flip have FLIP behind these.")
    TELESCOPE_ABORT_MOTION = ("TELESCOPE_ABORT_MOTION", _SWITCH, "ABORT", "Stop all motion.")
    TELESCOPE_TRACK_STATE = ("TELESCOPE_TRACK_STATE", _SWITCH, "TRACK_ON TRACK_OFF", "Follow the sky, or not.")
    TELESCOPE_TRACK_MODE = ("TELESCOPE_TRACK_MODE", _SWITCH, "TRACK_SIDEREAL TRACK_SOLAR TRACK_LUNAR TRACK_CUSTOM",
        "Which rate to follow.")
    TELESCOPE_TRACK_RATE = ("TELESCOPE_TRACK_RATE", _NUMBER, "TRACK_RATE_RA TRACK_RATE_DE",
        "The custom rate, in arcseconds a second.")
    TELESCOPE_PARK = ("TELESCOPE_PARK", _SWITCH, "PARK UNPARK",
        "Go to the park position and stay, or come out of it.")
    TELESCOPE_PARK_POSITION = ("TELESCOPE_PARK_POSITION", _NUMBER, "",
        "Where to park: PARK_HA or PARK_RA (hours) and PARK_DEC (degrees), or PARK_AZ and PARK_ALT (degrees); where "
        "encoders count, the same names hold steps.")
    TELESCOPE_PARK_OPTION = ("TELESCOPE_PARK_OPTION", _SWITCH, f"{_PARK_OPTIONS} PARK_PURGE_DATA",
        "How to choose the park position, and keep or forget it.")
    TELESCOPE_HOME = ("TELESCOPE_HOME", _SWITCH, "FIND SET GO",
        "Look for the home position, take the present one for it, or go there; newer.")
    TELESCOPE_MOTION_NS = ("TELESCOPE_MOTION_NS", _SWITCH, "MOTION_NORTH MOTION_SOUTH", "Move while on, by hand.")
    TELESCOPE_MOTION_WE = ("TELESCOPE_MOTION_WE", _SWITCH, "MOTION_WEST MOTION_EAST", "Move while on, by hand.")
    TELESCOPE_SLEW_RATE = ("TELESCOPE_SLEW_RATE", _SWITCH, "#x",
        "How fast motion by hand is, slowest first; some drivers name the rates in their own way.")
    TELESCOPE_REVERSE_MOTION = ("TELESCOPE_REVERSE_MOTION", _SWITCH, "REVERSE_NS REVERSE_WE",
        "Exchange the directions of motion by hand.")
    TELESCOPE_PIER_SIDE = ("TELESCOPE_PIER_SIDE", _SWITCH, "PIER_WEST PIER_EAST",
        "Side of the pier on which the telescope is (on the west it points east); clients read it by index.")
    SIMULATE_PIER_SIDE = ("SIMULATE_PIER_SIDE", _SWITCH, "SIMULATE_YES SIMULATE_NO",
        "Reckon the side of the pier for a mount that does not tell.")
    TELESCOPE_MOUNT_TYPE = ("TELESCOPE_MOUNT_TYPE", _SWITCH, "ALTAZ EQ_FORK EQ_GEM", "How it is mounted; newer.")
    TELESCOPE_INFO = ("TELESCOPE_INFO", _NUMBER,
        "TELESCOPE_APERTURE TELESCOPE_FOCAL_LENGTH GUIDER_APERTURE GUIDER_FOCAL_LENGTH",
        "The optics, in millimetres; in newer libindi the camera's SCOPE_INFO has taken its place.")
    PEC = ("PEC", _SWITCH, ("PEC OFF", "PEC ON"), "Play back the correction of the periodic error.")
    DOME_POLICY = ("DOME_POLICY", _SWITCH, "DOME_IGNORED DOME_LOCKS",
        "Whether a parked dome keeps the mount parked.")
    SAT_TLE_TEXT = ("SAT_TLE_TEXT", _TEXT, "TLE", "Orbit of a satellite, as two-line elements.")
    SAT_PASS_WINDOW = ("SAT_PASS_WINDOW", _TEXT, "SAT_PASS_WINDOW_START SAT_PASS_WINDOW_END",
        "When the satellite passes: universal time in ISO 8601.")
    SAT_TRACKING_STAT = ("SAT_TRACKING_STAT", _SWITCH, "SAT_TRACK SAT_HALT", "Follow the satellite, or not.")

    # Guiding.
    TELESCOPE_TIMED_GUIDE_NS = ("TELESCOPE_TIMED_GUIDE_NS", _NUMBER, "TIMED_GUIDE_N TIMED_GUIDE_S",
        "Guide pulses, in milliseconds.")
    TELESCOPE_TIMED_GUIDE_WE = ("TELESCOPE_TIMED_GUIDE_WE", _NUMBER, "TIMED_GUIDE_W TIMED_GUIDE_E",
        "Guide pulses, in milliseconds.")
    GUIDE_RATE = ("GUIDE_RATE", _NUMBER, "GUIDE_RATE_WE GUIDE_RATE_NS",
        "Speed of guide pulses, as a fraction of the sidereal rate.")

    # Cameras.
    CCD_EXPOSURE = ("CCD_EXPOSURE", _NUMBER, "CCD_EXPOSURE_VALUE",
        "Expose for so many seconds; counts down while Busy.")
    CCD_ABORT_EXPOSURE = ("CCD_ABORT_EXPOSURE", _SWITCH, "ABORT", "Stop the exposure and drop the picture.")
    CCD_FRAME = ("CCD_FRAME", _NUMBER, _AREA, "Part of the chip to read, in unbinned pixels.")
    CCD_FRAME_RESET = ("CCD_FRAME_RESET", _SWITCH, "RESET", "Read the whole chip, unbinned.")
    CCD_BINNING = ("CCD_BINNING", _NUMBER, "HOR_BIN VER_BIN", "Pixels that become one.")
    CCD_INFO = ("CCD_INFO", _NUMBER, _CHIP, "The chip: pixels, micrometres, bits; clients read it by index.")
    CCD_FRAME_TYPE = ("CCD_FRAME_TYPE", _SWITCH, _FRAME_TYPES, "What the exposure is.")
    CCD_TEMPERATURE = ("CCD_TEMPERATURE", _NUMBER, "CCD_TEMPERATURE_VALUE",
        "Temperature of the chip in °C; writable if the camera cools, Busy on the way to what was asked.")
    CCD_TEMP_RAMP = ("CCD_TEMP_RAMP", _NUMBER, "RAMP_SLOPE RAMP_THRESHOLD",
        "How fast to cool, in °C a minute (0: as fast as it can), and how near is near enough, in °C.")
    CCD_COOLER = ("CCD_COOLER", _SWITCH, "COOLER_ON COOLER_OFF", "Cool, or not.")
    CCD_COOLER_POWER = ("CCD_COOLER_POWER", _NUMBER, "CCD_COOLER_VALUE", "Power of the cooler, in per cent.")
    CCD_GAIN = ("CCD_GAIN", _NUMBER, "GAIN", "Gain, in the camera's own units.")
    CCD_OFFSET = ("CCD_OFFSET", _NUMBER, "OFFSET", "Offset, in the camera's own units.")
    CCD_CFA = ("CCD_CFA", _TEXT, "CFA_OFFSET_X CFA_OFFSET_Y CFA_TYPE",
        "Colour filters of the chip, for example RGGB, and where the pattern begins, in pixels.")
    CCD_CAPTURE_FORMAT = ("CCD_CAPTURE_FORMAT", _SWITCH, "", "Pixel formats in which the camera captures.")
    CCD_TRANSFER_FORMAT = ("CCD_TRANSFER_FORMAT", _SWITCH, "FORMAT_FITS FORMAT_NATIVE",
        "Format in which pictures are sent; newer drivers may have FORMAT_XISF behind these.")
    CCD_COMPRESSION = ("CCD_COMPRESSION", _SWITCH, _TOGGLE, "Compress pictures before they are sent.")
    CCD_FAST_TOGGLE = ("CCD_FAST_TOGGLE", _SWITCH, _TOGGLE, "Begin the next exposure as soon as one ends.")
    CCD_FAST_COUNT = ("CCD_FAST_COUNT", _NUMBER, "FRAMES", "How many exposures to make in that way.")
    UPLOAD_MODE = ("UPLOAD_MODE", _SWITCH, "UPLOAD_CLIENT UPLOAD_LOCAL UPLOAD_BOTH", "Where pictures go.")
    UPLOAD_SETTINGS = ("UPLOAD_SETTINGS", _TEXT, "UPLOAD_DIR UPLOAD_PREFIX",
        "Where the driver saves pictures; XXX in the prefix becomes their number, ISO8601 their time.")
    CCD_FILE_PATH = ("CCD_FILE_PATH", _TEXT, "FILE_PATH", "The last picture saved; there unless all go to clients.")
    FITS_HEADER = ("FITS_HEADER", _TEXT, "KEYWORD_NAME KEYWORD_VALUE KEYWORD_COMMENT",
        "A keyword for the header of pictures, one a message, INDI_CLEAR to drop all; write-only. In 1.9.9 the "
        "members are FITS_OBSERVER and FITS_OBJECT, and can be read.")
    SCOPE_INFO = ("SCOPE_INFO", _NUMBER, "FOCAL_LENGTH APERTURE",
        "The optics in front of the camera, in millimetres; 0 where the mount's TELESCOPE_INFO counts.")
    WCS_CONTROL = ("WCS_CONTROL", _SWITCH, "WCS_ENABLE WCS_DISABLE",
        "Write world coordinates into the header of pictures.")
    CCD_ROTATION = ("CCD_ROTATION", _NUMBER, "CCD_ROTATION_VALUE",
        "Position angle of the picture, from north by east, in degrees; there while WCS_CONTROL is enabled.")
    CCD1 = ("CCD1", _BLOB, "CCD1", "The picture of the main chip.")

    # Video.
    CCD_VIDEO_STREAM = ("CCD_VIDEO_STREAM", _SWITCH, "STREAM_ON STREAM_OFF", "Send video, in the BLOB CCD1.")
    STREAM_DELAY = ("STREAM_DELAY", _NUMBER, "STREAM_DELAY_TIME", "How late the video is, in seconds.")
    STREAMING_EXPOSURE = ("STREAMING_EXPOSURE", _NUMBER, "STREAMING_EXPOSURE_VALUE STREAMING_DIVISOR_VALUE",
        "Seconds a frame of video, and how many frames make one sent.")
    FPS = ("FPS", _NUMBER, "EST_FPS AVG_FPS", "Frames of video a second, now and on average.")
    CCD_STREAM_FRAME = ("CCD_STREAM_FRAME", _NUMBER, _AREA, "Part of the chip to stream, in unbinned pixels.")
    CCD_STREAM_ENCODER = ("CCD_STREAM_ENCODER", _SWITCH, "RAW MJPEG", "How video is encoded for clients.")
    CCD_STREAM_RECORDER = ("CCD_STREAM_RECORDER", _SWITCH, "SER",
        "Format of recorded video; OGV behind it where the driver was built with it.")
    RECORD_STREAM = ("RECORD_STREAM", _SWITCH, "RECORD_ON RECORD_DURATION_ON RECORD_FRAME_ON RECORD_OFF",
        "Record video: until stopped, for a time, for a number of frames.")
    RECORD_FILE = ("RECORD_FILE", _TEXT, "RECORD_FILE_DIR RECORD_FILE_NAME",
        "Where video is recorded; _D_, _T_ and the like become date, time and so on.")
    RECORD_OPTIONS = ("RECORD_OPTIONS", _NUMBER, "RECORD_DURATION RECORD_FRAME_TOTAL",
        "For how many seconds, or frames, to record.")
    LIMITS = ("LIMITS", _NUMBER, "LIMITS_BUFFER_MAX LIMITS_PREVIEW_FPS",
        "Most memory for frames in MB, and most frames a second that are sent.")

    # Guide heads.
    GUIDER_EXPOSURE = ("GUIDER_EXPOSURE", _NUMBER, "GUIDER_EXPOSURE_VALUE",
        "Expose the guide head for so many seconds.")
    GUIDER_ABORT_EXPOSURE = ("GUIDER_ABORT_EXPOSURE", _SWITCH, "ABORT", "Stop the guide head's exposure.")
    GUIDER_FRAME = ("GUIDER_FRAME", _NUMBER, _AREA, "Part of the guide head's chip to read, in unbinned pixels.")
    GUIDER_BINNING = ("GUIDER_BINNING", _NUMBER, "HOR_BIN VER_BIN", "Pixels of the guide head that become one.")
    GUIDER_INFO = ("GUIDER_INFO", _NUMBER, _CHIP, "The guide head's chip: pixels, micrometres, bits.")
    GUIDER_FRAME_TYPE = ("GUIDER_FRAME_TYPE", _SWITCH, _FRAME_TYPES, "What the guide head's exposure is.")
    GUIDER_COMPRESSION = ("GUIDER_COMPRESSION", _SWITCH, _TOGGLE, "Compress the guide head's pictures.")
    CCD2 = ("CCD2", _BLOB, "CCD2", "The picture of the guide head.")

    # Focusers.
    FOCUS_MOTION = ("FOCUS_MOTION", _SWITCH, "FOCUS_INWARD FOCUS_OUTWARD", "Direction of relative and timed motion.")
    FOCUS_SPEED = ("FOCUS_SPEED", _NUMBER, "FOCUS_SPEED_VALUE", "Speed, in the focuser's own units.")
    FOCUS_TIMER = ("FOCUS_TIMER", _NUMBER, "FOCUS_TIMER_VALUE",
        "Move for so many milliseconds; for focusers that cannot go to a position.")
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
    FILTER_SLOT = ("FILTER_SLOT", _NUMBER, "FILTER_SLOT_VALUE",
        "The slot in the beam, from 1; Ok when it is there.")
    FILTER_NAME = ("FILTER_NAME", _TEXT, "FILTER_SLOT_NAME_#", "Name of each slot's filter, one member a slot.")

    # Domes.
    ABS_DOME_POSITION = ("ABS_DOME_POSITION", _NUMBER, "DOME_ABSOLUTE_POSITION",
        "Azimuth of the opening, in degrees.")
    REL_DOME_POSITION = ("REL_DOME_POSITION", _NUMBER, "DOME_RELATIVE_POSITION",
        "Turn by so many degrees, clockwise as seen from above.")
    DOME_MOTION = ("DOME_MOTION", _SWITCH, "DOME_CW DOME_CCW", "Turn while on; a roof opens and closes with it.")
    DOME_SPEED = ("DOME_SPEED", _NUMBER, "DOME_SPEED_VALUE", "Speed of turning, in revolutions a minute.")
    DOME_SYNC = ("DOME_SYNC", _NUMBER, "DOME_SYNC_VALUE", "Call the present azimuth so many degrees.")
    DOME_ABORT_MOTION = ("DOME_ABORT_MOTION", _SWITCH, "ABORT", "Stop.")
    DOME_SHUTTER = ("DOME_SHUTTER", _SWITCH, "SHUTTER_OPEN SHUTTER_CLOSE", "Open or close the shutter.")
    DOME_SHUTTER_PARK_POLICY = ("DOME_SHUTTER_PARK_POLICY", _SWITCH, "SHUTTER_CLOSE_ON_PARK SHUTTER_OPEN_ON_UNPARK",
        "What the shutter does when the dome parks and unparks; any of them.")
    DOME_PARK = ("DOME_PARK", _SWITCH, "PARK UNPARK", "Go to the park position and stay, or come out of it.")
    DOME_PARK_POSITION = ("DOME_PARK_POSITION", _NUMBER, "PARK_AZ",
        "Where to park: azimuth in degrees, or steps of the encoder.")
    DOME_PARK_OPTION = ("DOME_PARK_OPTION", _SWITCH, _PARK_OPTIONS, "How to choose the park position, and keep it.")
    MOUNT_POLICY = ("MOUNT_POLICY", _SWITCH, "MOUNT_IGNORED MOUNT_LOCKS",
        "Whether the dome refuses to park while the mount is not parked.")
    DOME_AUTOSYNC = ("DOME_AUTOSYNC", _SWITCH, "DOME_AUTOSYNC_ENABLE DOME_AUTOSYNC_DISABLE", "Follow the telescope.")
    DM_OTA_SIDE = ("DM_OTA_SIDE", _SWITCH,
        "DM_OTA_SIDE_EAST DM_OTA_SIDE_WEST DM_OTA_SIDE_MOUNT DM_OTA_SIDE_HA DM_OTA_SIDE_IGNORE",
        "Side of the pier to reckon with: a fixed one, what the mount says, by hour angle, or none.")
    DOME_PARAMS = ("DOME_PARAMS", _NUMBER, "AUTOSYNC_THRESHOLD",
        "How far the dome may lag behind the telescope, in degrees.")
    DOME_MEASUREMENTS = ("DOME_MEASUREMENTS", _NUMBER,
        "DM_DOME_RADIUS DM_SHUTTER_WIDTH DM_NORTH_DISPLACEMENT DM_EAST_DISPLACEMENT DM_UP_DISPLACEMENT DM_OTA_OFFSET",
        "Where the telescope is in the dome, in metres.")
    DOME_BACKLASH_TOGGLE = ("DOME_BACKLASH_TOGGLE", _SWITCH, _TOGGLE, "Compensate backlash.")
    DOME_BACKLASH_STEPS = ("DOME_BACKLASH_STEPS", _NUMBER, "DOME_BACKLASH_VALUE", "Backlash, in steps.")

    # Rotators.
    ABS_ROTATOR_ANGLE = ("ABS_ROTATOR_ANGLE", _NUMBER, "ANGLE", "Angle, in degrees.")
    SYNC_ROTATOR_ANGLE = ("SYNC_ROTATOR_ANGLE", _NUMBER, "ANGLE", "Call the present angle so many degrees.")
    ROTATOR_HOME = ("ROTATOR_HOME", _SWITCH, "HOME", "Look for the home position.")
    ROTATOR_REVERSE = ("ROTATOR_REVERSE", _SWITCH, _TOGGLE, "Exchange the directions.")
    ROTATOR_ABORT_MOTION = ("ROTATOR_ABORT_MOTION", _SWITCH, "ABORT", "Stop.")
    ROTATOR_BACKLASH_TOGGLE = ("ROTATOR_BACKLASH_TOGGLE", _SWITCH, _TOGGLE, "Compensate backlash.")
    ROTATOR_BACKLASH_STEPS = ("ROTATOR_BACKLASH_STEPS", _NUMBER, "ROTATOR_BACKLASH_VALUE", "Backlash, in steps.")
    ROTATOR_LIMITS = ("ROTATOR_LIMITS", _NUMBER, "ROTATOR_LIMITS_VALUE",
        "How far it may turn from where it was synchronised, in degrees either way; 0 for no limit. Newer.")

    # Weather, safety, place and time.
    WEATHER_STATUS = ("WEATHER_STATUS", _LIGHT, "",
        "Whether it is safe, one light a critical parameter: Ok, Busy for a warning, Alert for unsafe; the state "
        "of the property is the worst of them.")
    WEATHER_PARAMETERS = ("WEATHER_PARAMETERS", _NUMBER, "",
        "What is measured, one member a parameter, for example WEATHER_TEMPERATURE in °C, WEATHER_WIND_SPEED in "
        "km/h, WEATHER_RAIN_HOUR in mm. Its limits are a property of its name.")
    WEATHER_UPDATE = ("WEATHER_UPDATE", _NUMBER, "PERIOD", "How often to measure, in seconds; 0 for when asked.")
    WEATHER_REFRESH = ("WEATHER_REFRESH", _SWITCH, "REFRESH", "Measure now.")
    WEATHER_OVERRIDE = ("WEATHER_OVERRIDE", _SWITCH, "OVERRIDE", "Take the weather for safe whatever is measured.")
    SAFETY_STATUS = ("SAFETY_STATUS", _LIGHT, "SAFETY",
        "Whether it is safe to observe: the property's state, Alert for unsafe; newer.")
    SKY_QUALITY = ("SKY_QUALITY", _NUMBER,
        "SKY_BRIGHTNESS SENSOR_FREQUENCY SENSOR_COUNTS SENSOR_PERIOD SKY_TEMPERATURE",
        "Brightness of the sky in magnitudes a square arcsecond, which cameras snoop on; Hz, counts, s and °C of "
        "the meter.")
    GPS_REFRESH = ("GPS_REFRESH", _SWITCH, "REFRESH", "Ask the receiver now.")
    GPS_REFRESH_PERIOD = ("GPS_REFRESH_PERIOD", _NUMBER, "PERIOD",
        "How often to ask the receiver, in seconds; 0 for once.")
    SYSTEM_TIME_UPDATE = ("SYSTEM_TIME_UPDATE", _SWITCH, "UPDATE_NEVER UPDATE_ON_STARTUP UPDATE_ON_REFRESH",
        "When to set the computer's clock by the receiver; newer.")

    # Dust caps and light boxes.
    CAP_PARK = ("CAP_PARK", _SWITCH, "PARK UNPARK", "Close or open the cap; clients read it by index.")
    CAP_ABORT = ("CAP_ABORT", _SWITCH, "ABORT", "Stop the cap; newer.")
    FLAT_LIGHT_CONTROL = ("FLAT_LIGHT_CONTROL", _SWITCH, "FLAT_LIGHT_ON FLAT_LIGHT_OFF", "Light, or not.")
    FLAT_LIGHT_INTENSITY = ("FLAT_LIGHT_INTENSITY", _NUMBER, "FLAT_LIGHT_INTENSITY_VALUE",
        "How bright, in the light box's own units.")
    FLAT_LIGHT_FILTER_INTENSITY = ("FLAT_LIGHT_FILTER_INTENSITY", _NUMBER, "",
        "How bright for each filter of the wheel snooped on, which is the member's name.")

    # Power boxes: the interface is newer, and the 1.9.9 drivers each have names of their own.
    POWER_SENSORS = ("POWER_SENSORS", _NUMBER, "SENSOR_VOLTAGE SENSOR_CURRENT SENSOR_POWER",
        "The whole supply, in V, A and W.")
    OVER_VOLTAGE_PROTECTION = ("OVER_VOLTAGE_PROTECTION", _NUMBER, "OVERVOLTAGE", "Switch off above so many V.")
    POWER_OFF_DISCONNECT = ("POWER_OFF_DISCONNECT", _SWITCH, _TOGGLE, "Switch all off on disconnecting.")
    POWER_CYCLE = ("POWER_CYCLE", _SWITCH, "POWER_CYCLE_Toggle", "Switch all off and on again.")
    LED_CONTROL = ("LED_CONTROL", _SWITCH, _TOGGLE, "Lamps of the box, on or off.")
    POWER_CHANNELS = ("POWER_CHANNELS", _SWITCH, "POWER_CHANNEL_#", "Outlets of direct current; any may be on.")
    POWER_CURRENTS = ("POWER_CURRENTS", _NUMBER, "POWER_CHANNEL_#", "What each draws, in A.")
    POWER_LABELS = ("POWER_LABELS", _TEXT, "POWER_CHANNEL_#", "What each feeds.")
    DEW_CHANNELS = ("DEW_CHANNELS", _SWITCH, "DEW_CHANNEL_#", "Dew heaters; any may be on.")
    DEW_DUTY_CYCLES = ("DEW_DUTY_CYCLES", _NUMBER, "DEW_CHANNEL_#", "How strongly each heats, in per cent.")
    DEW_CURRENTS = ("DEW_CURRENTS", _NUMBER, "DEW_CHANNEL_#", "What each draws, in A.")
    DEW_LABELS = ("DEW_LABELS", _TEXT, "DEW_CHANNEL_#", "What each heats.")
    AUTO_DEW_CONTROL = ("AUTO_DEW_CONTROL", _SWITCH, "DEW_CHANNEL_#", "Heat each as the dew point asks; any of them.")
    VARIABLE_CHANNELS = ("VARIABLE_CHANNELS", _SWITCH, "VAR_CHANNEL_#", "Outlets of variable voltage; any may be on.")
    VARIABLE_VOLTAGES = ("VARIABLE_VOLTAGES", _NUMBER, "VAR_CHANNEL_#", "Voltage of each, in V.")
    VARIABLE_LABELS = ("VARIABLE_LABELS", _TEXT, "VAR_CHANNEL_#", "What each feeds.")
    USB_PORTS = ("USB_PORTS", _SWITCH, "USB_PORT_#", "USB ports; any may be on.")
    USB_LABELS = ("USB_LABELS", _TEXT, "USB_PORT_#", "What is at each.")

    # Inputs and outputs, all newer; the channels themselves are families.
    DIGITAL_OUTPUT_LABELS = ("DIGITAL_OUTPUT_LABELS", _TEXT, "DIGITAL_OUTPUT_#", "What each output switches.")
    DIGITAL_INPUT_LABELS = ("DIGITAL_INPUT_LABELS", _TEXT, "DIGITAL_INPUT_#", "What each input tells.")
    ANALOG_INPUT_LABELS = ("ANALOG_INPUT_LABELS", _TEXT, "ANALOG_INPUT_#", "What each input measures.")
    # fmt: on
