"""The simulated dome moves as one does, and stands at the next start as it was left."""

import pytest

from lightapt_drivers.simulators.dome import DomeBuild, DomeSimulator, main
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.clocks import FastClock, HandClock

AZIMUTH = "DOME_ABSOLUTE_POSITION"


def played(scene, *, clock=None, folder=None, **options):
    dome = DomeSimulator(clock=clock or FastClock(), **options)
    return play(scene, dome, folder=folder)


def test_a_new_dome_is_closed_and_looks_north():
    async def scene(harness):
        await harness.expect("ABS_DOME_POSITION", **{AZIMUTH: 0})
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        await harness.expect("DOME_MEASUREMENTS", DM_DOME_RADIUS=2.5, DM_SHUTTER_WIDTH=1)

    played(scene)


def test_it_turns_at_its_speed():
    clock = HandClock()

    async def scene(harness):
        await harness.request("DOME_SPEED", DOME_SPEED_VALUE=2)
        await harness.request("ABS_DOME_POSITION", **{AZIMUTH: 120})
        clock.now += 5
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY, **{AZIMUTH: 60})
        clock.now += 5
        await harness.expect("ABS_DOME_POSITION", state=State.OK, **{AZIMUTH: 120})

    played(scene, clock=clock)


def test_it_stops_on_its_way():
    clock = HandClock()

    async def scene(harness):
        await harness.request("ABS_DOME_POSITION", **{AZIMUTH: 90})
        clock.now += 5
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("ABS_DOME_POSITION", state=State.IDLE, **{AZIMUTH: 30})

    played(scene, clock=clock)


def test_it_turns_on_by_hand():
    clock = HandClock()

    async def scene(harness):
        await harness.request("DOME_MOTION", DOME_CCW=True)
        clock.now += 5
        await harness.request("DOME_MOTION", DOME_CCW=False)
        await harness.expect("ABS_DOME_POSITION", **{AZIMUTH: 330})

    played(scene, clock=clock)


def test_at_no_speed_it_would_never_arrive():
    async def scene(harness):
        await harness.request("DOME_SPEED", DOME_SPEED_VALUE=0)
        await harness.expect("DOME_SPEED", state=State.ALERT, DOME_SPEED_VALUE=1)

    played(scene)


def test_the_shutter_opens_and_stops_between():
    clock = HandClock()

    async def scene(harness):
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        clock.now += 4
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("DOME_SHUTTER", state=State.IDLE, SHUTTER_OPEN=False)
        await harness.expect("DOME_STAND", OPENING=40)
        await harness.request("DOME_SHUTTER", SHUTTER_CLOSE=True)
        clock.now += 4
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)

    played(scene, clock=clock)


def test_it_stands_at_the_next_start_as_it_was_left(tmp_path):
    async def scene(harness):
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
        await harness.request("DOME_PARK_POSITION", PARK_AZ=100)
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)

    async def later(harness):
        await harness.expect("ABS_DOME_POSITION", **{AZIMUTH: 100})
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        await harness.request("DOME_PARK", UNPARK=True)
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        await harness.request("DOME_SYNC", DOME_SYNC_VALUE=50)

    async def last(harness):
        await harness.expect("ABS_DOME_POSITION", **{AZIMUTH: 50})
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)

    for one in (scene, later, last):
        played(one, folder=tmp_path)


def test_a_roof_stands_at_the_next_start_as_it_was_left(tmp_path):
    async def scene(harness):
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        await harness.request("DOME_PARK", UNPARK=True)
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)

    async def later(harness):
        await harness.expect("DOME_PARK", state=State.OK, UNPARK=True)
        assert harness.mirror.find("Dome Simulator", "DOME_SHUTTER") is None
        assert harness.mirror.find("Dome Simulator", "ABS_DOME_POSITION") is None

    played(scene, build=DomeBuild.ROOF, folder=tmp_path)
    played(later, build=DomeBuild.ROOF, folder=tmp_path)


def test_it_is_not_moved_by_hand_while_it_moves():
    async def scene(harness):
        await harness.request("ABS_DOME_POSITION", **{AZIMUTH: 90})
        await harness.request("DOME_STAND", AZIMUTH=10)
        await harness.expect("DOME_STAND", state=State.ALERT)
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.request("DOME_STAND", AZIMUTH=10, OPENING=100)
        await harness.expect("ABS_DOME_POSITION", **{AZIMUTH: 10})
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)

    played(scene, clock=HandClock())


def test_the_command_line_says_how_it_is_built():
    async def scene(harness):
        assert harness.mirror.find("Hut", "DOME_SHUTTER") is None
        await harness.expect("ABS_DOME_POSITION", **{AZIMUTH: 0})

    options = type("Options", (), {"name": "Hut", "build": DomeBuild.WITHOUT_SHUTTER})
    play(scene, DomeSimulator.from_options(options))
    with pytest.raises(SystemExit):
        main(["--build", "tent"])
