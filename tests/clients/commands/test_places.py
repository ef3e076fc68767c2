"""Things in the sky by name."""

import pytest

from lightapt_clients.commands import places
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_clients.commands.places import find_place
from lightapt_clients.kinds import Equatorial, separation


@pytest.mark.parametrize(
    ("name", "ra", "dec"),
    [
        ("M42", 5.588, -5.39),
        ("m 31", 0.712, 41.27),
        ("Messier 13", 16.695, 36.46),
        ("NGC 7000", None, None),
        ("ngc6720", 18.893, 33.03),
        ("vega", 18.6156, 38.7837),
        ("Polaris", 2.5303, 89.2641),
        ("Andromeda", 0.712, 41.27),
        ("Bode\N{RIGHT SINGLE QUOTATION MARK}s galaxy", 9.926, 69.07),
    ],
)
def test_names_are_found_in_whatever_letters(name, ra, dec):
    if ra is None:
        with pytest.raises(CommandError):
            find_place(name)
    else:
        assert separation(find_place(name)[1], Equatorial(ra, dec)) < 0.05


def test_all_of_messiers_are_there():
    for number in range(1, 111):
        name, place = find_place(f"M{number}")
        assert name == f"M{number}"
        assert -70 < place.dec < 70
        assert 0 <= place.ra < 24


def test_no_name_is_there_twice():
    names = [name for line in places._TABLE.splitlines() for name in line.partition("  ")[2].split(", ")]
    assert len({places._key(name) for name in names}) == len(names)


def test_near_names_are_offered():
    with pytest.raises(CommandError, match="did you mean 'Betelgeuse'") as caught:
        find_place("Beteigeuze")
    assert caught.value.code is ExitCode.NO


@pytest.mark.parametrize("name", ["NGC 7000", "ngc70", "M 111", "IC 434"])
def test_another_number_of_a_catalogue_is_not_offered(name):
    with pytest.raises(CommandError) as caught:
        find_place(name)
    assert "did you mean" not in str(caught.value)
    with pytest.raises(CommandError, match="did you mean 'NGC 224'"):
        find_place("NCG 224")
