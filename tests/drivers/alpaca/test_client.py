"""alpyca's devices go another way to the server, and keep their members."""

import threading

import alpaca.device
import pytest

from lightapt_drivers.alpaca.client import make_client
from lightapt_drivers.alpaca.errors import DeviceRefusedError, DisconnectedError, LostError
from lightapt_drivers.alpaca.places import AlpacaType, Place
from tests.drivers.alpaca.recorded import Drop, Recorded, Refusal


@pytest.fixture
def server():
    with Recorded({"focuser/0": {"position": 5, "name": "F"}}) as server:
        yield server


@pytest.fixture
def client(server):
    client = make_client(server.place("focuser/0"))
    client.limit = 60
    yield client
    client.web.close()


@pytest.mark.parametrize("kind", AlpacaType)
def test_every_type_has_its_class_of_alpyca_s(kind):
    client = make_client(Place("127.0.0.1:1", kind, 3))
    assert isinstance(client, alpaca.device.Device)
    assert type(client).__name__ == kind.title
    assert client.device_number == 3


def test_members_are_alpyca_s(client):
    assert client.Position == 5
    assert client.Name == "F"


def test_no_device_waits_for_another(client):
    with alpaca.device.Device._ctid_lock:  # held by alpyca's own way during each request
        answers = []
        thread = threading.Thread(target=lambda: answers.append(client.Position))
        thread.start()
        thread.join(60)
    assert answers == [5]


def test_requests_say_who_asks_and_are_numbered(client, server):
    for _ in range(2):
        assert client.Position == 5
    first, second = (one.fields for one in server.asked)
    assert first["ClientID"] == second["ClientID"]
    assert int(second["ClientTransactionID"]) == int(first["ClientTransactionID"]) + 1


def test_a_question_is_asked_once_more_where_the_connection_was_closed(client, server):
    answers = iter([5, Drop(), 7])
    server.devices["focuser/0"]["position"] = lambda _: next(answers)
    assert [client.Position, client.Position] == [5, 7]


@pytest.mark.parametrize(
    ("said", "error", "times"),
    [
        (Drop(), LostError, 2),
        (Refusal(0x407, "Not connected"), DisconnectedError, 1),
        (Refusal(0x40B, "Not now"), DeviceRefusedError, 1),
    ],
    ids=["dropped", "disconnected", "refused"],
)
def test_a_question_that_was_answered_is_not_repeated(client, server, said, error, times):
    assert client.Name == "F"
    server.devices["focuser/0"]["position"] = said
    with pytest.raises(error):
        _ = client.Position
    assert server.count("position") == times


def test_a_server_that_is_not_there_is_asked_once(client, server):
    server.devices["focuser/0"]["position"] = Drop()
    for _ in range(2):  # on a new connection each
        with pytest.raises(LostError):
            _ = client.Position
    assert server.count("position") == 2


@pytest.mark.parametrize(("said", "error"), [(Refusal(0x40B, "Not now"), DeviceRefusedError), (Drop(), LostError)])
def test_an_order_is_given_once_whatever_becomes_of_it(client, server, said, error):
    server.devices["focuser/0"]["move"] = lambda _: said
    with pytest.raises(error):
        client.Move(5)
    assert server.count("move") == 1
    assert server.puts("move")[0]["Position"] == "5"
