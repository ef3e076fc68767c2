"""What both sides of the switchboard do alike."""

from __future__ import annotations

from .puppets import Stage, asks, definition, update, wants_blobs


def test_the_hub_speaks_of_a_device_to_those_who_know_it():
    stage = Stage()
    all_, mount, property_, camera, only = map(stage.client, "abcde")
    all_.send(asks())
    mount.send(asks("Mount"))
    property_.send(asks("Mount", "P"))
    camera.send(asks("Camera"))
    only.send(asks("Mount"), wants_blobs("Only"))
    stage.board.say(b"Mount", 'it "hangs"')
    said = ['<message device="Mount" message="it &quot;hangs&quot;"/>']
    assert all_.gets() == mount.gets() == property_.gets() == said
    assert camera.gets() == only.gets() == []


def test_each_message_ends_a_line_for_those_who_read_by_lines():
    stage = Stage()
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    client.send(asks())
    client.gets()
    assert b"".join(driver.peer.outbox.gather().pieces) == f"{asks()}\n".encode()
    driver.send(update("Mount"), update("Mount"))
    sent = b"".join(client.peer.outbox.gather().pieces).decode()
    assert sent.splitlines(keepends=True) == [f"{update('Mount')}\n"] * 2


def test_whoever_has_something_waiting_is_dirty():
    stage = Stage()
    driver, client, bystander = stage.driver("m", definition("Mount")), stage.client(), stage.client()
    driver.gets()
    stage.board.dirty.clear()
    client.send(asks())
    assert stage.board.dirty == {driver.peer}
    stage.board.dirty.clear()
    driver.send(definition("Mount"), '<pingRequest uid="1"/>')
    assert stage.board.dirty == {client.peer, driver.peer}
    assert bystander.peer not in stage.board.dirty


def test_a_question_reaches_a_local_driver_without_its_trail():
    stage = Stage()
    driver, hub = stage.driver("m", definition("Mount")), stage.client()
    driver.gets()
    hub.send('<getProperties via="far" version="1.7" device="Mount"/>')
    assert driver.gets() == [asks("Mount")]
