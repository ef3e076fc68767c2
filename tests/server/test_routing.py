"""The tables: subscriptions, snoops, BLOB choices and owners."""

from __future__ import annotations

import pytest

from lightapt_server.outbox import Outbox
from lightapt_server.routing import BlobPolicy, Peer, Role, Router

D, E, P, Q = b"D", b"E", b"P", b"Q"
ALSO, NEVER, ONLY = BlobPolicy.ALSO, BlobPolicy.NEVER, BlobPolicy.ONLY


class Tables:
    def __init__(self) -> None:
        self.router = Router()
        self.driver = self.peer(Role.DRIVER)
        self.client = self.peer(Role.CLIENT)

    def peer(self, role: Role, **kw) -> Peer:
        peer = Peer(role, role.value, **kw)
        self.router.add(peer)
        return peer

    def remote(self, host: str = "far", **kw) -> Peer:
        return self.peer(Role.REMOTE, host=host, **kw)

    def readers(self, device: bytes = D, name: bytes = P, source: Peer | None = None) -> set[Peer]:
        return set(self.router.readers(source or self.driver, device, name))

    def blob_readers(self, device: bytes = D, name: bytes = P, source: Peer | None = None) -> set[Peer]:
        return set(self.router.blob_readers(source or self.driver, device, name))


@pytest.fixture
def tables() -> Tables:
    return Tables()


def test_a_peer_keeps_the_outbox_that_it_is_given_though_it_is_empty():
    outbox = Outbox(attaches=True)
    assert Peer(Role.CLIENT, "client", outbox=outbox).outbox is outbox


# Subscriptions.


def test_who_has_asked_for_nothing_gets_only_what_names_no_device(tables):
    assert tables.readers(b"", b"") == {tables.client}
    assert not tables.readers()


@pytest.mark.parametrize(
    ("device", "name", "gets"),
    [
        (b"", b"", {(D, P), (D, Q), (D, b""), (E, P)}),
        (D, b"", {(D, P), (D, Q), (D, b"")}),
        (D, P, {(D, P)}),
    ],
)
def test_a_client_gets_what_it_has_named(tables, device, name, gets):
    tables.router.watch(tables.client, device, name)
    everything = [(D, P), (D, Q), (D, b""), (E, P)]
    assert {pair for pair in everything if tables.readers(*pair)} == gets


def test_a_general_question_does_not_open_a_client_that_has_named_a_device(tables):
    tables.router.watch(tables.client, D, b"")
    tables.router.watch(tables.client, b"", b"")
    assert not tables.readers(E)
    tables.router.watch_everything(tables.client)
    assert tables.readers(E)


def test_who_has_left_gets_nothing(tables):
    tables.router.watch(tables.client, D, b"")
    tables.router.remove(tables.client)
    assert not tables.readers()
    assert not list(tables.router.clients)


def test_equal_answers_are_one_object(tables):
    tables.router.watch(tables.client, D, b"")
    one, two = (tables.router.readers(tables.driver, D, name) for name in (P, Q))
    assert one is two


def test_the_generation_changes_with_the_answers_only(tables):
    router = tables.router
    before = router.generation
    router.watch(tables.client, D, b"")
    after = router.generation
    assert after != before
    router.watch(tables.client, D, b"")
    router.watch(tables.client, D, P)
    assert router.generation == after


# BLOB choices.


@pytest.mark.parametrize(
    ("choices", "gets_text", "gets_blobs"),
    [
        ([], True, False),
        ([(b"", b"", ALSO)], True, True),
        ([(E, b"", ALSO)], True, True),  # without a property it is for the whole client
        ([(b"", b"", ONLY)], False, True),
        ([(D, P, ALSO)], True, True),
        ([(D, P, ONLY)], True, True),  # of one property it is the same as Also
        ([(D, Q, ALSO)], True, False),
        ([(b"", b"", ALSO), (D, P, NEVER)], True, False),
        ([(D, P, NEVER), (b"", b"", ALSO)], True, True),
        ([(D, P, ALSO), (b"", b"", NEVER)], True, False),
    ],
)
def test_blob_choices(tables, choices, gets_text, gets_blobs):
    tables.router.watch(tables.client, b"", b"")
    for device, name, policy in choices:
        tables.router.choose_blobs(tables.client, device, name, policy=policy)
    assert bool(tables.readers()) is gets_text
    assert bool(tables.blob_readers()) is gets_blobs


def test_a_blob_goes_to_nobody_who_has_not_asked_for_its_property(tables):
    tables.router.watch(tables.client, D, Q)
    tables.router.choose_blobs(tables.client, b"", b"", policy=ALSO)
    assert not tables.blob_readers()


def test_no_blob_comes_by_a_link_that_passes_none(tables):
    remote = tables.remote()
    remote.passes_blobs = False
    tables.router.watch(tables.client, b"", b"")
    tables.router.choose_blobs(tables.client, b"", b"", policy=ALSO)
    assert not tables.blob_readers(source=remote)


# Snoops.


def test_a_driver_watches_a_property_or_a_device_but_not_itself(tables):
    other = tables.peer(Role.DRIVER)
    assert tables.router.snoop(other, D, P)
    assert not tables.router.snoop(other, D, P)
    assert tables.readers(D, P) == {other}
    assert not tables.readers(D, Q)
    assert tables.router.snoop(other, D, b"")
    assert tables.readers(D, Q) == {other}
    assert not tables.readers(D, P, source=other)


def test_a_watched_blob_needs_a_choice_of_its_own(tables):
    other, router = tables.peer(Role.DRIVER), tables.router
    assert not router.choose_snooped_blobs(other, D, P, policy=ALSO)
    router.snoop(other, D, P)
    assert not tables.blob_readers()
    assert router.choose_snooped_blobs(other, D, P, policy=ALSO)
    assert tables.blob_readers() == {other}
    assert tables.readers() == {other}
    router.choose_snooped_blobs(other, D, P, policy=ONLY)
    assert tables.blob_readers() == {other}
    assert not tables.readers()


def test_a_choice_for_a_property_of_a_watched_device_is_for_the_device(tables):
    other, router = tables.peer(Role.DRIVER), tables.router
    router.snoop(other, D, b"")
    assert router.choose_snooped_blobs(other, D, P, policy=ALSO)
    assert tables.blob_readers(D, Q) == {other}


def test_two_links_to_one_host_do_not_snoop_on_one_another(tables):
    one, two, other = tables.remote("far"), tables.remote("far"), tables.remote("near")
    for remote in (two, other):
        tables.router.snoop(remote, D, P)
    assert tables.readers(source=one) == {other}


def test_what_is_watched_is_asked_of_hubs_and_of_who_is_chained_for_its_drivers(tables):
    hub, chained = tables.peer(Role.CLIENT), tables.peer(Role.CLIENT)
    tables.router.mark_hub(hub)
    tables.router.watch(tables.client, b"", b"")
    tables.router.watch(chained, D, b"")
    tables.router.claim(tables.driver, D)
    assert set(tables.router.upstream_hubs(tables.driver)) == {hub, chained}
    assert set(tables.router.upstream_hubs(tables.remote())) == {hub}


# Owners.


def test_the_first_to_claim_a_device_owns_it(tables):
    other, router = tables.peer(Role.DRIVER), tables.router
    assert router.claim(tables.driver, D)
    assert router.claim(tables.driver, D)
    assert not router.claim(other, D)
    assert router.owner(D) is tables.driver
    assert tables.driver.devices == {D}


def test_a_device_that_its_owner_has_lost_can_be_claimed_again(tables):
    other, router = tables.peer(Role.DRIVER), tables.router
    router.claim(tables.driver, D, (b"far", b"near"))
    other.claims.add(D)
    assert router.trail(D) == (b"far", b"near")
    router.disown(D)
    assert router.owner(D) is None
    assert router.trail(D) == ()
    assert router.claim(other, D)
    assert not other.claims


def test_who_leaves_owns_and_claims_nothing(tables):
    tables.router.claim(tables.driver, D)
    tables.driver.claims.add(E)
    tables.router.remove(tables.driver)
    assert tables.router.owner(D) is None
    assert not tables.driver.devices
    assert not tables.driver.claims


def test_what_names_no_device_goes_to_each_driver_and_once_to_each_host(tables):
    first, _second, other = tables.remote("far"), tables.remote("far"), tables.remote("near")
    assert set(tables.router.for_all_devices()) == {tables.driver, first, other}


# Who must forget.


def test_whoever_knows_a_device_must_forget_it_however_it_subscribed(tables):
    router = tables.router
    by_device, by_property, bystander, only = (tables.peer(Role.CLIENT) for _ in range(4))
    snooper = tables.peer(Role.DRIVER)
    router.watch(tables.client, b"", b"")
    router.watch(by_device, D, b"")
    router.watch(by_property, D, P)
    router.watch(bystander, E, b"")
    router.watch(only, D, b"")
    router.choose_blobs(only, b"", b"", policy=ONLY)
    router.snoop(snooper, D, Q)
    router.claim(tables.driver, D)
    assert set(router.forgetters(D, b"")) == {tables.client, by_device, by_property, snooper}
    assert set(router.forgetters(D, Q)) == {tables.client, by_device, snooper}


# What remotes are told of BLOBs.


def test_choices_of_all_readers_are_put_together(tables):
    remote, router = tables.remote(), tables.router
    router.claim(remote, D)
    second = tables.peer(Role.CLIENT)
    assert router.blob_news(remote) == {(D, b""): False}
    router.watch(tables.client, D, b"")
    router.choose_blobs(tables.client, D, b"", policy=ALSO)
    assert router.blob_news(remote) == {(D, b""): True}
    router.watch(second, D, b"")
    router.choose_blobs(second, b"", b"", policy=NEVER)
    assert router.blob_news(remote) == {}


def test_a_choice_for_one_property_is_told_and_taken_back_when_its_reader_goes(tables):
    remote, router = tables.remote(), tables.router
    router.claim(remote, D)
    router.watch(tables.client, D, P)
    router.choose_blobs(tables.client, D, P, policy=ALSO)
    assert router.blob_news(remote) == {(D, b""): False, (D, P): True}
    assert router.blob_news(remote) == {}
    router.remove(tables.client)
    assert router.blob_news(remote) == {(D, P): False}


def test_a_new_choice_for_all_is_followed_by_those_for_single_properties(tables):
    remote, router = tables.remote(), tables.router
    router.claim(remote, D)
    second = tables.peer(Role.CLIENT)
    router.watch(tables.client, D, P)
    router.choose_blobs(tables.client, D, P, policy=NEVER)
    router.blob_news(remote)
    router.watch(second, D, Q)
    router.choose_blobs(second, b"", b"", policy=ALSO)
    assert list(router.blob_news(remote).items()) == [((D, b""), True), ((D, P), False)]


def test_watched_blobs_of_a_remote_are_told_too(tables):
    remote, router = tables.remote(), tables.router
    router.claim(remote, D)
    router.snoop(tables.driver, D, P)
    router.choose_snooped_blobs(tables.driver, D, P, policy=ALSO)
    assert router.blob_news(remote) == {(D, b""): False, (D, P): True}
    second = tables.peer(Role.DRIVER)
    router.snoop(second, D, b"")
    router.choose_snooped_blobs(second, D, b"", policy=ALSO)
    assert router.blob_news(remote)[D, b""] is True


def test_what_the_remote_itself_watches_is_no_wish_of_ours(tables):
    remote, router = tables.remote(), tables.router
    router.claim(remote, D)
    router.snoop(remote, D, P)
    router.choose_snooped_blobs(remote, D, P, policy=ALSO)
    assert router.blob_news(remote) == {(D, b""): False}
