"""Peers come and go, the hub asks questions of its own, and hubs are wired to one another in every way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lightapt_server.routing import Peer, Role

from .puppets import Network, Puppet, Stage, asks, blob, command, definition, update, wants_blobs

GONE = '<delProperty device="Mount"/>'


@pytest.fixture
def stage() -> Stage:
    return Stage()


# Coming and going.


@pytest.mark.parametrize(
    ("role", "device", "greeting"),
    [
        (Role.CLIENT, b"", []),
        (Role.DRIVER, b"", [asks()]),
        (
            Role.REMOTE,
            b"",
            ['<getProperties via="hub" version="1.7" device="*"/>', '<getProperties via="hub" version="1.7"/>'],
        ),
        (Role.REMOTE, b"Mount", ['<getProperties via="hub" version="1.7" device="Mount"/>']),
    ],
)
def test_a_peer_is_greeted(stage, role, device, greeting):
    puppet = Puppet(stage.board, role, "peer", only_device=device)
    stage.board.joined(puppet.peer)
    assert puppet.gets() == greeting


def test_when_a_driver_dies_everyone_who_knew_its_devices_hears_it(stage):
    driver, all_, device, property_, camera = stage.driver("m"), *map(stage.client, "abcd")
    driver.send(definition("Mount"), definition("Focuser"))
    snooper = stage.driver("dome", asks("Mount", "P"))
    all_.send(asks())
    device.send(asks("Mount"))
    property_.send(asks("Mount", "P"))
    camera.send(asks("Camera"))
    snooper.gets()
    driver.leaves()
    assert all_.gets() == ['<delProperty device="Focuser"/>', GONE]
    assert device.gets() == property_.gets() == snooper.gets() == [GONE]
    assert camera.gets() == []
    assert not list(stage.board.memory.replay(b"Mount"))


def test_a_driver_that_comes_back_is_told_of_what_it_watched(stage):
    stage.driver("m", definition("Mount"), update("Mount"))
    dome = stage.driver("dome", asks("Mount"))
    dome.leaves()
    again = Puppet(stage.board, Role.DRIVER, "dome")
    again.peer.snoops = dome.peer.snoops
    stage.board.joined(again.peer)
    assert again.gets() == [asks(), definition("Mount"), update("Mount")]


def test_a_remote_that_comes_back_is_told_of_all_blob_choices(stage):
    remote, client = stage.remote("far", definition("Camera")), stage.client()
    client.send(asks(), wants_blobs("Also"), wants_blobs("Never", "Camera", "CCD2"))
    remote.leaves()
    again = stage.remote("far", definition("Camera"))
    assert again.gets() == [wants_blobs("Also", "Camera"), wants_blobs("Never", "Camera", "CCD2")]


def test_the_blob_choice_of_a_driver_that_comes_back_is_told_again(stage):
    remote = stage.remote("far", definition("Camera"))
    guider = stage.driver("guider", asks("Camera", "CCD1"), wants_blobs("Also", "Camera", "CCD1"))
    guider.leaves()
    remote.gets()
    again = Peer(Role.DRIVER, "guider")
    again.snoops = guider.peer.snoops
    stage.board.joined(again)
    assert remote.gets() == [wants_blobs("Also", "Camera", "CCD1")]


def test_who_has_left_gets_nothing_and_is_kept_nowhere(stage):
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    client.send(asks())
    driver.leaves()
    client.leaves()
    assert not stage.board.dirty
    assert not list(stage.board.router.clients)
    assert not list(stage.board.router.drivers)


# The hub's own questions.


def test_the_answer_to_the_hubs_own_question_goes_to_nobody(stage):
    driver, client = stage.driver("m", definition("Mount"), definition("Mount", "Q")), stage.client()
    client.send(asks())
    driver.gets()
    assert stage.board.ask(driver.peer)
    assert driver.gets() == [asks("Mount", "P")]
    driver.send(definition("Mount", "Q"), definition("Mount"), definition("Mount"))
    assert client.gets() == [definition("Mount", "Q"), definition("Mount")]


def test_a_driver_that_has_nothing_cannot_be_asked(stage):
    assert not stage.board.ask(stage.driver().peer)


def test_an_answer_that_others_wait_for_too_is_for_all(stage):
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    stage.board.ask(driver.peer)
    client.send(asks("Mount"))
    driver.send(definition("Mount"))
    assert client.gets() == [definition("Mount")]


@pytest.mark.parametrize("gone", [GONE, '<delProperty device="Mount" name="P"/>', "<delProperty/>"])
def test_what_is_defined_anew_is_no_answer(stage, gone):
    driver, client = stage.driver("m", definition("Mount")), stage.client()
    client.send(asks("Mount"))
    stage.board.ask(driver.peer)
    driver.send(gone)
    client.gets()
    driver.send(definition("Mount"))
    assert client.gets() == [definition("Mount")]


# Hubs that are wired to one another. Whatever happens, they come to rest; a device is seen wherever a way leads.

CHAIN = ("A", "B"), ("B", "C")
PAIR = ("A", "B"), ("B", "A")
RING = ("A", "B"), ("B", "C"), ("C", "A")
DIAMOND = ("A", "B"), ("A", "C"), ("B", "D"), ("C", "D")
MESH = tuple((parent, child) for parent in "ABC" for child in "ABC" if parent != child)
SHAPES = {"chain": CHAIN, "pair": PAIR, "ring": RING, "diamond": DIAMOND, "mesh": MESH}


def network(shape: str) -> Network:
    cables = SHAPES[shape]
    net = Network(*sorted({name for cable in cables for name in cable}))
    for cable in cables:
        net.chain(*cable)
    net.settle()
    return net


def watched(net: Network) -> dict[str, Puppet]:
    """Let a client that wants everything join each hub."""
    clients = {}
    for name, hub in net.hubs.items():
        clients[name] = hub.client()
        clients[name].send(asks(), wants_blobs("Also"))
        net.settle()
        clients[name].gets()
    return clients


def reachable(shape: str, origin: str) -> set[str]:
    """Return the hubs that see a device of `origin`."""
    seen = {origin}
    for _ in SHAPES[shape]:
        seen |= {parent for parent, child in SHAPES[shape] if child in seen}
    return seen


LOOPED = pytest.mark.parametrize("shape", SHAPES)


@LOOPED
def test_a_device_is_seen_once_wherever_a_way_leads(shape):
    net = network(shape)
    clients = watched(net)
    origin = max(net.hubs)
    driver = net[origin].driver("m", definition("Mount"), update("Mount"), blob("Mount"))
    net.settle()
    said = [definition("Mount"), update("Mount"), blob("Mount")]
    for name, client in clients.items():
        got = [one for one in client.gets() if "<message" not in one]
        expected = said if name in reachable(shape, origin) else []
        assert got[:2] == expected[:2]
        assert set(got) == set(expected) or got == expected[:2]  # the BLOB may have been sent before it was chosen
    driver.send(update("Mount", value="5"), blob("Mount"))
    net.settle()
    for name in reachable(shape, origin):
        assert clients[name].gets() == [update("Mount", value="5"), blob("Mount")]


@LOOPED
def test_a_command_finds_its_way_once(shape):
    net = network(shape)
    clients = watched(net)
    origin = max(net.hubs)
    driver = net[origin].driver("m", definition("Mount"))
    net.settle()
    driver.gets()
    for name in sorted(reachable(shape, origin)):
        clients[name].send(command("Mount", value=name))
        net.settle()
        assert driver.gets() == [command("Mount", value=name)]


@LOOPED
def test_the_end_of_a_driver_is_heard_everywhere_and_leaves_no_ghost(shape):
    net = network(shape)
    clients = watched(net)
    origin = max(net.hubs)
    for _ in range(2):
        driver = net[origin].driver("m", definition("Mount"), *[update("Mount")] * 5)
        driver.leaves()  # while what it said is still under way
        net.settle()
        for name in reachable(shape, origin):
            assert clients[name].gets()[-1] == GONE
        for hub in net.hubs.values():
            assert hub.board.router.owner(b"Mount") is None
            assert not list(hub.board.memory.replay(b"Mount"))


@LOOPED
def test_what_names_no_device_does_not_circulate(shape):
    net = network(shape)
    clients = watched(net)
    origin = max(net.hubs)
    net[origin].driver("m", '<message message="hi"/>')
    net.settle()
    for name in net.hubs:
        heard = clients[name].gets()
        assert set(heard) == ({'<message message="hi"/>'} if name in reachable(shape, origin) else set())
    assert len(heard) <= 1


@LOOPED
def test_nothing_that_a_client_sends_circulates(shape):
    net = network(shape)
    clients = watched(net)
    for said in (
        asks(),
        asks("Mount"),
        command("Mount"),
        command(""),
        update("Mount"),
        definition("Mount"),
        blob("Mount"),
        blob("Mount", tag="newBLOBVector"),
        GONE,
        wants_blobs("Also", "Mount"),
        '<message message="hi"/>',
        '<getProperties version="1.7" device="*"/>',
        '<pingRequest uid="1"/>',
    ):
        for client in clients.values():
            client.send(said)
            net.settle()
        for hub in net.hubs.values():
            assert hub.board.router.owner(b"Mount") is None


@LOOPED
@pytest.mark.parametrize("origin", "AB")
def test_snooping_works_along_every_way_and_does_not_circulate(shape, origin):
    net = network(shape)
    owner = net[origin].driver("m", definition("Mount"))
    net.settle()
    snoopers = [hub.driver("dome", asks("Mount"), wants_blobs("Also", "Mount")) for hub in net.hubs.values()]
    net.settle()
    for snooper in snoopers:
        assert definition("Mount") in [strip(one) for one in snooper.gets()]
    owner.send(update("Mount"), blob("Mount"))
    net.settle()
    for snooper in snoopers:
        assert {strip(one) for one in snooper.gets()} == {update("Mount"), blob("Mount")}
    owner.leaves()
    net.settle()


def strip(element: str) -> str:
    """Return an element without its trail."""
    start, _, rest = element.partition(' via="')
    return start + rest.partition('"')[2] if rest else element


def test_a_late_snooper_gets_static_values_across_hubs():
    net = network("chain")
    net["A"].driver("m", definition("Mount"), update("Mount", value="3"))
    net.settle()
    snooper = net["C"].driver("dome", asks("Mount"))
    net.settle()
    assert [strip(one) for one in snooper.gets()] == [definition("Mount"), update("Mount", value="3")]


def test_a_hub_that_comes_back_is_told_what_is_watched_behind_it():
    net = Network("A", "B", "C")
    net.chain("B", "C")
    first = net.chain("A", "B")
    net.settle()
    snooper = net["C"].driver("dome", asks("Mount"))
    net.settle()
    first.cut()
    net.cables.remove(first)
    net.chain("A", "B")
    net.settle()
    net["A"].driver("m", definition("Mount"))
    net.settle()
    assert [strip(one) for one in snooper.gets()] == [asks(), definition("Mount")]


def test_blob_choices_go_down_a_chain_and_are_made_again_after_a_cut():
    net = Network("A", "B", "C")
    first, second = net.chain("A", "B"), net.chain("B", "C")
    net.settle()
    client = net["A"].client()
    client.send(wants_blobs("Also", "Camera", "CCD1"))
    camera = net["C"].driver("c", definition("Camera"))
    net.settle()
    client.gets()
    camera.send(blob("Camera"), blob("Camera", "CCD2"))
    net.settle()
    assert client.gets() == [blob("Camera")]
    assert not [one for one in map(strip, cable_traffic(net, second, camera)) if "CCD2" in one]
    first.cut()
    net.cables.remove(first)
    net.chain("A", "B")
    net.settle()
    assert asks() in camera.gets()
    camera.send(definition("Camera"))
    net.settle()
    client.gets()
    camera.send(blob("Camera"))
    net.settle()
    assert client.gets() == [blob("Camera")]
    client.leaves()
    net.settle()
    assert cable_traffic(net, second, camera) == []


def cable_traffic(net: Network, cable, camera: Puppet) -> list[str]:
    """Return what a cable carries when the camera sends two BLOBs."""
    camera.send(blob("Camera"), blob("Camera", "CCD2"))
    carried = cable.lower.gets()
    net.settle()
    return carried


def test_the_way_that_is_left_is_taken_when_the_other_is_cut():
    net = Network("A", "B", "C", "D")
    cables = {pair: net.chain(*pair) for pair in DIAMOND}
    net.settle()
    client = watched(net)["A"]
    driver = net["D"].driver("m", definition("Mount"))
    net.settle()
    assert client.gets() == [definition("Mount")]
    first = "B" if net["A"].board.router.trail(b"Mount")[-1] == b"B" else "C"
    cable = cables["A", first]
    cable.cut()
    net.cables.remove(cable)
    net.settle()
    assert client.gets()[0] == GONE
    assert len(driver.gets()) >= 1
    driver.send(definition("Mount"), update("Mount"))  # as it answers the question
    net.settle()
    assert client.gets() == [definition("Mount"), update("Mount")]
    client.send(command("Mount"))
    net.settle()
    assert driver.gets() == [command("Mount")]


@given(st.sampled_from(sorted(SHAPES)), st.randoms(use_true_random=False), st.data())
@settings(max_examples=100)
def test_any_events_in_any_order_come_to_rest_with_one_view(shape, random, data):
    net = network(shape)
    clients = watched(net)
    drivers: dict[str, Puppet] = {}

    def some(ends):
        return random.choice(ends), random.choice([1, 40, 1000])

    def a_little(ends):
        nonlocal budget
        budget -= 1
        return some(ends)

    for _ in range(data.draw(st.integers(1, 12))):
        name = data.draw(st.sampled_from(sorted(net.hubs)))
        match data.draw(st.sampled_from(["start", "say", "end", "snoop", "command", "ask"])):
            case "start" if name not in drivers and len(drivers) < 2:
                drivers[name] = net[name].driver(name, definition("Mount"), update("Mount"))
            case "say" if name in drivers:
                drivers[name].send(update("Mount", value="8"), '<message message="hi"/>')
            case "end" if name in drivers:
                drivers.pop(name).leaves()
            case "snoop":
                net[name].driver("dome", asks("Mount"))
            case "command":
                clients[name].send(command("Mount"), update("Mount"))
            case "ask":
                clients[name].send(asks())
        budget = data.draw(st.integers(0, 20))
        while budget > 0 and any(end.peer.outbox for cable in net.cables for end in (cable.lower, cable.upper)):
            step(net, a_little)
    while any(answers(driver) for driver in drivers.values()) or net.settle(some):
        pass
    for name, hub in net.hubs.items():
        owner = hub.board.router.owner(b"Mount")
        origins = {origin for origin in drivers if name in reachable(shape, origin)}
        assert (owner is not None) is bool(origins)


def answers(driver: Puppet) -> bool:
    """Let a driver tell of its device if it is asked; return whether it was."""
    asked = any(one.startswith("<getProperties") for one in driver.gets())
    if asked:
        driver.send(definition("Mount"))
    return asked


def step(net: Network, choose) -> None:
    """Deliver one piece."""
    ends = [
        pair
        for cable in net.cables
        for pair in ((cable.lower, cable.upper), (cable.upper, cable.lower))
        if pair[0].peer.outbox
    ]
    (source, target), most = choose(ends)
    target.feed(source.take(most))
