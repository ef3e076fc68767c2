"""The server is told which BLOBs are wanted: for each property once, and again when it may have forgotten."""

import pytest

from lightapt_clients.choices import BlobChoices
from lightapt_clients.subscriptions import BlobStream
from lightapt_protocol.messages import EnableBlob
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import BlobPolicy

from .puppet import CCD1, CCD2, COORD


def stream(name="", device="Camera"):
    return BlobStream(device, name, newest=False, join=None, leave=None)


def also(name, device="Camera"):
    return EnableBlob(device, name, policy=BlobPolicy.ALSO)


def never(name, device="Camera"):
    return EnableBlob(device, name, policy=BlobPolicy.NEVER)


@pytest.fixture
def choices():
    mirror = Mirror()
    mirror.apply(COORD)
    mirror.apply(CCD1)
    choices = BlobChoices(mirror)
    choices.mirror = mirror
    return choices


def defined(choices, definition):
    (change,) = choices.mirror.apply(definition)
    return choices.defined(change.current, is_new=change.previous is None)


def test_a_stream_of_a_property_is_told_even_before_there_is_one(choices):
    assert choices.joined(stream("CCD9")) == [also("CCD9")]


def test_a_stream_of_a_device_is_told_for_each_property_also_for_later_ones(choices):
    assert choices.joined(stream()) == [also("CCD1")]
    assert defined(choices, CCD2) == [also("CCD2")]


def test_what_is_wanted_twice_is_told_once_and_not_ended_while_one_wants_it(choices):
    first, second = stream("CCD1"), stream()
    assert choices.joined(first) == [also("CCD1")]
    assert choices.joined(second) == []
    assert choices.left(first) == []
    assert choices.wants("Camera", "CCD1")
    assert choices.left(second) == [never("CCD1")]
    assert not choices.wants("Camera", "CCD1")


def test_all_that_a_stream_of_a_device_brought_ends_with_it(choices):
    both = stream()
    choices.joined(both)
    defined(choices, CCD2)
    assert choices.left(both) == [never("CCD1"), never("CCD2")]


def test_a_new_connection_is_told_all_again(choices):
    choices.joined(stream())
    choices.joined(stream("CCD1", "Guider"))
    assert choices.opened() == [also("CCD1"), also("CCD1", "Guider")]


def test_a_property_that_comes_back_is_told_again_but_not_one_that_is_defined_twice(choices):
    choices.joined(stream("CCD2"))
    assert defined(choices, CCD2) == [also("CCD2")]
    assert defined(choices, CCD2) == []


def test_what_nobody_wants_or_is_no_blob_is_not_told(choices):
    choices.joined(stream("CCD1"))
    assert defined(choices, CCD2) == []
    assert defined(choices, COORD) == []


def test_each_stream_gets_what_it_wants(choices):
    of_device, of_property, of_another = stream(), stream("CCD1"), stream("CCD2")
    for one in (of_device, of_property, of_another):
        choices.joined(one)
    assert choices.streams_of("Camera", "CCD1") == [of_device, of_property]
    assert choices.streams_of("Guider", "CCD1") == []
