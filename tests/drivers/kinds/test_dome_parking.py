"""A dome parks where it is told to, does not turn while it is parked, and heeds telescope and weather."""

import pytest

from lightapt_drivers.kinds.dome import DomeCan, Shutter
from lightapt_protocol.vocabulary import State
from tests.drivers.kinds.domes import (
    DOME,
    ROOF,
    Mount,
    Puppet,
    Weather,
    begun,
    played,
    played_with,
    refused,
    turned,
)
from tests.drivers.kit.scenes import play


async def parked(harness, *, parked=True):
    await harness.request("DOME_PARK", **{"PARK" if parked else "UNPARK": True})
    await harness.expect("DOME_PARK", state=State.OK, PARK=parked, UNPARK=not parked)


def test_it_turns_to_its_park_position():
    async def scene(harness, dome):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=270)
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.BUSY, PARK=True)
        await harness.expect("ABS_DOME_POSITION", state=State.BUSY)
        dome.go.set()
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        await harness.expect("ABS_DOME_POSITION", state=State.OK, DOME_ABSOLUTE_POSITION=270)
        return dome.done

    assert played(scene, held=True) == ["270 by -90"]


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("ABS_DOME_POSITION", {"DOME_ABSOLUTE_POSITION": 90}),
        ("REL_DOME_POSITION", {"DOME_RELATIVE_POSITION": 90}),
        ("DOME_MOTION", {"DOME_CW": True}),
    ],
)
def test_a_parked_dome_does_not_turn(name, members):
    async def scene(harness, dome):
        await refused(harness, name, words="the dome is parked: unpark it before you turn it", **members)
        await parked(harness, parked=False)
        await harness.request(name, **members)
        await begun(harness, dome, what="90 by 90" if name != "DOME_MOTION" else "120 by 120")

    played(scene, parked=True)


def test_a_parking_dome_does_not_turn():
    async def scene(harness, dome):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=100)
        await harness.request("DOME_PARK", PARK=True)
        await begun(harness, dome, what="100 by 100")
        words = "the dome is parking: abort that or wait for its end"
        await refused(harness, "ABS_DOME_POSITION", words=words, DOME_ABSOLUTE_POSITION=5)
        await refused(harness, "DOME_MOTION", words=words, DOME_CW=False)
        return dome.done

    assert played(scene, held=True)[:1] == ["100 by 100"]


def test_what_is_on_the_way_is_stopped_to_park():
    async def scene(harness, dome):
        await harness.request("DOME_MOTION", DOME_CW=True)
        await begun(harness, dome, what="120 by 120")
        dome.held = False
        await harness.request("DOME_PARK_POSITION", PARK_AZ=10)
        await parked(harness)
        return dome.done

    assert played(scene, held=True) == ["120 by 120", "stop", "10 by 10"]


def test_an_aborted_parking_leaves_it_unparked():
    async def scene(harness, dome):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=100)
        await harness.request("DOME_PARK", PARK=True)
        await begun(harness, dome, what="100 by 100")
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("DOME_PARK", state=State.IDLE, UNPARK=True)
        await harness.expect("ABS_DOME_POSITION", state=State.IDLE)
        return dome.done

    assert played(scene, held=True) == ["100 by 100", "stop"]


def test_a_failed_parking_leaves_it_unparked_and_says_why():
    async def scene(harness, _):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=100)
        await harness.request("DOME_PARK", PARK=True)
        await harness.expect("DOME_PARK", state=State.ALERT, UNPARK=True)
        await harness.expect("ABS_DOME_POSITION", state=State.ALERT)
        assert "a fuse is blown" in harness.notices

    played(scene, fails="a fuse is blown")


def test_to_park_twice_or_unpark_twice_is_harmless():
    async def scene(harness, dome):
        await parked(harness, parked=False)
        await parked(harness)
        await parked(harness)
        return dome.done

    assert played(scene) == []


def test_asked_again_it_goes_on_parking():
    async def scene(harness, dome):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=100)
        await harness.request("DOME_PARK", PARK=True)
        await begun(harness, dome, what="100 by 100")
        await harness.request("DOME_PARK", PARK=True)
        dome.go.set()
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        return dome.done

    assert played(scene, held=True) == ["100 by 100"]


@pytest.mark.parametrize(
    ("name", "member"), [("DOME_PARK", "PARK"), ("DOME_SHUTTER", "SHUTTER_OPEN"), ("DOME_MOTION", "DOME_CW")]
)
def test_what_has_only_begun_is_never_told_as_done(name, member):
    async def scene(harness, _):
        await harness.request("DOME_PARK_POSITION", PARK_AZ=270)
        told = [message for message in await harness.request(name, **{member: True}) if message.name == name]
        return {(message.state, one.name) for message in told for one in message.members if one.value}

    assert played(scene, held=True) == {(State.BUSY, member)}


def test_the_park_position_is_chosen_and_saved(tmp_path):
    async def scene(harness, _):
        await turned(harness, 123)
        await harness.request("DOME_PARK_OPTION", PARK_CURRENT=True)
        await harness.expect("DOME_PARK_POSITION", PARK_AZ=123)
        await harness.request("DOME_PARK_OPTION", PARK_WRITE_DATA=True)
        await harness.request("DOME_PARK_OPTION", PARK_DEFAULT=True)
        await harness.expect("DOME_PARK_POSITION", PARK_AZ=0)

    async def later(harness, _):
        await harness.expect("DOME_PARK_POSITION", PARK_AZ=123)

    played(scene, folder=tmp_path)
    played(later, folder=tmp_path)


def test_some_park_by_themselves():
    async def scene(harness, dome):
        await parked(harness)
        await parked(harness, parked=False)
        return dome.done

    assert played(scene, DomeCan.TURN_TO | DomeCan.PARK_BY_ITSELF) == ["park", "unpark"]


# The shutter.


async def policy(harness, *, close=False, open=False):
    await harness.request("DOME_SHUTTER_PARK_POLICY", SHUTTER_CLOSE_ON_PARK=close, SHUTTER_OPEN_ON_UNPARK=open)


def test_the_shutter_closes_on_parking_and_opens_on_unparking_if_that_is_wished():
    async def scene(harness, dome):
        await parked(harness)
        await parked(harness, parked=False)
        await policy(harness, close=True, open=True)
        await harness.request("DOME_PARK_POSITION", PARK_AZ=10)
        await parked(harness)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        await parked(harness, parked=False)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_OPEN=True)
        return dome.done

    assert played(scene, shutter=Shutter.OPEN) == ["unpark", "10 by 10", "close", "unpark", "open"]


def test_an_opening_shutter_is_closed_on_parking():
    async def scene(harness, dome):
        await policy(harness, close=True)
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await begun(harness, dome, what="open")
        dome.held = False
        await parked(harness)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        return dome.done

    assert played(scene, held=True) == ["open", "stop shutter", "close"]


def test_abort_stops_the_shutter_of_a_parking_dome():
    async def scene(harness, dome):
        await policy(harness, close=True)
        await harness.request("DOME_PARK", PARK=True)
        await begun(harness, dome, what="close")
        await harness.expect("DOME_SHUTTER", state=State.BUSY, SHUTTER_CLOSE=True)
        await harness.request("DOME_ABORT_MOTION", ABORT=True)
        await harness.expect("DOME_SHUTTER", state=State.IDLE, SHUTTER_OPEN=False, SHUTTER_CLOSE=False)
        await harness.expect("DOME_PARK", state=State.IDLE, UNPARK=True)
        return dome.done

    assert played(scene, held=True, shutter=Shutter.OPEN) == ["close", "stop shutter"]


def test_the_shutter_does_not_open_while_the_dome_parks():
    async def scene(harness, dome):
        await policy(harness, close=True)
        await harness.request("DOME_PARK", PARK=True)
        await begun(harness, dome, what="close")
        await refused(harness, "DOME_SHUTTER", words="the dome is parking", SHUTTER_OPEN=True)

    played(scene, held=True, shutter=Shutter.OPEN)


# The telescope.


async def locks(harness):
    await harness.request("MOUNT_POLICY", MOUNT_LOCKS=True)


@pytest.mark.parametrize("can", [DOME, ROOF])
def test_a_telescope_that_is_not_parked_locks_the_dome_if_that_is_wished(can):
    mount = Mount()

    async def scene(harness, dome):
        await locks(harness)
        words = "Telescope Simulator is not parked: park it before you park the dome, or set MOUNT_POLICY"
        await refused(harness, "DOME_PARK", words=words, PARK=True)
        mount.park.choose("PARK", state=State.BUSY)
        await refused(harness, "DOME_PARK", words=words, PARK=True)
        mount.park.choose("PARK", state=State.OK)
        await parked(harness)

    played_with([mount], scene, can, shutter=Shutter.OPEN)


def test_a_roof_does_not_close_over_a_telescope_that_is_not_parked():
    async def scene(harness, dome):
        await locks(harness)
        words = "does not tell whether it is parked: park it before you close the roof"
        await refused(harness, "DOME_MOTION", words=words, DOME_CCW=True)
        await harness.request("MOUNT_POLICY", MOUNT_IGNORED=True)
        await harness.request("DOME_MOTION", DOME_CCW=True)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)

    played(scene, ROOF, shutter=Shutter.OPEN)


# The weather.


async def heeds_weather(harness):
    await harness.request("WEATHER_POLICY", WEATHER_CLOSES=True)


def test_the_shutter_closes_in_bad_weather_if_that_is_wished():
    weather = Weather()

    async def scene(harness, dome):
        weather.status.set(state=State.ALERT)
        await harness.dealt_with()
        ignored = list(dome.done)
        await heeds_weather(harness)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        assert any("is in alert, and the dome is open" in notice for notice in harness.notices)
        assert any("is in alert: the dome closes" in notice for notice in harness.notices)
        return ignored, dome.done

    assert played_with([weather], scene, shutter=Shutter.OPEN) == ([], ["close"])


def test_bad_weather_ends_an_opening():
    weather = Weather()

    async def scene(harness, dome):
        await heeds_weather(harness)
        await harness.request("DOME_SHUTTER", SHUTTER_OPEN=True)
        await begun(harness, dome, what="open")
        dome.held = False
        weather.status.set(state=State.ALERT)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        return dome.done

    assert played_with([weather], scene, held=True) == ["open", "stop shutter", "close"]


def test_bad_weather_ends_an_unparking_that_opens():
    weather = Weather()

    async def scene(harness, dome):
        await heeds_weather(harness)
        await policy(harness, open=True)
        await harness.request("DOME_PARK", UNPARK=True)
        await begun(harness, dome, what="open")
        dome.held = False
        weather.status.set(state=State.ALERT)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        await harness.expect("DOME_PARK", state=State.IDLE, UNPARK=True)
        return dome.done

    assert played_with([weather], scene, held=True, parked=True) == ["unpark", "open", "stop shutter", "close"]


@pytest.mark.parametrize("can", [DOME, ROOF])
def test_nothing_opens_in_bad_weather(can):
    weather = Weather()

    async def scene(harness, dome):
        await heeds_weather(harness)
        weather.status.set(state=State.ALERT)
        words = "the dome stays closed while Weather Simulator is in alert"
        if can is ROOF:
            await refused(harness, "DOME_MOTION", words=words, DOME_CW=True)
        else:
            await policy(harness, open=True)
            await refused(harness, "DOME_SHUTTER", words=words, SHUTTER_OPEN=True)
        await refused(harness, "DOME_PARK", words=words, UNPARK=True)
        weather.status.set(state=State.BUSY)  # a warning
        await parked(harness, parked=False)
        return dome.done

    assert played_with([weather], scene, can, parked=True) == ["unpark", "open"]


def test_a_roof_stays_open_in_bad_weather_while_the_telescope_is_in_its_way():
    weather, mount = Weather(), Mount()

    async def scene(harness, dome):
        await locks(harness)
        await heeds_weather(harness)
        weather.status.set(state=State.ALERT)
        await harness.dealt_with()
        assert any("but the dome cannot close: Telescope Simulator is not parked" in said for said in harness.notices)
        assert dome.done == []
        mount.park.choose("PARK", state=State.OK)
        await harness.dealt_with()
        weather.status.set(state=State.ALERT)
        await harness.expect("DOME_PARK", state=State.OK, PARK=True)
        return dome.done

    assert played_with([weather, mount], scene, ROOF, shutter=Shutter.OPEN) == ["close"]


def test_a_dome_that_is_connected_in_bad_weather_closes():
    weather = Weather()

    async def scene(harness, dome):
        await heeds_weather(harness)
        weather.status.set(state=State.ALERT)
        await harness.dealt_with()
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("DOME_SHUTTER", state=State.OK, SHUTTER_CLOSE=True)
        return dome.done

    dome = Puppet(shutter=Shutter.OPEN)
    assert play(lambda harness: scene(harness, dome), dome, weather, connect=False) == ["close"]
