"""Properties that several parts of the bridge have alike: a region of the frame, and a choice between two."""

from __future__ import annotations

from typing import Final

from lightapt_drivers import DefNumber, DefSwitch, NumberVector, SwitchState, SwitchVector

__all__ = ["CORNER", "either", "region_vector"]

CORNER: Final = ("X", "Y", "WIDTH", "HEIGHT")
"""The members of a region: where it begins, and how large it is, in pixels."""


def region_vector(name: str, *, label: str, group: str, saved: bool = False) -> NumberVector:
    """Return a property that is a region."""
    members = (DefNumber(one, 0, label=f"{one.title()} (pixels)", format="%.0f", min=0, max=100_000) for one in CORNER)
    return NumberVector(name, *members, label=label, group=group, saved=saved)


def either(
    name: str, *, label: str, group: str, first: str, second: str, on: str = "", saved: bool = False
) -> SwitchVector:
    """Return a property with two switches.

    Args:
        name: Its name.
        label: Its label.
        group: Its group.
        first: A member's name, and its label behind a space.
        second: The other's.
        on: Which is on, by its name; the first unless it is said.
        saved: See :class:`~lightapt_drivers.kit.vectors.Vector`.
    """
    named = [words.split(maxsplit=1) for words in (first, second)]
    chosen = on or named[0][0]
    members = (DefSwitch(one, SwitchState(int(one == chosen)), label=words) for one, words in named)
    return SwitchVector(name, *members, label=label, group=group, saved=saved)
