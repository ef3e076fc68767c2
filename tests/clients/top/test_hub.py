"""What a hub tells of itself; the counters are those of its own panel."""

import pytest

from lightapt_clients.top.hub import HUB, HubWatch, Role
from lightapt_protocol.messages import DelProperty
from lightapt_protocol.mirror import Mirror
from lightapt_server.routing import Role as Routing
from lightapt_server.self_device import DEVICE, Panel, vectors
from lightapt_server.statistics import HubCounters, PeerCounters

COUNTERS = HubCounters(
    clients=1, drivers=1, remotes=0, devices=1, welcomed=3, cut_off=0, restarts=2, spooled=0, memory=50 << 20
)


def peer(label="driver dome", role=Routing.DRIVER, elements=0, size=0, behind=0, dropped=0):
    return PeerCounters(label, role, elements, size, elements, size, behind, dropped)


class Told:
    """A watch that is told what a hub's panel says."""

    def __init__(self, *peers, absent=()):
        self.mirror, self.watch, self._panel = Mirror(), HubWatch(), Panel()
        self._hear(self._panel.answer(vectors(COUNTERS, peers, absent)), 0.0)

    def at(self, now, *peers, absent=()):
        self._hear(self._panel.changes(vectors(COUNTERS, peers, absent)), now)
        return {found.name: found for found in self.watch.peers()}

    def _hear(self, messages, now):
        for message in messages:
            for change in self.mirror.apply(message):
                self.watch.heard(change, now)


def test_it_listens_to_the_device_that_the_hub_serves():
    assert HUB == DEVICE


def test_rates_are_of_the_time_between_two_looks():
    told = Told(peer())
    assert not told.watch.peers()[0].is_known
    dome = told.at(2.0, peer(elements=10, size=3000, behind=7, dropped=1))["dome"]
    assert (dome.role, dome.is_known, dome.is_away) == (Role.DRIVER, True, False)
    assert (dome.sent.messages, dome.sent.size, dome.got.messages) == (5.0, 1500.0, 5.0)
    assert (dome.behind, dome.dropped) == (7, 1)


def test_after_a_long_silence_the_rate_is_that_of_the_last_period():
    assert Told(peer()).at(60.0, peer(elements=10))["dome"].sent.messages == 5.0


def test_two_looks_in_a_moment_make_no_rate():
    told = Told(peer())
    told.at(0.1, peer(elements=10))
    assert told.at(2.0, peer(elements=20))["dome"].sent.messages == 10.0


def test_counters_that_begin_anew_make_no_negative_rate():
    told = Told(peer(elements=1000))
    assert told.at(2.0, peer(elements=4))["dome"].sent.messages == 2.0


def test_what_is_not_told_has_not_changed():
    told = Told(peer())
    told.at(2.0, peer(elements=10))
    told.watch.sample(3.0)
    told.watch.sample(6.0)
    dome = told.watch.peers()[0]
    assert (dome.is_known, dome.sent.messages) == (True, 0.0)
    assert dome.trend.line(2) == "█ "


def test_a_driver_that_is_to_come_back_is_away():
    told = Told(peer())
    assert told.at(2.0, absent=["driver dome"])["dome"].is_away


def test_a_driver_that_is_gone_for_good_is_not_listed():
    told = Told(peer())
    assert "dome" not in told.at(2.0)


def test_drivers_come_first_and_clients_last():
    told = Told(peer("client 1", Routing.CLIENT), peer("remote Dome@far", Routing.REMOTE), peer())
    found = [(one.role, one.name) for one in told.watch.peers()]
    clients = [(Role.CLIENT, "Clients here now"), (Role.CLIENT, "1")]
    assert found == [(Role.DRIVER, "dome"), (Role.REMOTE, "Dome@far"), *clients]


def test_clients_are_told_one_by_one_as_well():
    found = {one.name: one for one in Told(peer("client 1", Routing.CLIENT, behind=9)).watch.peers()}
    assert [(one.is_all, one.behind) for one in found.values()] == [(True, 9), (False, 9)]


def test_totals_are_the_hubs_counters_while_it_tells():
    told = Told(peer())
    assert told.watch.is_there
    assert (told.watch.totals["RESTARTS"], told.watch.totals["MEMORY_MB"]) == (2, 50)
    for change in told.mirror.apply(DelProperty(HUB)):
        told.watch.heard(change, 1.0)
    assert not told.watch.is_there
    assert told.watch.peers() == []


def test_what_was_known_before_counts():
    told = Told(peer())
    late = HubWatch()
    late.begin(told.mirror, 5.0)
    assert late.is_there
    assert {found.name for found in late.peers()} == {"dome", "Clients here now"}


@pytest.mark.parametrize("name", ["CONNECTION", "DRIVER_INFO"])
def test_its_other_properties_are_no_peers(name):
    told = Told()
    assert name in told.mirror.devices[HUB]
    assert [found.role for found in told.watch.peers()] == [Role.CLIENT]
