"""Guide pulses: both axes at once where the device does it, and one after the other where it does not."""

import threading

import pytest

from lightapt_drivers import State
from lightapt_drivers.alpaca.camera import AlpacaCamera
from lightapt_drivers.alpaca.telescope import AlpacaTelescope
from tests.drivers.alpaca import cameras, telescopes
from tests.drivers.alpaca.movers import played, until
from tests.drivers.alpaca.recorded import Recorded, Refusal

NS, WE = "TELESCOPE_TIMED_GUIDE_NS", "TELESCOPE_TIMED_GUIDE_WE"
KINDS = pytest.mark.parametrize(
    ("made", "device", "kind"),
    [
        (telescopes.telescope, telescopes.DEVICE, AlpacaTelescope),
        (cameras.camera, cameras.DEVICE, AlpacaCamera),
    ],
    ids=["telescope", "camera"],
)


async def guide_both(harness, server):
    await harness.request(NS, TIMED_GUIDE_N=5)
    await until(server, lambda: server.count("pulseguide"))
    await harness.request(WE, TIMED_GUIDE_W=5)
    await harness.expect(NS, state=State.OK)
    await harness.expect(WE, state=State.OK)


@KINDS
def test_pulses_of_two_axes_go_on_at_once_though_the_device_answers_at_their_end(made, device, kind):
    both = threading.Barrier(2, timeout=60)
    answers = made(3, pulseguide=lambda fields: both.wait() and None)
    with Recorded({device: answers}) as server:
        played(lambda harness: guide_both(harness, server), kind, server, device)
    assert not both.broken


@KINDS
def test_where_one_axis_is_guided_at_a_time_the_other_waits(made, device, kind):
    guided, refused = threading.Lock(), threading.Event()

    def pulse(fields):
        if not guided.acquire(blocking=False):
            refused.set()
            return Refusal(0x40B, "one axis at a time")
        refused.wait(60)
        guided.release()
        return None

    with Recorded({device: made(3, pulseguide=pulse)}) as server:
        played(lambda harness: guide_both(harness, server), kind, server, device)
    assert [int(put["Direction"]) for put in server.puts("pulseguide")] == [0, 3, 3]


def test_a_mount_that_slews_and_does_not_tell_where_is_not_guided():
    answers = telescopes.telescope(3, devicestate=[])

    async def scene(harness, server):
        answers["rightascension"] = Refusal(0x500, "encoder lost")
        await harness.expect("EQUATORIAL_EOD_COORD", state=State.ALERT)
        answers["slewing"] = True
        await harness.expect("EQUATORIAL_EOD_COORD", state=State.BUSY)
        await harness.request(NS, TIMED_GUIDE_N=5)
        await harness.expect(NS, state=State.ALERT)

    with Recorded({telescopes.DEVICE: answers}) as server:
        played(lambda harness: scene(harness, server), AlpacaTelescope, server, telescopes.DEVICE)
        assert not server.count("pulseguide")
