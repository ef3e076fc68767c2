"""What the configuration's parts mean, and what its numbers accept."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightapt_server.config import (
    COUNT,
    MEGABYTE,
    MEGABYTES,
    MEGABYTES_OR_OFF,
    PORT,
    POSITIVE,
    SECONDS,
    SECONDS_OR_OFF,
    DriverSpec,
    HubConfig,
    Number,
    RemoteSpec,
    RemoteWordError,
    nearest,
    parse_remote,
)

NUMBERS = [COUNT, MEGABYTES, MEGABYTES_OR_OFF, PORT, POSITIVE, SECONDS, SECONDS_OR_OFF]


def test_the_hub_listens_on_loopback_unless_told_otherwise() -> None:
    assert HubConfig().hosts == ("127.0.0.1", "::1")


def test_a_configuration_is_a_frozen_value() -> None:
    assert hash(HubConfig()) == hash(HubConfig())
    with pytest.raises(dataclasses.FrozenInstanceError):
        HubConfig().port = 1  # type: ignore[misc]


def test_the_indi_variables_are_never_inherited_and_the_rest_is() -> None:
    spec = DriverSpec(("x",), "x", (("INDIDEV", "Main"), ("A", "1"), ("A", "2")))
    inherited = {"INDIDEV": "other", "INDISKEL": "other", "PATH": "/bin", "A": "0"}
    assert spec.child_environment(inherited) == {"INDIDEV": "Main", "PATH": "/bin", "A": "2"}


@pytest.mark.parametrize(
    ("word", "remote"),
    [
        ("CCD Simulator@dome", RemoteSpec("dome", 7624, "CCD Simulator")),
        ('"CCD Simulator"@dome.local:7625', RemoteSpec("dome.local", 7625, "CCD Simulator")),
        ("@dome", RemoteSpec("dome")),
        ("*@dome", RemoteSpec("dome")),
        ("@[::1]", RemoteSpec("::1")),
        ("Dome@[fe80::1%eth0]:65535", RemoteSpec("fe80::1%eth0", 65535, "Dome")),
        ("me@home@dome", RemoteSpec("dome", 7624, "me@home")),
    ],
)
def test_a_remote_word_names_device_host_and_port(word: str, remote: RemoteSpec) -> None:
    assert parse_remote(word) == remote
    assert parse_remote(remote.label) == remote


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("dome:7624", "device@host:port"),
        ("", "device@host:port"),
        ("@", "host is missing"),
        ("Dome@:7624", "host is missing"),
        ("@::1", "brackets"),
        ("@fe80::1:7624", "brackets"),
        ("@[::1", "not host or host:port"),
        ("@a b", "not host or host:port"),
        ("@tcp://dome", "not host or host:port"),
        ("@dome:", "from 1 to 65535"),
        ("@dome:0", "from 1 to 65535"),
        ("@dome:65536", "from 1 to 65535"),
        ("@dome:-1", "from 1 to 65535"),
        ("@dome:7624x", "from 1 to 65535"),
    ],
)
def test_a_word_that_is_no_remote_is_refused_with_the_reason(word: str, problem: str) -> None:
    with pytest.raises(RemoteWordError, match=problem) as caught:
        parse_remote(word)
    assert caught.value.word == word


# Invariant: any word gives a remote or a RemoteWordError of one line.
@given(st.text() | st.from_regex(r"[a-z ]{0,3}@[a-z:\[\]0-9.]{0,12}"))
def test_no_word_breaks_the_reader_of_remotes(word: str) -> None:
    try:
        remote = parse_remote(word)
    except RemoteWordError:
        return
    assert 1 <= remote.port <= 65535
    assert remote.host


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [
        (PORT, "0", 0),
        (PORT, "65535", 65535),
        (COUNT, "0", 0),
        (POSITIVE, "1", 1),
        (MEGABYTES, "0.5", MEGABYTE // 2),
        (MEGABYTES_OR_OFF, "0", 0),
        (MEGABYTES, "64", 64 * MEGABYTE),
        (SECONDS, "0.25", 0.25),
        (SECONDS_OR_OFF, "30", 30.0),
    ],
)
def test_a_number_comes_in_the_unit_of_the_configuration(number: Number, text: str, value: float) -> None:
    read = number.read_text(text)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("text", ["", "x", "-1", "nan", "inf", "1e30", "0x10"])
def test_a_number_out_of_range_is_refused_with_what_was_expected(number: Number, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{number.expected.split('(')[0].strip()}"):
        number.read_text(text)


@pytest.mark.parametrize("number", [PORT, COUNT, POSITIVE])
@pytest.mark.parametrize("value", [1.5, True, "1", None, [1]])
def test_a_whole_number_is_neither_fraction_nor_anything_else(number: Number, value: object) -> None:
    with pytest.raises(ValueError, match=number.expected.split(" (")[0]):
        number.read(value)


@pytest.mark.parametrize("number", [POSITIVE, MEGABYTES, SECONDS])
def test_what_cannot_be_switched_off_is_not_zero(number: Number) -> None:
    with pytest.raises(ValueError, match="more"):
        number.read(0)


def test_near_matches_look_past_capitals_and_leave_out_what_is_much_less_like() -> None:
    assert nearest("TELESCOP", ["telescope", "indi_ieq_telescope", "ccd"]) == ("telescope",)
    assert nearest("telescope", []) == ()


def test_start_up_is_spared_what_it_does_not_need() -> None:
    modules = "arguments, catalog, config, config_file, fifo_grammar, indiserver_arguments"
    program = f"import sys; from lightapt_server import {modules}; print(*sys.modules)"
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert not {"asyncio", "numpy", "astropy", "importlib.metadata", "xml.etree.ElementTree"} & set(output.split())
