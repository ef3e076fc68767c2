"""Video goes on as fast as its frames are made and taken, and not beside exposures."""

import asyncio

import numpy as np
import pytest

from lightapt_drivers import HardwareError
from lightapt_drivers.kinds.exposures import Area, Sensor
from lightapt_drivers.kinds.streaming import FrameRate, Streaming
from lightapt_protocol.vocabulary import Permission, State
from tests.drivers.kinds.cameras import PATIENCE, Puppet, begin, played_held_up, shot
from tests.drivers.kit.scenes import play, said_of, value

VIDEO, AREA, EXPOSURE = "CCD_VIDEO_STREAM", "CCD_STREAM_FRAME", "CCD_EXPOSURE"


class Filming(Streaming, Puppet):
    """A camera with video.

    Attributes:
        filmed: The frames that were asked of it.
        more: Set with each of them.
    """

    def __init__(self, *, fails_at=0, **options):
        super().__init__(**options)
        self.video_exposure.set(STREAMING_EXPOSURE_VALUE=0.001)
        self.fails_at, self.filmed, self.more = fails_at, [], asyncio.Event()

    async def video_frame(self, exposure):
        self.filmed.append(exposure)
        self.more.set()
        if len(self.filmed) == self.fails_at:
            raise HardwareError("the lens is fogged")
        return np.full(exposure.shape, len(self.filmed) % 256, np.uint8)

    async def frames(self, count):
        """Wait until so many more frames were asked for."""
        count += len(self.filmed)
        async with asyncio.timeout(PATIENCE):
            while len(self.filmed) < count:
                self.more.clear()
                await self.more.wait()


def played(scene, camera=None, **options):
    camera = camera or Filming()
    return play(lambda harness: scene(harness, camera), camera, **options)


async def start(harness):
    await harness.request(VIDEO, STREAM_ON=True)
    await harness.expect(VIDEO, state=State.BUSY, STREAM_ON=True)


async def stop(harness):
    await harness.request(VIDEO, STREAM_OFF=True)
    await harness.expect(VIDEO, state=State.IDLE, STREAM_OFF=True, STREAM_ON=False)


# On and off.


def test_frames_come_one_after_another_until_video_is_turned_off():
    async def scene(harness, camera):
        await start(harness)
        frames = [await harness.blob("CCD1") for _ in range(3)]
        await stop(harness)
        sent = len(said_of("CCD1", harness.said))
        await harness.dealt_with()
        return [(one.format, one.size, one.data) for one in frames], len(said_of("CCD1", harness.said)) - sent

    frames, later = played(scene)
    assert frames == [(".stream", 64 * 48, bytes([number]) * 64 * 48) for number in (1, 2, 3)]
    assert later == 0


def test_video_that_is_on_is_not_begun_anew():
    async def scene(harness, camera):
        await start(harness)
        await camera.frames(2)
        await start(harness)
        await camera.frames(1)
        return [exposure.number for exposure in camera.filmed]

    numbers = played(scene)
    assert numbers == list(range(1, len(numbers) + 1))


def test_turning_off_what_is_off_does_no_harm():
    async def scene(harness, _):
        await stop(harness)

    played(scene)


def test_video_is_refused_while_exposing():
    async def scene(harness, camera):
        await begin(harness, camera)
        await harness.request(VIDEO, STREAM_ON=True)
        await harness.expect(VIDEO, state=State.ALERT, STREAM_OFF=True)
        return harness.notices, harness.find(EXPOSURE).state

    told = ["Camera is exposing: wait, or abort that first"]
    assert played(scene, Filming(held=True)) == (told, State.BUSY)


def test_an_exposure_is_refused_while_video_goes_on():
    async def scene(harness, camera):
        await start(harness)
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=1)
        await harness.expect(EXPOSURE, state=State.ALERT)
        await camera.frames(2)
        return harness.notices, harness.find(VIDEO).state, camera.taken

    assert played(scene) == (["Camera is busy: wait, or abort that first"], State.BUSY, [])


def test_an_exposure_may_follow_video():
    async def scene(harness, camera):
        await start(harness)
        await camera.frames(2)
        await stop(harness)
        said = len(harness.said)
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=0.01)
        await harness.expect(EXPOSURE, state=State.OK)
        return [message.members[0].format for message in said_of("CCD1", harness.said[said:])]

    assert played(scene) == [".fits"]


def test_abort_ends_video():
    async def scene(harness, camera):
        await start(harness)
        await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
        await harness.expect(VIDEO, state=State.IDLE, STREAM_OFF=True)

    played(scene)


def test_disconnecting_ends_video():
    async def scene(harness, camera):
        await start(harness)
        await harness.request("CONNECTION", DISCONNECT=True)
        count = len(camera.filmed)
        await harness.connect()
        await harness.expect(VIDEO, state=State.IDLE, STREAM_OFF=True)
        return len(camera.filmed) - count

    assert played(scene) == 0


def test_what_fails_ends_video_and_is_told():
    async def scene(harness, _):
        await harness.request(VIDEO, STREAM_ON=True)
        await harness.expect(VIDEO, state=State.ALERT, STREAM_OFF=True, STREAM_ON=False)
        await shot(harness)
        return harness.notices

    assert played(scene, Filming(fails_at=1)) == ["the lens is fogged"]


# Frames.


def test_a_frame_is_exposed_as_long_as_is_said_even_while_video_goes_on():
    async def scene(harness, camera):
        await start(harness)
        await camera.frames(1)
        await harness.request("STREAMING_EXPOSURE", STREAMING_EXPOSURE_VALUE=0.002)
        await camera.frames(2)
        return camera.filmed[0].seconds, camera.filmed[-1].seconds

    assert played(scene) == (0.001, 0.002)


def test_one_of_so_many_frames_is_sent():
    async def scene(harness, _):
        await harness.request("STREAMING_EXPOSURE", STREAMING_DIVISOR_VALUE=3)
        await start(harness)
        return [(await harness.blob("CCD1")).data[0] for _ in range(2)]

    assert played(scene) == [3, 6]


def test_frames_that_nobody_takes_are_not_made():
    async def scene(harness, camera):
        await start(harness)
        await harness.blob("CCD1")  # the server has it, and does not say so
        await camera.frames(1)
        made = len(camera.filmed)
        for _ in range(20):
            await harness.request("CCD_GAIN", GAIN=1)
        more = len(camera.filmed) - made, len(said_of("CCD1", harness.said)[1:])
        harness.go_on()
        await camera.frames(3)
        return more

    assert played_held_up(scene, Filming()) == (0, 1)


# What the video is of.


def area(harness):
    return [member.value for member in harness.find(AREA).members.values()]


def test_the_video_is_of_the_whole_chip_at_first():
    async def scene(harness, _):
        first = said_of(AREA, harness.said)[0]
        return [(one.value, one.min, one.max) for one in first.members]

    assert played(scene) == [(0, 0, 63), (0, 0, 47), (64, 1, 64), (48, 1, 48)]


def test_clients_read_the_size_of_frames_from_it():
    async def scene(harness, camera):
        await harness.request("CCD_FRAME", X=8, Y=4, WIDTH=40, HEIGHT=20)
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=2)
        await harness.request(AREA, X=3, Y=1, WIDTH=10, HEIGHT=5)
        await start(harness)
        return (await harness.blob("CCD1")).size, area(harness), camera.filmed[0].area

    size, shown, filmed = played(scene)
    assert (size, shown) == (50, [3, 1, 10, 5])
    assert filmed == Area(14, 6, 20, 10)


@pytest.mark.parametrize(
    ("name", "members", "size"),
    [
        ("CCD_FRAME", {"X": 8, "Y": 4, "WIDTH": 41, "HEIGHT": 20}, [41, 20]),
        ("CCD_BINNING", {"HOR_BIN": 2, "VER_BIN": 3}, [32, 16]),
        ("CCD_FRAME_RESET", {"RESET": True}, [64, 48]),
    ],
)
def test_another_frame_or_binning_makes_it_whole_again(name, members, size):
    async def scene(harness, _):
        await harness.request(AREA, X=3, Y=1, WIDTH=10, HEIGHT=5)
        await harness.request(name, **members)
        limits = harness.find(AREA).members
        return area(harness), [limits["WIDTH"].max, limits["HEIGHT"].max]

    assert played(scene) == ([0, 0, *size], size)


def test_a_frame_of_the_videos_own_size_is_its_limit():
    async def scene(harness, _):
        await harness.request(AREA, X=0, Y=0, WIDTH=32, HEIGHT=24)
        await harness.request("CCD_FRAME", X=0, Y=0, WIDTH=32, HEIGHT=24)
        return [(member.value, member.max) for member in harness.find(AREA).members.values()]

    assert played(scene) == [(0, 31), (0, 23), (32, 32), (24, 24)]


def test_a_frame_that_stays_as_large_is_not_told_of():
    async def scene(harness, _):
        await harness.request("CCD_FRAME", X=0, WIDTH=60)
        return said_of(AREA, await harness.request("CCD_FRAME", X=4, WIDTH=60))

    assert played(scene) == []


def test_another_chip_makes_it_whole_again():
    async def scene(harness, camera):
        camera.set_sensor(Sensor(20, 10, 1.0, 1.0))
        await harness.dealt_with()
        return area(harness)

    assert played(scene) == [0, 0, 20, 10]


def test_what_sticks_out_is_cut_off():
    async def scene(harness, _):
        await harness.request(AREA, X=60, Y=40, WIDTH=64, HEIGHT=48)
        await harness.expect(AREA, state=State.OK)
        return area(harness)

    assert played(scene) == [60, 40, 4, 8]


def test_a_frame_smaller_than_a_binned_pixel_makes_no_video():
    async def scene(harness, _):
        await harness.request("CCD_FRAME", X=0, Y=0, WIDTH=1, HEIGHT=1)
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=2)
        await harness.request(VIDEO, STREAM_ON=True)
        await harness.expect(VIDEO, state=State.ALERT, STREAM_OFF=True)
        return harness.notices

    assert played(scene) == ["the frame, 1 by 1, is smaller than a pixel binned 2 by 2"]


# The rate.


def test_rates_are_told_once_a_second():
    rate = FrameRate(100.0)
    assert [rate.count(100.25), rate.count(100.5), rate.count(100.75)] == [None] * 3
    assert rate.count(101.0) == (4.0, 4.0)
    assert rate.count(101.5) is None
    assert rate.count(102.0) == (2.0, 3.0)


def test_the_rate_is_read_only_and_nothing_once_video_is_off():
    async def scene(harness, camera):
        await start(harness)
        await camera.frames(2)
        await stop(harness)
        last = said_of("FPS", harness.said)[-1]
        return harness.find("FPS").perm, last.state, value(last, "EST_FPS"), value(last, "AVG_FPS")

    assert played(scene) == (Permission.READ_ONLY, State.IDLE, 0, 0)


def test_the_rate_is_told_while_video_goes_on(monkeypatch):
    async def scene(harness, camera):
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        monkeypatch.setattr(loop, "time", lambda: began + len(camera.filmed) * 0.5)
        await start(harness)
        await harness.expect("FPS", state=State.OK, EST_FPS=2, AVG_FPS=2)

    played(scene)
