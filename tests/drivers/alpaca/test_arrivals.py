"""When a motion is over: at rest where it should be, or at rest elsewhere for a while."""

from lightapt_drivers.alpaca.arrivals import Arrival, Patience


def test_a_device_at_rest_where_it_should_be_has_arrived():
    assert Arrival().is_over(moves=False, there=True)


def test_a_device_that_moves_has_not_arrived_though_it_passes_its_target():
    assert not Arrival().is_over(moves=True, there=True)


def test_a_device_that_rests_elsewhere_is_given_time_to_begin():
    arrival = Arrival()
    assert [arrival.is_over(moves=False, there=False) for _ in range(8)] == [False] * 7 + [True]


def test_motion_in_between_begins_that_time_anew():
    arrival = Arrival()
    for _ in range(7):
        arrival.is_over(moves=False, there=False)
    arrival.is_over(moves=True, there=False)
    assert not arrival.is_over(moves=False, there=False)


def test_looks_that_do_not_tell_are_borne_with_for_some_looks_and_some_seconds():
    patience = Patience()
    assert [patience.is_over(now) for now in (0.0, 1.0, 2.0, 4.9, 5.0)] == [False] * 4 + [True]


def test_a_slow_server_has_some_looks_however_long_they_take():
    patience = Patience()
    assert [patience.is_over(now) for now in (0.0, 60.0, 120.0)] == [False, False, True]


def test_a_look_that_tells_begins_that_time_anew():
    patience = Patience()
    for now in (0.0, 1.0):
        patience.is_over(now)
    patience.shown()
    assert [patience.is_over(now) for now in (6.0, 7.0, 8.0, 11.0)] == [False, False, False, True]
