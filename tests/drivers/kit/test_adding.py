"""Properties that only the hardware knows of, when that is found again: the clients keep what has not changed."""

import pytest

from lightapt_drivers import DefNumber, DefSwitch, DefText, NumberVector, State, SwitchVector, TextVector, on_connect
from tests.drivers.kit.lines import Thing, cut
from tests.drivers.kit.scenes import play


class Changing(Thing):
    """A thing that learns of one property anew each time that it is found."""

    def __init__(self, *kinds):
        super().__init__()
        self.kinds = list(kinds)

    @on_connect
    async def _learn_anew(self):
        if "EXTRA" in self.vectors:
            self.hide(self.vectors["EXTRA"])
        kind = self.kinds.pop(0)
        self.show(self.add(kind))


NUMBER = NumberVector("EXTRA", DefNumber("VALUE", 1.0))


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (NumberVector("EXTRA", DefNumber("VALUE", 2.0)), ["SetNumberVector"]),
        (NumberVector("EXTRA", DefNumber("VALUE", 1.0, max=9)), ["DelProperty", "DefNumberVector", "SetNumberVector"]),
        (SwitchVector("EXTRA", DefSwitch("ON")), ["DelProperty", "DefSwitchVector", "SetSwitchVector"]),
        (TextVector("EXTRA", DefText("VALUE")), ["DelProperty", "DefTextVector", "SetTextVector"]),
    ],
    ids=["the same", "another range", "a switch", "a text"],
)
def test_a_property_that_is_added_anew_is_deleted_only_if_it_is_another(kind, told):
    thing = Changing(NUMBER, kind)

    async def scene(harness):
        before = len(harness.said)
        await cut(harness)
        await harness.expect("CONNECTION", state=State.OK)
        await harness.dealt_with()
        return [type(one).__name__ for one in harness.said[before:] if getattr(one, "name", "") == "EXTRA"]

    assert play(scene, thing) == told
