"""An Alpaca focuser: absolute or relative, in as many motions as it takes, and what it does not have is not there."""

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.focuser import AlpacaFocuser
from tests.drivers.alpaca.movers import BOTH, acted, has, looks, members, played, unhurried, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal

DEVICE = "focuser/0"
STATE = ["Position", "IsMoving", "Temperature"]


def focuser(interface=3, **changes):
    values = {
        "absolute": True,
        "position": 500,
        "ismoving": False,
        "maxstep": 10_000,
        "maxincrement": 10_000,
        "stepsize": 2.5,
        "temperature": 7.5,
        "tempcomp": False,
        "tempcompavailable": True,
        **changes,
    }
    made = members("focuser", interface, STATE, **values)
    made.setdefault("move", lambda fields: made.__setitem__("position", int(fields["Position"])))
    made.setdefault("halt", lambda fields: made.__setitem__("ismoving", False))
    return made


@pytest.fixture(params=[3, 4], ids=BOTH)
def server(request):
    with Recorded({DEVICE: focuser(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def test_it_is_shown_as_it_is_when_it_is_connected(server):
    async def scene(harness):
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=500)
        await harness.expect("FOCUS_MAX", FOCUS_MAX_VALUE=10_000)
        await harness.expect("FOCUS_TEMPERATURE", TEMPERATURE=7.5)
        await harness.expect("FOCUSER_INFO", STEP_SIZE=2.5, MAX_INCREMENT=10_000)
        await harness.expect("FOCUS_TEMPERATURE_COMPENSATION", INDI_DISABLED=True)
        for name in ("FOCUS_MOTION", "REL_FOCUS_POSITION", "FOCUS_ABORT_MOTION"):
            assert has(harness, name)
        for name in ("FOCUS_SYNC", "FOCUS_REVERSE_MOTION", "FOCUS_TIMER", "FOCUS_SPEED"):
            assert not has(harness, name)

    played(scene, AlpacaFocuser, server, DEVICE)


def test_it_is_busy_until_it_says_that_it_rests(server):
    one(server)["move"] = lambda fields: one(server).__setitem__("ismoving", True)

    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=900)
        await until(server, lambda: one(server)["ismoving"])
        one(server)["position"] = 700
        await harness.expect("ABS_FOCUS_POSITION", state=State.BUSY, FOCUS_ABSOLUTE_POSITION=700)
        one(server).update(position=900, ismoving=False)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=900)

    played(scene, AlpacaFocuser, server, DEVICE)
    assert [fields["Position"] for fields in server.puts("move")] == ["900"]


def test_a_relative_motion_of_an_absolute_focuser_counts_from_where_it_is(server):
    async def scene(harness):
        await harness.request("FOCUS_MOTION", FOCUS_INWARD=True)
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=100)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=400)

    played(scene, AlpacaFocuser, server, DEVICE)


def test_a_way_longer_than_one_motion_may_be_is_gone_in_several(server):
    one(server)["maxincrement"] = 1000

    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=3000)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=3000)

    played(scene, AlpacaFocuser, server, DEVICE)
    assert [int(fields["Position"]) for fields in server.puts("move")] == [1500, 2500, 3000]


def test_abort_halts_it(server):
    one(server)["move"] = lambda fields: one(server).__setitem__("ismoving", True)

    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=900)
        await until(server, lambda: one(server)["ismoving"])
        await acted(harness)
        await harness.request("FOCUS_ABORT_MOTION", ABORT=True)
        await harness.expect("ABS_FOCUS_POSITION", state=State.IDLE)

    played(scene, AlpacaFocuser, server, DEVICE)
    assert server.count("halt") == 1


def test_a_focuser_that_cannot_be_halted_says_so_and_offers_it_no_more(server):
    one(server)["halt"] = Refusal(0x400, "Halt is not implemented")

    async def scene(harness):
        await harness.request("FOCUS_ABORT_MOTION", ABORT=True)
        assert "Halt is not implemented" in " ".join(harness.notices)
        assert not has(harness, "FOCUS_ABORT_MOTION")

    played(scene, AlpacaFocuser, server, DEVICE)


def test_one_that_stops_short_of_its_target_is_in_alert(server):
    one(server)["move"] = lambda fields: None

    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=900)
        await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT, FOCUS_ABSOLUTE_POSITION=500)
        assert "short of 900" in " ".join(harness.notices)

    played(scene, AlpacaFocuser, server, DEVICE)


def test_what_it_refuses_is_an_alert_with_its_words(server):
    one(server)["move"] = Refusal(0x40B, "the temperature compensation is on")

    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=900)
        await harness.expect("ABS_FOCUS_POSITION", state=State.ALERT)
        assert "the temperature compensation is on" in " ".join(harness.notices)

    played(scene, AlpacaFocuser, server, DEVICE)


def test_temperature_compensation_is_switched(server):
    async def scene(harness):
        await harness.request("FOCUS_TEMPERATURE_COMPENSATION", INDI_ENABLED=True)
        await harness.expect("FOCUS_TEMPERATURE_COMPENSATION", state=State.OK, INDI_ENABLED=True)

    played(scene, AlpacaFocuser, server, DEVICE)
    assert one(server)["tempcomp"] is True


@pytest.mark.parametrize("absent", [{"temperature": NOT_OFFERED}, {"temperature": None}], ids=["refused", "unknown"])
def test_a_relative_focuser_without_extras_has_no_properties_for_them(absent):
    bare = focuser(3, absolute=False, position=NOT_OFFERED, stepsize=NOT_OFFERED, tempcompavailable=False, **absent)
    moves = []
    bare["move"] = lambda fields: moves.append(int(fields["Position"]))
    if absent["temperature"] is None:
        del bare["temperature"]

    async def scene(harness):
        for name in ("ABS_FOCUS_POSITION", "FOCUS_MAX", "FOCUS_TEMPERATURE", "FOCUS_TEMPERATURE_COMPENSATION"):
            assert not has(harness, name)
        await harness.request("FOCUS_MOTION", FOCUS_INWARD=True)
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=70)
        await harness.expect("REL_FOCUS_POSITION", state=State.OK)

    with Recorded({DEVICE: bare}) as server:
        played(scene, AlpacaFocuser, server, DEVICE)
    assert moves == [-70]


def test_it_comes_back_after_garbage(server):
    async def scene(harness):
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["position"] = 123
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=123)

    played(scene, AlpacaFocuser, server, DEVICE)


@pytest.mark.parametrize("failing", ["maxincrement", "stepsize", "temperature", "tempcomp"])
def test_one_member_that_fails_leaves_the_others_alone(server, failing):
    one(server)[failing] = Refusal(0x500, "Null reference")
    if failing == "temperature" and "state" in one(server):
        one(server)["state"] = ["Position", "IsMoving"]

    async def scene(harness):
        await harness.request("ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=600)
        await harness.expect("ABS_FOCUS_POSITION", state=State.OK, FOCUS_ABSOLUTE_POSITION=600)

    played(scene, AlpacaFocuser, server, DEVICE)


def test_a_relative_focuser_that_takes_its_time_to_begin_is_busy_until_it_has_moved(server, monkeypatch):
    unhurried(monkeypatch)
    one(server).update(absolute=False, move=lambda fields: None)

    async def scene(harness):
        await harness.request("REL_FOCUS_POSITION", FOCUS_RELATIVE_POSITION=10)
        await until(server, lambda: server.puts("move"))
        await looks(server, "ismoving", 2)
        one(server)["ismoving"] = True
        await looks(server, "ismoving", 2)
        assert harness.find("REL_FOCUS_POSITION").state is State.BUSY
        one(server)["ismoving"] = False
        await harness.expect("REL_FOCUS_POSITION", state=State.OK)

    played(scene, AlpacaFocuser, server, DEVICE)
