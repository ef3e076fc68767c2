"""The command line: one device, one server, or the network."""

import pytest

from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.program import _own_name, _parser, device_for, main
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Slow


def parsed(*words, **environment):
    return _parser(environment).parse_args(words)


def test_an_address_may_leave_out_alpaca_s_own_port():
    assert parsed("--address", "pi.local").address == "pi.local:11111"


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
    ],
)
def test_wrong_usage_is_told_with_a_hint(capsys, words, hint):
    with pytest.raises(SystemExit) as raised:
        main(words)
    assert raised.value.code == 2
    assert hint in capsys.readouterr().err


def test_the_environment_may_name_the_device():
    assert parsed(INDIDEV="My Camera").name == "My Camera"
    assert parsed("--name", "Mine", INDIDEV="My Camera").name == "Mine"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (" ZWO  ASI ", "ZWO ASI"),
        ("", "Alpaca Camera 0"),
        (7, "Alpaca Camera 0"),
        (NOT_OFFERED, "Alpaca Camera 0"),
        (GARBAGE, "Alpaca Camera 0"),
    ],
)
def test_a_device_without_a_name_is_asked_for_its_own(said, name):
    with Recorded({"camera/0": {"name": said}}) as server:
        assert _own_name(server.place("camera/0")) == name


def test_a_device_that_cannot_be_asked_has_a_name_all_the_same():
    with Recorded({"camera/0": {"name": Slow(9)}}) as server:
        server.stop()
        assert _own_name(server.place("camera/0")) == "Alpaca Camera 0"


def test_the_safety_monitor_is_there():
    place = Place("127.0.0.1:1", AlpacaType.SAFETY_MONITOR)
    assert device_for(place, name="Roof").name == "Roof"
