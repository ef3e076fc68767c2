"""What a device does again and again."""

import asyncio

import pytest

from lightapt_drivers import DefNumber, Device, HardwareError, NumberVector, Permission, State, every
from lightapt_protocol.messages import GetProperties
from tests.drivers.kit.scenes import play, turns


class Thermometer(Device):
    """A thermometer that is read as often as it can be."""

    temperature = NumberVector("TEMPERATURE", DefNumber("CELSIUS", 0.0), perm=Permission.READ_ONLY)

    def __init__(self):
        super().__init__()
        self.faults = []
        self.readings = 0
        self.at_once = 0
        self.read_again = asyncio.Event()

    async def read(self):
        assert self.at_once == 0
        self.at_once += 1
        try:
            await turns(3)
        finally:
            self.at_once -= 1
        self.readings += 1
        self.read_again.set()
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault
        self.temperature.ok(CELSIUS=float(self.readings))

    async def next_reading(self, count=1):
        for _ in range(count):
            self.read_again.clear()
            await self.read_again.wait()


class Fast(Thermometer):
    """A thermometer with a pace of its own."""

    @every(0.001)
    async def poll(self):
        await self.read()


class Polite(Thermometer):
    """A thermometer that is read as often as clients like."""

    @every()
    async def poll(self):
        await self.read()


class Restless(Thermometer):
    """A thermometer that is read whether or not anybody asked."""

    @every(0.001, always=True)
    async def poll(self):
        await self.read()


def warnings(harness):
    return [words for words in harness.notices if words.startswith("[WARNING]")]


def test_a_poll_goes_on_while_the_device_is_connected():
    thing = Fast()

    async def scene(harness):
        assert thing.readings == 0
        await harness.connect()
        await thing.next_reading(3)
        await harness.request("CONNECTION", DISCONNECT=True)
        readings = thing.readings
        await asyncio.sleep(0.01)
        assert thing.readings == readings

    play(scene, thing, connect=False)


def test_connected_anew_it_is_polled_anew():
    thing = Fast()

    async def scene(harness):
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.connect()
        await thing.next_reading(2)

    play(scene, thing)


def test_a_poll_that_is_for_ever_needs_no_connection():
    thing = Restless()

    async def scene(harness):
        await thing.next_reading(2)
        await harness.connect()
        await harness.request("CONNECTION", DISCONNECT=True)
        await thing.next_reading(2)

    play(scene, thing, connect=False)


@pytest.mark.parametrize(
    "fault", [HardwareError("no answer"), TimeoutError("no answer"), ZeroDivisionError("no answer")]
)
def test_what_goes_wrong_again_and_again_is_told_once(fault):
    thing = Fast()
    thing.faults = [None, *[fault] * 5, None]

    async def scene(harness):
        await thing.next_reading(8)
        await harness.dealt_with()
        return warnings(harness)

    (warning,) = play(scene, thing)
    assert "no answer" in warning


def test_what_goes_wrong_after_it_went_well_is_told_again():
    thing = Fast()
    thing.faults = [HardwareError("first"), None, HardwareError("second")]

    async def scene(harness):
        await thing.next_reading(5)
        await harness.dealt_with()
        return warnings(harness)

    assert play(scene, thing) == ["[WARNING] first", "[WARNING] second"]


def test_a_poll_with_the_wrong_arguments_costs_only_itself():
    class Wrong(Fast):
        @every(0.001)
        async def other(self, too_many):
            """Never get here."""

    thing = Wrong()

    async def scene(harness):
        await thing.next_reading(3)
        return warnings(harness)

    (warning,) = play(scene, thing)
    assert "a mistake in the driver" in warning


def test_a_device_that_is_polled_as_clients_like_has_a_period():
    async def scene(harness):
        harness.send(GetProperties())
        await harness.dealt_with()
        return [device.get("POLLING_PERIOD") is not None for device in harness.mirror.devices.values()]

    assert play(scene, Polite(), Fast()) == [True, False]


def test_a_new_period_counts_at_once():
    thing = Polite()

    async def scene(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=600_000)
        readings = thing.readings
        await harness.request("POLLING_PERIOD", PERIOD_MS=10)
        await thing.next_reading(2)
        return harness.find("POLLING_PERIOD"), thing.readings > readings

    period, went_on = play(scene, thing)
    assert (period.state, period.number("PERIOD_MS"), went_on) == (State.OK, 10, True)


@pytest.mark.parametrize("period", [9, 600_001])
def test_a_period_has_bounds(period):
    async def scene(harness):
        await harness.request("POLLING_PERIOD", PERIOD_MS=period)
        return harness.find("POLLING_PERIOD")

    refused = play(scene, Polite())
    assert (refused.state, refused.number("PERIOD_MS")) == (State.ALERT, 1000)
