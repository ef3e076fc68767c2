"""What is heard of each device."""

from lightapt_clients.top.traffic import Traffic, is_connected
from lightapt_protocol.messages import Notice
from lightapt_protocol.mirror import Mirror
from lightapt_protocol.vocabulary import State
from lightapt_protocol.writer import write
from tests.clients.puppet import BUSY, CONNECTION, COORD, OK, coord, switches


def listened(*messages, seconds=2.0):
    """Return a traffic, its mirror, and what it tells of the mount, after these messages."""
    mirror, traffic = Mirror(), Traffic()
    for message in (COORD, CONNECTION):
        mirror.apply(message)
    for message in messages:
        for change in mirror.apply(message):
            traffic.heard(change)
    traffic.sample(seconds)
    return traffic, mirror, traffic.devices(mirror)[0]


def test_messages_and_bytes_are_counted_by_the_second():
    _, _, mount = listened(*[coord(RA=1.0)] * 4)
    assert mount.messages == 2.0
    assert mount.size == 2.0 * len(write(coord(RA=1.0)))


def test_words_that_come_with_an_update_are_one_message_with_it():
    _, _, mount = listened(coord(message="slewing"), Notice("Mount", message="there"))
    assert mount.messages == 1.0
    assert mount.words == "there"


def test_the_busiest_property_is_told_with_its_state_and_kept_when_all_is_quiet():
    traffic, mirror, mount = listened(coord(BUSY), coord(RA=2.0), switches("Mount", "CONNECTION", OK, CONNECT=True))
    assert (mount.busiest, mount.state) == ("COORD", State.BUSY)
    traffic.sample(1.0)
    assert traffic.devices(mirror)[0].busiest == "COORD"
    assert traffic.devices(mirror)[0].messages == 0


def test_a_device_of_which_nothing_was_heard_is_listed():
    _, _, mount = listened()
    assert (mount.name, mount.messages, mount.busiest, mount.is_connected) == ("Mount", 0, "", False)


def test_connected_is_on_and_ok():
    mirror = Mirror()
    mirror.apply(COORD)
    assert is_connected(mirror.devices["Mount"]) is None
    mirror.apply(CONNECTION)
    mirror.apply(switches("Mount", "CONNECTION", BUSY, CONNECT=True, DISCONNECT=False))
    assert is_connected(mirror.devices["Mount"]) is False
    mirror.apply(switches("Mount", "CONNECTION", OK))
    assert is_connected(mirror.devices["Mount"]) is True
