"""What was known before a connection was lost is gone, unless its device tells of it again."""

from lightapt_clients.leftovers import Leftovers
from lightapt_protocol.messages import DelProperty
from lightapt_protocol.mirror import Mirror

from .puppet import CONNECTION, COORD, NAMES


def known(*definitions):
    mirror = Mirror()
    for definition in definitions:
        mirror.apply(definition)
    return mirror


def test_what_is_not_confirmed_is_dropped_once():
    leftovers = Leftovers()
    leftovers.collect(known(COORD, CONNECTION, NAMES))
    assert leftovers
    assert leftovers.is_confirmed("Mount", "COORD")
    assert leftovers.drop() == [DelProperty("Mount", "CONNECTION"), DelProperty("Wheel", "NAMES")]
    assert not leftovers
    assert leftovers.drop() == []


def test_what_was_not_known_confirms_nothing():
    leftovers = Leftovers()
    leftovers.collect(known(COORD))
    assert not leftovers.is_confirmed("Mount", "NEW")
    assert leftovers.is_confirmed("Mount", "COORD")
    assert not leftovers.is_confirmed("Mount", "COORD")
    assert not leftovers
