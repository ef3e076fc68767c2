"""An Alpaca rotator: the angle on the sky and that of the hardware, and what versions of the interface differ in."""

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.rotator import AlpacaRotator
from tests.drivers.alpaca.movers import BOTH, acted, has, members, played, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal

DEVICE = "rotator/0"
STATE = ["Position", "MechanicalPosition", "IsMoving"]


def rotator(interface=3, **changes):
    values = {
        "canreverse": True,
        "reverse": False,
        "position": 30.0,
        "mechanicalposition": 10.0,
        "ismoving": False,
        "stepsize": 0.1,
        "targetposition": 30.0,
        **changes,
    }
    made = members("rotator", interface, STATE, **values)

    def turned(angle):
        made.update(position=angle % 360, mechanicalposition=(angle - 20) % 360)

    made.setdefault("moveabsolute", lambda fields: turned(float(fields["Position"])))
    made.setdefault("move", lambda fields: turned(made["position"] + float(fields["Position"])))
    made.setdefault("movemechanical", lambda fields: turned(float(fields["Position"]) + 20))
    made.setdefault("sync", lambda fields: made.__setitem__("position", float(fields["Position"])))
    made.setdefault("halt", lambda fields: made.__setitem__("ismoving", False))
    return made


@pytest.fixture(params=[3, 4], ids=BOTH)
def server(request):
    with Recorded({DEVICE: rotator(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def test_it_is_shown_as_it_is_when_it_is_connected(server):
    async def scene(harness):
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=30)
        await harness.expect("ROTATOR_MECHANICAL_ANGLE", ANGLE=10)
        await harness.expect("ROTATOR_REVERSE", INDI_DISABLED=True)
        await harness.expect("ROTATOR_INFO", STEP_SIZE=0.1)
        assert has(harness, "ROTATOR_ABORT_MOTION")
        assert has(harness, "SYNC_ROTATOR_ANGLE")

    played(scene, AlpacaRotator, server, DEVICE)


def test_it_is_busy_until_it_says_that_it_rests(server):
    one(server)["moveabsolute"] = lambda fields: one(server).__setitem__("ismoving", True)

    async def scene(harness):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await until(server, lambda: one(server)["ismoving"])
        one(server)["position"] = 60.0
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.BUSY, ANGLE=60)
        one(server).update(position=90.0, ismoving=False)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=90)

    played(scene, AlpacaRotator, server, DEVICE)


def test_within_limits_it_is_told_the_way(server):
    async def scene(harness):
        await harness.request("ROTATOR_LIMITS", ROTATOR_LIMITS_VALUE=200)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=350)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=350)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=115)  # 95° from where the mechanical angle is 0
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK, ANGLE=115)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=125)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT)

    played(scene, AlpacaRotator, server, DEVICE)
    assert [float(fields["Position"]) for fields in server.puts("move")] == [-40.0, 125.0]
    assert not server.puts("moveabsolute")


def test_it_turns_to_a_mechanical_angle(server):
    async def scene(harness):
        await harness.request("ROTATOR_MECHANICAL_ANGLE", ANGLE=100)
        await harness.expect("ROTATOR_MECHANICAL_ANGLE", state=State.OK, ANGLE=100)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=120)

    played(scene, AlpacaRotator, server, DEVICE)


def test_a_sync_calls_the_angle_another_number(server):
    async def scene(harness):
        await harness.request("SYNC_ROTATOR_ANGLE", ANGLE=45)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=45)
        await harness.expect("ROTATOR_MECHANICAL_ANGLE", ANGLE=10)

    played(scene, AlpacaRotator, server, DEVICE)


def test_it_is_reversed(server):
    async def scene(harness):
        await harness.request("ROTATOR_REVERSE", INDI_ENABLED=True)
        await harness.expect("ROTATOR_REVERSE", state=State.OK, INDI_ENABLED=True)

    played(scene, AlpacaRotator, server, DEVICE)
    assert one(server)["reverse"] is True


def test_abort_halts_it(server):
    one(server)["moveabsolute"] = lambda fields: one(server).__setitem__("ismoving", True)

    async def scene(harness):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await until(server, lambda: one(server)["ismoving"])
        await acted(harness)
        await harness.request("ROTATOR_ABORT_MOTION", ABORT=True)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.IDLE)

    played(scene, AlpacaRotator, server, DEVICE)
    assert server.count("halt") == 1


def test_a_rotator_that_cannot_be_halted_says_so_and_offers_it_no_more(server):
    one(server)["halt"] = Refusal(0x400, "no Halt here")

    async def scene(harness):
        await harness.request("ROTATOR_ABORT_MOTION", ABORT=True)
        assert "no Halt here" in " ".join(harness.notices)
        assert not has(harness, "ROTATOR_ABORT_MOTION")

    played(scene, AlpacaRotator, server, DEVICE)


def test_one_that_stops_short_of_its_target_is_in_alert(server):
    one(server)["moveabsolute"] = lambda fields: None

    async def scene(harness):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT, ANGLE=30)

    played(scene, AlpacaRotator, server, DEVICE)


def test_what_it_refuses_is_an_alert_with_its_words(server):
    one(server)["moveabsolute"] = Refusal(0x401, "the cable would be torn")

    async def scene(harness):
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=90)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.ALERT)
        assert "the cable would be torn" in " ".join(harness.notices)

    played(scene, AlpacaRotator, server, DEVICE)


def test_the_second_version_of_the_interface_knows_neither_sync_nor_the_mechanical_angle():
    old = rotator(2, canreverse=False, reverse=NOT_OFFERED, stepsize=NOT_OFFERED)
    for member in ("mechanicalposition", "movemechanical", "sync"):
        del old[member]

    async def scene(harness):
        for name in ("SYNC_ROTATOR_ANGLE", "ROTATOR_MECHANICAL_ANGLE", "ROTATOR_REVERSE", "ROTATOR_INFO"):
            assert not has(harness, name)
        await harness.request("ABS_ROTATOR_ANGLE", ANGLE=31)
        await harness.expect("ABS_ROTATOR_ANGLE", state=State.OK)

    old["moveabsolute"] = lambda fields: old.__setitem__("position", float(fields["Position"]))
    with Recorded({DEVICE: old}) as server:
        played(scene, AlpacaRotator, server, DEVICE)


def test_it_comes_back_after_garbage(server):
    async def scene(harness):
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["position"] = 123.0
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("ABS_ROTATOR_ANGLE", ANGLE=123)

    played(scene, AlpacaRotator, server, DEVICE)
