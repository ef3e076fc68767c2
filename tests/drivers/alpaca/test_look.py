"""A look takes what DeviceState tells, asks for the rest, and does not ask in vain again and again."""

import asyncio

import pytest

from lightapt_drivers import DefNumber, LiveNumber, NumberVector
from lightapt_drivers.alpaca.errors import AnswerError, DeviceFailedError, LostError, NotOfferedError
from lightapt_drivers.alpaca.look import Look, Missing
from lightapt_drivers.alpaca.session import Session
from tests.drivers.alpaca.recorded import NOT_OFFERED, Raw, Recorded, Refusal
from tests.drivers.alpaca.scenes import AMPLE

DEVICE = "focuser/0"
SHOWS = LiveNumber("It", NumberVector("SHOWN", DefNumber("VALUE", 0)).definition)


def looked(members, ask, *, state=None, missing=None, now=0.0, is_idle=True):
    """Return what comes of a look, and how often each member was asked for."""
    with Recorded({DEVICE: members}) as server:

        async def run():
            session = Session(server.place(DEVICE), limits=AMPLE)
            try:
                return await ask(Look(session, state, missing=missing or Missing(), now=now, deeds=0, is_idle=is_idle))
            finally:
                session.close()

        return asyncio.run(run()), server.count


def temperature(look):
    return look.number("Temperature")


def test_what_the_state_tells_costs_no_request():
    value, count = looked({"temperature": 1.0}, temperature, state={"temperature": 2.0})
    assert (value, count("temperature")) == (2.0, 0)


def test_what_the_state_told_before_something_was_done_is_asked_for_again():
    async def set_then_look(look):
        await look.session.call(lambda device: setattr(device, "TempComp", True))
        return await temperature(look)

    value, count = looked({"temperature": 1.0, "tempcomp": False}, set_then_look, state={"temperature": 2.0})
    assert (value, count("temperature")) == (1.0, 1)


def test_what_the_state_does_not_tell_is_asked_for():
    value, count = looked({"temperature": 1.0}, temperature, state={})
    assert (value, count("temperature")) == (1.0, 1)


@pytest.mark.parametrize("nothing", [None, float("nan"), float("inf")])
def test_no_value_is_none_from_either(nothing):
    assert looked({"temperature": nothing}, temperature)[0] is None
    assert looked({}, temperature, state={"temperature": nothing})[0] is None


async def whole_look(look):
    values = await look.number("Temperature"), await look.number("Position")
    look.settle()
    return values


@pytest.mark.parametrize("state", [None, {"temperature": "warm"}, {"temperature": "NaN"}])
def test_a_value_of_another_kind_is_not_told_and_logged_once(state, caplog):
    missing, members = Missing(), {"temperature": "warm", "position": 7}
    for now in (0.0, 1.0):
        assert looked(members, whole_look, state=state, missing=missing, now=now)[0] == (None, 7)
    (said,) = caplog.messages
    assert "Temperature is not told" in said


@pytest.mark.parametrize("answer", [Raw(b"", 403), Raw(b"", 500), "warm"])
def test_a_device_that_is_answered_for_by_garbage_alone_fails_at_every_look(answer, caplog):
    missing, members = Missing(), {"temperature": answer, "position": NOT_OFFERED}
    for now in (0.0, 1.0, 2.0):
        with pytest.raises(AnswerError):
            looked(members, whole_look, missing=missing, now=now)
    assert not caplog.messages


def test_a_member_that_fails_again_and_again_is_asked_for_later(caplog):
    missing, failing = Missing(), {"temperature": Refusal(0x500, "Null reference")}
    asked = [looked(failing, temperature, missing=missing, now=now)[1]("temperature") for now in (0, 1, 2, 60)]
    assert asked == [1, 1, 0, 1]
    assert len(caplog.messages) == 1
    assert looked({"temperature": 1.0}, temperature, missing=missing, now=120)[0] == 1.0


def test_a_member_that_is_not_asked_for_now_is_unread_all_the_same():
    async def misses(look):
        await look.number("Temperature")
        return look.misses("Temperature")

    missing, failing = Missing(), {"temperature": Refusal(0x500, "Null reference")}
    assert [looked(failing, misses, missing=missing, now=now) for now in (0, 1, 2)][2][0]
    assert not looked({"temperature": 1.0}, misses, missing=missing, now=60)[0]


FAILURES = [Refusal(0x500, "Null reference"), Refusal(0x40B), Refusal(0x400), Raw(b"", 500), Raw(b"", 404), "warm"]


def asked_again(members, ask, **options):
    """Return how often a member is asked for at each of some looks that follow one that was told it."""
    missing = Missing()
    looked({"temperature": 1.0}, temperature, missing=missing, **options)
    return [looked(members, ask, missing=missing, now=now, **options)[1]("temperature") for now in (1, 2, 3)]


@pytest.mark.parametrize("state", [None, {"position": 1}])
@pytest.mark.parametrize("failure", FAILURES)
def test_there_is_no_pause_while_something_moves_or_somebody_waits(failure, state):
    assert asked_again({"temperature": failure}, temperature, state=state, is_idle=False) == [1, 1, 1]


@pytest.mark.parametrize("state", [None, {"position": 1}])
@pytest.mark.parametrize("failure", FAILURES)
def test_there_is_no_pause_for_what_a_property_shows(failure, state):
    async def shown(look):
        assert await look.number("Temperature", shown_by=SHOWS) is None
        assert look.misses("Temperature")
        assert look.shown == {SHOWS.name: {"Temperature"}}

    assert asked_again({"temperature": failure}, shown, state=state) == [1, 1, 1]


def test_what_had_a_value_and_has_none_any_more_is_missed():
    missing = Missing()
    for value, is_missed in ((None, False), (1.0, False), (None, True), (float("nan"), True)):

        async def missed(look):
            await temperature(look)
            return look.misses("Temperature")

        assert looked({"temperature": value}, missed, missing=missing)[0] is is_missed


def test_what_moved_before_is_not_taken_for_rest_when_the_server_does_not_know_of_it():
    missing = Missing()
    assert looked({"ismoving": True}, lambda look: look.moves("IsMoving"), missing=missing)[0]
    for said in (Raw(b"", 404), NOT_OFFERED):
        with pytest.raises((AnswerError, NotOfferedError)):
            looked({"ismoving": said}, lambda look: look.moves("IsMoving"), missing=missing)


@pytest.mark.parametrize("failure", [Refusal(0x500, "Null reference"), Raw(b"", 500)])
def test_a_failure_is_not_taken_for_rest(failure):
    with pytest.raises((DeviceFailedError, AnswerError)):
        looked({"ismoving": failure}, lambda look: look.moves("IsMoving"))


def test_what_the_device_does_not_have_is_not_asked_for_again():
    missing = Missing()
    assert looked({"temperature": NOT_OFFERED}, temperature, missing=missing)[0] is None
    value, count = looked({"temperature": 1.0}, temperature, missing=missing, now=1e9)
    assert (value, count("temperature")) == (None, 0)


def test_what_an_older_device_cannot_tell_now_is_asked_for_at_the_next_look():
    missing = Missing()
    assert looked({"temperature": Refusal(0x40B)}, temperature, missing=missing)[0] is None
    assert looked({"temperature": 1.0}, temperature, missing=missing, now=1)[0] == 1.0


def test_what_a_device_with_state_cannot_tell_now_is_asked_for_later():
    missing = Missing()
    looked({"temperature": Refusal(0x402)}, temperature, missing=missing, state={})
    assert looked({"temperature": 1.0}, temperature, missing=missing, state={}, now=5)[0] is None
    assert looked({"temperature": 1.0}, temperature, missing=missing, state={}, now=60)[0] == 1.0


def test_a_server_that_knows_nothing_at_all_is_doubted_and_then_lost():
    async def twice(look):
        for error in (AnswerError, LostError):
            await look.number("Temperature")
            with pytest.raises(error, match="HTTP 404"):
                look.settle()

    looked({"temperature": Raw(b"", 404)}, twice)


def test_a_member_that_the_server_does_not_know_beside_others_is_not_asked_for_again():
    missing = Missing()

    async def both(look):
        values = await look.number("Temperature"), await look.whole("Position")
        look.settle()
        return values

    members = {"temperature": Raw(b"", 404), "position": 5}
    assert looked(members, both, missing=missing)[0] == (None, 5)
    assert looked(members, both, missing=missing)[1]("temperature") == 0
