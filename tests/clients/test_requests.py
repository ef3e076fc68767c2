"""Values become requests, and properties are compared with them."""

from dataclasses import replace

import pytest

from lightapt_clients import MissingError, RequestError
from lightapt_clients.requests import is_as_asked, member_value, otherwise, request_for
from lightapt_protocol.members import DefBlob, DefLight, DefNumber, DefSwitch, OneNumber, OneSwitch, OneText
from lightapt_protocol.messages import DefLightVector, NewNumberVector, NewSwitchVector, NewTextVector
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import Permission, State

from .puppet import CCD1, CONNECTION, COORD, NAMES, ON

LIGHTS = DefLightVector("Mount", "LIGHTS", members=(DefLight("SAFE", State.OK),))


def known(definition):
    mirror = Mirror()
    mirror.apply(definition)
    return mirror.devices[definition.device][definition.name]


@pytest.mark.parametrize(
    ("definition", "values", "request_"),
    [
        (COORD, {"RA": 3}, NewNumberVector("Mount", "COORD", members=(OneNumber("RA", 3.0),))),
        (COORD, {"DEC": "-0:30"}, NewNumberVector("Mount", "COORD", members=(OneNumber("DEC", -0.5),))),
        (NAMES, {"TWO": "Hβ°"}, NewTextVector("Wheel", "NAMES", members=(OneText("TWO", "Hβ°"),))),
        (CONNECTION, {"CONNECT": True}, NewSwitchVector("Mount", "CONNECTION", members=(OneSwitch("CONNECT", ON),))),
    ],
)
def test_values_become_a_request(definition, values, request_):
    assert request_for(known(definition), values) == request_


@pytest.mark.parametrize(
    ("definition", "values", "words"),
    [
        (COORD, {"RA": "soon"}, "Mount.COORD.RA: 'soon' is no number"),
        (COORD, {"RA": float("inf")}, "no word for inf"),
        (COORD, {"RA": State.OK}, "is no number"),
        (CONNECTION, {"CONNECT": 1}, "takes True or False, not 1"),
        (LIGHTS, {"SAFE": State.OK}, "read-only"),
        (CCD1, {"CCD1": "x"}, "read-only"),
        (replace(CCD1, perm=Permission.READ_WRITE), {"CCD1": "x"}, "send_blob"),
        (replace(COORD, perm=Permission.READ_ONLY), {"RA": 1}, "read-only"),
        (COORD, {}, "name a member"),
    ],
)
def test_what_cannot_be_asked_for_is_refused_with_the_reason(definition, values, words):
    with pytest.raises(RequestError, match=words):
        request_for(known(definition), values)


def test_a_member_that_is_not_there_is_named_beside_those_that_are():
    with pytest.raises(MissingError, match=r"Mount\.COORD has no member ALT, but RA, DEC"):
        request_for(known(COORD), {"ALT": 1})


@pytest.mark.parametrize(
    ("shown", "asked", "is_so"),
    [
        (DefNumber("N", 1.0), 1.0 + 1e-9, True),
        (DefNumber("N", 1.0, format="%.4f"), 1.001, False),
        (DefNumber("N", 50_499.7, format="%.0f", step=1000), 50_500.0, True),
        (DefNumber("N", 50_100.0, format="%.0f", step=1000), 50_500.0, False),
        (DefNumber("N", 5.5881389, format="%10.6m"), 5.5881386, True),
    ],
)
def test_a_number_is_as_asked_if_it_shows_so_and_whatever_its_step(shown, asked, is_so):
    prop = known(replace(COORD, members=(shown,)))
    assert is_as_asked(prop, request_for(prop, {"N": asked})) is is_so


def test_texts_and_switches_must_be_the_same():
    names, connection = known(NAMES), known(CONNECTION)
    assert is_as_asked(names, request_for(names, {"ONE": "Red"}))
    assert not is_as_asked(names, request_for(names, {"ONE": "red"}))
    assert is_as_asked(connection, request_for(connection, {"CONNECT": False, "DISCONNECT": True}))
    assert not is_as_asked(connection, request_for(connection, {"CONNECT": True}))


def test_what_a_member_holds():
    assert member_value(DefSwitch("S", ON)) is True
    assert member_value(DefLight("L", State.BUSY)) is State.BUSY
    assert member_value(DefBlob("B")) is None


def test_what_is_otherwise_than_asked_is_told():
    values = {"RA": "3:00:00", "DEC": 2}
    assert otherwise(known(COORD), request_for(known(COORD), values)) == "RA is 1:00:00 instead of 3:00:00"
    assert otherwise(known(NAMES), request_for(known(NAMES), {"ONE": "Ha"})) == "ONE is 'Red'"
    assert otherwise(known(CONNECTION), request_for(known(CONNECTION), {"CONNECT": True})) == "CONNECT is Off"
    assert otherwise(known(COORD), request_for(known(COORD), {"DEC": 2})) == ""


def test_what_cannot_be_read_or_springs_back_is_not_otherwise():
    unseen = known(replace(COORD, perm=Permission.WRITE_ONLY))
    assert is_as_asked(unseen, request_for(unseen, {"RA": 3}))
    button = known(replace(CONNECTION, members=(DefSwitch("CONNECT"),)))
    assert otherwise(button, request_for(button, {"CONNECT": True})) == ""
