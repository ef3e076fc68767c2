"""Every device on the network is known once, by a name that lasts."""

import pytest

from lightapt_drivers.alpaca.management import Listed
from lightapt_drivers.alpaca.offered import Offers
from lightapt_drivers.alpaca.places import AlpacaType, Place


def camera(address="10.0.0.1:11111", number=0, name="Camera", unique_id=""):
    return Listed(Place(address, AlpacaType.CAMERA, number), name, unique_id)


def names(offers):
    return [one.name for one in offers.known.values()]


def test_a_device_is_new_once():
    offers = Offers()
    assert [one.name for one in offers.found([camera(unique_id="u")]).new] == ["Camera"]
    assert offers.found([camera(unique_id="u")]).new == []


def test_a_device_is_the_same_by_all_ways_to_it():
    offers = Offers()
    offers.found([camera("10.0.0.1:1", unique_id="u"), camera("10.0.0.2:1", unique_id="u")])
    assert names(offers) == ["Camera"]


def test_a_device_that_is_not_found_any_more_stays():
    offers = Offers()
    offers.found([camera(unique_id="u")])
    tidings = offers.found([])
    assert (tidings.moved, names(offers)) == ([], ["Camera"])


def test_a_device_that_no_server_has_is_gone_until_it_is_found_again():
    offers = Offers()
    assert offers.found([camera(unique_id="u"), camera(number=1, unique_id="v")]).gone == set()
    assert offers.found([camera(unique_id="u")]).gone == {"v"}
    assert offers.found([camera(unique_id="u"), camera("10.0.0.9:1", unique_id="v")]).gone == set()


def test_a_device_that_has_moved_is_told_of():
    offers = Offers()
    offers.found([camera("10.0.0.1:1", unique_id="u")])
    [moved] = offers.found([camera("10.0.0.9:1", unique_id="u")]).moved
    assert (moved.name, moved.place.address) == ("Camera", "10.0.0.9:1")


def test_a_device_stays_where_it_is_while_it_is_found_there_too():
    offers = Offers()
    offers.found([camera("10.0.0.2:1", unique_id="u")])
    assert offers.found([camera("10.0.0.1:1", unique_id="u"), camera("10.0.0.2:1", unique_id="u")]).moved == []


@pytest.mark.parametrize("turn", [1, -1])
def test_names_are_given_in_one_order_however_the_answers_come(turn):
    offers = Offers()
    offers.found([camera("10.0.0.1:1", 0), camera("10.0.0.1:1", 1), camera("10.0.0.2:1", 0)][::turn])
    assert {one.place.address + str(one.place.number): one.name for one in offers.known.values()} == {
        "10.0.0.1:10": "Camera",
        "10.0.0.1:11": "Camera 1",
        "10.0.0.2:10": "Camera 0",
    }


def test_no_device_takes_the_name_of_the_one_that_offers_it():
    offers = Offers(["Alpaca"])
    offers.found([camera(name="Alpaca")])
    assert names(offers) == ["Alpaca 0"]


def test_every_name_is_another():
    offers = Offers()
    offers.found(camera(f"10.0.0.{host}:{port}", number) for host in (1, 2) for port in (1, 2) for number in (0, 1))
    assert len(set(names(offers))) == 8


def test_a_device_without_a_name_is_called_by_its_type():
    offers = Offers()
    offers.found([camera(name="")])
    assert names(offers) == ["Alpaca Camera 0"]


def test_a_device_is_called_what_it_was_called_before_whoever_is_found_first():
    first, second = camera("10.0.0.1:1", unique_id="a"), camera("10.0.0.2:1", unique_id="b")
    one_night, next_night = Offers(), Offers()
    one_night.found([first])
    one_night.found([second])
    next_night.names = dict(one_night.names)
    next_night.found([second])
    next_night.found([first])
    assert {one.key: one.name for one in next_night.known.values()} == {"a": "Camera", "b": "Camera 0"}


def test_a_name_that_is_taken_twice_counts_once():
    offers = Offers()
    offers.names = {"a": "Same", "b": "Same"}
    offers.found([camera("10.0.0.1:1", unique_id="a"), camera("10.0.0.2:1", unique_id="b")])
    assert len(set(names(offers))) == 2


def test_devices_of_one_server_with_one_id_are_told_apart():
    offers = Offers()
    both = [camera(unique_id="u"), camera(number=1, unique_id="u")]
    tidings = offers.found([*both, camera("10.0.0.2:1", unique_id="u"), camera("10.0.0.2:1", 1, unique_id="u")])
    assert tidings.shared == {"u"}
    assert [(one.key, one.name) for one in tidings.new] == [("u/camera/0", "Camera"), ("u/camera/1", "Camera 1")]
    again = offers.found(both)
    assert (again.new, again.moved, again.gone, again.shared) == ([], [], set(), set())


def test_a_device_stays_what_it_was_when_another_of_its_id_comes_and_goes():
    offers = Offers()
    offers.found([camera(unique_id="u")])
    tidings = offers.found([camera(unique_id="u"), camera(number=1, unique_id="u")])
    assert ([one.key for one in tidings.new], tidings.moved, tidings.gone) == (["u/camera/1"], [], set())
    tidings = offers.found([camera(unique_id="u")])
    assert (tidings.new, tidings.moved, tidings.gone) == ([], [], {"u/camera/1"})


def test_devices_that_two_addresses_have_are_told_of():
    offers = Offers()
    both = [camera("10.0.0.1:1", unique_id="u"), camera("10.0.0.2:1", unique_id="u"), camera("10.0.0.2:1", 1)]
    for _ in range(2):
        assert offers.found(both).same == {"10.0.0.2:1": {"10.0.0.1:1": 1}}
    assert offers.found(both[1:]).same == {}


def test_names_are_free_however_many_devices_are_at_one_place():
    offers = Offers()
    offers.names = {str(number): "Camera" for number in range(8)}
    for number in range(8):
        offers.found([camera(unique_id=str(number))])
    assert len(set(offers.names.values())) == len(set(names(offers))) == 8


def test_a_device_whose_id_changes_stays_the_same():
    offers = Offers()
    offers.found([camera(unique_id="0"), camera(number=1, unique_id="v")])
    for number in range(8):
        tidings = offers.found([camera(unique_id=str(number + 1)), camera(number=1, unique_id="v")])
        assert (tidings.new, tidings.moved, tidings.gone) == ([], [], set())
        assert tidings.rekeyed == {str(number): str(number + 1)}
    assert offers.names == {"8": "Camera", "v": "Camera 1"}
    assert {one.key: one.name for one in offers.known.values()} == offers.names


def test_a_device_that_comes_where_one_was_that_has_moved_is_new():
    offers = Offers()
    offers.found([camera(unique_id="u")])
    tidings = offers.found([camera(unique_id="v"), camera(number=1, unique_id="u")])
    assert ([one.key for one in tidings.new], [one.key for one in tidings.moved], tidings.rekeyed) == (["v"], ["u"], {})


def test_a_device_that_has_a_name_of_its_own_takes_over_no_other():
    offers = Offers()
    offers.names = {"v": "Guide camera"}
    offers.found([camera(unique_id="u")])
    tidings = offers.found([camera(unique_id="v")])
    assert ([one.name for one in tidings.new], tidings.gone, tidings.rekeyed) == (["Guide camera"], {"u"}, {})
