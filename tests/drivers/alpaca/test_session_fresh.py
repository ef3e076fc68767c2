"""What a session reads is from after what it did, and from DeviceState where that is of use."""

import asyncio
import threading

import pytest

from lightapt_drivers.alpaca import session as session_module
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Raw, Recorded, Refusal, device
from tests.drivers.alpaca.scenes import asked

DEVICE = "focuser/0"


@pytest.fixture
def server():
    focuser = device(4, position=5, ismoving=False, state=["Position", "IsMoving"])
    with Recorded({DEVICE: focuser}) as server:
        yield server


def test_the_state_comes_in_one_request(server):
    async def scene(session):
        await session.connect()
        before = session.requests
        return await session.state(), session.requests - before

    assert asked(server, scene) == ({"position": 5, "ismoving": False}, 1)


@pytest.mark.parametrize("said", [NOT_OFFERED, Raw(b"", 404), Refusal(0x500), Raw(b"", 500), GARBAGE, "nonsense"])
def test_a_device_without_a_devicestate_that_is_of_use_has_none(server, said):
    server.devices[DEVICE].pop("state")
    server.devices[DEVICE]["devicestate"] = said

    async def scene(session):
        await session.connect()
        before = session.requests
        return await session.state(), session.requests - before

    assert asked(server, scene) == (None, 0)


@pytest.mark.parametrize(("said", "wanted"), [(Refusal(0x500), {"position": 5}), (NOT_OFFERED, None)])
def test_a_devicestate_that_was_of_no_use_at_first_is_tried_again(server, monkeypatch, said, wanted):
    monkeypatch.setattr(session_module, "_AGAIN", 0.0)
    members = server.devices[DEVICE]
    members.pop("state")
    members["devicestate"] = said

    async def scene(session):
        await session.connect()
        members["devicestate"] = [{"Name": "Position", "Value": 5}]
        return await session.state()

    assert asked(server, scene) == wanted


def test_what_was_read_while_something_was_done_is_read_again(server):
    asked_for, is_done = threading.Event(), threading.Event()

    def tell(_):
        told = server.devices[DEVICE]["moved"]
        asked_for.set()
        is_done.wait(60)
        return told

    async def scene(session):
        reading = asyncio.ensure_future(session.look(lambda device: device.Position))
        await asyncio.to_thread(asked_for.wait)
        await session.act(lambda device: device.Move(9))
        is_done.set()
        return await reading

    server.devices[DEVICE].update(
        position=tell, moved=5, move=lambda fields: server.devices[DEVICE].update(moved=int(fields["Position"]))
    )
    assert asked(server, scene) == 9
