"""What drivers and remotes send, and where it goes: transcripts of the rules of the reference server."""

from __future__ import annotations

import logging
import os

import pytest

from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.shared_memory import create
from lightapt_server.routing import Role
from lightapt_server.waiting import OutboxLimits

from .puppets import (
    Stage,
    asks,
    attached,
    blob,
    command,
    definition,
    elements_of,
    update,
    wants_blobs,
)

GONE = '<delProperty device="{}"/>'


@pytest.fixture
def stage() -> Stage:
    return Stage()


def stamped(element: str, *hubs: str) -> str:
    """Return an element with a trail."""
    end = min(element.find(" "), element.find("/>") % len(element))
    return f'{element[:end]} via="{" ".join(hubs)}"{element[end:]}'


# To clients.


def test_what_a_driver_says_goes_to_interested_clients_in_order(stage):
    driver, all_, mount, property_, none = stage.driver(), *map(stage.client, "abcd")
    all_.send(asks())
    mount.send(asks("Mount"))
    property_.send(asks("Mount", "P"))
    said = [
        definition("Mount"),
        definition("Mount", "Q"),
        definition("Camera"),
        update("Mount"),
        '<message device="Mount" message="hi"/>',
        command("Mount"),
        '<delProperty device="Mount" name="P"/>',
    ]
    driver.send(*said)
    assert all_.gets() == said
    assert mount.gets() == [one for one in said if "Camera" not in one]
    assert property_.gets() == [definition("Mount"), update("Mount"), command("Mount"), said[-1]]
    assert none.gets() == []


def test_who_has_asked_for_nothing_gets_only_messages_without_a_device(stage):
    driver, client = stage.driver(), stage.client()
    driver.send(definition("Mount"), '<message message="hi"/>', '<message device="Mount" message="hi"/>')
    assert client.gets() == ['<message message="hi"/>']


@pytest.mark.parametrize("said", [definition(""), update(""), command(""), blob("")])
def test_other_elements_without_a_device_go_nowhere(stage, said):
    driver, client = stage.driver(), stage.client()
    client.send(asks(), wants_blobs("Also"))
    driver.send(said)
    assert client.gets() == []


def test_runs_are_counted_by_their_elements(stage):
    driver, client = stage.driver(), stage.client()
    client.send(asks())
    before = client.peer.outbox.queued
    driver.send(*[update("Mount")] * 5, update("Camera"))
    assert client.peer.outbox.queued - before == 6


def test_elements_that_come_together_reach_those_who_subscribed_in_between(stage):
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    driver.send(update("Mount"))
    client.send(asks("Mount"))
    driver.send(update("Mount", value="7"))
    assert client.gets() == [update("Mount", value="7")]


# Pings.


def test_a_ping_is_answered_in_order_with_the_same_uid(stage):
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    driver.gets()
    client.send(command("Mount", value="1"))
    driver.send('<pingRequest uid="SetBLOB/3"/>')
    client.send(command("Mount", value="2"), "<pingRequest uid='x'>\n</pingRequest>")
    assert driver.gets() == [command("Mount", value="1"), '<pingReply uid="SetBLOB/3"/>', command("Mount", value="2")]
    assert client.gets() == ["<pingReply uid='x'></pingReply>"]


def test_a_ping_is_answered_behind_a_picture_that_was_there_before(stage):
    driver, client = stage.driver("c", definition("Camera")), stage.client()
    driver.gets()
    client.send(blob("Camera", tag="newBLOBVector"))
    driver.send('<pingRequest uid="1"/>')
    assert driver.gets() == [blob("Camera", tag="newBLOBVector"), '<pingReply uid="1"/>']


def test_the_reply_to_a_ping_goes_to_nobody(stage):
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    client.send(asks())
    driver.send('<pingReply uid="1"/>')
    driver.gets()
    client.send('<pingReply uid="1"/>')
    assert client.gets() == driver.gets() == []


# Snooping.


def test_a_watching_driver_gets_all_that_is_said_of_what_it_watches_but_blobs(stage):
    owner, snooper = stage.driver("m", definition("Mount")), stage.driver("dome")
    snooper.send(asks("Mount", "P"))
    snooper.gets()
    said = [definition("Mount"), update("Mount"), command("Mount"), '<delProperty device="Mount" name="P"/>']
    owner.send(*said, update("Mount", "Q"), blob("Mount", "P"))
    assert snooper.gets() == said


def test_the_owner_is_asked_for_what_is_watched(stage):
    owner, snooper = stage.driver("m", definition("Mount")), stage.driver("dome")
    owner.gets()
    snooper.send(asks("Mount", "P"))
    assert owner.gets() == [asks("Mount", "P")]


def test_a_late_watcher_gets_what_was_said_before(stage):
    owner = stage.driver("m", definition("Mount"), definition("Mount", "Q"), update("Mount", value="3"))
    snooper = stage.driver("dome", asks("Mount"))
    assert snooper.gets() == [definition("Mount"), update("Mount", value="3"), definition("Mount", "Q")]
    owner.leaves()
    assert snooper.gets() == [GONE.format("Mount")]
    snooper.send(asks("Mount"))
    assert snooper.gets() == []


def test_a_watched_blob_needs_a_choice(stage):
    owner, snooper = stage.driver("c", definition("Camera")), stage.driver("guider")
    snooper.send(asks("Camera", "CCD1"))
    snooper.gets()
    owner.send(blob("Camera"))
    assert snooper.gets() == []
    snooper.send(wants_blobs("Also", "Camera", "CCD1"))
    owner.send(blob("Camera"), blob("Camera", "CCD2"))
    assert snooper.gets() == [blob("Camera")]


def test_what_is_watched_is_asked_of_upstream_hubs_and_carries_the_trail(stage):
    hub, client, driver = stage.client("hub"), stage.client(), stage.driver("dome")
    hub.send('<getProperties version="1.7" device="*"/>')
    client.send(asks())
    driver.gets()
    driver.send(asks("Mount"), wants_blobs("Also", "Mount"))
    assert hub.gets() == [stamped(asks("Mount"), "hub"), stamped(wants_blobs("Also", "Mount"), "hub")]
    assert client.gets() == []


def test_a_hub_that_comes_late_is_told_what_is_watched(stage):
    stage.driver("dome", asks("Mount", "P"), asks("Camera", "CCD1"), wants_blobs("Also", "Camera", "CCD1"))
    hub = stage.client("hub")
    hub.send('<getProperties version="1.7" device="*"/>')
    assert hub.gets() == [
        stamped(asks("Mount", "P"), "hub"),
        stamped(asks("Camera", "CCD1"), "hub"),
        stamped(wants_blobs("Also", "Camera", "CCD1"), "hub"),
    ]


def test_a_question_that_has_come_round_is_not_passed_on(stage, caplog):
    hub, owner, remote = stage.client("hub"), stage.driver("m", definition("Mount")), stage.remote()
    hub.send('<getProperties version="1.7" device="*"/>')
    owner.gets(), hub.gets()
    for _ in range(3):
        remote.send(stamped(asks("Mount"), "hub", "other"))
        hub.send(stamped(asks(), "hub", "other"))
    assert owner.gets() == hub.gets() == remote.gets() == []
    assert len([record for record in caplog.records if "leads back" in record.message]) == 2


# Deletions, and the end of a driver.


def test_a_deleted_property_is_forgotten(stage):
    driver, client = stage.driver("m", definition("Mount"), definition("Mount", "Q")), stage.client()
    client.send(asks("Mount", "P"))
    driver.send('<delProperty device="Mount" name="P"/>')
    assert client.gets() == ['<delProperty device="Mount" name="P"/>']
    assert stage.driver("dome", asks("Mount")).gets() == [definition("Mount", "Q")]


def test_a_deleted_device_belongs_to_whoever_defines_it_next(stage):
    one, two, client = stage.driver("a", definition("Mount")), stage.driver("b"), stage.client()
    client.send(asks("Mount"))
    one.send(GONE.format("Mount"))
    two.send(definition("Mount"))
    assert client.gets() == [GONE.format("Mount"), definition("Mount")]


def test_a_deletion_without_a_device_is_for_all_that_the_driver_has(stage):
    driver, client = stage.driver("m", definition("Mount"), definition("Camera")), stage.client()
    stage.driver("d", definition("Dome"))
    client.send(asks())
    driver.send("<delProperty/>")
    assert client.gets() == [GONE.format("Camera"), GONE.format("Mount")]


def test_nobody_can_delete_what_another_has(stage):
    stage.driver("m", definition("Mount"))
    thief, client = stage.driver("thief"), stage.client()
    client.send(asks())
    thief.send(GONE.format("Mount"))
    assert client.gets() == []


# Names that two claim.


def test_of_two_drivers_with_one_device_name_the_first_is_heard_and_the_second_reported_once(stage, caplog):
    first, second, client = stage.driver("first", definition("Mount")), stage.driver("second"), stage.client()
    client.send(asks("Mount"))
    with caplog.at_level(logging.ERROR):
        second.send(definition("Mount"), definition("Mount", "Q"), update("Mount"), blob("Mount"))
    [report] = client.gets()
    assert report.startswith('<message device="Mount"')
    for word in ("first", "second", "Mount"):
        assert word in report
    assert len(caplog.records) == 1
    first.send(update("Mount"))
    assert client.gets() == [update("Mount")]
    second.gets()
    client.send(command("Mount"))
    assert second.gets() == []


def test_when_the_first_dies_the_second_is_asked_and_takes_over(stage):
    first, second, client = stage.driver("first", definition("Mount")), stage.driver("second"), stage.client()
    second.send(definition("Mount"))
    client.send(asks("Mount"))
    client.gets(), second.gets()
    first.leaves()
    assert client.gets() == [GONE.format("Mount")]
    assert second.gets() == [asks("Mount")]
    second.send(definition("Mount", value="5"))
    assert client.gets() == [definition("Mount", value="5")]
    client.send(command("Mount"))
    assert second.gets() == [command("Mount")]


def test_who_has_given_up_a_claim_is_not_asked(stage):
    first, second = stage.driver("first", definition("Mount")), stage.driver("second", definition("Mount"))
    second.send(GONE.format("Mount"))
    first.leaves()
    assert second.gets() == []


# Remotes: see the trails in the routing module.


def test_only_a_definition_makes_a_remote_an_owner(stage):
    remote, client = stage.remote(), stage.client()
    client.send(asks(), wants_blobs("Also"))
    remote.send(update("Mount"), command("Mount"), '<message device="Mount" message="hi"/>', blob("Mount"))
    assert client.gets() == []
    remote.send(definition("Mount"), update("Mount"))
    assert client.gets() == [definition("Mount"), update("Mount")]


def test_whatever_a_local_driver_says_makes_it_an_owner(stage):
    for said in (update("Mount"), command("Mount"), '<message device="Mount" message="hi"/>', blob("Mount")):
        driver = stage.driver("m", said)
        assert driver.peer.devices == {b"Mount"}
        driver.leaves()


def test_a_link_for_one_device_brings_no_other(stage):
    remote, client = stage.remote("far", only_device=b"Mount"), stage.client()
    client.send(asks())
    remote.send(definition("Mount"), definition("Camera"), update("Camera"))
    assert client.gets() == [definition("Mount")]
    stage.driver("c", definition("Camera"))
    remote.send(definition("Camera"))
    assert client.gets() == [definition("Camera")]


def test_hubs_see_by_which_way_a_definition_has_come_and_nobody_else(stage):
    remote, hub, client = stage.remote(), stage.client("hub"), stage.client()
    hub.send('<getProperties version="1.7" device="*"/>')
    client.send(asks())
    remote.send(stamped(definition("Mount"), "origin", "far"), update("Mount"))
    assert hub.gets() == [stamped(definition("Mount"), "origin", "far", "hub"), update("Mount")]
    assert client.gets() == [definition("Mount"), update("Mount")]
    stage.driver("c", definition("Camera"), update("Camera"))
    assert hub.gets() == [stamped(definition("Camera"), "hub"), update("Camera")]
    assert stage.driver("dome", asks("Mount", "P")).gets() == [definition("Mount"), update("Mount")]


def test_a_definition_that_has_come_round_is_no_claim(stage, caplog):
    driver, remote, client = stage.driver("m", definition("Mount")), stage.remote(), stage.client()
    client.send(asks())
    remote.send(stamped(definition("Mount"), "hub", "far"), update("Mount"))
    driver.gets()
    driver.leaves()
    assert client.gets() == [GONE.format("Mount")]
    remote.send(stamped(definition("Mount"), "hub", "far"), update("Mount"))
    assert client.gets() == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_second_way_to_a_device_is_no_conflict_and_is_used_when_the_first_is_lost(stage, caplog):
    left, right, client = stage.remote("left", host="left"), stage.remote("right", host="right"), stage.client()
    client.send(asks("Mount"))
    left.send(stamped(definition("Mount"), "origin", "left"))
    right.send(stamped(definition("Mount"), "origin", "right"), update("Mount"))
    assert client.gets() == [definition("Mount")]
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    right.gets()
    left.leaves()
    assert client.gets() == [GONE.format("Mount")]
    assert right.gets() == [stamped(asks("Mount"), "hub")]
    right.send(stamped(definition("Mount"), "origin", "right"))
    assert client.gets() == [definition("Mount")]


def test_what_names_no_device_carries_its_trail_to_hubs_and_stops_where_it_has_been(stage):
    driver, remote, hub, client = stage.driver(), stage.remote(), stage.client("hub"), stage.client()
    hub.send('<getProperties version="1.7" device="*"/>')
    said = '<message message="hi"/>'
    driver.send(said)
    assert hub.gets() == [stamped(said, "hub")]
    remote.send(stamped(said, "far"))
    assert hub.gets() == [stamped(said, "far", "hub")]
    assert client.gets() == [said, said]
    remote.send(stamped(said, "hub", "far"))
    assert hub.gets() == client.gets() == []


def test_elements_that_come_with_the_definition_follow_it(stage):
    remote, client = stage.remote(), stage.client()
    client.send(asks())
    remote.send(update("Mount"))  # of a device that nobody has yet
    remote.send(definition("Mount"), update("Mount"), definition("Camera"), update("Camera"))
    assert client.gets() == [definition("Mount"), update("Mount"), definition("Camera"), update("Camera")]


# BLOBs.


def test_a_blob_goes_to_those_who_want_it(stage):
    driver, also, never, only = stage.driver("c", definition("Camera")), *map(stage.client, "abc")
    for client, policy in ((also, "Also"), (never, "Never"), (only, "Only")):
        client.send(asks(), wants_blobs(policy))
    driver.send(update("Camera"), blob("Camera"), update("Camera"))
    assert also.gets() == [update("Camera"), blob("Camera"), update("Camera")]
    assert never.gets() == [update("Camera"), update("Camera")]
    assert only.gets() == [blob("Camera")]


def test_all_readers_share_one_picture(stage):
    driver, *clients = stage.driver("c", definition("Camera")), stage.client(), stage.client()
    for client in clients:
        client.send(asks(), wants_blobs("Also"))
    driver.send(blob("Camera", body="A" * 400_000))
    [one, two] = [client.peer.outbox.gather().pieces for client in clients]
    assert all(a is b for a, b in zip(one, two, strict=True))


def test_an_attached_blob_is_converted_for_clients_and_for_those_who_watch(stage):
    driver, client, snooper = stage.driver("c", definition("Camera")), stage.client(), stage.driver("guider")
    client.send(asks(), wants_blobs("Also"))
    snooper.send(asks("Camera"), wants_blobs("Also", "Camera"))
    snooper.gets()
    driver.send(attached("Camera", 3), update("Camera"), descriptors=[create(3)])
    assert client.gets() == snooper.gets() == [update("Camera"), blob("Camera")][::-1]


def test_an_attached_blob_without_its_descriptor_is_malformed_and_what_came_before_is_passed_on(stage):
    driver, client = stage.driver("c", definition("Camera")), stage.client()
    client.send(asks(), wants_blobs("Also"))
    with pytest.raises(MalformedElementError):
        driver.send(update("Camera"), attached("Camera", 3), update("Camera"))
    assert client.gets() == [update("Camera")]


def test_a_blob_that_nobody_wants_uses_up_its_descriptor(stage):
    driver = stage.driver("c", definition("Camera"))
    descriptor = create(3)
    driver.send(attached("Camera", 3), descriptors=[descriptor])
    assert not os.path.exists(f"/proc/self/fd/{descriptor}")


def test_a_slow_reader_of_blobs_keeps_nobody_from_his(stage):
    driver, quick = stage.driver("c", definition("Camera")), stage.client("quick")
    slow = stage.joins(Role.CLIENT, "slow", limits=OutboxLimits(memory=10_000))
    for client in (quick, slow):
        client.send(asks(), wants_blobs("Also"))
    for _ in range(5):
        driver.send(blob("Camera", body="A" * 8000))
        assert len(quick.gets()) == 1
    slow.peer.outbox.relieve()
    assert len(slow.peer.outbox.to_spool) == 4
    assert not slow.peer.outbox.overdue
    assert len(elements_of(slow.take())) == 5
