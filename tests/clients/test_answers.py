"""What devices say after a request is taken for what it is, in all the ways that were seen."""

from dataclasses import replace

import pytest

from lightapt_clients import AlertError, DisconnectedError, MissingError
from lightapt_clients.answers import Answer, Certainty
from lightapt_clients.requests import request_for
from lightapt_clients.uploads import upload_for
from lightapt_protocol.messages import DelProperty, Notice
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import Permission

from .puppet import ABORT, ALERT, BUSY, CONNECTION, COORD, FIRMWARE, IDLE, OK, coord, switches

SURE, PERHAPS = Certainty.SURE, Certainty.PERHAPS
BUSY_NOW = coord(BUSY, RA=1)


class Asked:
    """A property, a request for it, and what its device says then."""

    def __init__(self, definition=COORD, **values):
        self.mirror = Mirror()
        self.mirror.apply(definition)
        self.prop = self.mirror.devices[definition.device][definition.name]
        self.answer = Answer(request_for(self.prop, values or {"RA": 5.0}), self.prop, is_there=self.is_near)

    @staticmethod
    def is_near(prop):
        return abs(prop.number("RA") - 5) < 0.01 if "RA" in prop.members else False

    def hears(self, *messages):
        for message in messages:
            for change in self.mirror.apply(message):
                self.answer.heard(change)
        return self.answer.verdict

    def is_done(self, *messages):
        verdict = self.hears(*messages)
        return verdict is not None and verdict.certainty is not PERHAPS and verdict.prop is not None

    def is_perhaps_done(self, *messages):
        verdict = self.hears(*messages)
        return verdict is not None and verdict.certainty is PERHAPS and verdict.prop is not None


@pytest.mark.parametrize(
    "messages",
    [
        (coord(OK, RA=5),),
        (coord(IDLE, RA=5),),
        (coord(BUSY, RA=1), coord(BUSY, RA=4), coord(OK, RA=5)),
        (coord(BUSY, RA=1), coord(OK, RA=4.9)),
        (coord(BUSY, RA=1), coord(IDLE, RA=4.9)),
        (replace(COORD, state=BUSY), replace(COORD, state=OK)),
    ],
)
def test_done_is_what_was_asked_for_or_an_end_after_busy(messages):
    assert Asked().is_done(*messages)


def test_of_what_was_busy_with_another_s_an_end_where_it_was_sent_is_likely_its_own():
    moving = replace(COORD, state=BUSY)
    assert Asked(moving).hears(coord(BUSY, RA=2), coord(OK, RA=5.001)).certainty is Certainty.LIKELY
    assert Asked(moving).hears(coord(BUSY, RA=2), coord(OK, RA=4)).certainty is PERHAPS


def test_what_was_asked_for_is_sure_only_after_busy():
    asked = Asked()
    assert asked.hears(coord(OK, RA=5)).certainty is Certainty.LIKELY
    assert asked.hears(coord(BUSY, RA=2)) is None
    assert asked.hears(coord(OK, RA=5)).certainty is SURE


def test_an_ok_with_other_values_is_perhaps_what_was_on_its_way_already():
    asked = Asked()
    assert asked.is_perhaps_done(coord(OK, RA=1.1))
    assert asked.hears(coord(BUSY, RA=1.2)) is None
    assert asked.is_done(coord(OK, RA=4.9))


def test_what_is_defined_anew_for_another_client_is_no_answer():
    asked = Asked()
    assert asked.hears(COORD) is None
    assert asked.is_perhaps_done(replace(COORD, state=OK))
    assert Asked(RA=1.0).hears(COORD).certainty is Certainty.LIKELY


def test_the_end_of_what_it_was_busy_with_before_is_only_perhaps_the_end():
    asked = Asked(replace(COORD, state=BUSY))
    assert asked.is_perhaps_done(coord(BUSY, RA=1), coord(IDLE, RA=2))
    assert asked.is_done(coord(BUSY, RA=3), coord(OK, RA=4.9))


LOST = switches("Mount", "CONNECTION", ALERT, CONNECT=True)


@pytest.mark.parametrize("state", [ALERT, IDLE])
@pytest.mark.parametrize("order", [1, -1], ids=["first the property", "first the connection"])
def test_what_ends_because_the_hardware_is_lost_has_surely_failed(state, order):
    asked = Asked(replace(COORD, state=BUSY))
    asked.mirror.apply(CONNECTION)
    asked.hears(coord(BUSY, RA=1))
    verdict = asked.hears(*[coord(state, RA=2), replace(LOST, message="Mount is lost: no route")][::order])
    assert verdict.certainty is SURE
    assert isinstance(verdict.error, AlertError)


def test_what_is_busy_when_the_hardware_is_lost_may_go_on():
    asked = Asked()
    asked.mirror.apply(CONNECTION)
    assert asked.hears(coord(BUSY, RA=1), LOST) is None
    assert asked.is_perhaps_done(replace(LOST, state=OK), coord(BUSY, RA=1), coord(IDLE, RA=2)) is False


def test_what_another_property_or_device_says_is_no_answer():
    other = replace(COORD, name="OTHER")
    assert Asked().hears(other, replace(coord(OK, RA=5), name="OTHER")) is None


def test_a_button_is_done_when_it_is_out_again():
    assert Asked(ABORT, ABORT=True).is_done(switches("Mount", "ABORT", OK, ABORT=False))


def test_disconnected_is_done_in_state_idle():
    asked = Asked(replace(CONNECTION, state=OK), DISCONNECT=True)
    assert asked.is_done(switches("Mount", "CONNECTION", IDLE, CONNECT=False, DISCONNECT=True))


def test_what_shows_no_values_is_done_with_ok():
    assert Asked(replace(COORD, perm=Permission.WRITE_ONLY)).is_done(coord(OK))


def test_a_blob_is_done_with_ok():
    mirror = Mirror()
    (change,) = mirror.apply(FIRMWARE)
    answer = Answer(upload_for(change.current, b"abc", format=".bin", member=""), change.current)
    (change,) = mirror.apply(replace(FIRMWARE, state=OK))
    assert answer.heard(change).certainty is Certainty.LIKELY


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ((coord(ALERT, "too low", RA=1),), "too low"),
        ((Notice("Mount", "[ERROR] too low"), coord(ALERT, RA=1)), "[ERROR] too low"),
        ((coord(BUSY, "on my way"), Notice("Mount", "it sticks"), coord(ALERT)), "it sticks"),
        ((Notice("Mount", "[ERROR] stuck"), Notice("Mount", "[INFO] cloudy"), coord(ALERT)), "[ERROR] stuck"),
        ((coord(BUSY), coord(ALERT)), ""),
        ((coord(ALERT),), ""),
    ],
)
def test_alert_is_an_error_with_the_drivers_words(messages, reason):
    with pytest.raises(AlertError) as caught:
        Asked().hears(*messages).result()
    assert (caught.value.device, caught.value.name, caught.value.reason) == ("Mount", "COORD", reason)


def test_an_alert_before_the_device_has_begun_is_sure():
    assert Asked().hears(coord(ALERT, "too low", RA=1)).certainty is SURE


def test_an_alert_of_a_device_that_is_at_it_may_be_for_somebody_else():
    asked = Asked()
    assert asked.hears(coord(BUSY), coord(ALERT, "busy with another's")).certainty is PERHAPS
    assert asked.hears(coord(BUSY)) is None
    assert asked.is_done(coord(OK, RA=5))


def test_an_alert_stands_when_the_device_comes_to_rest_behind_it():
    verdict = Asked().hears(coord(BUSY), coord(ALERT, "stuck"), coord(OK, RA=2))
    assert verdict.certainty is SURE
    with pytest.raises(AlertError, match="stuck"):
        verdict.result()


def test_whoever_asks_a_busy_device_takes_the_alert_for_his_own():
    asked = Asked(replace(COORD, state=BUSY))
    assert asked.hears(coord(ALERT, "busy")).certainty is SURE


def test_an_alert_that_was_there_before_is_only_perhaps_the_answer():
    asked = Asked(replace(COORD, state=ALERT))
    verdict = asked.hears(coord(ALERT, RA=1))
    assert verdict.certainty is PERHAPS
    assert asked.is_done(coord(BUSY), coord(OK, RA=5))


def test_an_alert_that_was_there_before_is_the_answer_if_it_comes_with_words():
    assert Asked(replace(COORD, state=ALERT)).hears(coord(ALERT, "still stuck")).certainty is SURE


def test_a_property_that_goes_is_perhaps_only_defined_anew():
    asked = Asked()
    verdict = asked.hears(DelProperty("Mount", "COORD"))
    assert verdict.certainty is PERHAPS
    with pytest.raises(MissingError):
        verdict.result()
    assert asked.is_perhaps_done(COORD)


def test_a_device_that_goes_has_lost_its_driver():
    with pytest.raises(MissingError, match=r"^Mount is gone, and has not answered for COORD: its driver has ended$"):
        Asked().hears(DelProperty("Mount")).result()


def test_after_a_loss_an_end_is_told_by_ok():
    asked = Asked()
    asked.hears(BUSY_NOW)
    asked.answer.lost()
    assert asked.is_done(replace(COORD, state=BUSY), coord(OK, RA=4.9))


def test_a_device_that_is_idle_after_a_loss_has_not_done_it():
    asked = Asked()
    asked.hears(BUSY_NOW)
    asked.answer.lost()
    verdict = asked.hears(COORD)
    assert verdict.certainty is SURE
    with pytest.raises(DisconnectedError):
        verdict.result()


def test_a_device_that_does_not_come_back_after_a_loss_is_disconnected():
    asked = Asked()
    asked.hears(BUSY_NOW)
    asked.answer.lost()
    with pytest.raises(DisconnectedError, match="gone before it had answered"):
        asked.hears(DelProperty("Mount", "COORD")).result()


def test_a_device_that_goes_with_its_server_is_disconnected():
    asked = Asked()
    asked.hears(BUSY_NOW)
    asked.hears(DelProperty("Mount", "COORD"))
    asked.answer.lost()
    with pytest.raises(DisconnectedError, match="gone before it had answered"):
        asked.answer.verdict.result()


def test_it_is_known_whether_the_device_has_begun():
    asked = Asked()
    asked.hears(coord(OK, RA=1))
    assert not asked.answer.is_under_way
    asked.hears(BUSY_NOW)
    assert asked.answer.is_under_way
