"""A scan finds the instances of PHD2 that run, and takes nothing else for one."""

import asyncio
import socket
import threading

import pytest

from lightapt_drivers.phd2.errors import HostError
from lightapt_drivers.phd2.scanning import Found, scan
from tests.drivers.phd2.fake import FakePhd2, bytewise
from tests.drivers.phd2.scenes import MS, NO_HOSTS, PATIENCE, scene


@scene
async def test_instances_are_found_by_their_ports():
    async with FakePhd2() as one, FakePhd2(instance=3, cut=bytewise) as other:
        one.model.host = other.model.host = "mountain"
        found = await scan("127.0.0.1", sorted([one.port, other.port]), timeout=5.0)
        assert set(found) == {
            Found("127.0.0.1", one.port, 1, "2.6.13dev8", "mountain"),
            Found("127.0.0.1", other.port, 3, "2.6.13dev8", "mountain"),
        }
        assert [one.port for one in found] == sorted(one.port for one in found)


@scene
async def test_ports_where_nobody_or_something_else_listens_are_passed_over():
    async def serve(reader, writer):
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()
        await reader.read()
        writer.transport.abort()

    async with FakePhd2() as gone:
        closed = gone.port
    async with FakePhd2() as silent, FakePhd2() as fake:
        silent.hang()
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        other = server.sockets[0].getsockname()[1]
        found = await scan("127.0.0.1", [closed, other, fake.port], timeout=5.0)
        assert await scan("127.0.0.1", [silent.port], timeout=0.2) == []
        server.close()
    assert [one.port for one in found] == [fake.port]


@scene
async def test_a_host_that_does_not_exist_is_told_as_such(nameless):
    with pytest.raises(HostError, match=r"the host no-such-host\.invalid of PHD2 is not known: Name or service not"):
        await scan("no-such-host.invalid", [4400, 4401])


@scene
async def test_a_host_whose_address_is_not_told_in_time_is_told_as_such(monkeypatch):
    goes_on = threading.Event()

    def look_up(*_, **__):
        goes_on.wait(PATIENCE)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    try:
        with pytest.raises(HostError, match=r"the host mountain of PHD2 is not known: .*not answered in time"):
            await scan("mountain", [4400], timeout=10 * MS)
    finally:
        goes_on.set()


@pytest.mark.parametrize("host", NO_HOSTS)
@scene
async def test_what_no_host_can_be_called_is_told_as_such(host):
    with pytest.raises(HostError, match=r"the host .* of PHD2 is not known: no host can have that name") as caught:
        await scan(host, [4400, 4401], timeout=30_000 * MS)
    assert len(str(caught.value)) < 200
