"""The simulated focuser."""

from argparse import ArgumentParser

import pytest

from lightapt_drivers import DefNumber, Device, NumberVector, Standard
from lightapt_drivers.simulators.focuser import FocuserSimulator, Motor
from lightapt_drivers.simulators.focuser_model import FocuserConfig, temperature
from lightapt_protocol.messages import DelProperty
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, value

NAME = "Focuser Simulator"
NOW = 1_800_000_000.0
FAST = FocuserConfig(speed=1e7, backlash=40.0)
SLOW = FocuserConfig(speed=100.0, backlash=40.0)
POSITION = "FOCUS_ABSOLUTE_POSITION"


def focuser(config=FAST, **options):
    return FocuserSimulator(config=config, **options)


async def move_to(harness, *positions):
    for position in positions:
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=position)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=position)


async def move_by(harness, steps):
    await harness.request("FOCUS_MOTION", **{"FOCUS_OUTWARD" if steps > 0 else "FOCUS_INWARD": True})
    await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=abs(steps))
    await harness.expect("REL_FOCUS_POSITION", state=State.OK)


def truth(harness):
    return harness.find("TRUE_FOCUS").number("POSITION")


def test_it_has_what_clients_need_of_a_focuser():
    async def scene(harness):
        assert harness.find("DRIVER_INFO").text("DRIVER_INTERFACE") == "8"
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=50_000)
        await harness.expect("FOCUS_MAX", FOCUS_MAX_VALUE=100_000)
        names = set(harness.mirror.devices[NAME])
        assert "FOCUS_TIMER" not in names
        return names

    assert play(scene, FocuserSimulator()) >= {
        "FOCUS_MOTION",
        "FOCUS_SPEED",
        "ABS_FOCUS_POSITION",
        "REL_FOCUS_POSITION",
        "FOCUS_MAX",
        "FOCUS_SYNC",
        "FOCUS_ABORT_MOTION",
        "FOCUS_REVERSE_MOTION",
        "FOCUS_BACKLASH_TOGGLE",
        "FOCUS_BACKLASH_STEPS",
        "FOCUS_TEMPERATURE",
        "TRUE_FOCUS",
    }


def test_it_moves_by_position_and_by_steps():
    async def scene(harness):
        await move_to(harness, 40_000)
        await move_by(harness, 500)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=40_500)

    play(scene, focuser())


def test_the_position_is_told_on_the_way():
    async def scene(harness):
        await move_to(harness, 49_000)
        return [value(message, POSITION) for message in said_of("ABS_FOCUS_POSITION", harness.said)]

    told = play(scene, focuser(FocuserConfig(speed=500.0)))
    assert len({position for position in told if 49_000 < position < 50_000}) >= 1
    assert told == sorted(told, reverse=True)


def test_aborted_it_stays_where_it_is():
    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=0)
        await harness.expect("ABS_FOCUS_POSITION", state=State.BUSY)
        await harness.request("FOCUS_ABORT_MOTION", ABORT=True)
        stopped = await harness.expect("ABS_FOCUS_POSITION", state=State.IDLE)
        assert stopped.number(POSITION) > 49_000
        assert harness.find("FOCUS_STAND").number("COUNTED") == stopped.number(POSITION)

    play(scene, focuser(SLOW))


def test_the_optics_lag_behind_after_a_reversal():
    async def scene(harness):
        await move_to(harness, 40_000)
        inward = truth(harness)
        await move_to(harness, 41_000)
        return inward, truth(harness)

    assert play(scene, focuser()) == (40_000, 40_960)


def test_with_compensation_the_optics_are_where_the_counter_says():
    async def scene(harness):
        await harness.request("FOCUS_BACKLASH_STEPS", FOCUS_BACKLASH_VALUE=60)
        await harness.request("FOCUS_BACKLASH_TOGGLE", INDI_ENABLED=True)
        found = []
        for position in (40_000, 41_000, 41_010, 41_005, 30_000):
            await move_to(harness, position)
            found.append(truth(harness))
        return found

    assert play(scene, focuser()) == [40_000, 41_000, 41_010, 41_005, 30_000]


def test_the_truth_is_known_without_a_connection():
    async def scene(harness):
        return harness.find("TRUE_FOCUS").perm.writable, truth(harness)

    assert play(scene, focuser(), connect=False) == (False, 50_000)


def test_a_sync_changes_what_is_counted_and_not_the_optics():
    async def scene(harness):
        await harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=1000)
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000)
        return truth(harness)

    assert play(scene, focuser()) == 50_000


def test_reversed_the_optics_go_inward_for_larger_positions():
    async def scene(harness):
        await harness.request("FOCUS_REVERSE_MOTION", INDI_ENABLED=True)
        await move_to(harness, 51_000)
        return truth(harness)

    assert play(scene, focuser()) == 49_000


def test_no_one_can_have_it_go_beyond_its_travel():
    async def scene(harness):
        await harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=200_000)
        await harness.expect("FOCUS_MAX", state=State.ALERT, FOCUS_MAX_VALUE=100_000)
        return harness.notices

    assert play(scene, focuser()) == ["FOCUS_MAX_VALUE must be from 1 to 100000, not 200000"]


def test_a_relative_motor_knows_no_position():
    async def scene(harness):
        assert "ABS_FOCUS_POSITION" not in harness.mirror.devices[NAME]
        await move_by(harness, -1000)
        return truth(harness)

    assert play(scene, focuser(motor=Motor.RELATIVE)) == 49_000


def test_a_timed_motor_runs_for_a_while():
    async def scene(harness):
        assert "REL_FOCUS_POSITION" not in harness.mirror.devices[NAME]
        await harness.request("FOCUS_SPEED", FOCUS_SPEED_VALUE=20_000)
        await harness.request("FOCUS_TIMER", FOCUS_TIMER_VALUE=20)
        await harness.expect("FOCUS_TIMER", state=State.OK)
        return truth(harness)

    assert play(scene, focuser(motor=Motor.TIMED)) == 49_600


def test_a_new_speed_counts_in_the_motion_that_goes_on():
    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=49_000)
        await harness.request("FOCUS_SPEED", FOCUS_SPEED_VALUE=20_000)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=49_000)

    play(scene, focuser(SLOW))


# Mechanics and weather.


def test_backlash_can_be_changed():
    async def scene(harness):
        await harness.request("FOCUS_MECHANICS", BACKLASH=0)
        await move_to(harness, 51_000)
        return truth(harness)

    assert play(scene, focuser()) == 51_000


def test_it_can_be_moved_by_hand():
    async def scene(harness):
        await harness.request("FOCUS_STAND", DRAWTUBE=12_345)
        await harness.expect("FOCUS_STAND", state=State.OK, COUNTED=50_000)
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=50_000)
        return truth(harness)

    assert play(scene, focuser()) == 12_345


def test_while_it_moves_no_hand_can():
    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=0)
        await harness.expect("ABS_FOCUS_POSITION", state=State.BUSY)
        await harness.request("FOCUS_STAND", DRAWTUBE=12_345)
        await harness.expect("FOCUS_STAND", state=State.ALERT)
        return harness.notices

    assert play(scene, focuser(SLOW)) == ["the motor is turning: abort that or wait for its end, then move it by hand"]


def test_the_temperature_falls_in_the_night():
    times = [NOW]

    async def scene(harness):
        before = harness.find("FOCUS_TEMPERATURE").number("TEMPERATURE")
        assert harness.find("TRUE_FOCUS").number("TEMPERATURE") == before
        times.append(NOW + 600)
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await harness.expect("FOCUS_TEMPERATURE", TEMPERATURE=round(temperature(FAST, now=NOW + 600), 2))
        return before

    assert play(scene, focuser(clock=lambda: times[-1])) == round(temperature(FAST, now=NOW), 2)


def test_warmth_shifts_the_focus_if_it_is_built_so():
    async def scene(harness):
        await harness.request("FOCUS_MECHANICS", DRIFT=100)
        await harness.dealt_with()
        return truth(harness)

    warmer = temperature(FAST, now=NOW) - FAST.warmth
    assert play(scene, focuser(clock=lambda: NOW)) == pytest.approx(50_000 + 100 * warmer, abs=0.1)


class Site(Device):
    """A telescope that knows where it stands."""

    device_name = "Telescope Simulator"

    place = NumberVector(
        Standard.GEOGRAPHIC_COORD,
        DefNumber("LAT", 0),
        DefNumber("LONG", 90),
        DefNumber("ELEV", 0),
        always=True,
    )


def test_it_is_night_where_the_telescope_stands():
    expected = round(temperature(FAST, now=NOW, longitude=90.0), 2)

    async def scene(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await harness.expect("FOCUS_TEMPERATURE", TEMPERATURE=expected)

    play(scene, focuser(clock=lambda: NOW), Site())


# What lasts.


def test_it_stays_where_it_is_when_its_driver_dies(tmp_path):
    async def leave(harness):
        await harness.request("FOCUS_MECHANICS", BACKLASH=100)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)
        await harness.request("FOCUS_REVERSE_MOTION", INDI_ENABLED=True)
        await harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=10_000)
        await move_to(harness, 9000)
        return truth(harness)

    async def find(harness):
        await harness.expect("FOCUS_STAND", COUNTED=9000)
        before = truth(harness)
        await harness.connect()
        await harness.expect("FOCUS_REVERSE_MOTION", INDI_ENABLED=True)
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=9000)
        said = said_of("ABS_FOCUS_POSITION", harness.said)
        assert State.BUSY not in {message.state for message in said if not isinstance(message, DelProperty)}
        await move_to(harness, 8000)
        return before, truth(harness)

    left = play(leave, focuser(), folder=tmp_path)
    assert left == 50_900
    assert play(find, focuser(), folder=tmp_path, connect=False) == (left, left + 1000)


def test_disconnected_on_the_way_it_stops():
    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=0)
        await harness.expect("ABS_FOCUS_POSITION", state=State.BUSY)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        stopped = truth(harness)
        await harness.connect()
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=stopped)
        assert stopped > 49_000

    play(scene, focuser(SLOW))


def test_without_room_on_the_disk_motions_still_end_well(tmp_path):
    (tmp_path / f"{NAME}.xml").mkdir()  # a folder in the file's place: nothing can be saved

    async def scene(harness):
        await move_to(harness, 49_000)
        return harness.notices

    assert any(
        "Focuser Simulator will forget where it is" in notice for notice in play(scene, focuser(), folder=tmp_path)
    )


def test_the_command_line_says_what_moves_it():
    parser = ArgumentParser()
    FocuserSimulator.add_options(parser)
    parser.add_argument("--name", default="")
    device = FocuserSimulator.from_options(parser.parse_args(["--motor", "timed", "--name", "F2"]))
    assert device.name == "F2"

    async def scene(harness):
        return "FOCUS_TIMER" in harness.mirror.devices["F2"]

    assert play(scene, device)
