"""A recorded telescope to test with: it goes where it is told at once, unless a test says otherwise."""

from tests.drivers.alpaca.movers import members

DEVICE = "telescope/0"
STATE = [
    "Altitude",
    "AtHome",
    "AtPark",
    "Azimuth",
    "Declination",
    "IsPulseGuiding",
    "RightAscension",
    "SideOfPier",
    "SiderealTime",
    "Slewing",
    "Tracking",
    "UTCDate",
]
CAN = (
    "findhome",
    "park",
    "pulseguide",
    "setdeclinationrate",
    "setguiderates",
    "setpark",
    "setpierside",
    "setrightascensionrate",
    "settracking",
    "slew",
    "slewaltaz",
    "slewaltazasync",
    "slewasync",
    "sync",
    "syncaltaz",
    "unpark",
    "moveaxis",
)
OTHER, TOPOCENTRIC, J2000 = range(3)


def telescope(interface=3, **changes):
    values = {
        **{f"can{one}": True for one in CAN},
        "alignmentmode": 2,
        "altitude": 45.0,
        "aperturediameter": 0.2,
        "athome": False,
        "atpark": False,
        "axisrates": [{"Minimum": 0.0, "Maximum": 4.0}],
        "azimuth": 180.0,
        "declination": 20.0,
        "declinationrate": 0.0,
        "destinationsideofpier": 1,
        "doesrefraction": False,
        "equatorialsystem": TOPOCENTRIC,
        "focallength": 1.0,
        "guideratedeclination": 15.041067 / 3600 / 2,
        "guideraterightascension": 15.041067 / 3600 / 2,
        "ispulseguiding": False,
        "rightascension": 5.0,
        "rightascensionrate": 0.0,
        "setpark": None,
        "sideofpier": 0,
        "siderealtime": 6.0,
        "siteelevation": 100.0,
        "sitelatitude": 48.0,
        "sitelongitude": -70.0,
        "slewing": False,
        "slewsettletime": 2,
        "targetdeclination": 0.0,
        "targetrightascension": 0.0,
        "tracking": True,
        "trackingrate": 0,
        "trackingrates": [0, 1, 2, 3],
        "utcdate": "2026-03-04T17:45:31.1234567Z",
        **changes,
    }
    made = members("telescope", interface, STATE, **values)

    def pointed(fields):
        made.update(rightascension=float(fields["RightAscension"]), declination=float(fields["Declination"]))

    for name in ("slewtocoordinatesasync", "slewtocoordinates", "synctocoordinates"):
        made.setdefault(name, pointed)
    made.setdefault("abortslew", lambda fields: made.update(slewing=False))
    made.setdefault("park", lambda fields: made.update(atpark=True, tracking=False))
    made.setdefault("unpark", lambda fields: made.update(atpark=False))
    made.setdefault("findhome", lambda fields: made.update(athome=True))
    made.setdefault("moveaxis", lambda fields: made.update(slewing=float(fields["Rate"]) != 0))
    made.setdefault("pulseguide", lambda fields: None)
    return made
