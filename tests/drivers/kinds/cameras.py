"""Cameras to test with, and what a server sends them."""

import asyncio
import threading

import numpy as np

from lightapt_drivers import HardwareError
from lightapt_drivers.kinds import pictures
from lightapt_drivers.kinds.camera import Camera
from lightapt_drivers.kinds.exposures import Picture, Sensor
from lightapt_drivers.testing import Harness
from lightapt_protocol import fits
from lightapt_protocol.members import DefNumber, DefSwitch, DefText
from lightapt_protocol.messages import DefNumberVector, DefSwitchVector, DefTextVector, PingRequest
from lightapt_protocol.vocabulary import SwitchState
from tests.drivers.kit.scenes import PATIENCE, play

CHIP = Sensor(64, 48, 3.8, 2.9)


def ramp(shape):
    """Return pixels that all differ."""
    return np.arange(shape[0] * shape[1], dtype=np.uint16).reshape(shape)


class Puppet(Camera):
    """A camera whose exposures end at once or (held) when they are let go on.

    Attributes:
        taken: The exposures that were begun.
        stopped: How many of them have ended.
        begun: Set when the first begins.
        go_on: Set to let them end.
    """

    device_name = "Camera"

    def __init__(self, name="", *, chip=CHIP, held=False, fails="", bayer="", **facts):
        super().__init__(name)
        self.fails, self.bayer, self.facts = fails, bayer, facts
        self.taken, self.stopped = [], 0
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        if not held:
            self.go_on.set()
        self.set_sensor(chip)

    async def take(self, exposure):
        self.taken.append(exposure)
        self.begun.set()
        try:
            await self.go_on.wait()
            if self.fails:
                raise HardwareError(self.fails)
        finally:
            self.stopped += 1
        return Picture(ramp(exposure.shape), self.bayer, self.facts)


def played(scene, device=None, **options):
    """Play a scene with a connected camera; it is given the harness and the camera."""
    camera = device or Puppet()
    return play(lambda harness: scene(harness, camera), camera, **options)


async def begin(harness, camera):
    """Begin an exposure."""
    await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.01)
    async with asyncio.timeout(PATIENCE):
        await camera.begun.wait()


async def shot(harness, seconds=0.01, **settings):
    """Return the picture of an exposure, after some properties were set."""
    for name, members in settings.items():
        await harness.request(name, **members)
    await harness.request("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=seconds)
    return await picture(harness)


async def picture(harness, name="CCD1"):
    """Return the next picture."""
    return fits.read((await harness.blob(name)).data)


def header(camera=None, *told, **settings):
    """Return the header of a picture, after other devices have told something, and some properties were set."""

    async def scene(harness, _):
        for message in told:
            harness.send(message)
        return (await shot(harness, **settings)).header

    return played(scene, camera)


def numbers(device, name, **values):
    """Return the definition of another device's numbers."""
    return DefNumberVector(device, name, members=tuple(DefNumber(*item) for item in values.items()))


def texts(device, name, **values):
    """Return the definition of another device's texts."""
    return DefTextVector(device, name, members=tuple(DefText(*item) for item in values.items()))


def switches(device, name, *off, on):
    """Return the definition of another device's switches."""
    members = (DefSwitch(on, SwitchState.ON), *map(DefSwitch, off))
    return DefSwitchVector(device, name, members=members)


class HeldUp(Harness):
    """A server that takes BLOBs in shared memory, and says that it is done with one only when it is let go on.

    Attributes:
        waiting: The pings that are not yet answered.
    """

    def __init__(self, *devices, **options):
        super().__init__(*devices, attaches=True, **options)
        self.is_holding = True
        self.waiting = []

    def _heard(self, message, descriptors):
        if isinstance(message, PingRequest) and self.is_holding:
            self.waiting.append(message)
        else:
            super()._heard(message, descriptors)

    def go_on(self):
        """Answer what waits, and whatever comes from now on."""
        self.is_holding = False
        for message in self.waiting:
            super()._heard(message, ())


def played_held_up(scene, device):
    """Play a scene with a server that holds BLOBs up."""

    async def whole():
        async with HeldUp(device, patience=PATIENCE) as harness:
            await harness.connect()
            try:
                return await scene(harness, device)
            finally:
                harness.go_on()

    return asyncio.run(whole())


class Gate:
    """Holds threads up in a function of a module."""

    def __init__(self, monkeypatch, module=pictures, name="encode"):
        self._open, self._arrived = threading.Event(), threading.Event()
        function = getattr(module, name)

        def held(*arguments, **options):
            self._arrived.set()
            self._open.wait(PATIENCE)
            return function(*arguments, **options)

        monkeypatch.setattr(module, name, held)

    async def reached(self):
        """Wait until a thread is there."""
        assert await asyncio.to_thread(self._arrived.wait, PATIENCE)

    def open(self):
        """Let all go on."""
        self._open.set()
