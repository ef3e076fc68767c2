"""How an Alpaca telescope changes sides and moves by hand, also where the mount does not do as it is told."""

import threading

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.telescope import AlpacaTelescope
from tests.drivers.alpaca.movers import BOTH, PATIENCE, acted, looks, played, until
from tests.drivers.alpaca.recorded import Recorded, Refusal
from tests.drivers.alpaca.telescopes import DEVICE, telescope
from tests.drivers.kit.scenes import new, said_of, states

EAST, WEST = 0, 1


@pytest.fixture(params=[3, 4], ids=BOTH)
def server(request):
    with Recorded({DEVICE: telescope(request.param)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def play(scene, server):
    return played(scene, AlpacaTelescope, server, DEVICE)


def flips_by(server, begin):
    """Have the mount, on the east side, begin so what it is told of sides."""
    one(server)["sideofpier"] = lambda fields: begin() if "SideOfPier" in fields else EAST
    if "state" in one(server):
        one(server)["state"] = [name for name in one(server)["state"] if name != "SideOfPier"]


# The sides of the pier.


def test_a_side_is_what_is_wanted_while_it_flips_and_then_ok(server):
    flips_by(server, lambda: one(server).update(slewing=True))

    async def scene(harness):
        await harness.request("TELESCOPE_PIER_SIDE", PIER_WEST=True)
        await until(server, lambda: one(server)["slewing"])
        await looks(server, "slewing")
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.BUSY, PIER_WEST=True)
        one(server).update(slewing=False, sideofpier=WEST)
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.OK, PIER_WEST=True)
        assert State.OK not in states(said_of("TELESCOPE_PIER_SIDE", harness.said)[1:-1])

    play(scene, server)


def test_a_mount_that_does_not_flip_stays_in_alert_on_its_side(server):
    flips_by(server, lambda: None)

    async def scene(harness):
        await harness.request("TELESCOPE_PIER_SIDE", PIER_WEST=True)
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.ALERT, PIER_EAST=True)
        assert "other side" in " ".join(harness.notices)
        await looks(server, "slewing")
        await harness.expect("TELESCOPE_PIER_SIDE", state=State.ALERT, PIER_EAST=True)

    play(scene, server)


# Motion by hand.


def test_an_axis_that_does_not_stop_leaves_nothing_else_moving(server):
    def move(fields):
        return Refusal(0x500, "stuck") if (fields["Axis"], float(fields["Rate"])) == ("1", 0) else None

    one(server)["moveaxis"] = move

    async def scene(harness):
        await harness.request("TELESCOPE_MOTION_NS", MOTION_NORTH=True)
        await harness.request("TELESCOPE_MOTION_WE", MOTION_WEST=True)
        await until(server, lambda: server.count("moveaxis") == 2)
        await acted(harness)
        await harness.request("TELESCOPE_ABORT_MOTION", ABORT=True)
        await harness.expect("TELESCOPE_ABORT_MOTION", state=State.ALERT)
        await harness.expect("TELESCOPE_MOTION_WE", state=State.IDLE, MOTION_WEST=False)

    play(scene, server)
    stopped = [fields["Axis"] for fields in server.puts("moveaxis") if float(fields["Rate"]) == 0]
    assert stopped == ["1", "0", "1"]  # once more when it is disconnected
    assert server.count("abortslew") == 1


def test_a_slow_answer_to_a_motion_by_hand_keeps_no_abort_waiting(server):
    let_go = threading.Event()

    def move(fields):
        if float(fields["Rate"]):
            let_go.wait(PATIENCE)

    one(server)["moveaxis"] = move

    async def scene(harness):
        name = harness.driver.devices[0].name
        harness.send(new("Switch", name, "TELESCOPE_MOTION_NS", MOTION_NORTH="On"))
        await until(server, lambda: server.count("moveaxis") == 1)
        harness.send(new("Switch", name, "TELESCOPE_ABORT_MOTION", ABORT="On"))
        await until(server, lambda: server.count("abortslew"))
        let_go.set()

    play(scene, server)
