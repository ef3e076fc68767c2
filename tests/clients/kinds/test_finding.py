"""A device of a kind is found by its name, by what it says that it is, or by what it has."""

import asyncio

import pytest

from lightapt_clients import WaitTimeoutError
from lightapt_clients.kinds import Camera, FilterWheel
from lightapt_clients.kinds.finding import interface_of
from lightapt_protocol.members import DefNumber, DefText
from lightapt_protocol.messages import DefNumberVector, DefTextVector
from lightapt_protocol.standard import DriverInterface

from ..puppet import conversation, scene


def info(device, interface):
    return DefTextVector(device, "DRIVER_INFO", members=(DefText("DRIVER_INTERFACE", str(int(interface))),))


WHEEL = info("Wheel", DriverInterface.FILTER)
CAMERA_WITH_WHEEL = info("Camera", DriverInterface.CCD | DriverInterface.FILTER)
EXPOSURE = DefNumberVector("Old", "CCD_EXPOSURE", members=(DefNumber("CCD_EXPOSURE_VALUE", 0.0),))


@scene
async def test_of_several_that_is_taken_which_is_least_else():
    async with conversation(CAMERA_WITH_WHEEL, WHEEL) as (_, _, indi):
        assert (await indi.filter_wheel()).name == "Wheel"
        assert (await indi.filter_wheel("Camera")).name == "Camera"
        camera = await indi.camera()
        assert isinstance(camera, Camera)
        assert camera.name == "Camera"


@scene
async def test_one_that_comes_later_is_waited_for():
    async with conversation(CAMERA_WITH_WHEEL) as (_, end, indi):
        finding = asyncio.ensure_future(indi.mount())
        await end.say(info("Mount", DriverInterface.TELESCOPE | DriverInterface.GUIDER))
        assert (await finding).name == "Mount"


@scene
async def test_a_driver_that_does_not_say_what_it_is_is_known_by_what_it_has():
    async with conversation(EXPOSURE) as (_, _, indi):
        assert (await indi.camera()).name == "Old"


@scene
async def test_what_does_not_come_is_named():
    async with conversation(WHEEL) as (_, _, indi):
        with pytest.raises(WaitTimeoutError, match="a device that is a Gps"):
            await indi.gps(timeout=0.01)


@pytest.mark.parametrize(
    ("text", "interface"),
    [("16", DriverInterface.FILTER), ("", DriverInterface.GENERAL), ("two", DriverInterface.GENERAL)],
)
def test_an_interface_that_is_no_number_says_nothing(text, interface):
    prop = DefTextVector("Wheel", "DRIVER_INFO", members=(DefText("DRIVER_INTERFACE", text),))

    @scene
    async def play():
        async with conversation(prop) as (_, _, indi):
            assert interface_of(indi.mirror.devices["Wheel"]) is interface

    play()


def test_kinds_have_an_interface_each():
    assert (Camera.interface, FilterWheel.interface) == (DriverInterface.CCD, DriverInterface.FILTER)
