"""What a device does not tell it does not tell for good: so it is asked once more before that is believed."""

import asyncio
import logging
from dataclasses import replace

import pytest

from lightapt_drivers.alpaca.errors import LostError
from lightapt_drivers.alpaca.questions import if_told
from lightapt_drivers.alpaca.session import Session
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Raw, Recorded, Refusal, device
from tests.drivers.alpaca.scenes import AMPLE

DEVICE = "focuser/0"
LOG = logging.getLogger("the focuser")


def told(*answers, times=1):
    """Return what is told of a member that is answered so, one after another; and how often it was asked for."""
    left = list(answers)

    async def scene():
        session = Session(server.place(DEVICE), limits=replace(AMPLE, attempts=3), log=LOG)
        try:
            return [await if_told(session.flag(lambda focuser: focuser.Absolute)) for _ in range(times)]
        finally:
            session.close()

    members = device(3, absolute=lambda fields: left.pop(0) if len(left) > 1 else left[0])
    with Recorded({DEVICE: members}) as server:
        found = asyncio.run(scene())
        return found[-1], server.count("absolute")


@pytest.mark.parametrize("fault", [Raw(b"busy", 503), Raw(b"", 429), GARBAGE, "no truth"])
def test_what_makes_no_sense_once_is_asked_again(fault):
    assert told(fault, True) == (True, 2)


@pytest.mark.parametrize("said", [NOT_OFFERED, Raw(b"", 404), Refusal(0x402, "not yet"), Refusal(0x500, "broken")])
def test_what_a_device_says_is_believed_at_once(said):
    assert told(said, True) == (None, 1)


def test_what_makes_no_sense_twice_is_not_told_and_the_devices_log_says_so(caplog):
    assert told(Raw(b"busy", 503)) == (None, 2)
    assert [(one.name, "busy" in one.getMessage()) for one in caplog.records] == [("the focuser", True)]


def test_a_question_that_is_asked_twice_has_failed_once():
    assert told(GARBAGE, times=2) == (None, 4)
    with pytest.raises(LostError):
        told(GARBAGE, times=3)
