"""A device defines what it has, refuses what cannot be, and ends with its input."""

import asyncio

import pytest

from lightapt_drivers.definitions import Identity
from lightapt_drivers.device import Device
from lightapt_drivers.requests import RefusedError
from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.members import DefBlob, DefNumber
from lightapt_protocol.messages import DefBlobVector, Definition, DefNumberVector, DelProperty, Notice
from lightapt_protocol.standard import DriverInterface
from lightapt_protocol.vocabulary import Permission, State
from tests.drivers.server_end import MemoryPort, new, play

COMMON = ["CONNECTION", "DRIVER_INFO", "CONFIG_PROCESS"]
CONNECT = new("Switch", "Thing", "CONNECTION", CONNECT="On")
DISCONNECT = new("Switch", "Thing", "CONNECTION", DISCONNECT="On")


class Thing(Device):
    identity = Identity("Thing", "a thing", "a-thing", DriverInterface.AUX | DriverInterface.FOCUSER)

    def definitions(self):
        yield DefNumberVector(self.name, "LEVEL", members=(DefNumber("VALUE", 3.0, max=10.0),))
        yield DefNumberVector(self.name, "FIXED", perm=Permission.READ_ONLY, members=(DefNumber("VALUE", 3.0),))
        yield DefBlobVector(self.name, "DATA", perm=Permission.READ_ONLY, members=(DefBlob("DATA"),))


def say(*requests, device=Thing):
    """Return what a thing answers to these, together."""

    async def scene(port, _):
        return await port.ask("".join(requests))

    return play(scene, device)


def names(messages):
    return [message.name for message in messages]


@pytest.mark.parametrize("asked", ["<getProperties version='1.7'/>", "<getProperties version='1.7' device='Thing'/>"])
def test_all_is_defined_when_asked(asked):
    assert names(say(asked)) == COMMON


def test_one_property_is_defined_when_asked():
    assert names(say('<getProperties version="1.7" device="Thing" name="DRIVER_INFO"/>')) == ["DRIVER_INFO"]


def test_nothing_is_defined_for_another_device():
    assert say('<getProperties version="1.7" device="Another"/>') == []


def test_the_interface_is_a_decimal_number():
    info = say('<getProperties version="1.7" device="Thing" name="DRIVER_INFO"/>')[0]
    assert [member.value for member in info.members][::3] == ["a thing", str(8 + 32768)]


def test_connecting_says_so_and_defines_the_rest():
    connection, *rest = say(CONNECT)
    assert connection.state is State.OK
    assert [(member.name, bool(member.value)) for member in connection.members] == [
        ("CONNECT", True),
        ("DISCONNECT", False),
    ]
    assert names(rest) == ["LEVEL", "FIXED", "DATA"]
    assert all(isinstance(definition, Definition) for definition in rest)


def test_connecting_twice_defines_nothing_again():
    assert names(say(CONNECT, CONNECT))[4:] == ["CONNECTION"]


def test_disconnecting_deletes_the_rest():
    said = say(CONNECT, DISCONNECT, '<getProperties version="1.7"/>')
    gone = [message.name for message in said if isinstance(message, DelProperty)]
    assert gone == ["LEVEL", "FIXED", "DATA"]
    assert names(said)[-3:] == COMMON


def test_disconnecting_what_is_not_connected_only_says_so():
    assert [(message.name, message.state) for message in say(DISCONNECT)] == [("CONNECTION", State.IDLE)]


def test_a_request_is_granted_and_remembered():
    level = new("Number", "Thing", "LEVEL", VALUE=7)
    said = say(CONNECT, level, '<getProperties version="1.7" device="Thing" name="LEVEL"/>')
    assert [(message.state, message.members[0].value) for message in said[-2:]] == [(State.OK, 7.0)] * 2


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (new("Number", "Thing", "LEVEL", VALUE=11), "must be from 0 to 10, not 11"),
        (new("Number", "Thing", "FIXED", VALUE=1), "FIXED is read-only"),
        (new("Text", "Thing", "LEVEL", VALUE=1), "LEVEL is a number property, not text"),
        (new("Switch", "Thing", "CONNECTION", CONNECT="On", DISCONNECT="On"), "one switch must be on, not 2"),
    ],
)
def test_a_refusal_is_an_alert_with_the_reason_and_what_is_so(request_, reason):
    refusal = say(CONNECT, request_)[-1]
    assert refusal.state is State.ALERT
    assert reason in refusal.message
    assert refusal.members


def test_a_picture_from_a_client_is_refused():
    blob = '<oneBLOB name="DATA" size="1" format=".x">eA==</oneBLOB>'
    refusal = say(CONNECT, f'<newBLOBVector device="Thing" name="DATA">{blob}</newBLOBVector>')[-1]
    assert (refusal.state, refusal.message) == (State.ALERT, "DATA is read-only")


def test_an_unknown_property_is_answered_in_words():
    assert [type(message) for message in say(CONNECT, new("Number", "Thing", "NONE", A=1))][-1] is Notice


def test_what_is_there_only_when_connected_is_said_to_be_so():
    assert "while it is not connected" in say(new("Number", "Thing", "LEVEL", VALUE=1))[0].message


def test_requests_to_another_device_are_passed_over():
    assert say(new("Switch", "Another", "CONNECTION", CONNECT="On")) == []


def test_what_is_no_message_is_passed_over(caplog):
    assert names(say("<nonsense/>", '<getProperties version="1.7" device="Thing"/>')) == COMMON
    assert "nonsense" in caplog.text


def test_a_handler_does_the_work_and_may_refuse():
    class Stubborn(Thing):
        def __init__(self, name, port):
            super().__init__(name, port)
            self.on("LEVEL", self._refuse_all)

        async def _refuse_all(self, asked):
            raise RefusedError(f"never {asked.number('VALUE'):g}")

    refusal = say(CONNECT, new("Number", "Thing", "LEVEL", VALUE=7), device=Stubborn)[-1]
    assert (refusal.state, refusal.message, refusal.members[0].value) == (State.ALERT, "never 7", 3.0)


def test_there_is_no_configuration_to_load_and_none_is_saved():
    load, save = say(
        new("Switch", "Thing", "CONFIG_PROCESS", CONFIG_LOAD="On"),
        new("Switch", "Thing", "CONFIG_PROCESS", CONFIG_SAVE="On"),
    )
    assert (load.state, save.state, save.message) == (State.OK, State.ALERT, "Thing keeps no configuration")


def test_input_that_is_not_xml_ends_the_device():
    async def scene():
        port = MemoryPort()
        port.tell("<getProperties <<")
        await Thing("Thing", port).run()

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(scene())
    assert caught.group_contains(MalformedElementError)


def test_what_was_started_ends_with_the_input():
    ended = []

    class Busy(Thing):
        async def connected(self):
            self.start(self._wait())

        async def _wait(self):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

    say(CONNECT, device=Busy)
    assert ended == [True]
