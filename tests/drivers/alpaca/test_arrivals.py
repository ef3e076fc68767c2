"""When a motion is over: at rest where it should be, or at rest elsewhere for a while."""

from lightapt_drivers.alpaca.arrivals import Arrival


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
