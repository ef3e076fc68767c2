"""Recorded cameras: with and without what cameras may have, and the pictures that they send."""

import threading
import time

from lightapt_drivers.alpaca.camera import AlpacaCamera
from lightapt_protocol import fits
from tests.drivers.alpaca.images import ramp, sent
from tests.drivers.alpaca.movers import members, played
from tests.drivers.alpaca.recorded import NOT_OFFERED, Refusal

DEVICE = "camera/0"
STATE = ["CameraState", "CCDTemperature", "CoolerPower", "HeatSinkTemperature", "ImageReady", "IsPulseGuiding"]
STATE += ["PercentCompleted"]
WIDTH, HEIGHT = 12, 8
NO_LEVEL = dict.fromkeys(
    ("gain", "gainmin", "gainmax", "gains", "offset", "offsetmin", "offsetmax", "offsets"), NOT_OFFERED
)
BARE = {
    **NO_LEVEL,
    **dict.fromkeys(
        ("canabortexposure", "canstopexposure", "canpulseguide", "cangetcoolerpower", "cansetccdtemperature"), False
    ),
    **dict.fromkeys(("ccdtemperature", "cooleron", "coolerpower", "heatsinktemperature", "readoutmodes"), NOT_OFFERED),
    **dict.fromkeys(("percentcompleted", "sensorname", "subexposureduration", "readoutmode"), NOT_OFFERED),
}
"""A camera that only takes pictures."""


def camera(interface=3, *, picture=None, **changes):
    """Return a camera's members; its exposures take no time, unless `startexposure` is another one."""
    values = {
        "cameraxsize": WIDTH,
        "cameraysize": HEIGHT,
        "pixelsizex": 3.8,
        "pixelsizey": 2.9,
        "maxadu": 65535,
        "maxbinx": 4,
        "maxbiny": 2,
        "sensortype": 0,
        "sensorname": "IMX1",
        "hasshutter": True,
        "electronsperadu": 0.25,
        "fullwellcapacity": 51000.0,
        "exposuremin": 0.001,
        "exposuremax": 900.0,
        "exposureresolution": 0.001,
        "canabortexposure": True,
        "canasymmetricbin": True,
        "canfastreadout": False,
        "cangetcoolerpower": True,
        "canpulseguide": True,
        "cansetccdtemperature": True,
        "canstopexposure": True,
        "ccdtemperature": 12.0,
        "setccdtemperature": 0.0,
        "cooleron": False,
        "coolerpower": 20.0,
        "heatsinktemperature": 25.0,
        "gain": 100,
        "gainmin": 0,
        "gainmax": 500,
        "gains": NOT_OFFERED,
        "offset": 1,
        "offsetmin": NOT_OFFERED,
        "offsetmax": NOT_OFFERED,
        "offsets": ["Low", "Mid", "High"],
        "readoutmode": 0,
        "readoutmodes": ["Normal", "Low noise"],
        "subexposureduration": NOT_OFFERED,
        "binx": 1,
        "biny": 1,
        "startx": 0,
        "starty": 0,
        "numx": WIDTH,
        "numy": HEIGHT,
        "camerastate": 0,
        "imageready": False,
        "ispulseguiding": False,
        "percentcompleted": 0,
        "lastexposureduration": Refusal(0x40B, "no exposure yet"),
        "lastexposurestarttime": Refusal(0x40B, "no exposure yet"),
        "imagearray": sent(ramp(HEIGHT, WIDTH) if picture is None else picture),
        **changes,
    }
    state = [name for name in STATE if not isinstance(values[name.lower()], Refusal)]
    made = members("camera", interface, state, **values)

    def start(fields):
        made.update(imageready=True, camerastate=0, lastexposureduration=float(fields["Duration"]))

    def abort(fields):
        made.update(imageready=False, camerastate=0)

    def stop(fields):
        made.update(imageready=True, camerastate=0)

    made.setdefault("startexposure", start)
    made.setdefault("abortexposure", abort)
    made.setdefault("stopexposure", stop)
    made.setdefault("pulseguide", pulsing(made))
    return made


def never_ready(made):
    """Return StartExposure of a camera that exposes for ever."""
    return lambda fields: made.update(imageready=False, camerastate=2)


def pulsing(made):
    """Return PulseGuide, which is over when its time is."""

    def pulse(fields):
        made["ispulseguiding"] = True
        seconds = int(fields["Duration"]) / 1000
        threading.Thread(target=lambda: (time.sleep(seconds), made.update(ispulseguiding=False)), daemon=True).start()

    return pulse


def shot_by(scene, server, **options):
    """Play a scene with a bridged camera."""
    return played(scene, AlpacaCamera, server, DEVICE, **options)


async def shot(harness, seconds=0.01, **settings):
    """Return the picture of an exposure, after some properties were set."""
    for name, values in settings.items():
        await harness.request(name, **values)
    await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=seconds)
    return fits.read((await harness.blob("CCD1")).data)
