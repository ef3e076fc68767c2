"""The command line: one device, some servers, or the network."""

import asyncio
import logging

import pytest

from lightapt_drivers.alpaca import program
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.program import _offering, _own_name, _parser, device_for, main
from lightapt_drivers.kit.configuration import ConfigurationFile
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Drip, Recorded
from tests.drivers.kit.scenes import play


@pytest.fixture
def file(tmp_path):
    return ConfigurationFile(tmp_path / "name.xml")


def parsed(*words, **environment):
    return _parser(environment).parse_args(words)


def test_an_address_may_leave_out_alpaca_s_own_port():
    assert parsed("--address", "pi.local").address == ["pi.local:11111"]


@pytest.mark.parametrize("word", ["FilterWheel", "filterwheel", "filter-wheel"])
def test_a_type_may_be_written_as_one_likes(word):
    assert parsed("--type", word).type is AlpacaType.FILTER_WHEEL


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--address", "host:0"], "host:port"),
        (["--type", "toaster"], "choose from camera"),
        (["--number", "-1"], "count from 0"),
        (["--type", "camera"], "--type needs --address"),
        (["--type", "camera", "--address", "a", "--address", "b"], "--type needs one --address, not more"),
        (["--address", "host", "--number", "0"], "--number needs --type"),
        (["--address", "host", "--active", "ACTIVE_FOCUSER=X"], "--active needs --type"),
        (["--active", "ACTIVE_TOASTER=X"], "members are ACTIVE_TELESCOPE"),
        (["--active", "ACTIVE_FOCUSER="], "write MEMBER=NAME"),
        *((["--discovery-port", word], "from 1 to 65535") for word in ("0", "-1", "70000", "x", "²")),
    ],
)
def test_wrong_usage_is_told_with_a_hint(capsys, words, hint):
    with pytest.raises(SystemExit) as raised:
        main(words)
    assert raised.value.code == 2
    assert hint in capsys.readouterr().err


def test_who_finds_nobody_is_told_on_which_port_and_what_to_do(monkeypatch):
    async def search(*, port):
        return []

    async def scene(harness):
        await harness.until(lambda: any(reason in said for said in harness.notices), "the reason")

    reason = "nobody answers discovery on UDP 41999: is a firewall in the way? Else give --address host:port"
    monkeypatch.setattr(program, "search", search)
    play(scene, _offering(parsed("--discovery-port", "41999"), yard=None), connect=False)


def test_several_servers_may_be_given():
    offering = _offering(parsed("--address", "pi.local", "--address", "10.0.0.1:80"), yard=None)
    assert asyncio.run(offering._find()) == ["pi.local:11111", "10.0.0.1:80"]


def test_the_device_of_a_server_has_a_name_that_every_tool_takes():
    def name(*words):
        return _offering(parsed(*words), yard=None).name

    assert name() == "Alpaca"
    assert name("--address", "192.168.1.20", "--address", "b") == "Alpaca 192-168-1-20 11111"
    assert name("--address", "[fe80::1%eth0]:80") == "Alpaca [fe80::1%eth0] 80"
    assert name("--address", "a", "--name", "PC") == "PC"


@pytest.mark.parametrize("word", [" ", "\u200b"])
def test_a_name_that_cannot_be_seen_is_none(word):
    assert parsed("--name", word).name == parsed(INDIDEV=word).name == ""


def test_the_environment_may_name_the_device():
    assert parsed(INDIDEV="My Camera").name == "My Camera"
    assert parsed("--name", "Mine", INDIDEV="My Camera").name == "Mine"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (" ZWO  ASI ", "ZWO ASI"),
        ("ZWO\0\ud800ASI", "ZWO ASI"),
        ("Cam\u200bera=1\u202e", "Camera-1"),
        ("", "Alpaca Camera 0"),
        (7, "Alpaca Camera 0"),
        (NOT_OFFERED, "Alpaca Camera 0"),
        (GARBAGE, "Alpaca Camera 0"),
    ],
)
def test_a_device_without_a_name_is_asked_for_its_own(said, name, file):
    with Recorded({"camera/0": {"name": said}}) as server:
        assert _own_name(server.place("camera/0"), file) == name


def test_a_device_that_cannot_be_asked_has_the_name_that_it_had(file):
    with Recorded({"camera/0": {"name": "ZWO & Ö"}}) as server:
        place = server.place("camera/0")
        assert _own_name(place, file) == "ZWO & Ö"
        server.stop()
        assert _own_name(place, file) == "ZWO & Ö"
        server.start()
        server.devices["camera/0"]["name"] = ""
        assert _own_name(place, file) == "ZWO & Ö"
        server.devices["camera/0"]["name"] = "QHY"
        assert _own_name(place, file) == "QHY"


def test_a_device_that_could_not_be_asked_keeps_the_name_that_it_was_given(file):
    with Recorded({"camera/0": {"name": "ZWO"}}) as server:
        place = server.place("camera/0")
        server.stop()
        assert _own_name(place, file) == "Alpaca Camera 0"
        server.start()
        assert _own_name(place, file) == "Alpaca Camera 0"


@pytest.mark.parametrize("content", [b"<garbage", b"<INDIDriver/>"])
def test_a_name_that_cannot_be_read_is_no_name(file, content):
    file.path.write_bytes(content)
    with Recorded() as server:
        server.stop()
        assert _own_name(server.place("camera/0"), file) == "Alpaca Camera 0"


def test_a_name_that_cannot_be_kept_is_a_name_all_the_same(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    with Recorded({"camera/0": {"name": "ZWO"}}) as server:
        assert _own_name(server.place("camera/0"), ConfigurationFile(tmp_path / "file" / "name.xml")) == "ZWO"
    assert "is not remembered" in caplog.text


def test_what_is_logged_names_the_device(monkeypatch):
    formats, names = [], []
    monkeypatch.setattr(logging, "basicConfig", lambda **options: formats.append(options["format"]))
    monkeypatch.setattr(program, "run_devices", lambda devices: names.extend(one.name for one in devices) or 0)
    assert main(["--address", "127.0.0.1:1", "--type", "dome", "--name", "Dome 100%"]) == 0
    record = logging.makeLogRecord({"levelname": "WARNING", "msg": "it is gone"})
    assert logging.Formatter(formats[0]).format(record) == "WARNING Dome 100%: it is gone"
    assert names == ["Dome 100%"]


def test_whom_a_device_looks_at_may_be_said(monkeypatch):
    devices = []
    monkeypatch.setattr(program, "run_devices", lambda made: devices.extend(made) or 0)
    words = ["--active=ACTIVE_TELESCOPE=A = B", "--active=ACTIVE_WEATHER=C"]
    assert main(["--address", "127.0.0.1:1", "--type", "dome", "--name", "Dome", *words]) == 0
    assert dict(devices[0].active_devices.values) == {"ACTIVE_TELESCOPE": "A = B", "ACTIVE_WEATHER": "C"}


def test_the_safety_monitor_is_there():
    place = Place("127.0.0.1:1", AlpacaType.SAFETY_MONITOR)
    assert device_for(place, name="Roof").name == "Roof"


def test_a_server_that_drips_does_not_keep_the_driver_from_starting(monkeypatch, tmp_path):
    monkeypatch.setattr(program, "_ASK_NAME", 0.1)
    with Recorded({}) as server:
        server.fault = Drip()
        place = Place(server.address, AlpacaType.CAMERA)
        assert _own_name(place, ConfigurationFile(tmp_path / "name.xml")) == place.default_name
