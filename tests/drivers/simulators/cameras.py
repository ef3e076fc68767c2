"""Simulated cameras that are small, and so fast."""

import time

from lightapt_drivers.simulators.ccd import CcdWithGuideHead
from lightapt_drivers.simulators.simulated_camera import SimulatedCamera
from lightapt_protocol.members import OneNumber
from lightapt_protocol.messages import SetNumberVector
from tests.drivers.kinds.cameras import numbers, picture
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.stars import ALCYONE, CHIP, SHORT

MOUNT, FOCUSER = "Telescope Simulator", "Focuser Simulator"


class Small(SimulatedCamera):
    """A small simulated camera."""

    device_name = "Camera"
    default_sensor = CHIP
    serial = 7


class SmallWithGuideHead(CcdWithGuideHead):
    """A small simulated camera with a guide head."""

    device_name = "Camera"
    default_sensor = CHIP


def played(scene, camera=None, **options):
    """Play a scene with a simulated camera behind a telescope that points at the star."""
    device = camera or Small()

    async def before_the_star(harness):
        harness.send(pointing())
        await harness.dealt_with()
        return await scene(harness)

    return play(before_the_star, device, **options)


def pointing(ra=ALCYONE[0], dec=ALCYONE[1], east=0.0, north=0.0, angle=0.0, when=None):
    """Return the simulated mount's word on where it points."""
    when = time.time() - 1 if when is None else when
    values = {"RA_J2000": ra, "DEC_J2000": dec, "RATE_RA": east, "RATE_DEC": north, "POSITION_ANGLE": angle}
    return numbers(MOUNT, "TRUE_POINTING", **values, TIME=when)


def updated(definition):
    """Return the update with the values of a definition."""
    members = tuple(OneNumber(one.name, one.value) for one in definition.members)
    return SetNumberVector(definition.device, definition.name, members=members)


async def taken(harness, seconds=SHORT, **settings):
    """Return a picture, after some properties were set."""
    for name, members in settings.items():
        await harness.request(name, **members)
    await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=seconds)
    found = await picture(harness)
    await harness.expect("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0)
    await harness.dealt_with()
    return found
