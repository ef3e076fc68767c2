"""The driver of MoonLite focusers does what clients ask, and tells what the focuser says."""

import pytest

from lightapt_drivers.instruments.emulators.faults import Garbage
from lightapt_drivers.instruments.emulators.moonlite import MoonliteEmulator, MoonliteOptions
from lightapt_drivers.instruments.link import open_link
from lightapt_drivers.instruments.moonlite.driver import Moonlite
from lightapt_drivers.instruments.moonlite.focuser import MoonliteFocuser
from lightapt_protocol.standard import DriverInterface
from lightapt_protocol.vocabulary import State
from tests.drivers.instruments.devices import LENIENT, START, QuickMoonlite, focusing
from tests.drivers.kit.scenes import play, said_of, states, value

EKOS = {"FOCUS_MOTION", "ABS_FOCUS_POSITION", "REL_FOCUS_POSITION", "FOCUS_MAX", "FOCUS_ABORT_MOTION"}
OWN = {
    "FOCUS_STEP_MODE",
    "FOCUS_TEMPERATURE_COMPENSATION",
    "FOCUS_TEMPERATURE_COEFFICIENT",
    "FOCUS_TEMPERATURE_OFFSET",
}
SLOW = MoonliteOptions(haste=1)


class Bare(MoonliteEmulator):
    """A home-made focuser that knows of its position, and of nothing else."""

    def answer(self, data, now):
        return super().answer(data, now) if data[:3] in (b":GP", b":GI", b":SN", b":FG", b":FQ") else b""


class Bounded(MoonliteEmulator):
    """A focuser that is blocked half-way."""

    def answer(self, data, now):
        self._target = max(self._target, START - 500)
        return super().answer(data, now)


class Deaf(MoonliteEmulator):
    """A focuser that takes no other number for its position."""

    def _set_position(self, steps):
        pass


def with_emulator(emulator, scene, **settings):
    class Mine(QuickMoonlite):
        def make_emulator(self):
            return emulator

    return play(scene, Mine(simulate=True, **settings))


def test_ekos_finds_what_it_needs():
    async def scene(it):
        return set(it.harness.mirror.devices["MoonLite"])

    there = focusing(scene)
    assert there >= EKOS | OWN | {"FOCUS_SPEED", "FOCUS_SYNC", "FOCUS_TEMPERATURE"}
    assert "FOCUS_REVERSE_MOTION" not in there


def test_it_says_what_it_is():
    assert Moonlite.interface is DriverInterface.FOCUSER
    assert (Moonlite.device_name, Moonlite.summary()) == ("MoonLite", "MoonLite focuser")


# Motion.


def test_it_goes_where_it_is_told():
    async def scene(it):
        said = await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=30000)
        assert states(said_of("ABS_FOCUS_POSITION", said))[0] is State.BUSY
        await it.position(30000, state=State.OK)
        assert it.emulator.position == 30000

    focusing(scene)


def test_it_tells_where_it_is_on_its_way():
    async def scene(it):
        await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=START + 500)
        await it.position(START + 500, state=State.OK)
        return [value(m, "FOCUS_ABSOLUTE_POSITION") for m in said_of("ABS_FOCUS_POSITION", it.harness.said)]

    path = focusing(scene, SLOW)
    assert path == sorted(path)
    assert len(set(path)) > 2


def test_it_goes_so_many_steps():
    async def scene(it):
        await it.harness.request("FOCUS_MOTION", FOCUS_OUTWARD=True)
        await it.harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=600)
        await it.position(START + 600, state=State.OK)

    focusing(scene)


def test_it_stops_when_told():
    async def scene(it):
        await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=0)
        await it.harness.expect("ABS_FOCUS_POSITION", state=State.BUSY)
        await it.harness.request("FOCUS_ABORT_MOTION", ABORT=True)
        await it.harness.expect("ABS_FOCUS_POSITION", state=State.IDLE)
        assert not it.emulator.is_moving
        await it.position(it.emulator.position)
        return it.emulator.position

    assert 0 < focusing(scene, SLOW) <= START


def test_it_stops_when_its_driver_lets_go_of_it():
    async def scene(it):
        await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=0)
        await it.harness.expect("ABS_FOCUS_POSITION", state=State.BUSY)
        await it.harness.request("CONNECTION", DISCONNECT=True)
        with await open_link(it.line.address) as link:
            await MoonliteFocuser(link).position()
        return it.heard

    assert focusing(scene, SLOW)[-2:] == ["FQ", "GP"]


def test_a_focuser_that_is_blocked_is_told_of():
    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1000)
        await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT, FOCUS_ABSOLUTE_POSITION=START - 500)
        return harness.notices[-1]

    said = with_emulator(Bounded(MoonliteOptions(haste=400)), scene)
    assert said == f"the focuser stopped at {START - 500}, not at 1000: is it blocked, or at its end?"


def test_what_moves_by_other_hands_is_told():
    async def scene(it):
        it.emulator.position = 4321.0
        await it.position(4321)

    focusing(scene)


def test_nothing_is_sent_for_a_place_beyond_the_maximum():
    async def scene(it):
        await it.harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=20000)
        await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=20001)
        await it.harness.expect("ABS_FOCUS_POSITION", state=State.ALERT)
        return it.heard

    assert "FG" not in focusing(scene)


def test_a_focuser_with_a_longer_travel_is_allowed_more():
    async def scene(it):
        await it.harness.request("FOCUS_MAX", FOCUS_MAX_VALUE=100_000)
        await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=0x18000)
        await it.position(0x18000, state=State.OK)

    focusing(scene, MoonliteOptions(haste=4000, travel=0x1FFFF))


# What it is called, and how it is set.


def test_the_present_position_gets_another_number():
    async def scene(it):
        await it.harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=123)
        await it.harness.expect("FOCUS_SYNC", state=State.OK)
        await it.position(123, state=State.OK)
        assert it.emulator.position == 123

    focusing(scene)


def test_a_number_that_is_not_taken_is_an_alert():
    async def scene(harness):
        await harness.request("FOCUS_SYNC", FOCUS_SYNC_VALUE=123)
        await harness.expect("FOCUS_SYNC", state=State.ALERT)
        return harness.notices[-1]

    assert with_emulator(Deaf(), scene) == f"the focuser does not take 123 for its position: it says {START}"


@pytest.mark.parametrize(("speed", "command"), [(1, "SD20"), (3, "SD08"), (5, "SD02")])
def test_a_larger_speed_is_faster(speed, command):
    async def scene(it):
        await it.harness.request("FOCUS_SPEED", FOCUS_SPEED_VALUE=speed)
        await it.harness.expect("FOCUS_SPEED", state=State.OK, FOCUS_SPEED_VALUE=speed)
        return await it.heard_by_now()

    assert command in focusing(scene)


def test_the_speed_that_it_has_is_told():
    async def scene(it):
        it.emulator.answer(b":SD08#", 0.0)
        await it.harness.connect()
        await it.harness.expect("FOCUS_SPEED", FOCUS_SPEED_VALUE=3)

    focusing(scene, connect=False)


@pytest.mark.parametrize(
    ("name", "members", "command"),
    [
        ("FOCUS_STEP_MODE", {"FOCUS_HALF_STEP": True}, "SH"),
        ("FOCUS_TEMPERATURE_COMPENSATION", {"INDI_ENABLED": True}, "+"),
        ("FOCUS_TEMPERATURE_COEFFICIENT", {"COEFFICIENT": -10}, "SCF6"),
        ("FOCUS_TEMPERATURE_OFFSET", {"OFFSET": 1.5}, "PO03"),
    ],
)
def test_settings_reach_the_focuser(name, members, command):
    async def scene(it):
        await it.harness.request(name, **members)
        await it.harness.expect(name, state=State.OK, **members)
        return await it.heard_by_now()

    assert command in focusing(scene)


def test_the_temperature_is_told():
    async def scene(it):
        await it.harness.expect("FOCUS_TEMPERATURE", state=State.OK, TEMPERATURE=20)
        it.emulator.ambient = -3.5
        await it.harness.expect("FOCUS_TEMPERATURE", state=State.OK, TEMPERATURE=-3.5)

    focusing(scene)


def test_it_does_not_follow_the_temperature_unless_told():
    async def scene(it):
        return await it.heard_by_now()

    assert "-" in focusing(scene)


def test_a_focuser_that_had_no_power_is_set_again():
    async def scene(it):
        await it.harness.request("FOCUS_SPEED", FOCUS_SPEED_VALUE=2)
        await it.harness.request("FOCUS_STEP_MODE", FOCUS_HALF_STEP=True)
        await it.harness.request("FOCUS_TEMPERATURE_COEFFICIENT", COEFFICIENT=5)
        await it.harness.request("FOCUS_TEMPERATURE_COMPENSATION", INDI_ENABLED=True)
        await it.harness.request("CONNECTION", DISCONNECT=True)
        await it.harness.dealt_with()
        it.emulator.heard.clear()
        await it.harness.connect()
        return await it.heard_by_now()

    assert {"SD10", "SH", "SC05", "+"} <= set(focusing(scene))


def test_what_is_saved_is_told_to_the_focuser(tmp_path):
    async def save(it):
        await it.harness.request("FOCUS_SPEED", FOCUS_SPEED_VALUE=4)
        await it.harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def read(it):
        await it.harness.expect("FOCUS_SPEED", state=State.OK, FOCUS_SPEED_VALUE=4)
        return await it.heard_by_now()

    focusing(save, folder=tmp_path)
    assert "SD04" in focusing(read, folder=tmp_path)


# Others that speak the protocol.


def test_a_focuser_that_knows_little_is_offered_with_little():
    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=30000)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=30000)
        return set(harness.mirror.devices["MoonLite"])

    there = with_emulator(Bare(MoonliteOptions(haste=400)), scene, patience=LENIENT)
    assert there >= EKOS
    assert not there & (OWN | {"FOCUS_SPEED", "FOCUS_TEMPERATURE"})


def test_a_bad_answer_to_a_motion_is_made_good():
    async def scene(it):
        await it.harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=START + 75)
        it.line.spoil(Garbage(), Garbage())
        await it.position(START + 75, state=State.OK)

    focusing(scene, SLOW)
