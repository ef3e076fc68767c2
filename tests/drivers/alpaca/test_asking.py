"""What a device has, and what it tells when it is asked."""

import asyncio

import pytest

from lightapt_drivers.alpaca.asking import has, told, wholes
from lightapt_drivers.alpaca.errors import AnswerError
from lightapt_drivers.alpaca.session import Session
from tests.drivers.alpaca.recorded import NOT_OFFERED, Recorded, Refusal, device
from tests.drivers.alpaca.scenes import AMPLE


@pytest.mark.parametrize(
    ("value", "is_there", "number"),
    [
        (3.5, True, 3.5),
        (NOT_OFFERED, False, None),
        (Refusal(0x402, "not set"), True, None),
        (None, False, None),
        (Refusal(0x500, "Null reference"), True, None),
    ],
    ids=["told", "not implemented", "not told now", "unknown path", "its driver fails"],
)
def test_a_member_is_there_or_not_and_tells_or_not(value, is_there, number):
    members = device(3, temperature=value)
    if value is None:
        del members["temperature"]

    async def scene():
        session = Session(server.place("focuser/0"), limits=AMPLE)
        await session.connect()
        try:
            there = await has(session, lambda focuser: focuser.Temperature)
            return there, await told(session, lambda focuser: focuser.Temperature)
        finally:
            session.close()

    with Recorded({"focuser/0": members}) as server:
        assert asyncio.run(scene()) == (is_there, number)


def test_lists_of_whole_numbers_are_checked():
    assert wholes([1, 2.0], asked="it") == [1, 2]
    for value in (None, [1.5], ["a"]):
        with pytest.raises(AnswerError):
            wholes(value, asked="it")
