"""Log lines: what is shown at which verbosity, of which devices, and what is kept in files."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lightapt_server.config import HubConfig
from lightapt_server.log import TrafficLog, set_up
from lightapt_server.routing import Peer, Role

from .puppets import blob, elements_of, update

DOME, CLIENT = Peer(Role.DRIVER, "driver dome"), Peer(Role.CLIENT, "client 1")


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the project's logger as it was."""
    root = logging.getLogger("lightapt_server")
    before = list(root.handlers), root.propagate, root.level
    yield
    root.handlers[:], root.propagate = before[:2]
    root.setLevel(before[2])


def shown(config: HubConfig, peer: Peer, *messages: str) -> list[str]:
    """The lines of the log when a peer sends this."""
    stream = io.StringIO()
    set_up(config, stream)
    log = TrafficLog.wanted(config)
    if log is not None:
        log.received(peer, elements_of("".join(messages).encode()))
    return [line.partition(": ")[2] for line in stream.getvalue().splitlines()]


def test_lines_begin_with_the_time_in_utc() -> None:
    stream = io.StringIO()
    set_up(HubConfig(), stream)
    logging.getLogger("lightapt_server.any").warning("it rains")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d: it rains\n", stream.getvalue())


@pytest.mark.parametrize(("verbosity", "lines"), [(0, ["warning"]), (1, ["warning", "info"]), (3, ["warning", "info"])])
def test_verbosity_lets_key_events_through(verbosity: int, lines: list[str]) -> None:
    stream = io.StringIO()
    set_up(HubConfig(verbosity=verbosity), stream)
    log = logging.getLogger("lightapt_server.any")
    for level in ("warning", "info", "debug"):
        getattr(log, level)(level)
    assert [line.rpartition(" ")[2] for line in stream.getvalue().splitlines()] == lines


def test_traffic_is_not_even_looked_at_below_verbosity_2() -> None:
    assert TrafficLog.wanted(HubConfig(verbosity=1)) is None


def test_verbosity_2_shows_what_it_is_and_3_all_of_it() -> None:
    message = update("Dome", "P", "5")
    head = "driver dome: <setNumberVector device='Dome' name='P'>"
    assert shown(HubConfig(verbosity=2), DOME, message) == [head]
    assert shown(HubConfig(verbosity=3), DOME, message) == [f"driver dome: {message}"]


def test_pictures_are_shown_without_their_bodies() -> None:
    (line,) = shown(HubConfig(verbosity=3), DOME, blob("CCD"))
    assert "CCD1" in line
    assert ".fits of 3 bytes" in line
    assert "AAAA" not in line


def test_only_the_devices_asked_for_are_shown() -> None:
    config = HubConfig(verbosity=2, log_devices=("CCD",))
    (line,) = shown(config, CLIENT, update("Dome"), update("CCD"), '<pingRequest uid="1"/>')
    assert "device='CCD'" in line


def test_messages_of_drivers_are_kept_in_a_file_a_day(tmp_path: Path) -> None:
    config = HubConfig(log_directory=tmp_path)
    said = '<message device="Dome" message="1 &lt; 2&#10;and more"/>'
    assert shown(config, DOME, said, update("Dome")) == []
    shown(config, CLIENT, said)
    (file,) = tmp_path.iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d\.islog", file.name)
    assert re.fullmatch(r"\S+: Dome: 1 < 2 and more\n", file.read_text())


def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    said = '<message device="Dome" message="hello"/>'
    (line,) = shown(HubConfig(log_directory=tmp_path / "none"), DOME, said, said)
    assert line.startswith("no messages can be kept in ")
