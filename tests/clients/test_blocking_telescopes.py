"""Mounts and cameras for programs that do not await: what lasts as long as a block."""

import pytest

from lightapt_clients.kinds import Direction

from .actor import blob, numbers, switches
from .puppet import BUSY, OK
from .test_blocking import program

PLACE = numbers("EQUATORIAL_EOD_COORD", RA=1.0, DEC=2.0)
ON_SET = switches("ON_COORD_SET", "TRACK", "SLEW", "SYNC", on="TRACK")
MOTION = switches("TELESCOPE_MOTION_NS", "MOTION_NORTH", "MOTION_SOUTH")
EXPOSURE = numbers("CCD_EXPOSURE", CCD_EXPOSURE_VALUE=0.0)
VIDEO = switches("CCD_VIDEO_STREAM", "STREAM_ON", "STREAM_OFF", on="STREAM_OFF")


def moves(actor):
    actor.plays[MOTION.name] = lambda values: (
        actor.shows(MOTION.name, BUSY if any(values.values()) else OK, **values),
    )


def streams(actor):
    frame = actor.picture("CCD1", b"frame", ".stream")
    actor.plays[VIDEO.name] = lambda values: (
        actor.shows(VIDEO.name, BUSY if values.get("STREAM_ON") else OK, **values),
        *([frame] if values.get("STREAM_ON") else []),
    )


@program(PLACE, ON_SET, MOTION, prepare=moves)
def test_a_mount_moves_as_long_as_the_block_lasts_and_stops_where_that_fails(indi, actor):
    mount = indi.mount()

    def fail():
        with mount.moving(Direction.NORTH):
            assert actor.asked[-1][1]["MOTION_NORTH"]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not any(actor.asked[-1][1].values())


@program(EXPOSURE, VIDEO, blob("CCD1"), prepare=streams)
def test_video_is_sent_as_long_as_the_block_lasts(indi, actor):
    with indi.camera().stream() as frames:
        assert bytes(next(frames).data) == b"frame"
    assert ("CCD_VIDEO_STREAM", {"STREAM_OFF": True}) in [
        (name, {key: value for key, value in values.items() if value})
        for name, values in actor.asked
        if name == VIDEO.name
    ]
