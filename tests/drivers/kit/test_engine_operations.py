"""What takes long goes on beside the rest, and can be replaced, refused and aborted."""

import pytest

from lightapt_drivers import CountdownVector, DefNumber, HardwareError, State, WhileBusy, operation
from tests.drivers.kit.scenes import answers, new, play, said_of, states, value
from tests.drivers.kit.things import Thing

OK, BUSY, ALERT, IDLE = State.OK, State.BUSY, State.ALERT, State.IDLE


def begun(scene, thing=None, request=("POSITION", {"VALUE": 50})):
    """Play a scene in which an operation has begun."""
    thing = thing or Thing()

    async def after_it_began(harness):
        await harness.request(request[0], **request[1])
        return await scene(harness, thing)

    return play(after_it_began, thing)


def test_an_operation_is_busy_at_once_and_ok_when_its_method_returns():
    async def scene(harness, thing):
        busy = harness.find("POSITION")
        thing.arrive.set()
        return busy, await harness.expect("POSITION", state=OK)

    busy, ok = begun(scene)
    assert (busy.state, busy.number("VALUE"), ok.number("VALUE")) == (BUSY, 0, 50)


def test_the_device_answers_others_meanwhile():
    async def scene(harness, thing):
        (answer,) = await harness.request("LEVEL", VALUE=7)
        assert thing.is_active(thing.position)
        assert not thing.is_active(thing.lid)
        return answer.state

    assert begun(scene) is OK


@pytest.mark.parametrize("name", ["LID", "PROGRAM"])
def test_switches_and_texts_show_at_once_what_is_wanted(name):
    async def scene(harness, thing):
        return harness.find(name)

    members = {"OPEN": True} if name == "LID" else {"TEXT": "dawn"}
    prop = begun(scene, request=(name, members))
    assert prop.state is BUSY
    assert prop.switches_on() == ["OPEN"] if name == "LID" else prop.text("TEXT") == "dawn"


@pytest.mark.parametrize(
    "fault", [HardwareError("it is stuck"), OSError("it is stuck"), ZeroDivisionError("it is stuck")]
)
def test_after_a_fault_it_is_an_alert_and_switches_are_as_they_were(fault):
    thing = Thing()
    thing.fault = fault

    async def scene(harness, thing):
        before = len(harness.said)
        thing.arrive.set()
        await harness.expect("LID", OPEN=False)
        return harness.find("LID"), said_of("LID", harness.said[before:])

    prop, said = begun(scene, thing, request=("LID", {"OPEN": True}))
    assert (prop.state, prop.switches_on()) == (ALERT, [])
    assert ("see its log" if isinstance(fault, ZeroDivisionError) else "it is stuck") in said[0].message


def test_a_fault_s_own_switches_stay():
    class Half(Thing):
        @operation(Thing.lid)
        async def move_lid(self, wanted):
            self.lid.choose("")
            raise HardwareError("half open")

    async def scene(harness):
        await harness.request("LID", OPEN=True)
        return (await harness.expect("LID", state=ALERT)).switches_on()

    assert play(scene, Half()) == []


def test_abort_stops_the_motion_before_it_is_answered():
    async def scene(harness, thing):
        return await harness.request("ABORT", ABORT=True), thing.done

    (position, abort), done = begun(scene)
    assert (position.name, position.state, value(position)) == ("POSITION", IDLE, 0)
    assert (abort.name, abort.state) == ("ABORT", OK)
    assert done == ["50 stopped", "abort"]


def test_abort_of_nothing_is_no_fault():
    thing = Thing()
    (abort,) = answers(thing, ("ABORT", {"ABORT": True}))
    assert (abort.state, thing.done) == (OK, ["nothing to abort"])


def test_what_is_aborted_before_it_began_is_idle_as_well():
    async def scene(harness):
        harness.send(new("Number", "Thing", "POSITION", VALUE=9))
        harness.send(new("Switch", "Thing", "ABORT", ABORT="On"))
        return states(await harness.dealt_with())

    assert play(scene, Thing()) == [BUSY, IDLE, OK]


def test_another_request_takes_the_place_of_the_first():
    async def scene(harness, thing):
        said = states(await harness.request("POSITION", VALUE=60))
        assert thing.done == ["50 stopped"]
        thing.arrive.set()
        return said, await harness.expect("POSITION", state=OK)

    said, ok = begun(scene)
    assert ok.number("VALUE") == 60
    assert said == [BUSY]  # Idle would tell who asked for the first that it is over


def test_a_button_pressed_again_is_busy_from_the_first_time_to_the_end_of_the_last():
    class Patient(Thing):
        @operation(Thing.home)
        async def go_home(self, wanted):
            await self.travel("home")

    async def scene(harness, thing):
        said = states(await harness.request("HOME", GO=True))
        thing.arrive.set()
        await harness.expect("HOME", state=OK)
        return said

    assert set(begun(scene, Patient(), request=("HOME", {"GO": True}))) == {BUSY}


class Joining(Thing):
    @operation(Thing.lid, while_busy=WhileBusy.JOIN)
    async def move_lid(self, wanted):
        await self.travel(wanted.choice)


def test_a_request_for_what_goes_on_can_be_part_of_it():
    async def scene(harness, thing):
        again = states(await harness.request("LID", OPEN=True))
        thing.arrive.set()
        await harness.expect("LID", state=OK, OPEN=True)
        return again, thing.done

    assert begun(scene, Joining(), request=("LID", {"OPEN": True})) == ([BUSY], ["OPEN arrived", "OPEN stopped"])


def test_a_request_for_something_else_takes_its_place_then():
    async def scene(harness, thing):
        await harness.request("LID", CLOSED=True)
        thing.arrive.set()
        await harness.expect("LID", state=OK, CLOSED=True)
        return thing.done

    done = begun(scene, Joining(), request=("LID", {"OPEN": True}))
    assert done == ["OPEN stopped", "CLOSED arrived", "CLOSED stopped"]


def test_what_counts_down_shows_all_that_is_left_as_it_begins():
    class Counting(Thing):
        left = CountdownVector("LEFT", DefNumber("SECONDS", 0.0, max=100.0))

        @operation(left)
        async def count(self, wanted):
            await self.travel("it")

    async def scene(harness, thing):
        return harness.find("LEFT")

    left = begun(scene, Counting(), request=("LEFT", {"SECONDS": 50}))
    assert (left.state, left.number("SECONDS")) == (BUSY, 50)


def test_a_switch_whose_operation_is_aborted_is_as_it_was():
    async def scene(harness, thing):
        said = await harness.request("ABORT", ABORT=True)
        return [(one.state, [member.name for member in one.members if member.value]) for one in said_of("LID", said)]

    assert begun(scene, request=("LID", {"OPEN": True})) == [(IDLE, [])]


def test_where_it_may_not_take_its_place_it_is_refused_and_the_first_goes_on():
    async def scene(harness, thing):
        refusal, goes_on = await harness.request("LID", CLOSED=True)
        thing.arrive.set()
        return refusal, goes_on, await harness.expect("LID", state=OK)

    refusal, goes_on, lid = begun(scene, request=("LID", {"OPEN": True}))
    assert (refusal.state, refusal.message) == (ALERT, "Thing is busy: wait, or abort that first")
    assert (goes_on.state, lid.switches_on()) == (BUSY, ["OPEN"])


@pytest.mark.parametrize("number", ["101", "nonsense"])
def test_what_is_refused_while_an_operation_goes_on_leaves_it_busy(number):
    async def scene(harness, thing):
        harness.send(new("Number", "Thing", "POSITION", VALUE=number))
        said = await harness.dealt_with()
        thing.arrive.set()
        await harness.expect("POSITION", state=OK, VALUE=50)
        return states(said)

    assert begun(scene) == [ALERT, BUSY]


def test_one_lane_holds_one_operation_whichever_property_it_is_of():
    async def scene(harness, thing):
        (refusal,) = await harness.request("HOME", GO=True)
        assert (refusal.name, refusal.state) == ("HOME", ALERT)
        assert thing.is_active(thing.home)
        await harness.request("ABORT", ABORT=True)
        await harness.request("HOME", GO=True)
        said = await harness.request("POSITION", VALUE=7)
        return [(message.name, message.state) for message in said]

    assert begun(scene) == [("HOME", IDLE), ("POSITION", BUSY)]


def test_a_button_s_operation_shows_it_on_until_it_is_over():
    async def scene(harness, thing):
        on = harness.find("HOME").is_on("GO")
        thing.arrive.set()
        return on, (await harness.expect("HOME", state=OK)).is_on("GO")

    assert begun(scene, request=("HOME", {"GO": True})) == (True, False)


def test_an_operation_may_end_in_a_state_of_its_own():
    class Own(Thing):
        @operation(Thing.position)
        async def go(self, wanted):
            self.position.idle(VALUE=4)

    async def scene(harness):
        await harness.request("POSITION", VALUE=50)
        return await harness.expect("POSITION", state=IDLE, VALUE=4)

    play(scene, Own())


def test_a_device_can_begin_an_operation_by_itself():
    thing = Thing()

    async def scene(harness):
        await thing.begin(thing.position, lambda: thing.travel("by itself"))
        await harness.expect("POSITION", state=BUSY)
        thing.arrive.set()
        await harness.expect("POSITION", state=OK)
        assert thing.done == ["by itself arrived", "by itself stopped"]

    play(scene, thing)


def test_what_a_device_begins_takes_the_place_of_what_goes_on_in_that_lane():
    async def scene(harness, thing):
        await thing.begin(thing.home, lambda: thing.travel("by itself"), lane=thing.position)
        return [harness.find(name).state for name in ("POSITION", "HOME")]

    assert begun(scene) == [IDLE, BUSY]


def test_what_a_device_began_and_cancelled_at_once_is_idle():
    thing = Thing()

    async def scene(harness):
        await thing.begin(thing.position, lambda: thing.travel("by itself"))
        await thing.cancel(thing.position)
        await harness.expect("POSITION", state=IDLE)

    play(scene, thing)


def test_operations_end_with_the_driver():
    thing = Thing()

    async def scene(harness):
        await harness.request("POSITION", VALUE=50)

    play(scene, thing)
    assert thing.done == ["50 stopped"]


def test_what_a_cancelled_operation_tells_last_stands():
    class Telling(Thing):
        @operation(Thing.position)
        async def go(self, wanted):
            try:
                await self.travel("it")
            finally:
                self.position.idle(VALUE=12)

    async def scene(harness):
        await harness.request("POSITION", VALUE=50)
        return said_of("POSITION", await harness.request("ABORT", ABORT=True))

    (told,) = play(scene, Telling())
    assert (told.state, value(told)) == (IDLE, 12)
