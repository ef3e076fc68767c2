"""What servers say is told in words, and what is amiss with them is logged once."""

import logging

import pytest

from lightapt_drivers.alpaca.errors import AnswerError, LostError, SilentError
from lightapt_drivers.alpaca.management import Inventory, Listed
from lightapt_drivers.alpaca.places import AlpacaType, Place
from lightapt_drivers.alpaca.servers import Remarks, Server, counted, failed, summary

HERE, THERE = "10.0.0.1:11111", "10.0.0.2:11111"
LOST = failed(THERE, LostError(f"{THERE} cannot be reached: Connection refused"))
MUTE = failed(THERE, AnswerError("GET /management was answered by HTTP 404: {}", status=404))


def serving(address=HERE, count=1, left_out=(), **known):
    devices = [Listed(Place(address, AlpacaType.CAMERA, number)) for number in range(count)]
    return Server(address, inventory=Inventory(devices, list(left_out)), **known)


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (serving(count=2, name="ASCOM Remote"), "ASCOM Remote: 2 devices"),
        (serving(left_out=["Video 0 (?)"]), "a server: 1 device; 1 left out: Video 0 (?)"),
        (serving(left_out="abcdefg"), "a server: 1 device; 7 left out: a, b, c, d, e, …"),
        (serving(same={THERE: 1}), f"a server: 1 device; 1 the same as at {THERE}"),
        (LOST, "is not there: cannot be reached: Connection refused"),
        (failed(THERE, SilentError("GET /management", seconds=3.0)), "is not there: has not answered within 3 s"),
        (
            MUTE,
            "does not tell its devices: it has no management (HTTP 404); bridge each by --address, --type and --number",
        ),
        (failed(THERE, AnswerError("no JSON")), "does not tell its devices: no JSON"),
    ],
)
def test_a_server_is_told_of_in_words(server, words):
    assert server.words == words


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        ([], "3 devices on 0 servers"),
        ([serving()], "3 devices on 1 server"),
        ([serving(), LOST, LOST], "3 devices on 1 server; 2 servers are not there"),
        (
            [serving(count=0), LOST, MUTE],
            "3 devices on 1 server; 1 server is not there; 1 server does not tell its devices",
        ),
        ([serving(), MUTE, MUTE], "3 devices on 1 server; 2 servers do not tell their devices"),
        ([serving(), serving(THERE, same={HERE: 1})], "3 devices on 1 server"),
        ([serving(), serving(THERE, 2, same={HERE: 1})], "3 devices on 2 servers"),
    ],
)
def test_who_is_not_there_is_not_counted_as_found(servers, words):
    assert summary(3, servers) == words


def test_what_is_amiss_is_told_once():
    remarks, servers = Remarks(), [serving(left_out=["Video 0 (?)"]), LOST]
    assert remarks.news(servers) == dict.fromkeys(
        [f"{HERE}: 1 left out: Video 0 (?)", f"{THERE} is not there: cannot be reached: Connection refused"],
        logging.WARNING,
    )
    assert remarks.news(servers) == {}


def test_trouble_is_told_again_after_the_server_was_well():
    remarks = Remarks()
    assert len(remarks.news([LOST])) == 1
    assert remarks.news([serving(THERE)]) == {}
    assert len(remarks.news([LOST])) == 1


def test_what_is_the_same_elsewhere_is_told_as_no_trouble():
    news = Remarks().news([serving(THERE, same={HERE: 1})])
    assert [level for said, level in news.items() if said.startswith(f"1 device at {THERE}")] == [logging.INFO]


def test_a_server_that_says_something_else_each_time_is_told_of_only_so_often():
    remarks = Remarks()
    news = [remarks.news([failed(THERE, LostError(f"error {number}"))]) for number in range(100)]
    assert sum(map(len, news)) == 10


def test_one_is_no_plural():
    assert (counted(0, "device"), counted(1, "device")) == ("0 devices", "1 device")
