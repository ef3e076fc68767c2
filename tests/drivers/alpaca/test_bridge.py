"""A bridged device outlives whatever its server does, and says what that was."""

import asyncio

import pytest

from lightapt_drivers import DefNumber, NumberVector, State, on_connect, operation
from lightapt_drivers.alpaca.bridge import AlpacaDevice
from lightapt_drivers.alpaca.session import Limits
from tests.drivers.alpaca.movers import until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Drop, Raw, Recorded, Refusal, Slow, device
from tests.drivers.alpaca.scenes import AMPLE, play_bridged

DEVICE = "focuser/0"
HASTY = Limits(look=0.5, act=0.5, connect=0.5, goodbye=0.5, attempts=2, grace=0.1)
"""For servers that do not answer: what they fail to do for other reasons is done in the end."""


class Focuser(AlpacaDevice):
    """A focuser."""

    reconnect_after = (0.02,)

    position = NumberVector("POSITION", DefNumber("STEPS", 0))
    _moves = False

    async def read(self, look):
        self._moves = bool(await look.flag("IsMoving"))
        if (steps := await look.whole("Position")) is not None:
            self.position.change(STEPS=steps)
        return self._moves

    @operation(position)
    async def move(self, wanted):
        await self.act(lambda d: d.Move(int(wanted.value)))
        await self.follow(lambda: not self._moves, limit=60, what="the move")


@pytest.fixture(params=[3, 4], ids=["before Platform 7", "Platform 7"])
def server(request):
    focuser = device(request.param, position=5, ismoving=False)
    if request.param == 4:
        focuser["state"] = ["Position", "IsMoving"]
    with Recorded({DEVICE: focuser}) as server:
        yield server


def played(scene, server, *, limits=AMPLE, **options):
    return play_bridged(scene, Focuser("Focuser", place=server.place(DEVICE), limits=limits), **options)


def test_what_the_device_says_of_itself_is_shown(server):
    server.managed = [{"DeviceName": "F", "DeviceType": "Focuser", "DeviceNumber": 0, "UniqueID": "u-1"}]

    async def scene(harness):
        info = harness.find("ALPACA_INFO")
        place = harness.find("ALPACA_DEVICE")
        return info.text("NAME"), info.text("UNIQUE_ID"), place.text("ADDRESS"), place.text("TYPE")

    assert played(scene, server) == ("A device", "u-1", server.address, "Focuser")


@pytest.mark.parametrize("said", [NOT_OFFERED, Refusal(0x500, "Null reference")])
def test_a_device_that_says_nothing_of_itself_is_connected_all_the_same(server, said):
    for member in ("name", "description", "driverinfo", "driverversion", "supportedactions"):
        server.devices[DEVICE][member] = said

    async def scene(harness):
        await harness.expect("POSITION", STEPS=5)

    played(scene, server)


def test_a_motion_is_followed_to_its_end(server):
    focuser = server.devices[DEVICE]
    focuser["move"] = lambda fields: focuser.update(ismoving=True, position=6, target=int(fields["Position"]))

    async def scene(harness):
        await harness.request("POSITION", STEPS=9)
        await harness.expect("POSITION", state=State.BUSY, STEPS=6)
        focuser.update(ismoving=False, position=9)
        await harness.expect("POSITION", state=State.OK, STEPS=9)

    played(scene, server)
    assert focuser["target"] == 9


def test_a_refusal_turns_the_property_to_alert_with_the_device_s_words(server):
    server.devices[DEVICE]["move"] = Refusal(0x401, "Position 9 is out of range")

    async def scene(harness):
        await harness.request("POSITION", STEPS=9)
        await harness.expect("POSITION", state=State.ALERT)
        assert "Position 9 is out of range" in harness.notices

    played(scene, server)


def test_a_motion_that_never_ends_is_given_up(server):
    class Impatient(Focuser):
        @operation(Focuser.position)
        async def move(self, wanted):
            await self.follow(lambda: False, limit=0.1, what="the move")

    async def scene(harness):
        await harness.request("POSITION", STEPS=9)
        await harness.expect("POSITION", state=State.ALERT)
        assert "the move has not ended after 0.1 s" in harness.notices

    play_bridged(scene, Impatient("Focuser", place=server.place(DEVICE), limits=AMPLE))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (GARBAGE, "no JSON"),
        (Raw(b"{}"), "without a Value"),
        (Raw(b"busy", 503), "HTTP 503: busy"),
        (Raw(b"No such device", 404), "HTTP 404: No such device"),
        (Slow(30), f"not answered within {HASTY.look:g} s"),
        (Drop(), "cannot be reached"),
    ],
    ids=["garbage", "wrong JSON", "503", "404", "slow", "dropped"],
)
def test_a_server_that_fails_is_alert_with_the_reason_until_it_is_itself_again(server, fault, words):
    async def scene(harness):
        server.fault = fault
        await harness.expect("CONNECTION", state=State.ALERT)
        assert any(words in said for said in harness.notices)
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        server.devices[DEVICE]["position"] = 7
        await harness.expect("POSITION", STEPS=7)

    played(scene, server, limits=_limits(fault))


def _limits(fault):
    return HASTY if isinstance(fault, Slow) else AMPLE


def test_a_server_that_goes_away_and_comes_back_is_found_again(server):
    async def scene(harness):
        await asyncio.to_thread(server.stop)
        await harness.expect("CONNECTION", state=State.ALERT)
        assert any("cannot be reached" in said for said in harness.notices)
        server.devices[DEVICE].update(position=8, connected=False)
        server.start()
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("POSITION", STEPS=8)
        assert server.devices[DEVICE]["connected"]

    played(scene, server)


def test_a_device_that_somebody_else_has_disconnected_is_connected_again(server):
    async def scene(harness):
        server.devices[DEVICE].update(position=Refusal(0x407, "Not connected"), state=[])
        server.devices[DEVICE]["devicestate"] = Refusal(0x407, "Not connected")
        server.devices[DEVICE].pop("state")
        await harness.expect("CONNECTION", state=State.ALERT)
        server.devices[DEVICE].update(position=5, devicestate=[{"Name": "Position", "Value": 5}])
        await harness.expect("CONNECTION", state=State.OK)

    played(scene, server)


FAULTS = [
    (GARBAGE, "no JSON"),
    (Raw(b"busy", 503), "HTTP 503: busy"),
    (Raw(b"No such device", 404), "HTTP 404"),
    (Drop(), "cannot be reached"),
    (Slow(30), "not answered"),
    (Refusal(0x40B, "Where is the mount?"), "Where is the mount?"),
    (Refusal(0x500, "COM3 is not there"), "COM3 is not there"),
]


@pytest.mark.parametrize(("fault", "words"), FAULTS, ids=[words for _, words in FAULTS])
def test_a_device_that_does_not_connect_says_why_and_is_connected_as_soon_as_it_does(server, fault, words):
    async def scene(harness):
        server.fault = fault
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        assert any(words in said and "tried again" in said for said in harness.notices)
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("POSITION", STEPS=5)

    played(scene, server, connect=False, limits=_limits(fault))


def test_a_server_that_is_switched_on_after_the_hub_is_found(server):
    server.stop()

    async def scene(harness):
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        assert any(f"{server.address} cannot be reached: Connection refused" in said for said in harness.notices)
        server.start()
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("POSITION", STEPS=5)
        assert harness.notices[-1] == "Focuser is there"

    played(scene, server, connect=False)


def test_a_server_that_is_off_is_given_up_by_disconnecting(server):
    server.stop()

    async def scene(harness):
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)
        server.start()
        for _ in range(10):
            await harness.dealt_with()

    played(scene, server, connect=False)
    assert server.asked == []


def test_disconnecting_does_not_wait_for_a_stuck_motion(server):
    server.devices[DEVICE]["move"] = Slow(30)

    async def scene(harness):
        await harness.request("POSITION", STEPS=9)
        await harness.expect("POSITION", state=State.BUSY)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.expect("CONNECTION", state=State.OK, DISCONNECT=True)

    played(scene, server)
    assert server.devices[DEVICE]["connected"] is False


def test_a_member_that_the_server_does_not_know_is_asked_for_once(server):
    server.devices[DEVICE].pop("ismoving")
    server.devices[DEVICE].pop("state", None)

    async def scene(harness):
        for steps in (6, 7, 8):
            server.devices[DEVICE]["position"] = steps
            await harness.expect("POSITION", STEPS=steps)

    played(scene, server)
    assert server.count("ismoving") == 1


def test_a_mistake_in_reading_is_made_no_more_often_than_one_looks(server):
    class Clumsy(Focuser):
        count = 0

        async def read(self, look):
            Clumsy.count += 1
            raise ZeroDivisionError

    async def scene(harness):
        await harness.until(lambda: any("mistake" in said for said in harness.notices), "the mistake")
        for _ in range(20):
            await harness.dealt_with()

    play_bridged(scene, Clumsy("Focuser", place=server.place(DEVICE), limits=AMPLE), period=10_000)
    assert Clumsy.count == 1


def test_an_idle_device_of_platform_7_costs_one_request_a_look(server):
    async def scene(harness):
        before = len(server.asked)
        server.devices[DEVICE]["position"] = 6
        await harness.expect("POSITION", STEPS=6)
        server.devices[DEVICE]["position"] = 7
        await harness.expect("POSITION", STEPS=7)
        return {one.member for one in server.asked[before:]}

    members = played(scene, server)
    assert members == ({"devicestate"} if "state" in server.devices[DEVICE] else {"position", "ismoving"})


def test_a_member_that_the_device_does_not_have_is_asked_for_once(server):
    server.devices[DEVICE]["ismoving"] = NOT_OFFERED
    server.devices[DEVICE].pop("state", None)

    async def scene(harness):
        for steps in (6, 7, 8):
            server.devices[DEVICE]["position"] = steps
            await harness.expect("POSITION", STEPS=steps)

    played(scene, server)
    assert server.count("ismoving") == 1


# Actions.


def test_an_action_is_done_with_its_parameters_and_answers(server):
    focuser = server.devices[DEVICE]
    focuser["supportedactions"] = ["Home:Fast", "Calibrate"]
    focuser["action"] = lambda fields: f"{fields['Action']}({fields['Parameters']})"

    async def scene(harness):
        await harness.request("ALPACA_ACTION_PARAMETERS", PARAMETERS="3")
        await harness.request("ALPACA_ACTION", **{"Home:Fast": True})
        await harness.expect("ALPACA_ACTION_ANSWER", state=State.OK, ANSWER="Home:Fast(3)")
        await harness.expect("ALPACA_ACTION", state=State.OK, **{"Home:Fast": False})

    played(scene, server)


def test_an_answer_is_shown_whole(server):
    answer = '{"lines": [' + ", ".join(["1"] * 5000) + "]}"
    server.devices[DEVICE].update(supportedactions=["Tell"], action=lambda _: answer)

    async def scene(harness):
        await harness.request("ALPACA_ACTION", Tell=True)
        await harness.expect("ALPACA_ACTION_ANSWER", state=State.OK, ANSWER=answer)

    played(scene, server)


def test_an_answer_that_no_message_can_carry_is_cut_and_that_is_said(server):
    server.devices[DEVICE].update(supportedactions=["Tell"], action=lambda _: "<" * 600_000)

    async def scene(harness):
        await harness.request("ALPACA_ACTION", Tell=True)
        await harness.expect("ALPACA_ACTION_ANSWER", state=State.OK, ANSWER="<" * 500_000 + "…")
        assert any("Tell has answered 600000 characters: 500000 are shown" in said for said in harness.notices)

    played(scene, server)


def test_an_action_without_a_name_is_none(server):
    server.devices[DEVICE].update(supportedactions=["", " ", "\u200b", "Home"])

    async def scene(harness):
        assert set(harness.find("ALPACA_ACTION").members) == {"Home"}

    played(scene, server)


def test_an_action_that_is_refused_is_alert(server):
    server.devices[DEVICE].update(supportedactions=["Home"], action=Refusal(0x40C, "No action Home"))

    async def scene(harness):
        await harness.request("ALPACA_ACTION", Home=True)
        await harness.expect("ALPACA_ACTION", state=State.ALERT, Home=False)
        await harness.expect("ALPACA_ACTION_ANSWER", state=State.ALERT)

    played(scene, server)


def test_a_device_without_actions_has_no_property_for_them(server):
    async def scene(harness):
        return harness.mirror.find("Focuser", "ALPACA_ACTION")

    assert played(scene, server) is None


def test_a_device_without_a_name_is_called_by_its_type_and_number(server):
    assert Focuser(place=server.place(DEVICE)).name == "Alpaca Focuser 0"


@pytest.mark.parametrize("said", [Refusal(0x500, "Null reference"), Raw(b"", 500)])
def test_a_device_that_fails_half_way_through_connecting_is_let_go_of(server, said):
    class Failing(Focuser):
        @on_connect
        async def greet(self):
            await self.session.call(lambda d: d.Temperature)

    server.devices[DEVICE]["temperature"] = said

    async def scene(harness):
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT, CONNECT=True)
        await until(server, lambda: server.devices[DEVICE]["connected"] is False)
        server.devices[DEVICE]["temperature"] = 4.5
        await harness.expect("CONNECTION", state=State.OK)

    play_bridged(scene, Failing("Focuser", place=server.place(DEVICE), limits=AMPLE), connect=False)
    assert server.devices[DEVICE]["connected"] is False
