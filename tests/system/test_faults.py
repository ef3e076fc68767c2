"""Drivers that die, hang, flood or quarrel: clients see a consistent state, bystanders nothing; nothing is leaked."""

from __future__ import annotations

import signal
from typing import Any

import pytest

from .bystanders import Bystanders
from .phrases import GET, choose, define, define_blob, get, gone, inline, order, update
from .puppets import Client, Driver, eventually
from .rig import Server, Stage

pytestmark = pytest.mark.system

QUICK: dict[str, Any] = {"backoff_first": 0.01, "backoff_limit": 0.05}
"""Pauses before restarts, for tests that wait for them."""


def informed(stage: Stage, hub: Server, driver: Driver) -> Client:
    """A client that has been told of the driver's one number."""
    client = stage.client(hub)
    client.send(get("Dome") + choose("Also"))
    client.sync()
    driver.send(define("Dome"))
    client.expect_only(define("Dome"))
    return client


class TestDeadDriver:
    def test_clients_hear_that_its_devices_are_gone_and_then_of_them_again(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, **QUICK)
        dome.expect_only(GET)
        client = informed(stage, hub, dome)
        before = hub.holdings()
        dome.kill()
        client.expect_only(gone("Dome"))
        dome.appear()
        dome.expect_only(GET)
        dome.send(define("Dome", 2))
        client.expect_only(define("Dome", 2))
        hub.expect_holdings(before)

    def test_a_client_that_named_one_property_hears_it_too(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, **QUICK)
        client = stage.client(hub)
        client.send(get("Dome", "LEVEL"))
        client.sync()
        dome.send(define("Dome"))
        client.expect_only(define("Dome"))
        dome.kill()
        client.expect_only(gone("Dome"))

    @pytest.mark.parametrize("last_words", [update("Dome", 1)[:-9], inline("Dome", b"x" * 1_000_000)[:-300_000]])
    def test_what_it_had_begun_to_say_reaches_nobody(self, stage: Stage, last_words: bytes) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, **QUICK)
        client = informed(stage, hub, dome)
        before = hub.holdings()
        dome.send(last_words)
        dome.flush()
        dome.kill()
        client.expect_only(gone("Dome"))
        dome.appear()
        dome.send(define("Dome", 2))
        client.expect_only(define("Dome", 2))
        hub.expect_holdings(before)

    @pytest.mark.parametrize("kind", ["socket pair", "pipes"])
    def test_one_that_only_ends_its_output_is_started_again(self, stage: Stage, kind: str) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, pipes=kind == "pipes", **QUICK)
        client = informed(stage, hub, dome)
        before, first = hub.holdings(), dome.pid
        dome.do("os.close(1)" if kind == "pipes" else "import socket; socket.socket(fileno=1).shutdown(1)")
        client.expect_only(gone("Dome"))
        dome.appear()
        assert dome.pid != first
        hub.expect_holdings(before)

    def test_what_it_watched_it_watches_again(self, stage: Stage) -> None:
        dome, weather = stage.driver("dome"), stage.driver("weather")
        stage.hub(dome, weather, **QUICK)
        weather.send(define("Weather", 1))
        weather.sync()
        dome.send(get("Weather"))
        dome.expect(define("Weather", 1))
        dome.kill()
        dome.appear()
        dome.expect(define("Weather", 1))
        weather.send(update("Weather", 2))
        dome.expect_only(update("Weather", 2))

    def test_one_that_dies_at_once_is_given_up_after_so_many_restarts(self, stage: Stage) -> None:
        crash = stage.executable("crash", "#!/bin/sh\necho ouch >&2\nexit 3\n")
        dome = stage.driver()
        hub = stage.hub(dome, programs=[crash], restarts=2, **QUICK)
        for line in ("ouch", "exited with code 3; restart #1", "restart #2", "Terminated after #2 restarts"):
            hub.lines.expect(rf"Driver crash: .*{line}")
        Bystanders(stage, hub, dome).exchange(10)

    def test_one_that_has_worked_is_started_again_whatever_it_exits_with(self, stage: Stage) -> None:
        script = '#!/bin/sh\n[ -e "$0.ran" ] && exit 2\ntouch "$0.ran"\nexit 1\n'
        hub = stage.hub(stage.driver(), programs=[stage.executable("flaky", script)])
        hub.lines.expect("Driver flaky: exited with code 1; restart #1")
        hub.lines.expect("Driver flaky: exited with code 2; restart #2")

    def test_one_that_finds_its_arguments_wrong_is_not_started_again(self, stage: Stage) -> None:
        picky = stage.executable("picky", "#!/bin/sh\necho what is this >&2\nexit 2\n")
        hub = stage.hub(stage.driver(), programs=[picky])
        for line in (
            "what is this",
            "exited with code 2 at once, as for wrong arguments",
            "Terminated after #0 restarts",
        ):
            hub.lines.expect(rf"Driver picky: .*{line}")

    def test_clients_of_one_that_is_given_up_are_told(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, restarts=0)
        client = informed(stage, hub, dome)
        dome.kill()
        client.expect_only(gone("Dome"))
        client.expect_match(rb'<message device="Dome" message="The driver dome has ended [^>]*/>')

    def test_one_that_cannot_be_started_is_given_up_at_once(self, stage: Stage) -> None:
        nothing = stage.executable("nothing", "#!/no/such/interpreter\n")
        hub = stage.hub(stage.driver(), programs=[nothing])
        hub.lines.expect("Driver nothing: cannot be started: No such file or directory")
        hub.lines.expect(r"Driver nothing: Terminated after #0 restarts\.")

    def test_grandchildren_that_keep_its_streams_open_leak_nothing(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, **QUICK)
        dome.expect_only(GET)
        before = hub.holdings()
        dome.do("import subprocess; puppet.tell(subprocess.Popen(['sleep', '60'], stdin=1).pid)")
        stage.kill_at_end(dome.expect_number())
        dome.kill()
        dome.appear()
        dome.expect_only(GET)
        hub.expect_holdings(before)


class TestHungDriver:
    def test_it_is_reported_and_may_go_on(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, hang_timeout=0.1)
        client = informed(stage, hub, dome)
        dome.kill(signal.SIGSTOP)
        client.send(order("Dome", 5))
        client.expect_match(rb'<message device="Dome" message="The driver dome has not answered for 0.1 s [^>]*/>')
        hub.lines.expect("Driver dome: it has not answered")
        dome.kill(signal.SIGCONT)
        dome.expect(order("Dome", 5))
        dome.expect(get("Dome", "LEVEL"))  # the hub's own question: the answer goes to nobody
        dome.send(define("Dome", 5) + update("Dome", 6))
        client.expect_only(update("Dome", 6))

    def test_it_is_restarted_if_so_configured(self, stage: Stage) -> None:
        dome = stage.driver()
        hub = stage.hub(dome, hang_timeout=0.1, hang_restart=True, **QUICK)
        client = informed(stage, hub, dome)
        before = hub.holdings()
        dome.kill(signal.SIGSTOP)
        client.send(order("Dome", 5))
        client.expect(gone("Dome"))
        dome.appear()
        dome.expect_only(GET)
        hub.expect_holdings(before)

    def test_one_that_has_no_device_yet_does_not_hang(self, stage: Stage) -> None:
        dome, idle = stage.driver("dome"), stage.driver("idle")
        hub = stage.hub(dome, idle, hang_timeout=0.1)
        idle.expect_only(GET)
        client = informed(stage, hub, dome)
        dome.kill(signal.SIGSTOP)
        client.send(order("Dome", 5))
        hub.lines.expect("Driver dome: it has not answered")
        assert not any("idle: it has" in line for line in hub.lines.all)
        dome.kill(signal.SIGCONT)


class TestUnrulyDriver:
    def test_a_name_that_two_claim_stays_with_the_first_and_falls_to_the_second(self, stage: Stage) -> None:
        first, second = stage.driver("first"), stage.driver("second")
        hub = stage.hub(first, second, restarts=0)
        client = informed(stage, hub, first)
        second.expect_only(GET)
        second.send(define("Dome", 7))
        client.expect_match(rb'<message device="Dome" message="driver second also offers [^>]*/>')
        hub.lines.expect("driver second also offers a device named 'Dome'")
        second.send(update("Dome", 8))
        second.sync()
        client.expect_silence()
        first.kill()
        client.expect(gone("Dome"))
        second.expect_only(get("Dome"))
        second.send(define("Dome", 9))
        client.expect(define("Dome", 9))

    def test_one_that_floods_delays_nobody_for_long(self, stage: Stage) -> None:
        flood, dome = stage.driver("flood"), stage.driver()
        hub = stage.hub(flood, dome)
        bystanders = Bystanders(stage, hub, dome)
        reader = stage.client(hub)
        reader.send(get("Flood"))
        reader.sync()
        flood.send(define("Flood"))
        flood.do(f"puppet.flood({update('Flood', 1)!r}, 100_000)")
        bystanders.exchange(100)
        for _ in range(100_000):
            reader.expect(update("Flood", 1))

    def test_one_that_sends_what_is_not_xml_is_started_again(self, stage: Stage) -> None:
        dome, other = stage.driver("dome"), stage.driver("other")
        hub = stage.hub(dome, other, **QUICK)
        client = informed(stage, hub, dome)
        bystanders = Bystanders(stage, hub, other)
        dome.send(update("Dome", 1) + b"<setNumberVector device='Dome'<")
        client.expect_only(update("Dome", 1))
        client.expect_only(gone("Dome"))
        dome.appear()
        hub.lines.expect("Driver dome: malformed input: .*; restart #1")
        bystanders.exchange(10)

    def test_one_that_floods_its_log_delays_nobody(self, stage: Stage) -> None:
        noisy, dome = stage.driver("noisy"), stage.driver()
        hub = stage.hub(noisy, dome)
        bystanders = Bystanders(stage, hub, dome)
        noisy.do("sys.stderr.write('x' * 1_000_000 + chr(10) + 'the end' + chr(10)); sys.stderr.flush()")
        bystanders.exchange(100)
        hub.lines.expect("Driver noisy: the end")


class TestTasks:
    def test_none_is_left_of_what_came_and_went(self, stage: Stage) -> None:
        dome, far = stage.driver("dome"), stage.driver("far")
        other = stage.hub(far)
        hub = stage.inside(dome, remotes=[f"@127.0.0.1:{other.port}"], **QUICK)
        dome.expect_only(GET)
        eventually(lambda: hub.call(lambda server: server.counters().remotes) == 1, "the remote is there")
        before = hub.tasks()
        for _ in range(5):
            client = stage.client(hub)
            client.send(GET + update("Dome", 1)[:-5])
            client.reset()
            dome.kill()
            dome.appear()
            dome.expect(GET)
        eventually(lambda: hub.tasks() == before, f"as many tasks as before, {before}")
        eventually(lambda: hub.call(lambda server: len(server.exchange.links)) == 2, "links of driver and remote only")
        assert hub.call(lambda server: len(list(server.exchange.board.router.clients))) == 0


class TestStreamingDriver:
    def test_one_killed_within_a_picture_leaves_those_before_it_whole(self, stage: Stage) -> None:
        ccd = stage.driver("ccd")
        hub = stage.hub(ccd, **QUICK)
        client = stage.client(hub)
        client.send(get("CCD") + choose("Also"))
        client.sync()
        ccd.expect_only(GET)
        before = hub.holdings()
        picture = inline("CCD", bytes(range(256)) * 4000)
        ccd.send(define_blob("CCD") + picture + picture[:400_000])
        ccd.flush()
        ccd.kill()
        assert b"".join(client.expect(gone("CCD")).split()) == b"".join((define_blob("CCD") + picture).split())
        ccd.appear()
        hub.expect_holdings(before)
