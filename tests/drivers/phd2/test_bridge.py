"""The bridge's connection: PHD2 may die, hang, restart, stutter and be driven by others."""

import asyncio
import json

import pytest

from lightapt_drivers.phd2.bridge import Phd2Device
from lightapt_drivers.testing import Harness
from lightapt_protocol.standard import DriverInterface
from lightapt_protocol.vocabulary import State
from tests.drivers.phd2.bridging import QUICK, SETTLE, SURE, device, guiding, play, refused
from tests.drivers.phd2.fake import FakePhd2, bytewise, whole
from tests.drivers.phd2.scenes import NO_HOSTS

SOON = 10.0
"""Seconds in which the state must be right again once PHD2 is back, on a machine that may be busy; the tests of the
system have the time that there is for that."""


async def back_in_time(harness, *, state="Stopped"):
    async with asyncio.timeout(SOON):
        await harness.expect("CONNECTION", state=State.OK, CONNECT=True)
        await harness.expect("PHD2_STATE", STATE=state)


def test_clients_find_a_guider():
    interface = int(Phd2Device().driver_info["DRIVER_INTERFACE"])
    assert interface == DriverInterface.GUIDER | DriverInterface.AUX


def test_connected_it_shows_what_phd2_is_and_does():
    async def scene(harness, fake):
        assert harness.find("PHD2_VERSION").text("VERSION") == "2.6.13dev8"
        await harness.expect("PHD2_STATE", STATE="Stopped")
        await harness.expect("PHD2_PROFILE", PROFILE_1=True)
        await harness.expect("PHD2_EQUIPMENT_STATE", state=State.OK, CAMERA=State.OK, AO=State.IDLE)

    play(scene)


def test_where_nothing_listens_it_says_why_and_that_it_is_tried_again():
    async def scene():
        async with Harness(device(1)) as harness:
            await harness.request("CONNECTION", CONNECT=True)
            await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
            assert any("Is it running? (it is tried again" in notice for notice in harness.notices)

    asyncio.run(scene())


@pytest.mark.parametrize("port", ["abc", "0", "-1", "65536", "", "9" * 5000])
def test_a_port_that_cannot_be_is_refused(port):
    async def scene(harness, fake):
        await refused(harness, "DEVICE_ADDRESS", "PORT must be a whole number from 1 to 65535", PORT=port)
        assert harness.find("DEVICE_ADDRESS").text("PORT") == str(fake.port)

    play(scene, connected=False)


def test_an_address_without_a_host_is_refused():
    async def scene(harness, fake):
        await refused(harness, "DEVICE_ADDRESS", "ADDRESS is empty", ADDRESS=" ")

    play(scene, connected=False)


def test_an_address_set_while_connected_is_of_the_next_connection():
    async def scene(harness, fake):
        async with FakePhd2(instance=2) as other:
            await harness.request("DEVICE_ADDRESS", PORT=str(other.port))
            await harness.expect("DEVICE_ADDRESS", state=State.OK, PORT=str(other.port))
            words = f"stays with the PHD2 at 127.0.0.1:{fake.port} until it is connected anew: PHD2_RECONNECT does that"
            assert any(words in notice for notice in harness.notices)
            await harness.expect("PHD2_VERSION", INSTANCE="1")
            await harness.request("PHD2_RECONNECT", RECONNECT=True)
            await harness.expect("PHD2_VERSION", INSTANCE="2")
            before = len(harness.notices)
            await harness.request("DEVICE_ADDRESS", PORT=str(other.port))
            assert not any("stays with" in notice for notice in harness.notices[before:])
            await harness.request("CONNECTION", DISCONNECT=True)
            await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)

    play(scene)


async def of_no_known_host(host):
    """See that the bridge says of a host that it is not known, both when it connects and when it scans."""
    words = f"the host {host[:100]}"
    bridge = Phd2Device(given={"DEVICE_ADDRESS": {"ADDRESS": host}}, patience=SURE)
    async with Harness(bridge) as harness:
        await refused(harness, "PHD2_SCAN", words, "is not known", SCAN=True)
        assert not any("its server on" in notice for notice in harness.notices)
        await refused(harness, "CONNECTION", words, "is not known", CONNECT=True)


def test_a_host_that_is_not_known_is_told_in_words(nameless):
    asyncio.run(of_no_known_host("no-such-host.invalid"))


@pytest.mark.parametrize("host", NO_HOSTS)
def test_a_host_that_is_mistyped_is_told_in_words(host):
    asyncio.run(of_no_known_host(host))


@pytest.mark.parametrize("fate", ["die", "hang"])
def test_a_loss_is_told_once(fate):
    async def scene(harness, fake):
        await guiding(harness)
        harness.said.clear()
        if fate == "die":
            await fake.die()
        else:
            fake.hang()
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.dealt_with()
        (told,) = harness.notices
        assert told.startswith("PHD2 is lost: ")

    play(scene, patience=QUICK)


@pytest.mark.parametrize("port", ["", "0", "65536", "phd2"])
def test_an_address_without_a_port_is_refused(port):
    async def scene():
        async with Harness(device(port)) as harness:
            await harness.request("CONNECTION", CONNECT=True)
            await harness.expect("CONNECTION", state=State.ALERT)
            assert any("DEVICE_ADDRESS" in notice for notice in harness.notices)

    asyncio.run(scene())


def test_phd2_that_dies_is_alert_and_right_again_when_it_returns():
    async def scene(harness, fake):
        await guiding(harness)
        await fake.die()
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("PHD2_STATE", state=State.ALERT, STATE="")
        await fake.live()
        await back_in_time(harness)
        await harness.expect("PHD2_LOOP", OFF=True)

    play(scene)


@pytest.mark.parametrize("cut", [whole, bytewise])
def test_a_night_goes_the_same_whole_and_byte_by_byte(cut):
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("PHD2_DITHER", AMOUNT=2)
        await harness.expect("PHD2_DITHER", state=State.OK)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")
        assert harness.find("CONNECTION").state is State.OK

    play(scene, cut=cut)


def test_a_loss_that_a_request_finds_first_is_shown_all_the_same():
    async def scene(harness, fake):
        await guiding(harness)
        fake.hang()
        await harness.request("PHD2_DEC_MODE", NORTH=True)
        await harness.expect("PHD2_DEC_MODE", state=State.ALERT)
        await harness.expect("PHD2_STATE", state=State.ALERT, STATE="")
        fake.recover()
        await back_in_time(harness, state="Guiding")

    play(scene, patience=QUICK)


def test_an_operation_ends_with_the_connection():
    async def scene(harness, fake):
        fake.model.star_hidden = True
        await harness.request("PHD2_GUIDE", GUIDE=True)
        await harness.expect("PHD2_GUIDE", state=State.BUSY)
        await fake.die()
        await harness.expect("CONNECTION", state=State.ALERT)
        await fake.live()
        await back_in_time(harness)
        assert harness.find("PHD2_GUIDE").state is State.ALERT

    play(scene)


def test_phd2_that_hangs_is_lost_and_found_again_when_it_goes_on():
    async def scene(harness, fake):
        fake.hang()
        await harness.expect("CONNECTION", state=State.ALERT)
        fake.recover()
        await back_in_time(harness)

    play(scene, patience=QUICK)


def test_a_line_that_stalls_and_goes_on_costs_nothing():
    async def scene(harness, fake):
        line = json.dumps({"Event": "Alert", "Msg": "slowly", "Type": "warning"}).encode() + b"\r\n"
        fake.send(line[:20])
        await harness.request("PHD2_LOOP", ON=True)  # what comes meanwhile is merged with the broken line
        fake.send(line)
        await harness.expect("PHD2_LOOP", state=State.OK, ON=True)
        assert harness.find("CONNECTION").state is State.OK

    play(scene)


def test_a_profile_that_is_changed_in_its_window_is_shown():
    async def scene(harness, fake):
        fake.change_profile(2)
        await harness.expect("PHD2_PROFILE", PROFILE_2=True)
        await harness.expect("PHD2_EQUIPMENT_NAMES", AO="AO-Simulator")
        await harness.expect("PHD2_EQUIPMENT", DISCONNECT=True)

    play(scene, gear=False)


def test_what_another_client_begins_is_shown_until_it_has_settled():
    async def scene(harness, fake):
        _, writer = await asyncio.open_connection("127.0.0.1", fake.port)
        settle = {"pixels": 1.5, "time": 2, "timeout": 20}
        writer.write(json.dumps({"method": "guide", "params": {"settle": settle}, "id": 1}).encode() + b"\n")
        await harness.expect("PHD2_GUIDE", state=State.BUSY)
        await harness.expect("PHD2_GUIDE", state=State.OK)
        await harness.expect("PHD2_STATE", STATE="Guiding")
        writer.write(b'{"method": "stop_capture", "id": 2}\n')
        await harness.expect("PHD2_STATE", STATE="Stopped")
        writer.close()

    play(scene)


def test_reconnecting_reads_all_anew_on_a_connection_of_its_own():
    async def scene(harness, fake):
        asked = len(fake.asked("get_profiles"))
        await harness.request("PHD2_RECONNECT", RECONNECT=True)
        await back_in_time(harness)
        assert len(fake.asked("get_profiles")) > asked
        fake.say("Alert", Msg="still heard", Type="info")
        await harness.until(lambda: any("still heard" in one for one in harness.notices), "the alert")

    play(scene)


def test_reconnecting_is_busy_until_it_is_connected():
    async def scene(harness, fake):
        harness.said.clear()
        fake.hang()
        await harness.request("PHD2_RECONNECT", RECONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT)
        await harness.expect("PHD2_RECONNECT", state=State.BUSY, RECONNECT=True)
        fake.recover()
        await harness.expect("PHD2_RECONNECT", state=State.OK, RECONNECT=False)
        await harness.expect("CONNECTION", state=State.OK)
        names = [one.name for one in harness.said if getattr(one, "state", None) is State.OK]
        assert names.index("CONNECTION") < names.index("PHD2_RECONNECT")

    play(scene)


def test_reconnecting_that_fails_says_why_and_is_tried_again():
    async def scene(harness, fake):
        await fake.die()
        await harness.expect("CONNECTION", state=State.ALERT)
        await fake.live()
        await harness.expect("CONNECTION", state=State.OK)
        await harness.request("DEVICE_ADDRESS", PORT="1")
        await refused(harness, "PHD2_RECONNECT", "does not listen at 127.0.0.1:1", "tried again", RECONNECT=True)
        await harness.expect("PHD2_RECONNECT", state=State.ALERT, RECONNECT=False)
        await harness.request("DEVICE_ADDRESS", PORT=str(fake.port))
        await harness.expect("CONNECTION", state=State.OK, CONNECT=True)
        assert harness.find("PHD2_RECONNECT").state is State.ALERT

    play(scene)


def test_to_disconnect_leaves_phd2_guiding():
    async def scene(harness, fake):
        await guiding(harness)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        assert fake.model.app_state() == "Guiding"
        await harness.connect()
        await harness.expect("PHD2_STATE", STATE="Guiding")

    play(scene)


def test_settings_of_the_bridge_itself_are_saved(tmp_path):
    async def scene():
        for settle in (SETTLE, None):
            async with Harness(device(4400), folder=tmp_path) as harness:
                if settle is not None:
                    await harness.request("PHD2_SCAN_PORTS", FIRST=4500, LAST=4510)
                    await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)
                else:
                    await harness.expect("PHD2_SCAN_PORTS", FIRST=4500)

    asyncio.run(scene())
