"""The command line of lightapt-server."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lightapt_server.arguments import ArgumentsError, ListDrivers, Run, parse, read
from lightapt_server.catalog import Catalog
from lightapt_server.config import MEGABYTE, ConfigError, DriverSpec, HubConfig, RemoteSpec

CATALOG = Catalog(
    environment={"PATH": ""}, folders=[], built_ins=lambda: {"ccd": "some.ccd:main", "mount": "some.mount:main"}
)
CCD = DriverSpec((sys.executable, "-m", "some.ccd"), "ccd")
MOUNT = DriverSpec((sys.executable, "-m", "some.mount"), "mount")


def config(*argv: str) -> HubConfig:
    command = read(argv, catalog=CATALOG)
    assert isinstance(command, Run)
    return command.config


def test_drivers_alone_leave_all_else_at_its_default() -> None:
    assert config("--driver", "mount", "--driver", "ccd") == HubConfig(drivers=(MOUNT, CCD))


def test_every_option_has_its_place_in_the_configuration() -> None:
    line = (
        "--port 0 --host * --host ::1 --unix /tmp/s --fifo /run/f --max-connections 9 --max-behind 1 --spool 0 "
        "--stream-behind 0.5 --restarts 0 --hang-timeout 2.5 --hang-restart --self-device --log-device A "
        "--log-device B --log-directory /log -vvv --remote CCD@dome:1 --remote @[::1] --driver ccd"
    )
    assert config(*line.split()) == HubConfig(
        port=0,
        hosts=("*", "::1"),
        unix="/tmp/s",
        fifo=Path("/run/f"),
        max_connections=9,
        max_behind=MEGABYTE,
        spool=0,
        stream_behind=MEGABYTE // 2,
        restarts=0,
        hang_timeout=2.5,
        hang_restart=True,
        self_device=True,
        log_devices=("A", "B"),
        log_directory=Path("/log"),
        verbosity=3,
        remotes=(RemoteSpec("dome", 1, "CCD"), RemoteSpec("::1")),
        drivers=(CCD,),
    )


@pytest.mark.parametrize(("flags", "verbosity"), [("-v", 1), ("-vv", 2), ("-v -v -v", 3), ("-vvvvv", 3)])
def test_verbosity_counts_up_to_three(flags: str, verbosity: int) -> None:
    assert config("--driver", "ccd", *flags.split()).verbosity == verbosity


def test_a_driver_word_with_an_at_sign_is_a_remote_as_with_indiserver() -> None:
    assert config("--driver", "CCD@dome") == HubConfig(remotes=(RemoteSpec("dome", 7624, "CCD"),))


def test_options_override_the_file_and_drivers_add_to_it(tmp_path: Path) -> None:
    path = tmp_path / "lightapt.toml"
    path.write_text(
        'port = 1\nrestarts = 1\nself-device = true\nhost = "*"\nverbose = 3\n'
        '[[driver]]\nname = "mount"\n[[remote]]\naddress = "@dome"\n'
    )
    line = ["--config", str(path), "--port", "2", "--no-self-device", "-v", "--driver", "ccd", "--remote", "@gate"]
    assert config(*line) == HubConfig(
        port=2,
        restarts=1,
        hosts=("*",),
        verbosity=1,
        drivers=(MOUNT, CCD),
        remotes=(RemoteSpec("dome"), RemoteSpec("gate")),
    )


def test_a_file_may_name_nothing_to_serve_yet(tmp_path: Path) -> None:
    path = tmp_path / "lightapt.toml"
    path.touch()
    assert config("--config", str(path)) == HubConfig()


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        ([], "nothing to serve"),
        (["--port", "x"], '--port: expected a port from 0 to 65535 (0: any free one), found "x"'),
        (["--max-behind", "0"], '--max-behind: expected megabytes, more than 0, found "0"'),
        (["--max-connections", "0"], '--max-connections: expected a whole number, 1 or more, found "0"'),
        (["--restarts", "-1"], '--restarts: expected a whole number, 0 or more, found "-1"'),
        (["--hang-timeout", "nan"], '--hang-timeout: expected seconds, 0 or more (0: off), found "nan"'),
        (["--host", ""], "--host: expected an address or '*'"),
        (["--remote", "dome"], '--remote: "dome": a remote is written device@host:port'),
        (["--driver", "cdc@:1"], '"cdc@:1": a host is missing'),
        (["--driver"], "--driver: expected one argument"),
        (["--driver", "moutn"], 'driver "moutn": unknown; did you mean "mount"?'),
        (["--prot", "1"], "unknown option --prot; did you mean --port?"),
        (["--prot=1"], "unknown option --prot=1; did you mean --port?"),
        (["--por", "1"], "unknown option --por; did you mean --port?"),
        (["-q"], 'unknown option -q; "--help" lists all'),
        (["mount", "ccd"], 'unexpected "mount"; a driver is given as --driver mount'),
        (["--config", "/nowhere/x.toml"], "/nowhere/x.toml: No such file or directory"),
        (["drivers", "--jsn"], "unrecognized arguments: --jsn"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    argv: Sequence[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(argv, catalog=CATALOG)
    assert caught.value.code == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(f"lightapt-server: {text}")
    assert output.err.count("\n") == 1


def test_read_raises_where_parse_ends_the_process() -> None:
    with pytest.raises(ArgumentsError):
        read(["--port", "x"], catalog=CATALOG)
    with pytest.raises(ConfigError):
        read(["--driver", "nope"], catalog=CATALOG)


def test_the_word_drivers_asks_for_the_list() -> None:
    assert parse(["drivers"]) == ListDrivers(json=False)
    assert parse(["drivers", "--json"]) == ListDrivers(json=True)


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        (["--help"], "lightapt-server --driver telescope --driver ccd"),
        (["-h"], "pipes: ./mydriver.py"),
        (["drivers", "--help"], "--json"),
        (["--version"], "lightapt-server 0."),
    ],
)
def test_help_and_version_go_to_stdout_with_exit_code_0(
    argv: Sequence[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(argv, catalog=CATALOG)
    assert caught.value.code in (0, None)
    assert text in capsys.readouterr().out


def test_help_fits_a_terminal_of_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        parse(["--help"])
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 80
