"""Options that subcommands share."""

import argparse

import pytest

from lightapt_clients import AddressError, TcpAddress, UnixAddress
from lightapt_clients.commands.exits import CommandError
from lightapt_clients.commands.options import add_server, add_timeout, address_of, seconds


def options(*words):
    parser = argparse.ArgumentParser(add_help=False)
    add_server(parser)
    add_timeout(parser, "-t", default=2.0, what="for it")
    return parser.parse_args(words)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ([], TcpAddress("localhost", 7624)),
        (["-p", "7000"], TcpAddress("localhost", 7000)),
        (["-h", "dome", "-p", "7000"], TcpAddress("dome", 7000)),
        (["-h", "dome"], TcpAddress("dome", 7624)),
        (["--server", "dome:7001"], TcpAddress("dome", 7001)),
        (["--server", "unix:/run/indi"], UnixAddress("/run/indi")),
    ],
)
def test_a_server_has_an_address(words, address):
    assert address_of(options(*words)) == address


@pytest.mark.parametrize("words", [["--server", "a b"], ["--server", ""], ["-h", ""], ["-h", "", "-p", "7000"]])
def test_what_is_no_address_is_refused(words):
    with pytest.raises(AddressError):
        address_of(options(*words))


@pytest.mark.parametrize("text", ["-1", "x", "inf", "nan"])
def test_a_time_is_a_number_of_seconds(text):
    with pytest.raises(argparse.ArgumentTypeError):
        seconds(text)


def test_a_time_may_be_nothing():
    assert options("-t", "0").timeout == 0


@pytest.mark.parametrize("port", ["0", "65536", "73337", "x"])
def test_a_port_is_from_1_to_65535(port, capsys):
    with pytest.raises(SystemExit):
        options("-p", port)
    assert "is no port" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["-h", "dome"], ["-p", "7000"]])
def test_a_server_is_named_in_one_way(words):
    with pytest.raises(CommandError, match="leave out -h and -p"):
        address_of(options("--server", "dome", *words))
