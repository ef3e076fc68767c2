"""PHD2 is on this machine if its end of the connection is, and if its host's name does not say otherwise."""

import socket

import pytest

from lightapt_drivers.phd2 import connect
from lightapt_drivers.phd2.machines import are_one, is_own
from tests.drivers.phd2.fake import FakePhd2
from tests.drivers.phd2.scenes import scene


@pytest.fixture(autouse=True)
def named(monkeypatch):
    monkeypatch.setattr(socket, "gethostname", lambda: "Observatory")


@pytest.mark.parametrize(
    ("own", "peer"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.1", "127.0.1.1"),
        ("::1", "::1"),
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("192.168.1.7", "192.168.1.7"),
        ("fe80::1%eth0", "fe80::1"),
    ],
)
@pytest.mark.parametrize("name", [None, "observatory", "OBSERVATORY.local"])
def test_both_ends_at_one_address_are_one_machine(own, peer, name):
    assert are_one(own, peer, name=name)


def test_what_a_tunnel_leads_to_is_elsewhere():
    assert not are_one("127.0.0.1", "127.0.0.1", name="mountain")


@pytest.mark.parametrize("name", [None, "observatory"])
@pytest.mark.parametrize("peer", ["192.168.1.8", "", "no address"])
def test_another_address_is_elsewhere_also_where_both_hosts_have_one_name(peer, name):
    assert not are_one("192.168.1.7", peer, name=name)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1", "observatory.local"]
)
def test_names_and_addresses_of_this_machine_are_its_own(host):
    assert is_own(host)


@pytest.mark.parametrize("host", ["mountain", "192.0.2.1", "2001:db8::1", ""])
def test_others_are_not(host):
    assert not is_own(host)


@pytest.mark.parametrize(("name", "is_here"), [("observatory", True), ("mountain", False)])
@scene
async def test_a_client_knows_whether_phd2_is_here(name, is_here, quick):
    async with FakePhd2() as fake:
        fake.model.host = name
        async with connect("localhost", fake.port, options=quick) as phd2:
            assert phd2.is_here is is_here
