"""The TOML file: every setting, and one clear line for each mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from lightapt_protocol.limits import Limits
from lightapt_server import config_file
from lightapt_server.config import MEGABYTE, ConfigError, DriverSpec, HubConfig, RemoteSpec
from lightapt_server.config_file import ConfigFileError, load

EVERYTHING = """
port = 7625
host = ["127.0.0.1", "*"]
unix = "/tmp/indiserver"
fifo = "/run/lightapt.fifo"
max-connections = 40
keepalive = 0
max-behind = 32
spool = 0
stream-behind = 0.5
restarts = 3
restart-window = 60
backoff-first = 0.5
backoff-limit = 10
hang-timeout = 5.5
hang-restart = true
self-device = true
verbose = 2
log-device = "CCD"
log-directory = "/var/log/indi"

[limits]
control-size = 1
blob-size = 512
depth = 4

[[driver]]
name = "ccd"
label = "guider"
arguments = ["--size", "1280x960"]
environment = { INDIDEV = "Main Camera" }
pipes = true
restart = false

[[driver]]
name = "telescope"

[[remote]]
address = "CCD Simulator@dome.local:7624"
"""


def resolve(word: str) -> DriverSpec:
    """A catalogue in which every word but `nope` is a program."""
    if word == "nope":
        raise ConfigError("no such driver")
    return DriverSpec((f"/bin/{word}",), word, (("FROM", "catalog"),))


def load_text(folder: Path, text: str) -> HubConfig:
    path = folder / "lightapt.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, resolve=resolve)


def test_an_empty_file_is_the_default_configuration(tmp_path: Path) -> None:
    assert load_text(tmp_path, "") == HubConfig()


def test_a_file_can_say_everything(tmp_path: Path) -> None:
    environment = (("FROM", "catalog"), ("INDIDEV", "Main Camera"))
    assert load_text(tmp_path, EVERYTHING) == HubConfig(
        port=7625,
        hosts=("127.0.0.1", "*"),
        unix="/tmp/indiserver",
        fifo=Path("/run/lightapt.fifo"),
        max_connections=40,
        keepalive=0.0,
        max_behind=32 * MEGABYTE,
        spool=0,
        stream_behind=MEGABYTE // 2,
        restarts=3,
        restart_window=60.0,
        backoff_first=0.5,
        backoff_limit=10.0,
        hang_timeout=5.5,
        hang_restart=True,
        self_device=True,
        verbosity=2,
        log_devices=("CCD",),
        log_directory=Path("/var/log/indi"),
        limits=Limits(control_size=MEGABYTE, blob_size=512 * MEGABYTE, depth=4),
        drivers=(
            DriverSpec(("/bin/ccd", "--size", "1280x960"), "guider", environment, pipes=True, restart=False),
            DriverSpec(("/bin/telescope",), "telescope", (("FROM", "catalog"),)),
        ),
        remotes=(RemoteSpec("dome.local", 7624, "CCD Simulator"),),
    )


def test_the_sample_above_names_every_key() -> None:
    tables = (config_file._SETTINGS, config_file._LIMITS, config_file._DRIVER, config_file._REMOTE)
    missing = [key for table in tables for key in table if f"\n{key} = " not in EVERYTHING]
    assert missing == []


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ('port = "7624"', "port", 'expected a port from 0 to 65535 (0: any free one), found "7624"'),
        ("port = true", "port", "expected a port from 0 to 65535 (0: any free one), found true"),
        ("restarts = 1.5", "restarts", "expected a whole number, 0 or more, found 1.5"),
        ("max-behind = 0", "max-behind", "expected megabytes, more than 0, found 0"),
        ("spool = nan", "spool", "expected megabytes, 0 or more (0: off), found nan"),
        ("host = []", "host", "expected at least one address, found a list"),
        ("host = [1]", "host", "expected a text or a list of texts, found a list"),
        ("hang-restart = 1", "hang-restart", "expected true or false, found 1"),
        ('fifo = ""', "fifo", 'expected a text that is not empty, found ""'),
        ("prot = 1", "prot", "unknown key; did you mean port?"),
        ("drivers = 1", "drivers", "unknown key; did you mean driver?"),
        ("limits = 1", "limits", "expected a table, found 1"),
        ("[limits]\ndepht = 1", "limits.depht", "unknown key; did you mean depth?"),
        ("[limits]\nxyz = 1", "limits.xyz", "unknown key; known here: blob-size, control-size, depth"),
        ('driver = "ccd"', "driver", 'expected tables that begin with [[driver]], found "ccd"'),
        ('driver = ["ccd"]', "driver[1]", 'expected a table, found "ccd"'),
        ("[[driver]]\npipes = true", "driver[1]", 'the key "name" is missing'),
        ('[[driver]]\nname = "a"\n[[driver]]\nnmae = "b"', "driver[2].nmae", "unknown key; did you mean name?"),
        ('[[driver]]\nname = "nope"', "driver[1].name", "no such driver"),
        (
            '[[driver]]\nname = "a"\nenvironment = { N = 1 }',
            "driver[1].environment",
            'expected a table of texts, as in { INDIDEV = "Main Camera" }, found a table',
        ),
        ("[[remote]]", "remote[1]", 'the key "address" is missing'),
        (
            '[[remote]]\naddress = "@dome:x"',
            "remote[1].address",
            '"@dome:x": the port is a number from 1 to 65535',
        ),
    ],
)
def test_a_mistake_is_one_line_with_file_and_key(tmp_path: Path, text: str, key: str, problem: str) -> None:
    with pytest.raises(ConfigFileError) as caught:
        load_text(tmp_path, text)
    assert (caught.value.key, caught.value.problem) == (key, problem)
    assert str(caught.value) == f"{tmp_path / 'lightapt.toml'}: {key}: {problem}"


def test_a_file_that_is_not_toml_is_named_with_the_place(tmp_path: Path) -> None:
    with pytest.raises(ConfigFileError, match=r"lightapt\.toml: not a TOML file: .*line 2"):
        load_text(tmp_path, "port = 1\nhost = x")


def test_a_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin1.toml"
    path.write_bytes(b"host = '\xe9'")
    with pytest.raises(ConfigFileError, match="not a TOML file"):
        load(path, resolve=resolve)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigFileError, match="No such file"):
        load(tmp_path / "none.toml", resolve=resolve)


def test_a_path_may_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/observer")
    assert load_text(tmp_path, 'fifo = "~/fifo"').fifo == Path("/home/observer/fifo")
