"""A head keeps a chip's properties together."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from math import ceil

import pytest

from lightapt_drivers import RefusedError, Wanted
from lightapt_drivers.kinds import head as head_module
from lightapt_drivers.kinds.exposures import Area, FrameType, Sensor
from lightapt_protocol import fits
from lightapt_protocol.fits import Card
from lightapt_protocol.members import DefNumber
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.cameras import CHIP, Puppet, played, ramp, shot
from tests.drivers.kit.scenes import said_of, value


def head(**frame):
    made = Puppet().head
    made.frame.set({name: float(number) for name, number in frame.items()})
    return made


def limits(live):
    return {name: live.range(name) for name in live}


# The chip.


def test_the_properties_say_what_the_chip_is():
    made = head()
    made.fit(Sensor(100, 50, 2.0, 8.0, bits=12, max_binning=(8, 2)))
    assert list(made.info.values.values()) == [100, 50, 4.0, 2.0, 8.0, 12]
    assert limits(made.frame) == {"X": (0, 99), "Y": (0, 49), "WIDTH": (1, 100), "HEIGHT": (1, 50)}
    assert limits(made.binning) == {"HOR_BIN": (1, 8), "VER_BIN": (1, 2)}


def test_a_frame_of_the_whole_chip_becomes_that_of_the_new_one():
    made = head()
    made.fit(Sensor(100, 80, 1.0, 1.0))
    assert made.area == Area(0, 0, 100, 80)


def test_a_frame_that_lies_on_the_new_chip_stays():
    made = head(X=1, Y=2, WIDTH=10, HEIGHT=20)
    made.fit(Sensor(32, 24, 1.0, 1.0))
    assert made.area == Area(1, 2, 10, 20)


def test_a_frame_that_does_not_lie_on_the_new_chip_becomes_the_whole_of_it():
    made = head(X=40, Y=2, WIDTH=10, HEIGHT=20)
    made.fit(Sensor(32, 24, 1.0, 1.0))
    assert made.area == Area(0, 0, 32, 24)


def test_a_reset_is_the_whole_chip():
    made = head(X=40, Y=2, WIDTH=10, HEIGHT=20)
    made.reset()
    assert made.area == CHIP.whole


def test_clients_hear_of_new_limits():
    async def scene(harness, camera):
        camera.set_sensor(Sensor(32, 24, 1.0, 1.0))
        await harness.dealt_with()
        frame = harness.find("CCD_FRAME").members
        return [(member.value, member.min, member.max) for member in frame.values() if isinstance(member, DefNumber)]

    assert played(scene) == [(0, 0, 31), (0, 0, 23), (32, 1, 32), (24, 1, 24)]


def test_a_frame_is_taken_if_it_lies_on_the_chip():
    made = head()
    made.take_frame(Wanted({"X": 4.0, "Y": 5.0, "WIDTH": 60.0, "HEIGHT": 43.0}))
    assert made.area == Area(4, 5, 60, 43)
    with pytest.raises(RefusedError, match=r"a frame of 61 by 43 at \(4, 5\) does not lie on the chip of 64 by 48"):
        made.take_frame(Wanted({"X": 4.0, "Y": 5.0, "WIDTH": 61.0, "HEIGHT": 43.0}))
    assert made.area == Area(4, 5, 60, 43)


# Exposures.


def test_an_exposure_is_as_the_properties_say():
    made = head(X=4, Y=5, WIDTH=60, HEIGHT=40)
    made.binning.set(HOR_BIN=2, VER_BIN=4)
    made.frame_type.choose("FRAME_DARK")
    before = datetime.now(UTC)
    planned = made.planned(3.0)
    assert (planned.seconds, planned.type, planned.area) == (3.0, FrameType.DARK, Area(4, 5, 60, 40))
    assert (planned.binning, planned.shape) == ((2, 4), (10, 30))
    assert before <= planned.started <= datetime.now(UTC)


def test_exposures_are_counted_by_each_head():
    one, other = head(), head()
    assert [one.planned(1.0).number, one.planned(1.0).number, other.planned(1.0).number] == [1, 2, 1]


def test_a_part_of_the_frame_may_be_exposed():
    assert head().planned(1.0, area=Area(1, 2, 3, 4)).area == Area(1, 2, 3, 4)


def test_a_bias_frame_takes_the_shortest_time_that_the_camera_can():
    made = head()
    made.exposure.limit("CCD_EXPOSURE_VALUE", min=0.001, max=100)
    made.frame_type.choose("FRAME_BIAS")
    assert made.planned(30.0).seconds == 0.001


@pytest.mark.parametrize("binning", [{"HOR_BIN": 4}, {"VER_BIN": 4}])
def test_a_frame_smaller_than_a_binned_pixel_cannot_be_exposed(binning):
    made = head(WIDTH=3, HEIGHT=3)
    made.binning.set(**binning)
    with pytest.raises(RefusedError, match="the frame, 3 by 3, is smaller than a pixel binned"):
        made.planned(1.0)


# Room for the picture.


def test_there_is_no_room_before_a_camera_is_on_a_wire_nor_when_nothing_is_in_the_making():
    made = head()
    exposure = made.planned(1.0)
    with made.reserving(exposure, []):
        assert made.room(exposure) is None
    assert made.room(exposure) is None


def room_of(bits=16, *, compressed=False, attaches=True):
    """Return the shape and the type of the room for a picture, and whether another exposure gets it."""

    async def scene(harness, camera):
        camera.set_sensor(Sensor(30, 20, 1.0, 1.0, bits=bits))
        if compressed:
            camera.compression.choose("INDI_ENABLED")
        exposure, other = camera.head.planned(1.0), camera.head.planned(1.0)
        with camera.head.reserving(exposure, []):
            assert camera.head.room(other) is None
            found = await asyncio.to_thread(camera.head.room, exposure)
            return found if found is None else (found.shape, found.dtype.str)

    return played(scene, attaches=attaches)


@pytest.mark.parametrize("attaches", [False, True])
@pytest.mark.parametrize(("bits", "type"), [(8, "|u1"), (12, ">u2"), (16, ">u2"), (17, ">i4")])
def test_the_room_is_of_the_frame_and_of_the_chips_bits(bits, type, attaches):
    assert room_of(bits, attaches=attaches) == ((20, 30), type)


def test_there_is_no_room_in_a_compressed_file():
    assert room_of(compressed=True) is None


class InPlace(Puppet):
    """A camera that makes its pictures in their files."""

    async def take(self, exposure):
        picture = await super().take(exposure)
        room = await asyncio.to_thread(self.head.room, exposure)
        room[...] = picture.pixels
        return replace(picture, pixels=room)


@pytest.mark.parametrize("attaches", [False, True])
@pytest.mark.parametrize("mode", ["UPLOAD_CLIENT", "UPLOAD_BOTH"])
def test_a_picture_may_be_made_in_its_file(attaches, mode, tmp_path):
    async def scene(harness, _):
        await harness.request("UPLOAD_SETTINGS", UPLOAD_DIR=str(tmp_path))
        return [(await shot(harness, UPLOAD_MODE={mode: True})).pixels for _ in range(2)]

    for pixels in played(scene, InPlace(), attaches=attaches):
        assert (pixels == ramp((48, 64))).all()
    for path in tmp_path.rglob("*.fits"):
        assert (fits.read(path.read_bytes()).pixels == ramp((48, 64))).all()


def test_a_header_that_becomes_longer_than_it_was_to_be_costs_a_copy_and_no_picture():
    class Colourful(InPlace):
        async def take(self, exposure):
            self.keywords.set(FITS_OBJECT="M 31")
            return await super().take(exposure)

        def with_own(self, cards):
            known = [Card("COMMENT", str(number)) for number in range(100)] if self.keywords["FITS_OBJECT"] else []
            return [*super().with_own(cards), *known]

    async def scene(harness, _):
        return (await shot(harness)).pixels

    assert (played(scene, Colourful(), attaches=True) == ramp((48, 64))).all()


# The countdown.


def counted(monkeypatch, *seconds):
    """Return what clients see of exposures, each ended when its time is over or (None) at once; time goes by ticks."""
    tick = 0.25
    monkeypatch.setattr(head_module, "_TICK", tick)

    async def scene(harness, camera):
        loop = asyncio.get_running_loop()
        now = float(ceil(loop.time()))
        monkeypatch.setattr(loop, "time", lambda: now)
        for each in seconds:
            with camera.head.counting_down(each or 3600):
                for ticks in range(1, int(each / tick) + 1 if each else 1):
                    now += tick
                    await harness.expect("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=each - ticks * tick)
        told = said_of("CCD_EXPOSURE", harness.said)[1:]
        return [message.state for message in told], [value(message, "CCD_EXPOSURE_VALUE") for message in told]

    return played(scene)


def test_it_counts_down_while_busy(monkeypatch):
    told, left = counted(monkeypatch, 1)
    assert set(told) == {State.BUSY}
    assert left == [1, 0.75, 0.5, 0.25, 0]


def test_nothing_is_left_and_nothing_more_is_told_once_it_is_over(monkeypatch):
    _, left = counted(monkeypatch, None, 1)
    assert left == [3600, 0, 1, 0.75, 0.5, 0.25, 0]
