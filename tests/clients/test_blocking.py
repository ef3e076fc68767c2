"""The client for programs that do not await."""

import asyncio
import os
import signal
import sys

import pytest

from lightapt_clients import AddressError, ClosedError, DisconnectedError, MissingError, WaitTimeoutError
from lightapt_clients.blocking import connect
from lightapt_clients.kinds import Direction

from .actor import DEVICE, blob, buttons, numbers, serving, switches
from .puppet import BUSY, OK, scene

PLACE = numbers("EQUATORIAL_EOD_COORD", RA=1.0, DEC=2.0)
ON_SET = switches("ON_COORD_SET", "TRACK", "SLEW", "SYNC", on="TRACK")
MOTION = switches("TELESCOPE_MOTION_NS", "MOTION_NORTH", "MOTION_SOUTH")
EXPOSURE = numbers("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.0)
ABORT = buttons("CCD_ABORT_EXPOSURE", "ABORT")
VIDEO = switches("CCD_VIDEO_STREAM", "STREAM_ON", "STREAM_OFF", on="STREAM_OFF")
PICTURE = bytes(range(256))

EXPOSING = """
import sys
from lightapt_clients.blocking import connect
with connect(sys.argv[1]) as indi:
    indi.camera().expose(100)
"""


def program(*definitions, prepare=lambda actor: None):
    """Make a test of a plain function that has a client of a server with such a device, and the actor."""

    def decorate(function):
        @scene
        async def test():
            async with serving(*definitions) as (actor, address):
                prepare(actor)

                def play():
                    with connect(address) as indi:
                        function(indi, actor)

                await asyncio.to_thread(play)

        test.__name__ = function.__name__
        return test

    return decorate


@program(PLACE, ON_SET)
def test_devices_and_properties_are_read_and_set(indi, actor):
    device = indi.device(DEVICE)
    place = device["EQUATORIAL_EOD_COORD"]
    place.ready()
    assert (place["RA"], place.number("DEC"), place.name) == (1.0, 2.0, "EQUATORIAL_EOD_COORD")
    assert "RA" in place
    assert list(place) == ["RA", "DEC"]
    assert set(device) == {"CONNECTION", "EQUATORIAL_EOD_COORD", "ON_COORD_SET"}
    assert "ON_COORD_SET" in device
    assert device.is_connected
    assert place.set(RA=5).number("RA") == 5.0
    assert device["ON_COORD_SET"].choice == "TRACK"
    assert device.set("ON_COORD_SET", SLEW=True).is_on("SLEW")
    assert list(indi.devices) == [DEVICE]
    assert indi.is_connected
    with pytest.raises(MissingError):
        _ = place["ALT"]


@program(PLACE)
def test_what_does_not_come_is_late(indi, actor):
    with pytest.raises(WaitTimeoutError, match="device Dome"):
        indi.device("Dome", timeout=0.01)
    with pytest.raises(WaitTimeoutError):
        indi.device(DEVICE)["EQUATORIAL_EOD_COORD"].wait(RA=7, timeout=0.01)
    assert indi.wait_for(lambda _: indi.mirror.find(DEVICE, "CONNECTION"), device=DEVICE).name == "CONNECTION"


@program(PLACE, ON_SET, MOTION)
def test_kinds_have_their_verbs(indi, actor):
    mount = indi.mount()
    mount.connect()
    mount.goto("5:30", 3)
    assert mount.position.ra == 5.5
    assert mount.device["EQUATORIAL_EOD_COORD"]["RA"] == 5.5
    with mount.moving(Direction.NORTH):
        assert actor.asked[-1] == ("TELESCOPE_MOTION_NS", {"MOTION_NORTH": True})
    assert actor.asked[-1] == ("TELESCOPE_MOTION_NS", {"MOTION_NORTH": False})


@program(PLACE)
def test_changes_are_iterated(indi, actor):
    device = indi.device(DEVICE)
    with device.changes("EQUATORIAL_EOD_COORD") as changes:
        device["EQUATORIAL_EOD_COORD"].set(RA=3)
        states = []
        for change in changes:
            states.append(change.current.state)
            if states[-1] is OK:
                break
    assert states[-2:] == [BUSY, OK]
    with indi.connection() as connection:
        assert next(connection) is True


def takes_pictures(actor):
    actor.plays["CCD_EXPOSURE"] = lambda _: (actor.picture("CCD1", PICTURE), actor.shows("CCD_EXPOSURE", OK))
    actor.plays["CCD_VIDEO_STREAM"] = lambda values: (
        actor.shows("CCD_VIDEO_STREAM", BUSY if "STREAM_ON" in values else OK, **values),
        actor.picture("CCD1", PICTURE, ".stream"),
    )


@program(EXPOSURE, ABORT, VIDEO, blob("CCD1"), prepare=takes_pictures)
def test_pictures_and_streams_come_one_after_the_other(indi, actor):
    camera = indi.camera()
    assert bytes(camera.expose(1.0).data) == PICTURE
    with camera.device.blobs("CCD1") as blobs:
        camera.device["CCD_EXPOSURE"].ask(CCD_EXPOSURE_VALUE=1)
        assert len(next(blobs)) == len(PICTURE)
    with indi.blobs(DEVICE) as blobs, pytest.raises(WaitTimeoutError):
        blobs.next(timeout=0.01)
    with camera.stream() as frames:
        assert next(frames).format == ".stream"


@scene
async def test_a_notebook_does_without_a_block():
    async with serving(PLACE) as (_, address):

        def play():
            indi = connect(address)
            assert indi.device(DEVICE).name == DEVICE
            indi.close()
            assert not indi.is_connected
            with pytest.raises(ClosedError, match="is closed"):
                indi.device(DEVICE)
            indi.close()

        await asyncio.to_thread(play)


@scene
async def test_one_that_is_dropped_unclosed_is_warned_of():
    async with serving(PLACE) as (_, address):

        def play():
            indi = connect(address)
            portal = indi.portal
            with pytest.warns(ResourceWarning, match="was not closed"):
                del indi
            portal.__exit__()

        await asyncio.to_thread(play)


def test_what_cannot_be_connected_to_is_told_at_once():
    with pytest.raises(AddressError):
        connect("unix:")
    with pytest.raises(DisconnectedError, match="no INDI server"):
        connect("127.0.0.1:1")


@scene
async def test_ctrl_c_stops_what_is_waited_for():
    async with serving(EXPOSURE, ABORT, blob("CCD1")) as (actor, address):
        actor.plays["CCD_EXPOSURE"] = lambda _: (actor.shows("CCD_EXPOSURE", BUSY),)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", EXPOSING, address, stderr=asyncio.subprocess.PIPE, env=os.environ
        )
        await actor.heard("CCD_EXPOSURE")
        process.send_signal(signal.SIGINT)
        assert await actor.heard("CCD_ABORT_EXPOSURE") == {"ABORT": True}
        _, errors = await process.communicate()
        assert errors.rstrip().endswith(b"KeyboardInterrupt")
