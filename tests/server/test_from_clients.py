"""What clients send, and where it goes: transcripts of the rules of the reference server."""

from __future__ import annotations

import os

import pytest

from lightapt_protocol.errors import MalformedElementError
from lightapt_protocol.shared_memory import create

from .puppets import (
    Stage,
    asks,
    attached,
    blob,
    command,
    definition,
    update,
    wants_blobs,
)


@pytest.fixture
def stage() -> Stage:
    return Stage()


# Questions.


def test_a_question_about_no_device_goes_to_each_driver_and_once_to_each_host(stage):
    driver = stage.driver()
    first, second, other = stage.remote("far"), stage.remote("far again"), stage.remote("near", host="near:7624")
    stage.client().send(asks())
    assert driver.gets() == [asks()]
    assert first.gets() == other.gets() == ['<getProperties via="hub" version="1.7"/>']
    assert second.gets() == []


def test_a_question_about_a_device_goes_to_its_owner(stage):
    mount = stage.driver("mount", definition("Mount"))
    camera = stage.driver("camera", definition("Camera"))
    stage.client().send(asks("Mount", "P"))
    assert mount.gets() == [asks("Mount", "P")]
    assert camera.gets() == []


def test_the_driver_is_asked_whatever_the_hub_remembers(stage):
    driver, client = stage.driver("mount", definition("Mount")), stage.client()
    client.send(asks("Mount"))
    assert client.gets() == []
    assert driver.gets() == [asks("Mount")]


def test_a_question_about_an_unknown_device_subscribes_for_when_it_comes(stage):
    driver, client = stage.driver(), stage.client()
    client.send(asks("Mount"))
    assert driver.gets() == []
    driver.send(definition("Mount"), definition("Other"))
    assert client.gets() == [definition("Mount")]


def test_an_absurdly_long_question_costs_no_remote_its_link(stage):
    remote, client = stage.remote(), stage.client()
    client.send(f'<getProperties version="1.7" name="{"x" * 65_000}"/>')
    assert remote.gets() == []


# Commands.


def test_a_command_goes_to_the_owner_and_as_an_echo_to_the_other_clients(stage):
    driver, sender, other, bystander = stage.driver("mount", definition("Mount")), *map(stage.client, "abc")
    other.send(asks("Mount"))
    bystander.send(asks("Camera"))
    driver.gets()
    sender.send(command("Mount"))
    assert driver.gets() == other.gets() == [command("Mount")]
    assert sender.gets() == bystander.gets() == []


def test_a_command_subscribes_its_sender(stage):
    driver, client = stage.driver("mount", definition("Mount")), stage.client()
    client.send(command("Mount", "P"))
    driver.send(update("Mount", "P"), update("Mount", "Q"))
    assert client.gets() == [update("Mount", "P")]


def test_a_command_for_an_unknown_device_reaches_no_driver(stage):
    driver, client, other = stage.driver("mount", definition("Mount")), stage.client(), stage.client()
    other.send(asks())
    driver.gets()
    client.send(command("Camera"))
    assert driver.gets() == []
    assert other.gets() == [command("Camera")]


def test_a_command_without_a_device_goes_nowhere(stage):
    driver, client, other = stage.driver("mount", definition("Mount")), stage.client(), stage.client()
    other.send(asks())
    driver.gets()
    client.send('<newNumberVector name="P"><oneNumber name="a">1</oneNumber></newNumberVector>')
    client.send(blob("", tag="newBLOBVector"))
    assert driver.gets() == other.gets() == []
    driver.send(definition("Mount"))
    assert client.gets() == []


# What clients say of a device.


def test_an_update_from_a_client_goes_to_the_owner_and_to_those_who_watch(stage):
    owner, snooper, client, other = stage.driver("m", definition("Mount")), stage.driver("d"), *map(stage.client, "ab")
    other.send(asks())
    snooper.send(asks("Mount"))
    owner.gets(), snooper.gets()
    client.send(update("Mount"))
    assert owner.gets() == snooper.gets() == [update("Mount")]
    assert other.gets() == []


def test_an_owner_that_watches_its_own_device_gets_an_update_once(stage):
    owner, client = stage.driver("m", definition("Mount"), asks("Mount")), stage.client()
    owner.gets()
    client.send(update("Mount"))
    assert owner.gets() == [update("Mount")]


@pytest.mark.parametrize("said", ['<message device="Mount" message="hi"/>', '<delProperty device="Mount" name="P"/>'])
def test_messages_and_deletions_from_a_client_go_to_the_owner_only(stage, said):
    owner, snooper, client, other = stage.driver("m", definition("Mount")), stage.driver("d"), *map(stage.client, "ab")
    other.send(asks())
    snooper.send(asks("Mount"))
    owner.gets(), snooper.gets()
    client.send(said)
    assert owner.gets() == [said]
    assert snooper.gets() == other.gets() == []


def test_a_hub_tells_those_who_watch_of_a_device_that_is_not_here(stage):
    snooper, hub = stage.driver("dome", asks("Mount")), stage.client("hub")
    hub.send('<getProperties version="1.7" device="*"/>')
    snooper.gets()
    gone = '<delProperty device="Mount"/>'
    hub.send(definition("Mount"), update("Mount"), gone)
    assert snooper.gets() == [definition("Mount"), update("Mount"), gone]


def test_of_a_device_that_is_here_those_who_watch_hear_from_its_owner_only(stage):
    owner, snooper, hub = stage.driver("m", definition("Mount")), stage.driver("dome", asks("Mount")), stage.client()
    hub.send('<getProperties version="1.7" device="*"/>')
    owner.gets(), snooper.gets()
    hub.send(definition("Mount"), update("Mount"), blob("Mount"))
    assert owner.gets() == snooper.gets() == []


def test_what_a_hub_passes_down_carries_its_trail_to_the_next(stage):
    remote, hub = stage.remote("dome", asks("Mount")), stage.client()
    hub.send('<getProperties version="1.7" device="*"/>')
    remote.gets()
    hub.send(update("Mount"))
    [passed] = remote.gets()
    assert passed == update("Mount").replace("Vector", 'Vector via="hub"', 1)
    hub.send(passed)
    assert remote.gets() == []


# BLOBs.


def test_a_blob_from_a_client_goes_to_the_owner_and_as_an_echo_to_who_wants_blobs(stage):
    owner, sender, other, never, only = stage.driver("c", definition("Camera")), *map(stage.client, "abcd")
    for client, policy in ((other, "Also"), (never, "Never"), (only, "Only")):
        client.send(asks(), wants_blobs(policy))
    owner.gets()
    sender.send(blob("Camera", tag="newBLOBVector"))
    assert owner.gets() == other.gets() == only.gets() == [blob("Camera", tag="newBLOBVector")]
    assert never.gets() == sender.gets() == []


def test_an_updated_blob_from_a_client_goes_to_the_owner_and_to_those_who_watch_blobs(stage):
    owner, snooper, text_only = (stage.driver(*says) for says in (("c", definition("Camera")), ("d",), ("e",)))
    snooper.send(asks("Camera", "CCD1"), wants_blobs("Also", "Camera", "CCD1"))
    text_only.send(asks("Camera", "CCD1"))
    for driver in (owner, snooper, text_only):
        driver.gets()
    stage.client().send(blob("Camera"))
    assert owner.gets() == snooper.gets() == [blob("Camera")]
    assert text_only.gets() == []


def test_a_blob_passed_down_carries_its_trail_and_stops_where_it_has_been(stage):
    remote, hub = stage.remote("dome", asks("Camera"), wants_blobs("Also", "Camera")), stage.client()
    hub.send('<getProperties version="1.7" device="*"/>')
    remote.gets()
    hub.send(blob("Camera"))
    [passed] = remote.gets()
    assert passed == blob("Camera").replace("Vector", 'Vector via="hub"', 1)
    hub.send(passed)
    assert remote.gets() == []


def test_an_attached_blob_from_a_client_is_converted_for_the_owner(stage):
    owner, client = stage.driver("c", definition("Camera")), stage.client()
    descriptor = create(3)
    os.pwrite(descriptor, b"\0\0\0", 0)
    owner.gets()
    client.send(attached("Camera", 3).replace("set", "new"), descriptors=[descriptor])
    assert owner.gets() == [blob("Camera", tag="newBLOBVector")]


def test_an_attached_blob_from_a_client_without_its_descriptor_is_malformed(stage):
    stage.driver("c", definition("Camera"))
    with pytest.raises(MalformedElementError):
        stage.client().send(attached("Camera", 3))


# enableBLOB.


def test_a_blob_choice_subscribes_and_goes_to_no_local_driver(stage):
    driver, client = stage.driver("c", definition("Camera")), stage.client()
    client.send(wants_blobs("Also", "Camera", "CCD1"))
    assert driver.gets() == []
    driver.send(blob("Camera"), blob("Camera", "CCD2"), update("Camera", "CCD1"), update("Camera", "CCD2"))
    assert client.gets() == [blob("Camera"), update("Camera", "CCD1")]


def test_a_client_of_blobs_only_gets_no_text(stage):
    driver, client = stage.driver("c", definition("Camera")), stage.client()
    client.send(asks(), wants_blobs("Only"))
    driver.send(update("Camera"), blob("Camera"), '<message message="hi"/>', '<delProperty device="Camera"/>')
    assert client.gets() == [blob("Camera")]


def test_a_blob_choice_that_means_nothing_changes_nothing(stage):
    driver, client = stage.driver("c", definition("Camera")), stage.client()
    client.send(asks(), wants_blobs("Also"), wants_blobs("Perhaps"))
    driver.send(blob("Camera"))
    assert client.gets() == [blob("Camera")]


def test_remotes_are_told_of_the_choices_of_all_clients_taken_together(stage):
    remote, one, two = stage.remote("far", definition("Camera")), *map(stage.client, "ab")
    remote.gets()
    one.send(wants_blobs("Also", "Camera"))
    assert remote.gets() == [wants_blobs("Also", "Camera")]
    two.send(wants_blobs("Never", "Camera"), wants_blobs("Also", "Camera", "CCD1"))
    assert remote.gets() == [wants_blobs("Also", "Camera", "CCD1")]
    one.leaves()
    assert remote.gets() == [wants_blobs("Never", "Camera"), wants_blobs("Also", "Camera", "CCD1")]
    two.leaves()
    assert remote.gets() == [wants_blobs("Never", "Camera", "CCD1")]


def test_a_choice_made_before_the_device_is_known_is_told_when_it_comes(stage):
    remote = stage.remote()
    stage.client().send(wants_blobs("Also", "Camera"))
    assert remote.gets() == []
    remote.send(definition("Camera"))
    assert remote.gets() == [wants_blobs("Also", "Camera")]
