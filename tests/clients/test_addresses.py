"""Texts are understood as addresses of servers."""

import pytest

from lightapt_clients import AddressError, TcpAddress, UnixAddress, parse_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("observatory", TcpAddress("observatory", 7624)),
        ("observatory:7625", TcpAddress("observatory", 7625)),
        (":7625", TcpAddress("localhost", 7625)),
        (" 192.168.1.2:1 ", TcpAddress("192.168.1.2", 1)),
        ("[::1]", TcpAddress("::1", 7624)),
        ("[fe80::1%eth0]:65535", TcpAddress("fe80::1%eth0", 65535)),
        ("unix:/tmp/indiserver", UnixAddress("/tmp/indiserver")),
        ("unix:@indi", UnixAddress("@indi")),
    ],
)
def test_a_text_means_an_address(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["a:b", "host:0", "host:65536", "::1", "[host]:1", "a b", "http://host", "unix:", "host:"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(AddressError):
        parse_address(text)


@pytest.mark.parametrize("text", ["", " ", None])
def test_a_variable_that_was_not_set_is_not_this_machine(text):
    with pytest.raises(AddressError, match="write localhost for this machine"):
        parse_address(text)


@pytest.mark.parametrize("text", ["localhost:7624", "[::1]:7624", "unix:/tmp/indiserver"])
def test_an_address_is_shown_as_it_is_written(text):
    assert str(parse_address(text)) == text


def test_a_name_in_the_abstract_namespace_begins_with_zero_to_the_system():
    assert (UnixAddress("@indi").name, UnixAddress("/run/indi").name) == ("\0indi", "/run/indi")


@pytest.mark.parametrize("port", [0, 65536, 73337])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(AddressError, match="from 1 to 65535"):
        TcpAddress("dome", port)
