"""What a camera showed before an exposure is not taken for what came of it, however late it is heard."""

import threading

import numpy as np
import pytest

from lightapt_drivers import State
from lightapt_protocol import fits
from tests.drivers.alpaca.cameras import DEVICE, HEIGHT, WIDTH, camera, shot, shot_by
from tests.drivers.alpaca.images import ramp, sent
from tests.drivers.alpaca.movers import BOTH, PATIENCE, acted, looks, until
from tests.drivers.alpaca.recorded import Recorded, Refusal

EXPOSURE = "CCD_EXPOSURE"


class Overtaken:
    """A camera whose look is on its way to the bridge while an exposure begins: it tells of before.

    StartExposure comes when a look was asked for and is not yet answered; it is answered when the look is, and the
    next, which tells of the exposure, is held until :attr:`go` is set.
    """

    def __init__(self, made):
        self.made = made
        self.is_armed = False
        self.comes, self.asked, self.begun, self.again, self.go = (threading.Event() for _ in range(5))
        names = made.pop("state", None)
        made["startexposure"] = self._start
        if names:
            made["devicestate"] = lambda _: self._tell([{"Name": name, "Value": made[name.lower()]} for name in names])
        else:
            self.activity = made["camerastate"]
            made["camerastate"] = lambda _: self._later(self.activity)
            made["percentcompleted"] = lambda _: self._earlier(0)

    def update(self, *, activity, **members):
        self.activity = activity
        self.made.update(members)
        if not callable(self.made["camerastate"]):
            self.made["camerastate"] = activity

    def _start(self, fields):
        if self.is_armed:
            self.comes.set()
            assert self.asked.wait(PATIENCE)
        self.update(activity=2, imageready=False)
        self.begun.set()
        if self.is_armed:
            assert self.again.wait(PATIENCE)
        else:
            self.update(activity=0, imageready=True)

    def _tell(self, value):
        return self._earlier(self._later(value))

    def _later(self, value):
        """Answer what a look asks first: if it is the one after that which was overtaken, when it may."""
        if self.asked.is_set() and not self.again.is_set():
            self.again.set()
            self.go.wait(PATIENCE)
        return value

    def _earlier(self, value):
        """Answer what a look asks last: if it is to be overtaken, when it was."""
        if self.comes.is_set() and not self.asked.is_set():
            self.asked.set()
            self.begun.wait(PATIENCE)
        return value


@pytest.mark.parametrize("interface", [3, 4], ids=BOTH)
def test_the_image_of_before_is_not_taken_for_the_new_one(interface):
    made = camera(interface)
    it = Overtaken(made)
    new = ramp(HEIGHT, WIDTH)[::-1].copy()

    async def scene(harness):
        await shot(harness)
        it.is_armed = True
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=30)
        await until(server, lambda: it.again.is_set())
        await acted(harness)
        it.go.set()
        await looks(server, "camerastate")
        await harness.expect(EXPOSURE, state=State.BUSY)
        assert server.count("imagearray") == 1
        it.update(activity=0, imageready=True, imagearray=sent(new))
        return fits.read((await harness.blob("CCD1")).data)

    with Recorded({DEVICE: made}) as server:
        assert np.array_equal(shot_by(scene, server).pixels, new)


def test_looks_that_fail_do_not_end_an_exposure():
    made = camera(4)
    state = made.pop("state")
    made["devicestate"] = lambda _: [{"Name": name, "Value": made[name.lower()]} for name in state]
    good = made["devicestate"]

    def start(fields):
        made["devicestate"] = Refusal(0x500, "no time")

    async def scene(harness):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await until(server, lambda: made["devicestate"] is not good)
        await looks(server, "camerastate", 12)
        await harness.expect(EXPOSURE, state=State.BUSY)
        made.update(imageready=True, devicestate=good)
        await harness.blob("CCD1")

    made["startexposure"] = start
    with Recorded({DEVICE: made}) as server:
        shot_by(scene, server)
