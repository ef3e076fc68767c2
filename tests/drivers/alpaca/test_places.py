"""Where a device is, in Alpaca's words and in people's."""

import pytest

from lightapt_drivers.alpaca.places import AlpacaType, Place, full_address


def test_a_type_has_a_name_in_urls_one_of_ascom_and_one_for_people():
    wheel = AlpacaType.FILTER_WHEEL
    assert (wheel.value, wheel.title, wheel.words) == ("filterwheel", "FilterWheel", "Filter Wheel")


def test_every_type_knows_since_when_it_is_of_platform_7():
    assert {kind.platform_7 for kind in AlpacaType} == {2, 3, 4}


def test_a_device_without_a_name_is_called_by_its_type_and_number():
    assert Place("h:1", AlpacaType.FILTER_WHEEL, 2).default_name == "Alpaca Filter Wheel 2"


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("pi.local", "pi.local:11111"),
        ("10.0.0.1:80", "10.0.0.1:80"),
        ("http://10.0.0.1:80/", "10.0.0.1:80"),
        ("[fe80::1%eth0]", "[fe80::1%eth0]:11111"),
        ("[::1]:80", "[::1]:80"),
        ("pi.local.", "pi.local.:11111"),
    ],
)
def test_an_address_has_a_port(given, address):
    assert full_address(given) == address


@pytest.mark.parametrize(
    "given",
    ["", ":80", "host:", "host:0", "host:65536", "https://host", "a/b", "192.168.1..20", ".local", "my pc", "[a b]:1"],
)
def test_what_is_no_address_is_refused(given):
    with pytest.raises(ValueError, match=r"write host:port, such as 192\.168\.1\.20:11111"):
        full_address(given)


@pytest.mark.parametrize("given", ["fe80::1", "fe80::1%eth0"])
def test_an_ipv6_address_without_brackets_is_refused_with_them(given):
    with pytest.raises(ValueError, match=f"write host:port, such as \\[{given}\\]:11111"):
        full_address(given)
