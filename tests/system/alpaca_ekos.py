"""What KStars/Ekos needs of each kind of device: names, kinds and members of properties, in order where it counts.

Source: KStars 3.6.2, read and tried; the sections are those of that list ("ekos.md"). Members are libindi 1.9.9's. What
Ekos uses "if present" is here as far as an Alpaca device can have it, which leaves out:

- mounts: TELESCOPE_PARK_POSITION and EQUATORIAL_COORD (Alpaca tells neither), HORIZONTAL_COORD (only for mounts
  without an equatorial one);
- cameras: CCD_VIDEO_STREAM and the guide head (Alpaca has none), CCD_CFA (of a Bayer camera: `test_alpaca_camera`);
- focusers: FOCUS_SYNC and FOCUS_REVERSE_MOTION (Alpaca has none).
"""

from dataclasses import dataclass

from lightapt_drivers.alpaca.places import AlpacaType
from lightapt_protocol.vocabulary import PropertyKind

KINDS = {kind.name.lower(): kind for kind in PropertyKind}


@dataclass(frozen=True)
class Row:
    """A property that is wanted; more members may follow."""

    name: str
    kind: PropertyKind
    members: tuple


@dataclass(frozen=True)
class Set:
    """The properties that a section wants."""

    section: str
    rows: tuple


def _set(section, table):
    """Read a table of names, kinds and members."""
    words = (line.split() for line in table.strip().splitlines())
    return Set(section, tuple(Row(name, KINDS[kind], tuple(members)) for name, kind, *members in words))


EVERY = _set(
    "Every device",
    """
    CONNECTION      switch  CONNECT DISCONNECT
    DRIVER_INFO     text    DRIVER_NAME DRIVER_EXEC DRIVER_VERSION DRIVER_INTERFACE
    CONFIG_PROCESS  switch  CONFIG_LOAD CONFIG_SAVE CONFIG_DEFAULT
    """,
)
MOUNT = _set(
    "Per kind: Mount, tested",
    """
    EQUATORIAL_EOD_COORD    number  RA DEC
    ON_COORD_SET            switch  TRACK SLEW SYNC
    TELESCOPE_ABORT_MOTION  switch  ABORT
    TELESCOPE_TRACK_STATE   switch  TRACK_ON TRACK_OFF
    TELESCOPE_PARK          switch  PARK UNPARK
    """,
)
MOUNT_MORE = _set(
    "Per kind: Mount, used if present",
    """
    TELESCOPE_MOTION_NS    switch  MOTION_NORTH MOTION_SOUTH
    TELESCOPE_MOTION_WE    switch  MOTION_WEST MOTION_EAST
    TELESCOPE_SLEW_RATE    switch
    TELESCOPE_TRACK_MODE   switch  TRACK_SIDEREAL
    TELESCOPE_TRACK_RATE   number  TRACK_RATE_RA TRACK_RATE_DE
    TELESCOPE_PIER_SIDE    switch  PIER_WEST PIER_EAST
    TELESCOPE_INFO         number  TELESCOPE_APERTURE TELESCOPE_FOCAL_LENGTH GUIDER_APERTURE GUIDER_FOCAL_LENGTH
    TELESCOPE_PARK_OPTION  switch  PARK_CURRENT
    TIME_UTC               text    UTC OFFSET
    GEOGRAPHIC_COORD       number  LAT LONG ELEV
    """,
)
GUIDER = _set(
    "Per kind: Guider",
    """
    TELESCOPE_TIMED_GUIDE_NS  number  TIMED_GUIDE_N TIMED_GUIDE_S
    TELESCOPE_TIMED_GUIDE_WE  number  TIMED_GUIDE_W TIMED_GUIDE_E
    """,
)
CCD = _set(
    "Per kind: CCD, tested",
    """
    CCD_EXPOSURE        number  CCD_EXPOSURE_VALUE
    CCD_ABORT_EXPOSURE  switch  ABORT
    CCD_FRAME           number  X Y WIDTH HEIGHT
    CCD_BINNING         number  HOR_BIN VER_BIN
    CCD_INFO            number  CCD_MAX_X CCD_MAX_Y CCD_PIXEL_SIZE CCD_PIXEL_SIZE_X CCD_PIXEL_SIZE_Y CCD_BITSPERPIXEL
    CCD_FRAME_TYPE      switch  FRAME_LIGHT FRAME_BIAS FRAME_DARK FRAME_FLAT
    UPLOAD_MODE         switch  UPLOAD_CLIENT UPLOAD_LOCAL UPLOAD_BOTH
    CCD1                blob    CCD1
    """,
)
CCD_MORE = _set(
    "Per kind: CCD, used if present",
    """
    CCD_TEMPERATURE      number  CCD_TEMPERATURE_VALUE
    CCD_COOLER           switch  COOLER_ON COOLER_OFF
    CCD_GAIN             number  GAIN
    CCD_OFFSET           number  OFFSET
    CCD_TRANSFER_FORMAT  switch  FORMAT_FITS
    CCD_CAPTURE_FORMAT   switch
    SCOPE_INFO           number  FOCAL_LENGTH APERTURE
    FITS_HEADER          text
    UPLOAD_SETTINGS      text    UPLOAD_DIR UPLOAD_PREFIX
    CCD_COMPRESSION      switch
    """,
)
FOCUSER = _set(
    "Per kind: Focuser, tested",
    """
    FOCUS_MOTION        switch  FOCUS_INWARD FOCUS_OUTWARD
    ABS_FOCUS_POSITION  number  FOCUS_ABSOLUTE_POSITION
    REL_FOCUS_POSITION  number  FOCUS_RELATIVE_POSITION
    FOCUS_MAX           number  FOCUS_MAX_VALUE
    FOCUS_ABORT_MOTION  switch  ABORT
    """,
)
FOCUSER_MORE = _set(
    "Per kind: Focuser, if present",
    """
    FOCUS_TEMPERATURE      number  TEMPERATURE
    FOCUS_BACKLASH_TOGGLE  switch  INDI_ENABLED INDI_DISABLED
    FOCUS_BACKLASH_STEPS   number  FOCUS_BACKLASH_VALUE
    """,
)
FILTER_WHEEL = _set(
    "Per kind: Filter wheel",
    """
    FILTER_SLOT  number  FILTER_SLOT_VALUE
    FILTER_NAME  text    FILTER_SLOT_NAME_1 FILTER_SLOT_NAME_2 FILTER_SLOT_NAME_3 FILTER_SLOT_NAME_4 FILTER_SLOT_NAME_5
    """,
)
DOME = _set(
    "Per kind: Dome",
    """
    ABS_DOME_POSITION  number  DOME_ABSOLUTE_POSITION
    REL_DOME_POSITION  number  DOME_RELATIVE_POSITION
    DOME_ABORT_MOTION  switch  ABORT
    DOME_MOTION        switch  DOME_CW DOME_CCW
    DOME_PARK          switch  PARK UNPARK
    DOME_SHUTTER       switch  SHUTTER_OPEN SHUTTER_CLOSE
    DOME_AUTOSYNC      switch  DOME_AUTOSYNC_ENABLE DOME_AUTOSYNC_DISABLE
    """,
)
ROTATOR = _set(
    "Per kind: Rotator",
    """
    ABS_ROTATOR_ANGLE     number  ANGLE
    ROTATOR_REVERSE       switch  INDI_ENABLED INDI_DISABLED
    SYNC_ROTATOR_ANGLE    number  ANGLE
    ROTATOR_ABORT_MOTION  switch  ABORT
    """,
)
WEATHER = _set(
    "Per kind: Weather",
    """
    WEATHER_STATUS      light
    WEATHER_PARAMETERS  number
    WEATHER_UPDATE      number  PERIOD
    WEATHER_REFRESH     switch  REFRESH
    """,
)
DUST_CAP = _set("Per kind: Dust cap", "CAP_PARK switch PARK UNPARK")
LIGHT_BOX = _set(
    "Per kind: Light box",
    """
    FLAT_LIGHT_CONTROL    switch  FLAT_LIGHT_ON FLAT_LIGHT_OFF
    FLAT_LIGHT_INTENSITY  number  FLAT_LIGHT_INTENSITY_VALUE
    """,
)
BITS = {MOUNT: 1, CCD: 2, GUIDER: 4, FOCUSER: 8, FILTER_WHEEL: 16, DOME: 32, WEATHER: 128}
BITS |= {DUST_CAP: 512, LIGHT_BOX: 1024, ROTATOR: 4096}
AUXILIARY = 32768
"""DRIVER_INTERFACE, by section "Every device"; the last for what is nothing else."""

SETS = {
    AlpacaType.CAMERA: (EVERY, CCD, CCD_MORE, GUIDER),
    AlpacaType.COVER_CALIBRATOR: (EVERY, DUST_CAP, LIGHT_BOX),
    AlpacaType.DOME: (EVERY, DOME),
    AlpacaType.FILTER_WHEEL: (EVERY, FILTER_WHEEL),
    AlpacaType.FOCUSER: (EVERY, FOCUSER, FOCUSER_MORE),
    AlpacaType.OBSERVING_CONDITIONS: (EVERY, WEATHER),
    AlpacaType.ROTATOR: (EVERY, ROTATOR),
    AlpacaType.SAFETY_MONITOR: (EVERY, WEATHER),
    AlpacaType.SWITCH: (EVERY,),
    AlpacaType.TELESCOPE: (EVERY, MOUNT, MOUNT_MORE, GUIDER),
}


def interface_of(kind):
    """Return what DRIVER_INTERFACE has to be."""
    return sum(BITS.get(one, 0) for one in SETS[kind]) or AUXILIARY
