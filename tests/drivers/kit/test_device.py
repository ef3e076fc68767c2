"""A device says what it is, and defines what it has when it has it."""

import asyncio
from argparse import ArgumentParser, Namespace
from importlib.metadata import version

import pytest

from lightapt_drivers import (
    BlobVector,
    DefBlob,
    DefNumber,
    DefSwitch,
    Device,
    DriverInterface,
    NumberVector,
    State,
    SwitchVector,
    every,
    on_connect,
    on_new,
)
from lightapt_drivers.kit.handlers import OnNew
from lightapt_protocol.messages import Definition, DelProperty, GetProperties, Notice
from tests.drivers.kit.scenes import new, play, said_of, states

COMMON = ["CONNECTION", "DRIVER_INFO", "DEBUG", "CONFIG_PROCESS"]
OK, ALERT = State.OK, State.ALERT


class Thing(Device):
    """A thing that does nothing.

    This line is not for clients.
    """

    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0, max=10.0))
    gain = NumberVector("GAIN", DefNumber("VALUE", 1.0))


class Focuser(Device):
    interface = DriverInterface.FOCUSER


class Rotator(Device):
    interface = DriverInterface.ROTATOR


class FocuserAndRotator(Focuser, Rotator):
    """Two in one."""

    device_name = "Both"
    executable = "lightapt-both"
    driver_version = "7.8"
    interface = DriverInterface.AUX


def info(device):
    return dict(device.driver_info.values)


def defined(messages):
    return [message.name for message in messages if isinstance(message, Definition)]


def asked(question, *devices):
    """Return what is answered to a question, before anybody has connected."""

    async def scene(harness):
        harness.send(question)
        return await harness.dealt_with()

    return play(scene, *(devices or [Thing()]), connect=False)


def with_thing(scene, thing=None, **options):
    """Play a scene with a thing, which it is given as well."""
    thing = thing or Thing()
    return play(lambda harness: scene(harness, thing), thing, **options)


# What it is.


def test_a_device_is_called_by_its_class_unless_it_says_otherwise():
    assert [device().name for device in (Thing, FocuserAndRotator)] == ["Thing", "Both"]
    assert type("CCDSimulator2Pro", (Device,), {})().name == "CCDSimulator2 Pro"
    assert Thing("East").name == "East"


def test_what_it_is_for_is_that_of_all_its_base_classes_as_a_decimal_number():
    bits = DriverInterface.AUX | DriverInterface.FOCUSER | DriverInterface.ROTATOR
    assert info(FocuserAndRotator())["DRIVER_INTERFACE"] == str(int(bits)) == "36872"
    assert info(Thing())["DRIVER_INTERFACE"] == "0"


def test_it_says_what_starts_it_and_its_version():
    assert info(FocuserAndRotator()) == {
        "DRIVER_NAME": "Two in one",
        "DRIVER_EXEC": "lightapt-both",
        "DRIVER_VERSION": "7.8",
        "DRIVER_INTERFACE": "36872",
    }
    thing = info(Thing())
    assert thing["DRIVER_NAME"] == "A thing that does nothing"
    assert (thing["DRIVER_EXEC"], thing["DRIVER_VERSION"]) == ("test_device.py", version("lightapt-server"))


def test_without_a_file_its_module_starts_it():
    assert info(type("Made", (Device,), {"__module__": "elsewhere"})())["DRIVER_EXEC"] == "elsewhere"


def test_the_command_line_gives_it_its_name():
    assert Thing.from_options(Namespace(name="West")).name == "West"
    Thing.add_options(ArgumentParser())


# What it defines.


@pytest.mark.parametrize("question", [GetProperties(), GetProperties("Thing")])
def test_all_is_defined_when_asked(question):
    assert defined(asked(question)) == COMMON


def test_one_property_is_defined_when_asked():
    assert defined(asked(GetProperties("Thing", "DRIVER_INFO"))) == ["DRIVER_INFO"]


@pytest.mark.parametrize("question", [GetProperties("Another"), GetProperties("Thing", "NONE")])
def test_nothing_is_defined_for_others(question):
    assert asked(question) == []


def test_before_anybody_asks_nothing_is_said():
    class Early(Thing):
        def __init__(self):
            super().__init__()
            self.connection.set(state=State.OK)

    async def scene(harness):
        return harness.said[0]

    assert isinstance(play(scene, Early(), connect=False), Definition)


def test_connected_it_defines_the_rest_in_the_order_of_its_class():
    async def scene(harness):
        harness.send(GetProperties())
        return defined(await harness.dealt_with())

    assert play(scene, Thing()) == [*COMMON, "LEVEL", "GAIN"]


def test_disconnected_only_what_is_always_there_is_left():
    async def scene(harness):
        said = await harness.request("CONNECTION", DISCONNECT=True)
        harness.send(GetProperties())
        gone = [message.name for message in said if isinstance(message, DelProperty)]
        return gone, defined(await harness.dealt_with())

    assert play(scene, Thing()) == (["LEVEL", "GAIN"], COMMON)


def test_requests_to_another_device_are_passed_over():
    assert asked(new("Switch", "Another", "CONNECTION", CONNECT="On")) == []


def test_a_request_that_cannot_be_read_is_an_alert_with_the_reason():
    async def scene(harness):
        harness.send(new("Number", "Thing", "LEVEL", VALUE="much"))
        (answer,) = await harness.dealt_with()
        return answer

    answer = play(scene, Thing())
    assert (answer.name, answer.state, answer.members[0].value) == ("LEVEL", ALERT, 3)
    assert "much" in answer.message


def test_a_request_that_cannot_be_read_for_what_is_not_there_is_answered_in_words():
    (answer,) = asked(new("Number", "Thing", "LEVEL", VALUE="much"))
    assert isinstance(answer, Notice)
    assert "much" in answer.message


# Capabilities.


def test_what_is_hidden_when_connecting_is_not_defined():
    class Poor(Thing):
        @on_connect
        async def open(self):
            self.hide(self.gain)

    async def scene(harness):
        harness.send(GetProperties())
        harness.send(new("Number", "Thing", "GAIN", VALUE=1))
        return await harness.dealt_with()

    *definitions, refusal = play(scene, Poor("Thing"))
    assert defined(definitions) == [*COMMON, "LEVEL"]
    assert refusal.message == "Thing has no property GAIN"


def test_what_is_hidden_and_shown_while_connected_is_told_at_once():
    async def scene(harness, thing):
        before = len(harness.said)
        thing.hide(thing.gain)
        thing.hide(thing.gain)
        thing.gain.set(VALUE=7)
        thing.show(thing.gain)
        return harness.said[before:]

    gone, back = with_thing(scene)
    assert isinstance(gone, DelProperty)
    assert (back.name, back.members[0].value) == ("GAIN", 7)


def test_what_is_shown_before_the_connection_waits_for_it():
    async def scene(harness, thing):
        thing.hide(thing.gain)
        thing.show(thing.gain)
        said = await harness.dealt_with()
        await harness.connect()
        return said, harness.find("GAIN").name

    assert with_thing(scene, connect=False) == ([], "GAIN")


def test_what_is_hidden_stays_so_when_connected_anew():
    async def scene(harness, thing):
        thing.hide(thing.gain)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.connect()
        return harness.mirror.find("Thing", "GAIN")

    assert with_thing(scene) is None


def test_what_only_the_hardware_knows_of_is_added_when_it_is_known():
    heard = []

    class Learning(Thing):
        @on_connect
        async def ask(self):
            self.extra = self.add(NumberVector("EXTRA", DefNumber("VALUE", 1.0)), self.set_extra)
            self.add(NumberVector("NEVER", DefNumber("VALUE", 1.0)))
            self.show(self.extra)

        async def set_extra(self, wanted):
            heard.append(wanted.value)

    async def scene(harness):
        (answer,) = await harness.request("EXTRA", VALUE=5)
        return answer.state, harness.mirror.find("Learning", "NEVER")

    assert play(scene, Learning()) == (OK, None)
    assert heard == [5]


def test_what_is_added_may_take_its_time():
    class Learning(Thing):
        def __init__(self):
            super().__init__()
            extra = NumberVector("EXTRA", DefNumber("VALUE", 1.0))
            self.show(self.add(extra, self.wait, role=OnNew("EXTRA", lane="EXTRA")))

        async def wait(self, wanted):
            await asyncio.Event().wait()

    async def scene(harness):
        return states(await harness.request("EXTRA", VALUE=5))

    assert play(scene, Learning()) == [State.BUSY]


def test_what_is_added_without_a_handler_is_granted():
    thing = Thing()
    thing.show(thing.add(SwitchVector("EXTRA", DefSwitch("A"))))

    async def scene(harness):
        (answer,) = await harness.request("EXTRA", A=True)
        return answer.state, bool(answer.members[0].value)

    assert play(scene, thing) == (OK, True)


def test_only_a_device_that_is_polled_has_a_period():
    class Polled(Thing):
        @every()
        async def poll(self):
            """Look."""

    assert "POLLING_PERIOD" in defined(asked(GetProperties(), Polled()))
    assert "POLLING_PERIOD" not in defined(asked(GetProperties()))


# What its methods may use.


def test_it_may_say_something():
    async def scene(harness, thing):
        thing.say("the roof is open")
        return harness.said[-1]

    notice = with_thing(scene)
    assert (notice.device, notice.message) == ("Thing", "the roof is open")


def test_debug_is_told_while_it_is_asked_for():
    async def scene(harness, thing):
        thing.log.debug("one")
        await harness.request("DEBUG", ENABLE=True)
        thing.log.debug("two")
        await harness.request("DEBUG", DISABLE=True)
        thing.log.debug("three")
        await harness.dealt_with()
        return harness.notices

    assert with_thing(scene) == ["[DEBUG] two"]


def test_before_it_runs_it_cannot_tell_anything():
    with pytest.raises(RuntimeError, match="Thing does not run yet"):
        Thing().say("hello")


def test_a_client_may_send_a_picture():
    seen = []

    class Display(Device):
        image = BlobVector("IMAGE", DefBlob("IMAGE"), perm=Thing.level.definition.perm)

        @on_new(image)
        async def show_it(self, wanted):
            seen.append((wanted.value.data, wanted.value.format, wanted.given))

    async def scene(harness):
        one = '<oneBLOB name="IMAGE" size="1" format=".x">eA==</oneBLOB>'
        harness.send(f'<newBLOBVector device="Display" name="IMAGE">{one}</newBLOBVector>')
        return states(said_of("IMAGE", await harness.dealt_with()))

    assert play(scene, Display()) == [OK]
    assert seen == [(b"x", ".x", ("IMAGE",))]


class Dreamer(Device):
    """Simulates its hardware."""

    simulates = True


def test_simulation_is_there_for_drivers_that_can():
    async def scene(harness):
        return "SIMULATION" in harness.mirror.devices["Dreamer"]

    assert play(scene, Dreamer())


def test_simulation_changes_only_without_a_connection():
    async def scene(harness):
        await harness.request("SIMULATION", ENABLE=True)
        return harness.find("SIMULATION")

    before, while_connected = play(scene, Dreamer(), connect=False), play(scene, Dreamer())
    assert (before.state, before.is_on("ENABLE")) == (State.OK, True)
    assert (while_connected.state, while_connected.is_on("ENABLE")) == (State.ALERT, False)
