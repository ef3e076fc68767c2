"""The simulated filter wheel."""

from lightapt_drivers.simulators.filterwheel import FILTERS, FilterWheelSimulator
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play, said_of, states
from tests.drivers.simulators.clocks import HandClock

NAME = "Filter Simulator"
NOW = 1_800_000_000.0


def wheel(pace=1e-4, **options):
    return FilterWheelSimulator(pace=pace, **options)


async def select(harness, *slots):
    for slot in slots:
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=slot)
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=slot)


def test_it_has_what_clients_need_of_a_filter_wheel():
    async def scene(harness):
        assert harness.find("DRIVER_INFO").text("DRIVER_INTERFACE") == "16"
        slot = harness.find("FILTER_SLOT").members["FILTER_SLOT_VALUE"]
        assert (slot.value, slot.min, slot.max) == (1, 1, 8)
        return {name: member.value for name, member in harness.find("FILTER_NAME").members.items()}

    names = play(scene, FilterWheelSimulator())
    assert names == {f"FILTER_SLOT_NAME_{slot}": name for slot, name in enumerate(FILTERS, start=1)}
    assert names["FILTER_SLOT_NAME_1"] == "Luminance"


def test_it_is_busy_until_the_filter_is_there():
    async def scene(harness):
        await select(harness, 4)
        return states(said_of("FILTER_SLOT", harness.said))[-2:]

    assert play(scene, wheel()) == [State.BUSY, State.OK]


def test_another_slot_is_reached_from_where_it_is():
    clock = HandClock()

    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=5)
        await harness.expect("FILTER_SLOT", state=State.BUSY)
        clock.now += 1
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=2)
        clock.now += 10
        await harness.expect("FILTER_SLOT", state=State.OK, FILTER_SLOT_VALUE=2)

    play(scene, wheel(pace=0.5, clock=clock))


def test_it_stays_where_it_is_when_its_driver_dies(tmp_path):
    async def leave(harness):
        await select(harness, 6)

    async def find(harness):
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=6)
        return State.BUSY in states(said_of("FILTER_SLOT", harness.said))

    play(leave, wheel(), folder=tmp_path)
    assert not play(find, wheel(), folder=tmp_path)


def test_left_on_its_way_it_arrives_all_the_same():
    clock = HandClock()

    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        await harness.expect("FILTER_SLOT", state=State.BUSY)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        clock.now += 10
        await harness.connect()
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        await harness.expect("FILTER_STAND", SLOT=3)

    play(scene, wheel(pace=0.5, clock=clock))


def test_it_can_be_turned_by_hand():
    async def scene(harness):
        await harness.request("FILTER_STAND", SLOT=7)
        await harness.expect("FILTER_STAND", state=State.OK, SLOT=7)
        await harness.expect("FILTER_SLOT", FILTER_SLOT_VALUE=7)

    play(scene, wheel())


def test_while_it_turns_no_hand_can():
    async def scene(harness):
        await harness.request("FILTER_SLOT", FILTER_SLOT_VALUE=3)
        await harness.expect("FILTER_SLOT", state=State.BUSY)
        await harness.request("FILTER_STAND", SLOT=7)
        await harness.expect("FILTER_STAND", state=State.ALERT)
        return harness.notices

    assert play(scene, wheel(clock=lambda: NOW)) == ["the wheel is turning: wait for its end, then turn it by hand"]
