"""A hub inside a program of one's own, and the indipy family as its drivers, children, remotes and parents."""

from __future__ import annotations

import asyncio
import base64
import gc
import logging
import os
import re
import shutil
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lightapt_server import Hub
from lightapt_server.config import HubConfig
from lightapt_server.reception import ListenError

from .phrases import GET, choose, inline
from .puppets import PATIENCE, Client, eventually
from .rig import LIGHTAPT_SERVER, Server, Stage, free_port

pytest.importorskip("indipydriver")
pytest.importorskip("indipyserver")

from .indipy_peer import PICTURE, Camera, Thermostat, Watcher

pytestmark = pytest.mark.system

PEER = str(Path(__file__).with_name("indipy_peer.py"))
MB = 1_000_000


class Running:
    """A hub in a loop of its own, in a thread."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))
        self._thread.start()
        assert self._listening.wait(PATIENCE)

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        running = asyncio.create_task(self.hub.asyncrun())
        self._loop.call_soon(self._listening.set)  # after its first step, in which it begins to listen
        await running

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.hub.port

    def call(self, function: Callable[[], object]) -> None:
        self._loop.call_soon_threadsafe(function)

    def wait(self, awaitable: Awaitable[object]) -> None:
        async def run() -> None:
            await awaitable

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(PATIENCE)

    def close(self) -> None:
        if self._thread.is_alive():
            self.call(self.hub.shutdown)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "the hub does not end"


@pytest.fixture
def run() -> Iterator[Callable[[Hub], Running]]:
    """Runs hubs, and ends them with the test."""
    running: list[Running] = []

    def start(hub: Hub) -> Running:
        running.append(Running(hub))
        return running[-1]

    yield start
    for hub in running:
        hub.close()


def target(value: float, device: str = "Thermostat") -> bytes:
    head = f'<newNumberVector device="{device}" name="TARGET">'
    return f'{head}<oneNumber name="T">{value}</oneNumber></newNumberVector>'.encode()


def expose(size: int) -> bytes:
    member = f'<oneNumber name="SIZE">{size}</oneNumber>'
    return f'<newNumberVector device="Camera" name="EXPOSE">{member}</newNumberVector>'.encode()


def upload(size: int) -> bytes:
    return inline("Camera", b"u" * size, name="UPLOAD", verb="new").replace(b'name="B"', b'name="U"')


def expect_vector(client: Client, tag: str, device: str, name: str) -> bytes:
    """Wait for a vector, whatever the order of its attributes; return what it holds."""
    pattern = rf'<{tag}(?=[^>]*\bdevice=["\']{device}["\'])(?=[^>]*\bname=["\']{name}["\'])[^>]*>(.*?)</{tag}>'
    return client.expect_match(b"(?s)" + pattern.encode())[1]


def expect_number(client: Client, device: str, name: str) -> float:
    return float(re.sub(rb"<[^>]*>", b"", expect_vector(client, "setNumberVector", device, name)))


def expect_picture(client: Client, size: int) -> None:
    body = client.expect(b"</setBLOBVector>")
    head = re.search(rb'<setBLOBVector[^>]*device="Camera"[^>]*>\s*<oneBLOB[^>]*size="(\d+)"[^>]*>', body)
    assert head, body[:500]
    assert int(head[1]) == size
    data = base64.b64decode(body[head.end() :].replace(b"</oneBLOB>", b""))
    assert data == (PICTURE * (size // 256 + 1))[:size]


def expect_devices(client: Client, *devices: str) -> None:
    """Ask once, and wait until all the devices are there, in any order."""
    client.send(GET)
    defined = "".join(rf'(?=.*<def\w+Vector[^>]*\bdevice=["\']{device}["\'])' for device in devices)
    client.expect_match(b"(?s)" + defined.encode())


def check_camera(client: Client, size: int) -> None:
    """Have a picture taken, and send one."""
    client.send(choose("Also", "Camera"))
    client.sync()
    client.send(expose(size))
    expect_picture(client, size)
    client.send(upload(100_000))
    assert expect_number(client, "Camera", "RECEIVED") == 100_000


class TestHub:
    def test_drivers_an_executable_and_a_remote_are_one_tree(self, stage: Stage, run: Callable[[Hub], Running]) -> None:
        if shutil.which("indi_simulator_ccd") is None:
            pytest.skip("indi-bin is not installed")
        far = run(Hub(Thermostat("Far"), port=0))
        hub = Hub(Thermostat(), Camera(), port=0)
        hub.add_exdriver("indi_simulator_ccd")
        hub.add_remote("localhost", far.hub.port)
        client = stage.client_of(run(hub).address)
        expect_devices(client, "Thermostat", "Camera", "CCD Simulator", "Far")
        for device in ("Thermostat", "Far"):
            client.send(target(20, device))
            assert expect_number(client, device, "TARGET") == 20

    def test_a_driver_in_the_process_sends_and_takes_pictures(
        self, stage: Stage, run: Callable[[Hub], Running]
    ) -> None:
        client = stage.client_of(run(Hub(Camera(), port=0)).address)
        expect_devices(client, "Camera")
        check_camera(client, 8 * MB)

    def test_drivers_in_the_process_watch_one_another(self, stage: Stage, run: Callable[[Hub], Running]) -> None:
        client = stage.client_of(run(Hub(Watcher(), Thermostat(), port=0)).address)
        expect_devices(client, "Thermostat", "Watcher")
        client.send(target(17))
        while expect_number(client, "Watcher", "SEEN") != 17:
            pass

    def test_a_driver_that_fails_is_reported_and_its_devices_go(
        self, stage: Stage, run: Callable[[Hub], Running], caplog: pytest.LogCaptureFixture
    ) -> None:
        client = stage.client_of(run(Hub(Thermostat(), Thermostat("Other"), port=0)).address)
        expect_devices(client, "Thermostat", "Other")
        client.send(target(666))
        client.expect(b'<delProperty device="Thermostat"/>')
        client.send(target(3, "Other"))
        assert expect_number(client, "Other", "TARGET") == 3
        failures = [record for record in caplog.records if record.levelno == logging.ERROR]
        assert ["Thermostat (Thermostat): it has failed" in record.getMessage() for record in failures] == [True]
        assert "too hot" in caplog.text

    def test_a_driver_that_ends_by_itself_takes_its_devices_along(
        self, stage: Stage, run: Callable[[Hub], Running]
    ) -> None:
        thermostat = Thermostat()
        running = run(Hub(thermostat, Camera(), port=0))
        client = stage.client_of(running.address)
        expect_devices(client, "Thermostat", "Camera")
        running.call(thermostat.shutdown)
        client.expect(b'<delProperty device="Thermostat"/>')
        expect_devices(client, "Camera")

    def test_what_is_added_while_it_runs_starts_at_once(self, stage: Stage, run: Callable[[Hub], Running]) -> None:
        running = run(Hub(port=0))
        client = stage.client_of(running.address)
        running.call(lambda: running.hub.add_exdriver(sys.executable, PEER, "driver", "camera"))
        expect_devices(client, "Camera")
        check_camera(client, 4 * MB)

    def test_blobs_pass_a_remote_only_where_it_was_said(self, stage: Stage, run: Callable[[Hub], Running]) -> None:
        far = run(Hub(Camera(), port=0))
        closed, opened = Hub(port=0), Hub(port=0)
        closed.add_remote("localhost", far.hub.port)
        opened.add_remote("localhost", far.hub.port, blob_enable=True)
        clients = [stage.client_of(run(hub).address) for hub in (closed, opened)]
        for client in clients:
            expect_devices(client, "Camera")
            client.send(choose("Also", "Camera"))
            client.sync()
        clients[0].send(upload(100) + expose(1000))
        expect_picture(clients[1], 1000)
        clients[1].send(upload(200))
        assert expect_number(clients[1], "Camera", "RECEIVED") == 200
        assert b"<oneBLOB" not in clients[0].expect(b"RECEIVED") + clients[0].sync()

    def test_a_message_reaches_every_client(self, stage: Stage, run: Callable[[Hub], Running]) -> None:
        running = run(Hub(Thermostat(), port=0))
        new = stage.client_of(running.address)
        new.sync()
        running.wait(running.hub.send_message("The roof closes & <that> is it"))
        text = new.expect_match(rb'<message timestamp="([^"]*)" message="([^"]*)"/>')
        assert text[2] == b"The roof closes &amp; &lt;that&gt; is it"

    def test_more_clients_than_allowed_are_turned_away(self, stage: Stage, run: Callable[[Hub], Running]) -> None:
        running = run(Hub(Thermostat(), port=0, maxconnections=1))
        stage.client_of(running.address).sync()
        stage.client_of(running.address).expect_end()

    def test_one_device_name_in_two_drivers_is_refused(self) -> None:
        with pytest.raises(ValueError, match="Thermostat"):
            Hub(Thermostat(), Thermostat())

    def test_what_is_no_driver_is_refused(self) -> None:
        with pytest.raises(TypeError, match="indipydriver"):
            Hub("indi_simulator_ccd")  # type: ignore[arg-type]


class TestInAProgram:
    """What the program around the hub may rely on."""

    def test_nothing_is_left_behind(self) -> None:
        process = psutil.Process()

        async def program() -> None:
            hub = Hub(Thermostat(), Camera(), port=0)
            hub.add_exdriver(sys.executable, PEER, "driver", "watcher")
            running = asyncio.create_task(hub.asyncrun())
            await asyncio.sleep(0)
            reader, writer = await asyncio.open_connection("127.0.0.1", hub.port)
            writer.write(GET)
            while b"Watcher" not in await reader.readuntil(b"Vector>"):
                pass
            hub.shutdown()
            await running
            assert hub.stop
            assert hub.stopped.is_set()
            writer.close()
            await writer.wait_closed()
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(program())  # what is loaded with the first run stays
        gc.collect()
        before = process.num_fds(), len(process.children())
        asyncio.run(program())
        gc.collect()
        assert (process.num_fds(), len(process.children())) == before

    def test_signals_stay_the_programs(self) -> None:
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        seen: dict[signal.Signals, object] = {}

        async def program() -> None:
            hub = Hub(port=0)
            running = asyncio.create_task(hub.asyncrun())
            await asyncio.sleep(0)
            assert hub.port
            seen.update({number: signal.getsignal(number) for number in handlers if number != signal.SIGINT})
            hub.shutdown()
            await running

        asyncio.run(program())
        assert seen == {number: handlers[number] for number in seen}

    def test_cancelling_ends_it(self) -> None:
        async def program() -> None:
            thermostat = Thermostat()
            running = asyncio.create_task(Hub(thermostat, port=0).asyncrun())
            await asyncio.sleep(0)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert asyncio.all_tasks() == {asyncio.current_task()}

        asyncio.run(program())

    def test_a_driver_gets_to_end_in_order(self) -> None:
        class Careful(Thermostat):
            parked = False

            async def hardware(self) -> None:
                await self.shutdownrequested.wait()
                self.parked = True

        async def program() -> None:
            driver = Careful()
            hub = Hub(driver, port=0)
            running = asyncio.create_task(hub.asyncrun())
            await asyncio.sleep(0)
            _, writer = await asyncio.open_connection("127.0.0.1", hub.port)
            writer.close()
            await writer.wait_closed()
            hub.shutdown("that is all")
            await running
            assert driver.parked

        asyncio.run(program())

    def test_a_driver_that_will_not_end_is_cancelled(self) -> None:
        class Stubborn(Thermostat):
            async def hardware(self) -> None:
                await asyncio.Event().wait()

        async def program() -> None:
            driver = Stubborn()
            hub = Hub(driver, port=0)
            async with asyncio.TaskGroup() as group:
                group.create_task(hub.asyncrun())
                group.create_task(asyncio.sleep(0)).add_done_callback(lambda _: hub.shutdown())
            assert driver.stopped.is_set()

        asyncio.run(program())

    def test_a_shutdown_before_it_runs_counts(self) -> None:
        async def program() -> None:
            hub = Hub(Thermostat(), port=0)
            hub.shutdown()
            await hub.asyncrun()
            assert hub.stopped.is_set()

        asyncio.run(program())

    def test_a_port_in_use_is_an_error_for_the_program(self) -> None:
        async def program() -> None:
            first = Hub(port=0)
            running = asyncio.create_task(first.asyncrun())
            await asyncio.sleep(0)
            with pytest.raises(ListenError, match="in use"):
                await Hub(host="127.0.0.1", port=first.port).asyncrun()
            first.shutdown()
            await running

        asyncio.run(program())

    def test_the_rest_of_the_configuration_is_the_programs_too(
        self, stage: Stage, run: Callable[[Hub], Running]
    ) -> None:
        running = run(Hub(port=0, host=None, config=HubConfig(self_device=True, max_connections=1)))
        expect_devices(stage.client_of(running.address), "LightAPT Hub")
        stage.client_of(running.address).expect_end()


class TestChild:
    """A driver of indipydriver as a child process."""

    @pytest.fixture
    def hub(self, stage: Stage) -> Server:
        driver = f"pipes: {sys.executable} {PEER} driver camera"
        return stage.run(*LIGHTAPT_SERVER, "--port", "0", "--driver", driver, "-v").listening()

    def test_its_pictures_come_through(self, stage: Stage, hub: Server) -> None:
        client = stage.client(hub)
        expect_devices(client, "Camera")
        check_camera(client, 4 * MB)

    def test_it_ends_with_the_hub(self, stage: Stage, hub: Server) -> None:
        expect_devices(stage.client(hub), "Camera")
        (child,) = psutil.Process(hub.pid).children()
        hub.signal(signal.SIGTERM)
        assert hub.exit_code() == 0
        eventually(lambda: not child.is_running(), "the driver's end")


class TestIPyServer:
    """The sister server below our hub, and above it."""

    @pytest.fixture
    def port(self) -> int:
        return free_port()

    def ipyserver(self, stage: Stage, port: int, *arguments: str) -> Server:
        return stage.run(sys.executable, PEER, "server", str(port), *arguments, PYTHONWARNINGS="ignore").listening_on(
            port
        )

    def ours(self, stage: Stage, *arguments: str) -> Server:
        return stage.run(*LIGHTAPT_SERVER, "--port", "0", *arguments, "-v").listening()

    def drivers(self, *names: str) -> list[str]:
        words = ((f"pipes: {sys.executable} {PEER} driver {name}") for name in names)
        return [argument for word in words for argument in ("--driver", word)]

    def test_as_a_remote_its_devices_values_and_pictures_are_here(self, stage: Stage, port: int) -> None:
        self.ipyserver(stage, port, "--driver", "thermostat", "--driver", "camera")
        client = stage.client(self.ours(stage, "--remote", f"@127.0.0.1:{port}"))
        expect_devices(client, "Thermostat", "Camera")
        client.send(target(21))
        assert expect_number(client, "Thermostat", "TARGET") == 21
        check_camera(client, MB)

    def test_as_a_remote_it_sends_pictures_only_while_they_are_wanted(self, stage: Stage, port: int) -> None:
        self.ipyserver(stage, port, "--driver", "camera", "--driver", "thermostat")
        client = stage.client(self.ours(stage, "--remote", f"@127.0.0.1:{port}"))
        direct = stage.client_of(("127.0.0.1", port), "a client of the remote")
        direct.send(choose("Also", "Camera"))
        expect_devices(client, "Camera", "Thermostat")
        choices = [("Never", ""), ("Also", "CCD1"), ("Never", "CCD1"), ("Also", ""), ("Never", "")]
        for order, (policy, name) in enumerate(choices, start=1):
            client.send(choose(policy, "Camera", name) + expose(1000))
            expect_picture(direct, 1000)
            if policy == "Also":
                expect_picture(client, 1000)
            direct.send(target(order))
            got = client.expect_match(rb'(?s)(.*?)<setNumberVector[^>]*"TARGET"[^>]*><oneNumber[^>]*>%d<' % order)
            assert b"<oneBLOB" not in got[1]

    def test_as_a_remote_its_death_takes_its_devices_and_they_return(self, stage: Stage, port: int) -> None:
        server = self.ipyserver(stage, port, "--driver", "thermostat")
        client = stage.client(self.ours(stage, "--remote", f"@127.0.0.1:{port}"))
        expect_devices(client, "Thermostat")
        os.kill(server.pid, signal.SIGKILL)
        client.expect(b'<delProperty device="Thermostat"/>')
        self.ipyserver(stage, port, "--driver", "thermostat")
        expect_devices(client, "Thermostat")

    def test_as_a_parent_it_shows_our_devices_values_and_pictures(self, stage: Stage, port: int) -> None:
        hub = self.ours(stage, *self.drivers("thermostat", "camera"))
        self.ipyserver(stage, port, "--remote", f"127.0.0.1:{hub.port}", "--blobs")
        client = stage.client_of(("127.0.0.1", port))
        client.send(choose("Also", "Camera"))
        expect_devices(client, "Thermostat", "Camera")
        client.send(target(22))
        assert expect_number(client, "Thermostat", "TARGET") == 22
        client.send(expose(MB))
        expect_picture(client, MB)
        client.send(upload(1000))
        assert expect_number(client, "Camera", "RECEIVED") == 1000

    def test_as_a_parent_whose_devices_are_busy_it_still_gets_ours(self, stage: Stage, port: int) -> None:
        hub = self.ours(stage, *self.drivers("thermostat"))
        upper = stage.client(hub, "a parent that tells of its own devices first")
        upper.send(b'<setNumberVector device="Theirs" name="A"><oneNumber name="V">1</oneNumber></setNumberVector>')
        upper.send(target(3, "Theirs") + GET)
        expect_devices(upper, "Thermostat")

    def test_our_drivers_watch_devices_of_a_parent(self, stage: Stage, port: int) -> None:
        hub = self.ours(stage, *self.drivers("watcher"))
        self.ipyserver(stage, port, "--driver", "thermostat", "--remote", f"127.0.0.1:{hub.port}")
        client = stage.client_of(("127.0.0.1", port))
        expect_devices(client, "Thermostat", "Watcher")
        client.send(target(23))
        while expect_number(client, "Watcher", "SEEN") != 23:
            pass
