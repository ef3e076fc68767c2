"""Order, priorities, bounds and fates of what waits for one peer."""

from __future__ import annotations

import itertools
import os
import sys

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lightapt_protocol.framing import BlobElement
from lightapt_server import outbox as outbox_module
from lightapt_server.outbox import Outbox
from lightapt_server.payload import Picture
from lightapt_server.waiting import OutboxLimits

from .puppets import elements_of

MB = 1 << 20
NO_LIMITS = OutboxLimits(memory=1 << 40, stream=0)


def message(device: str, serial: int, size: int = 0) -> bytes:
    return f'<message device="{device}" name="{serial}" message="{"x" * size}"/>'.encode()


def reply(serial: int) -> bytes:
    return f'<pingReply name="{serial}" uid="u"/>'.encode()


def picture(device: str, serial: int, size: int = 12, *, stream: bool = False, body: str = "") -> Picture:
    kind = ".stream" if stream else ".fits"
    part = f'<oneBLOB name="{serial}" size="9" format="{kind}">{body or "A" * (size // 4 * 4)}</oneBLOB>'
    [element] = elements_of(f'<setBLOBVector device="{device}" name="V">{part}</setBLOBVector>'.encode())
    assert isinstance(element, BlobElement)
    return Picture(element)


def serials(data: bytes) -> list[int]:
    """Return the numbers of the elements of a stream, in order."""
    return [
        int(element.parts[0].attributes["name"] if isinstance(element, BlobElement) else element.name)
        for element in elements_of(data)
    ]


def drain(outbox: Outbox, step: int = 1 << 30) -> bytes:
    out = bytearray()
    while outbox:
        data = b"".join(outbox.gather().pieces)[:step]
        outbox.sent(len(data))
        out += data
    return bytes(out)


class InFile:
    """The copy of a picture in a spool."""

    def __init__(self, source: Picture, start: int = 0) -> None:
        self.data = b"".join(source.gather(start, source.size - start))
        self.start = start
        self.reads = 0

    def gather(self, offset: int, most: int) -> list[bytes]:
        self.reads += 1
        return [self.data[offset - self.start :][:most]]


# The rules, for any order of events.


class Queueing(RuleBasedStateMachine):
    """Whatever is put in, and however little the peer takes at a time:

    - everything comes out once and whole, less frames of video, and pictures that have no form for the peer, that were
      counted as dropped;
    - within a device, in the order in which it was put in;
    - a reply behind all that was there before it;
    - descriptors once, with the message that announces them;
    - what is counted as waiting is never negative, and nothing when nothing waits.
    """

    @initialize(
        memory=st.sampled_from([300, 2000, 1 << 30]),
        stream=st.sampled_from([0, 1, 500]),
        attaches=st.booleans(),
        fair=st.sampled_from([0, 100, 1 << 20]),
    )
    def start(self, memory, stream, attaches, fair):
        self.before = outbox_module._FAIR, outbox_module._GATHER_BYTES, outbox_module._GATHER_MESSAGES
        outbox_module._FAIR, outbox_module._GATHER_BYTES, outbox_module._GATHER_MESSAGES = fair, 200, 5
        self.outbox = Outbox(OutboxLimits(memory=memory, stream=stream), attaches=attaches)
        self.devices: list[str] = []  # of each element put in; its place is its number
        self.replies: set[int] = set()
        self.losable: set[int] = set()
        self.attaches = attaches
        self.out = bytearray()
        self.passed: list[bytes] = []
        self.spooling: list = []

    def number(self, device: str) -> int:
        self.devices.append(device)
        return len(self.devices) - 1

    @rule(device=st.sampled_from(["A", "B", "C", ""]), size=st.integers(0, 90))
    def put(self, device, size):
        self.outbox.put(message(device, self.number(device), size), device.encode())

    @rule()
    def put_reply(self):
        serial = self.number("reply")
        self.replies.add(serial)
        self.outbox.put_reply(reply(serial))

    @rule(device=st.sampled_from(["A", "B"]), size=st.integers(0, 600), stream=st.booleans())
    def put_picture(self, device, size, stream):
        serial = self.number(device)
        if stream:
            self.losable.add(serial)
        self.outbox.put_picture(picture(device, serial, size, stream=stream))

    @rule(device=st.sampled_from(["A", "B"]))
    def put_picture_that_cannot_be_shared(self, device):
        serial = self.number(device)
        if self.attaches:
            self.losable.add(serial)
        self.outbox.put_picture(picture(device, serial, body="AAAAA"))

    @rule(count=st.integers(0, 700))
    def send(self, count):
        parcel = self.outbox.gather()
        data = b"".join(bytes(piece) for piece in parcel.pieces)[:count]
        if data:
            self.passed += [os.pread(descriptor, 1000, 0) for descriptor in parcel.descriptors]
            self.out += data
        self.outbox.sent(len(data))

    @rule(all_of_it=st.booleans())
    def free_memory(self, all_of_it):
        if all_of_it:
            self.outbox.unload()
        else:
            self.outbox.relieve()

    @precondition(lambda self: self.outbox.to_spool)
    @rule()
    def begin_to_spool(self):
        waiting = self.outbox.to_spool.popleft()
        if waiting.picture is not None:
            self.spooling.append((waiting, InFile(waiting.picture, self.outbox.begun(waiting))))

    @precondition(lambda self: self.spooling)
    @rule(has_room=st.booleans())
    def spool(self, has_room):
        waiting, copy = self.spooling.pop(0)
        self.outbox.spooled(waiting, copy if has_room else None)

    @invariant()
    def count_is_right(self):
        if hasattr(self, "outbox"):
            assert self.outbox.behind >= 0

    def teardown(self):
        if not hasattr(self, "outbox"):
            return
        try:
            steps = 0
            while self.outbox:
                self.send(300)
                steps += 1
                assert steps < 10_000, "the outbox is stuck"
            self.check()
        finally:
            outbox_module._FAIR, outbox_module._GATHER_BYTES, outbox_module._GATHER_MESSAGES = self.before

    def check(self):
        assert self.outbox.behind == 0
        out = serials(bytes(self.out))
        lost = set(range(len(self.devices))) - set(out)
        assert len(out) == len(set(out))
        assert lost <= self.losable
        assert len(lost) == self.outbox.dropped
        for device in "ABC":
            own = [serial for serial in out if self.devices[serial] == device]
            assert own == sorted(own)
        for place, serial in enumerate(out):
            if serial in self.replies:
                assert min(out[place:]) == serial
        attached = [e for e in elements_of(bytes(self.out)) if isinstance(e, BlobElement) and e.attached]
        assert [len(data) for data in self.passed] == [int(e.parts[0].attributes["len"]) for e in attached]


TestQueueing = Queueing.TestCase
TestQueueing.settings = settings(max_examples=250, stateful_step_count=40)


# Priorities.


def test_messages_of_other_devices_go_ahead_of_a_picture():
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0))
    outbox.put(message("camera", 1), b"camera")
    outbox.put(message("mount", 2), b"mount")
    outbox.put(message("", 3), b"")
    assert serials(drain(outbox)) == [2, 3, 0, 1]


def test_a_message_goes_ahead_of_a_picture_that_has_been_chosen_but_not_begun():
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0))
    outbox.gather()
    outbox.sent(0)  # the peer took nothing
    outbox.put(message("mount", 1), b"mount")
    assert serials(drain(outbox)) == [1, 0]


def test_a_picture_that_has_begun_is_not_interrupted():
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0, 3000))
    head = b"".join(outbox.gather().pieces)[:100]
    outbox.sent(100)
    outbox.put(message("mount", 1), b"mount")
    assert serials(head + drain(outbox)) == [0, 1]


def test_a_message_goes_ahead_of_a_picture_whose_shared_form_is_being_made():
    outbox = Outbox(NO_LIMITS, attaches=True)
    outbox.put_picture(picture("camera", 0))
    assert not outbox.gather().pieces
    assert outbox
    outbox.put(message("mount", 1), b"mount")
    assert serials(drain(outbox)) == [1, 0]


def test_pictures_of_devices_take_turns():
    outbox = Outbox(NO_LIMITS)
    for serial in range(3):
        outbox.put_picture(picture("main", serial))
    for serial in range(3, 5):
        outbox.put_picture(picture("guide", serial))
    assert serials(drain(outbox)) == [0, 3, 1, 4, 2]


def test_a_stream_of_messages_lets_a_picture_through_after_a_fair_share():
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0))
    size, sent = 64 * 1024, 0
    outbox.put(message("mount", 1, size), b"mount")
    while b"setBLOBVector" not in (data := b"".join(outbox.gather().pieces)):
        for _ in range(16):
            outbox.put(message("mount", 1, size), b"mount")
        outbox.sent(len(data))
        sent += len(data)
        assert sent < 3 * outbox_module._FAIR
    assert sent >= outbox_module._FAIR


def test_a_picture_gets_its_turn_also_where_each_write_ends_within_a_message():
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0))
    size, sent = 64 * 1024, 0
    outbox.put(message("mount", 1, size), b"mount")
    while b"setBLOBVector" not in (data := b"".join(outbox.gather().pieces)):
        outbox.put(message("mount", 1, size), b"mount")
        outbox.put(message("mount", 1, size), b"mount")
        count = max(1, len(data) - 1)
        outbox.sent(count)
        sent += count
        assert sent < 3 * outbox_module._FAIR


def test_replies_keep_their_order_when_the_picture_before_the_first_has_gone():
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0))
    outbox.put(message("camera", 1), b"camera")
    outbox.put_reply(reply(2))
    size = len(b"".join(outbox.gather().pieces))
    outbox.sent(size)
    outbox.put_reply(reply(3))
    assert serials(drain(outbox)) == [1, 2, 3]


# Bounds.


def test_a_newer_frame_takes_the_place_of_one_that_waits_beyond_the_limit():
    outbox = Outbox(OutboxLimits(stream=5000))
    for serial in range(6):
        outbox.put_picture(picture("camera", serial, 2000, stream=True))
    assert outbox.dropped == 4
    assert outbox.behind <= 5000
    assert serials(drain(outbox)) == [0, 5]


@pytest.mark.parametrize("limits", [OutboxLimits(stream=0), OutboxLimits(stream=MB)])
def test_frames_are_kept_within_the_limit_and_where_there_is_none(limits):
    outbox = Outbox(limits)
    for serial in range(6):
        outbox.put_picture(picture("camera", serial, 2000, stream=True))
    assert serials(drain(outbox)) == list(range(6))


def test_frames_of_another_property_and_pictures_are_never_dropped():
    outbox = Outbox(OutboxLimits(stream=1))
    outbox.put_picture(picture("camera", 0, stream=True))
    outbox.put_picture(picture("guide", 1, stream=True))
    outbox.put_picture(picture("camera", 2))
    outbox.put_picture(picture("camera", 3))
    assert sorted(serials(drain(outbox))) == [0, 1, 2, 3]


def test_a_frame_on_its_way_is_not_dropped():
    outbox = Outbox(OutboxLimits(stream=1))
    outbox.put_picture(picture("camera", 0, 3000, stream=True))
    head = b"".join(outbox.gather().pieces)[:100]
    outbox.sent(100)
    outbox.put_picture(picture("camera", 1, stream=True))
    outbox.put_picture(picture("camera", 2, stream=True))
    assert serials(head + drain(outbox)) == [0, 2]


def test_messages_between_a_dropped_frame_and_the_newer_one_keep_their_place():
    outbox = Outbox(OutboxLimits(stream=1))
    outbox.put_picture(picture("camera", 0, stream=True))
    outbox.put(message("camera", 1), b"camera")
    outbox.put_picture(picture("camera", 2, stream=True))
    assert serials(drain(outbox)) == [1, 2]


def test_a_frame_that_is_replaced_again_and_again_does_not_lose_its_turn():
    outbox = Outbox(OutboxLimits(stream=1))
    sent = 0
    outbox.put(message("mount", 0, 8000), b"mount")
    while b"BLOB" not in (data := b"".join(outbox.gather().pieces)):
        outbox.put_picture(picture("camera", 1, stream=True))
        outbox.put(message("mount", 2, 8000), b"mount")
        outbox.sent(len(data))
        sent += len(data)
        assert sent < 2 * outbox_module._FAIR


def test_the_newest_pictures_go_to_the_spool_first_and_the_next_to_go_stays():
    outbox = Outbox(OutboxLimits(memory=5000))
    waiting = [picture("camera", serial, 2000) for serial in range(4)]
    for each in waiting:
        outbox.put_picture(each)
    assert not outbox.to_spool
    outbox.relieve()
    assert [w.picture for w in outbox.to_spool] == [waiting[3], waiting[2]]
    assert outbox.behind <= 5000
    for serial in range(5, 25):
        outbox.put(message("mount", serial, 80), b"mount")
    outbox.relieve()
    assert [w.picture for w in outbox.to_spool] == [waiting[3], waiting[2], waiting[1]]
    assert not outbox.overdue


def test_a_picture_on_its_way_stays_and_is_counted():
    outbox = Outbox(OutboxLimits(memory=5000))
    outbox.put_picture(first := picture("camera", 0, 3000))
    outbox.gather()
    outbox.sent(10)
    outbox.put_picture(second := picture("camera", 1, 3000))
    outbox.relieve()
    assert [w.picture for w in outbox.to_spool] == [second]
    assert outbox.behind == first.size
    for serial in range(2, 60):
        outbox.put(message("mount", serial, 80), b"mount")
    outbox.relieve()
    assert len(outbox.to_spool) == 1
    assert outbox.overdue


def test_the_copy_in_the_spool_is_what_is_sent():
    outbox = Outbox(OutboxLimits(memory=100))
    for serial in range(3):
        outbox.put_picture(picture("camera", serial, 2000))
    outbox.relieve()
    copies = []
    while outbox.to_spool:
        waiting = outbox.to_spool.popleft()
        assert waiting.picture is not None
        copies.append(InFile(waiting.picture))
        outbox.spooled(waiting, copies[-1])
        assert waiting.picture is None
    assert serials(drain(outbox, 777)) == [0, 1, 2]
    assert len(copies) == 2
    assert all(copy.reads for copy in copies)


def test_a_copy_that_comes_when_the_picture_is_on_its_way_goes_on_where_that_was():
    outbox = Outbox(OutboxLimits(memory=100))
    outbox.put_picture(picture("camera", 0, 2000))
    outbox.put_picture(picture("guide", 1, 2000))
    outbox.relieve()
    waiting = outbox.to_spool.popleft()
    assert waiting.picture is not None
    copy = InFile(waiting.picture)
    head = drain_until(outbox, b'device="guide"')
    outbox.spooled(waiting, copy)
    assert waiting.picture is None
    assert serials(head + drain(outbox)) == [0, 1]
    assert copy.reads


def test_a_peer_that_takes_nothing_lets_go_of_the_picture_on_its_way_too():
    outbox = Outbox()
    outbox.put_picture(picture("camera", 0, 2000))
    outbox.put_picture(picture("camera", 1, 2000))
    head = b"".join(outbox.gather().pieces)[:50]
    outbox.sent(50)
    outbox.unload()
    assert outbox.behind == 0
    while outbox.to_spool:
        waiting = outbox.to_spool.popleft()
        assert waiting.picture is not None
        outbox.spooled(waiting, InFile(waiting.picture, outbox.begun(waiting)))
        assert waiting.picture is None
    assert serials(head + drain(outbox, 333)) == [0, 1]


def test_what_the_spool_has_no_room_for_stays_in_memory_within_the_bound():
    outbox = Outbox()
    outbox.put_picture(picture("camera", 0, 2000))
    outbox.unload()
    outbox.spooled(outbox.to_spool.popleft(), None)
    assert not outbox.overdue
    assert outbox.behind > 2000
    assert serials(drain(outbox)) == [0]
    assert outbox.behind == 0


def test_the_rest_of_a_message_with_descriptors_stays_in_memory():
    outbox = Outbox(NO_LIMITS, attaches=True)
    outbox.put_picture(picture("camera", 0))
    data = begun(outbox)
    outbox.unload()
    assert not outbox.to_spool
    assert serials(data + drain(outbox)) == [0]


def test_a_copy_that_comes_when_a_message_with_descriptors_has_begun_is_not_used():
    outbox = Outbox(NO_LIMITS, attaches=True)
    outbox.put_picture(picture("camera", 0))
    outbox.unload()
    data = begun(outbox)
    waiting = outbox.to_spool.popleft()
    assert waiting.picture is not None
    outbox.spooled(waiting, InFile(waiting.picture))
    assert serials(data + drain(outbox)) == [0]


def begun(outbox: Outbox) -> bytes:
    """Return the first bytes of a message with descriptors."""
    while not (parcel := outbox.gather()).pieces:
        pass
    assert parcel.descriptors
    outbox.sent(10)
    return b"".join(parcel.pieces)[:10]


def test_a_burst_that_the_peer_takes_at_once_is_no_fault_of_its():
    outbox = Outbox(OutboxLimits(memory=MB))
    outbox.put(message("mount", 1, 2 * MB), b"mount")
    outbox.put_picture(picture("camera", 0, 2 * MB))
    drain(outbox)
    outbox.relieve()
    assert not outbox.overdue
    assert not outbox.to_spool


def drain_until(outbox: Outbox, what: bytes) -> bytes:
    out = b""
    while what not in out:
        data = b"".join(outbox.gather().pieces)[:100]
        outbox.sent(len(data))
        out += data
    return out


def test_messages_beyond_the_bound_make_the_peer_overdue():
    outbox = Outbox(OutboxLimits(memory=3 * MB - 1))
    for serial in range(3):
        assert not outbox.overdue
        outbox.put(message("mount", serial, MB), b"mount")
        outbox.relieve()
    assert outbox.overdue == "3 MB behind"


def test_replies_beyond_the_bound_make_the_peer_overdue():
    outbox = Outbox(OutboxLimits(memory=2000))
    outbox.put_picture(picture("camera", 0))
    for serial in range(1, 100):
        outbox.put_reply(reply(serial))
    outbox.relieve()
    assert outbox.overdue


def test_a_full_spool_makes_the_peer_overdue_and_says_so():
    outbox = Outbox(OutboxLimits(memory=100))
    outbox.put_picture(picture("camera", 0))
    outbox.put_picture(picture("camera", 1))
    outbox.relieve()
    outbox.spooled(outbox.to_spool.popleft(), None)
    assert "spool" in outbox.overdue


def test_a_picture_larger_than_the_bound_cuts_nobody_off():
    outbox = Outbox(OutboxLimits(memory=100_000))
    outbox.put_picture(picture("camera", 0, 10 * MB))
    outbox.put(message("mount", 1, 60_000), b"mount")
    outbox.relieve()
    assert not outbox.overdue
    assert not outbox.to_spool
    assert serials(drain(outbox)) == [1, 0]


# The form with descriptors.


def parcels(outbox: Outbox, step: int) -> list[tuple[bytes, list[int]]]:
    written = []
    while outbox:
        parcel = outbox.gather()
        data = b"".join(bytes(piece) for piece in parcel.pieces)[:step]
        if data:
            written.append((data, parcel.descriptors))
        outbox.sent(len(data))
    return written


def test_descriptors_go_once_however_the_message_is_cut():
    outbox = Outbox(NO_LIMITS, attaches=True)
    outbox.put_picture(picture("camera", 0))
    written = parcels(outbox, 7)
    assert [len(descriptors) for _, descriptors in written] == [1] + [0] * (len(written) - 1)
    assert b'attached="true"' in b"".join(data for data, _ in written)
    assert outbox.behind == 0


def test_a_picture_that_cannot_be_shared_is_dropped_and_the_rest_goes_on():
    bad, good = picture("camera", 0, body="AAAAA"), picture("camera", 1)
    for _ in range(2):  # the fault is the same for the second reader of the same pictures
        outbox = Outbox(NO_LIMITS, attaches=True)
        outbox.put_picture(bad)
        outbox.put_picture(good)
        outbox.put(message("camera", 2), b"camera")
        assert serials(drain(outbox)) == [1, 2]
        assert outbox.dropped == 1
        assert outbox.behind == 0


def test_any_number_of_pictures_that_cannot_be_shared_may_wait():
    outbox = Outbox(NO_LIMITS, attaches=True)
    bad = picture("camera", 0, body="AAAAA")
    for _ in range(3000):
        outbox.put_picture(bad)
    assert drain(outbox) == b""
    assert outbox.dropped == 3000


# Cost.


def calls(work, count: int) -> int:
    """Return how many calls of functions, and returns from them, `work(count)` makes."""
    counter = itertools.count()
    sys.setprofile(lambda *_: next(counter))
    try:
        work(count)
    finally:
        sys.setprofile(None)
    return next(counter)


def messages_alone(count: int) -> None:
    outbox = Outbox(NO_LIMITS)
    for _ in range(count):
        outbox.put(b"<message/>", b"mount")
    drain(outbox, 4096)


def messages_behind_a_picture_beyond_the_bound(count: int) -> None:
    outbox = Outbox(OutboxLimits(memory=10 * MB))
    outbox.put_picture(picture("camera", 0, 12 * MB))
    for _ in range(count):
        outbox.put(b"<message/>", b"camera")
        outbox.relieve()
    assert not outbox.overdue
    drain(outbox, MB)


def messages_and_replies_behind_a_picture(count: int) -> None:
    outbox = Outbox(NO_LIMITS)
    outbox.put_picture(picture("camera", 0))
    for _ in range(count // 2):
        outbox.put(b"<message/>", b"camera")
        outbox.put_reply(b"<pingReply/>")
    drain(outbox, 4096)


COPY = InFile(picture("camera", 0))


def pictures_to_the_spool(count: int) -> None:
    outbox = Outbox(OutboxLimits(memory=1000))
    for _ in range(count // 10):
        outbox.put_picture(picture("camera", 0))
        outbox.relieve()
    while outbox.to_spool:
        outbox.spooled(outbox.to_spool.popleft(), COPY)
    drain(outbox)


def frames_that_replace_one_another(count: int) -> None:
    outbox = Outbox(OutboxLimits(stream=1))
    outbox.put_picture(picture("camera", 0))
    for _ in range(count):
        outbox.put_picture(picture("camera", 0, stream=True))
        outbox.put(b"<message/>", b"camera")
    drain(outbox, 4096)


@pytest.mark.parametrize(
    "work",
    [
        messages_alone,
        messages_behind_a_picture_beyond_the_bound,
        messages_and_replies_behind_a_picture,
        pictures_to_the_spool,
        frames_that_replace_one_another,
    ],
)
def test_cost_is_linear_in_what_waits(work):
    assert calls(work, 10_000) < 2.2 * calls(work, 5_000)
