"""The driver of LX200 mounts bears what happens to serial lines."""

from functools import partial

import pytest

from lightapt_drivers.instruments.emulators.faults import Garbage, Half, Silence
from lightapt_drivers.instruments.emulators.line import Line
from lightapt_drivers.instruments.emulators.lx200 import ONSTEP
from lightapt_protocol.vocabulary import State
from tests.drivers.instruments.devices import LENIENT, MEADE, SLOW, QuickLx200, mounting
from tests.drivers.kit.scenes import play


def test_a_mount_that_goes_while_it_moves_by_hand_is_stopped_when_it_is_back(tmp_path):
    async def scene(it):
        await it.harness.request("TELESCOPE_MOTION_WE", MOTION_WEST=True)
        await it.heard_by_now()
        it.line.unplug()
        await it.harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        it.emulator.heard.clear()
        it.line.plug()
        await it.harness.expect("CONNECTION", state=State.OK, CONNECT=True)
        await it.harness.expect("TELESCOPE_MOTION_WE", state=State.IDLE, MOTION_WEST=False)
        return await it.heard_by_now()

    assert "Qw" in mounting(scene, MEADE, line=partial(Line, link=tmp_path / "port"))


def test_clients_keep_the_properties_of_a_mount_that_is_lost(tmp_path):
    async def scene(it):
        said = len(it.harness.said)
        it.line.unplug()
        await it.harness.expect("CONNECTION", state=State.ALERT)
        it.line.plug()
        await it.harness.expect("CONNECTION", state=State.OK)
        return {m.name for m in it.harness.said[said:] if type(m).__name__ == "DelProperty"}

    lost = mounting(scene, ONSTEP, line=partial(Line, link=tmp_path / "port"))
    assert lost <= {"EQUATORIAL_EOD_COORD"}


@pytest.mark.parametrize("fault", [Silence(), Half(), Garbage()])
def test_one_bad_answer_does_not_spoil_a_slew(fault):
    async def scene(it):
        await it.slew(DEC=89)
        await it.under_way()
        it.line.spoil(fault)
        await it.at(State.OK, 89)
        return it.harness.notices

    assert mounting(scene, ONSTEP, speed=SLOW * 2, patience=LENIENT) == []


def test_a_command_that_is_not_answered_fails_and_no_more():
    async def scene(it):
        it.emulator._table["MS"] = lambda _: b""
        await it.slew()
        said = await it.refused()
        assert it.harness.find("CONNECTION").state is State.OK
        return said

    assert mounting(scene, patience=LENIENT).startswith("no answer came to b':MS#' within")


def test_a_mount_that_cannot_be_read_shows_no_place():
    async def scene(it):
        it.line.spoil_all(Garbage(b"??#"))
        await it.harness.expect("EQUATORIAL_EOD_COORD", state=State.ALERT)
        it.line.spoil_all(None)
        await it.harness.expect("EQUATORIAL_EOD_COORD", state=State.IDLE)

    mounting(scene)


def test_a_simulated_mount_is_there_without_a_port():
    async def scene(harness):
        return harness.find("INSTRUMENT_INFO").text("MODEL")

    assert play(scene, QuickLx200(simulate=True)) == "On-Step"
