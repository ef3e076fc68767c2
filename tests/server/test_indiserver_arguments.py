"""The drop-in's command line, on its own and against the real indiserver."""

from __future__ import annotations

import shutil
import subprocess
import uuid
from pathlib import Path

import pytest

from lightapt_server.config import MEGABYTE, DriverSpec, HubConfig, RemoteSpec
from lightapt_server.indiserver_arguments import USAGE, IndiserverUsageError, parse, read
from tests.system.rig import free_port

INDISERVER = shutil.which("indiserver")

DEFAULTS = {
    "hosts": ("*",),
    "unix": "/tmp/indiserver",
    "max_behind": 128 * MEGABYTE,
    "spool": 128 * MEGABYTE,
    "exit_with_last_driver": True,
}


def config(line: str) -> HubConfig:
    return read(line.split())


def expected(**changes: object) -> HubConfig:
    return HubConfig(**(DEFAULTS | {"drivers": (DriverSpec(("d",), "d"),)} | changes))  # type: ignore[arg-type]


def test_the_defaults_are_indiservers() -> None:
    assert config("d") == expected(port=7624, stream_behind=5 * MEGABYTE, restarts=10, verbosity=0)


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("-p 7625 d", {"port": 7625}),
        ("-vvp 7625 d", {"port": 7625, "verbosity": 2}),
        ("-pv 7625 d", {"port": 7625, "verbosity": 1}),
        ("-pr 7625 3 d", {"port": 7625, "restarts": 3}),
        ("-p7625 d", {"port": 7625}),
        ("-p 1 -p 2 d", {"port": 2}),
        ("-v -v -vv d", {"verbosity": 3}),
        ("- d", {}),
        ("-r 0 d", {"restarts": 0}),
        ("-r -1 d", {"restarts": 0}),
        ("-d 0 d", {"stream_behind": 0}),
        ("-m300 d", {"max_behind": 256 * MEGABYTE, "spool": 300 * MEGABYTE}),
        ("-m 10 d", {"max_behind": 10 * MEGABYTE, "spool": 10 * MEGABYTE}),
        ("-u /tmp/x -l /tmp/y d", {"unix": "/tmp/x", "log_directory": Path("/tmp/y")}),
        ("-f /tmp/f d", {"fifo": Path("/tmp/f"), "exit_with_last_driver": False}),
    ],
)
def test_flags_cluster_and_take_the_words_that_follow(line: str, changes: dict[str, object]) -> None:
    assert config(line) == expected(**changes)


def test_the_command_line_of_kstars_is_understood() -> None:
    assert config("-v -p 7624 -m 300 -r 0 -f /tmp/indififo") == expected(
        verbosity=1,
        restarts=0,
        max_behind=256 * MEGABYTE,
        spool=300 * MEGABYTE,
        fifo=Path("/tmp/indififo"),
        exit_with_last_driver=False,
        drivers=(),
    )


def test_the_first_word_without_a_dash_ends_the_flags() -> None:
    labels = [spec.label for spec in config("-v a -p 7625 -q").drivers]
    assert labels == ["a", "-p", "7625", "-q"]


def test_driver_words_are_taken_verbatim_and_an_at_sign_is_a_remote() -> None:
    parsed = read(["CCD Simulator", "./d x", "Dome@h:1", "@[::1]"])
    assert [spec.argv for spec in parsed.drivers] == [("CCD Simulator",), ("./d x",)]
    assert parsed.remotes == (RemoteSpec("h", 1, "Dome"), RemoteSpec("::1"))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", ""),
        ("-v", ""),
        ("-h", ""),
        ("-vq d", ""),
        ("-- d", ""),
        ("-v5 d", ""),
        ("-p", "-p requires a port"),
        ("-l", "-l requires a log directory"),
        ("-p x d", '-p requires a port from 0 to 65535 (0: any free one), not "x"'),
        ("-m 0 d", '-m requires a whole number, 1 or more, not "0"'),
        ("-d -5 d", '-d requires a whole number, 0 or more, not "-5"'),
    ],
)
def test_wrong_usage_prints_the_usage_and_exits_2(line: str, problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(line.split())
    assert caught.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (f"{problem}\n" if problem else "") + USAGE


def test_a_remote_that_is_no_address_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["@"])
    assert caught.value.code == 1
    assert capsys.readouterr().err == 'Driver "@": a host is missing after the @\n'


def _is_usage_error(line: str) -> bool:
    try:
        config(line)
    except IndiserverUsageError:
        return True
    return False


# Each line names a driver that does not exist and no restarts: indiserver ends at once, with 2 for
# wrong usage and with 1 for want of drivers.
@pytest.mark.system
@pytest.mark.skipif(INDISERVER is None, reason="indiserver is not installed")
@pytest.mark.parametrize(
    "line",
    [
        "",
        "-h",
        "-q",
        "-v",
        "-p",
        "-vp",
        "-l",
        "-m",
        "-d",
        "-u",
        "-r",
        "-f",
        "-vq -p {port} -r 0 no-such-driver",
        "-- -r 0 no-such-driver",
        "-v5 no-such-driver",
        "-r 0 -u {socket} -p {port} no-such-driver",
        "-vvr 0 -u {socket} -p {port} no-such-driver",
        "-pv {port} -r 0 -u {socket} no-such-driver",
        "-rpu 0 {port} {socket} no-such-driver",
        "-r -1 -u {socket} -p {port} no-such-driver",
        "- -r 0 -u {socket} -p {port} no-such-driver",
        "-r 0 -u {socket} -p {port} -p {port} -m 300 -d 0 no-such-driver -v -q",
    ],
)
def test_usage_is_wrong_where_the_real_indiserver_says_so(line: str) -> None:
    line = line.format(port=free_port(), socket=f"/tmp/lightapt-{uuid.uuid4()}")
    assert INDISERVER is not None
    done = subprocess.run(
        [INDISERVER, *line.split()], stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == (2 if _is_usage_error(line) else 1)
    assert (b"Usage:" in done.stderr) is _is_usage_error(line)
