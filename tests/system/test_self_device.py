"""The hub's own device, as a client sees it."""

from __future__ import annotations

import os
import re
import signal

import pytest

from .phrases import define, get
from .puppets import Client
from .rig import Stage

pytestmark = pytest.mark.system

HUB = "LightAPT Hub"


def expect_vector(client: Client, tag: str, name: str) -> dict[str, float]:
    vector = client.expect_match(rb'(?s)<%b device="%b" name="%b".*?</%b>' % (*map(str.encode, (tag, HUB, name, tag)),))
    members = re.findall(rb'<(?:one|def)Number name="(\w+)"[^>]*>([^<]*)<', vector[0])
    return {member.decode(): float(value) for member, value in members}


def test_its_counters_follow_the_hub(stage: Stage) -> None:
    dome = stage.driver("dome")
    hub = stage.hub(dome, self_device=True, backoff_first=0.01)
    dome.send(define("Dome"))
    client = stage.client(hub)
    client.send(get(HUB))
    counters = expect_vector(client, "defNumberVector", "HUB_COUNTERS")
    assert (counters["CLIENTS"], counters["DRIVERS"], counters["RESTARTS"]) == (1, 1, 0)
    assert counters["MEMORY_MB"] > 1
    before = expect_vector(client, "defNumberVector", "DRIVER_DOME")
    stage.client(hub, "another").sync()
    dome.kill(signal.SIGKILL)
    dome.appear()
    dome.send(define("Dome", 1) + define("Dome", 2))
    while (counters := expect_vector(client, "setNumberVector", "HUB_COUNTERS"))["RESTARTS"] == 0:
        pass
    assert counters["CLIENTS"] == 2
    assert before.keys() == expect_vector(client, "setNumberVector", "DRIVER_DOME").keys()


def test_it_is_there_without_any_driver_and_ends_with_the_hub(stage: Stage) -> None:
    hub = stage.hub(self_device=True)
    client = stage.client(hub)
    client.send(get(HUB, "CONNECTION"))
    client.expect(b"CONNECT")
    os.kill(hub.pid, signal.SIGTERM)
    assert hub.exit_code() == 0


def test_without_being_asked_for_there_is_none(stage: Stage) -> None:
    client = stage.client(stage.hub())
    client.send(get(HUB))
    client.expect_silence()
