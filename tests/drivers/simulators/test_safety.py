"""The simulated monitor says what its contact says; safe, only after a while."""

from lightapt_drivers.simulators.safety import SafetySimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.clocks import HandClock


def played(scene, *, clock=None, folder=None):
    return play(scene, SafetySimulator(clock=clock or HandClock()), folder=folder)


def test_an_open_contact_is_not_safe():
    async def scene(harness):
        await harness.expect("SAFETY_STATUS", state=State.OK, SAFETY=State.OK)
        await harness.request("SAFETY_CONTACT", OPEN=True)
        await harness.expect("SAFETY_STATUS", state=State.ALERT, SAFETY=State.ALERT)
        await harness.expect("WEATHER_STATUS", state=State.ALERT, WEATHER_SAFETY=State.ALERT)
        await harness.request("SAFETY_CONTACT", CLOSED=True)
        await harness.expect("SAFETY_STATUS", state=State.OK)

    played(scene)


def test_it_waits_before_it_is_safe_again():
    clock = HandClock()

    async def scene(harness):
        await harness.request("SAFETY_DELAY", SECONDS=60)
        await harness.expect("SAFETY_STATUS", state=State.OK)
        await harness.request("SAFETY_CONTACT", OPEN=True)
        clock.now += 1000
        await harness.request("SAFETY_CONTACT", CLOSED=True)
        await harness.expect("SAFETY_STATUS", state=State.ALERT)
        clock.now += 61
        await harness.request("SAFETY_CONTACT", CLOSED=True)  # which it is already
        await harness.request("WEATHER_REFRESH", REFRESH=True)
        await harness.expect("SAFETY_STATUS", state=State.OK)

    played(scene, clock=clock)


def test_it_is_at_the_next_start_as_it_was_left(tmp_path):
    async def scene(harness):
        await harness.request("SAFETY_CONTACT", OPEN=True)

    async def later(harness):
        await harness.expect("SAFETY_STATUS", state=State.ALERT)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)
