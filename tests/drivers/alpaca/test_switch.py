"""An Alpaca switch device: a property for each of its switches, of the kind that it is."""

import pytest

from lightapt_drivers import Permission, State
from lightapt_drivers.alpaca.switch import AlpacaSwitch
from tests.drivers.alpaca.movers import BOTH, has, looks, members, played, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Raw, Recorded, Refusal

DEVICE = "switch/0"
POWER, DIMMER, RAIN = 0, 1, 2
SWITCHES = (
    {"name": "Power", "min": 0.0, "max": 1.0, "step": 1.0, "write": True, "value": 0.0},
    {"name": "Dimmer", "min": 0.0, "max": 50.0, "step": 0.5, "write": True, "value": 7.5},
    {"name": "Rain", "min": 0.0, "max": 1.0, "step": 1.0, "write": False, "value": 1.0},
)


def switch(interface=2, *, asynchronous=False, **changes):
    """Return a switch device: power (on or off), a dimmer, and a rain sensor (only read)."""
    ones = [dict(one) for one in SWITCHES]

    def of(key):
        return lambda fields: ones[int(fields["Id"])][key]

    def put(key, field, convert):
        return lambda fields: ones[int(fields["Id"])].__setitem__(key, convert(fields[field]))

    set_on, set_value = put("value", "State", lambda on: float(on == "True")), put("value", "Value", float)
    values = {
        "maxswitch": len(ones),
        "getswitchname": of("name"),
        "getswitchdescription": lambda fields: f"This is {ones[int(fields['Id'])]['name']}",
        "minswitchvalue": of("min"),
        "maxswitchvalue": of("max"),
        "switchstep": of("step"),
        "canwrite": of("write"),
        "getswitch": lambda fields: ones[int(fields["Id"])]["value"] > 0,
        "getswitchvalue": of("value"),
        "setswitch": set_on,
        "setswitchvalue": set_value,
        "setswitchname": put("name", "Name", str),
        "canasync": lambda fields: asynchronous,
        "setasync": set_on,
        "setasyncvalue": set_value,
        "statechangecomplete": lambda fields: True,
        "cancelasync": lambda fields: None,
        **changes,
    }
    made = members("switch", interface, [], **values)
    made["ones"] = ones
    if interface >= 3:
        made.pop("state")
        made["devicestate"] = lambda fields: [
            {"Name": f"{name}{number}", "Value": value}
            for number, one in enumerate(ones)
            for name, value in (("GetSwitch", one["value"] > 0), ("GetSwitchValue", one["value"]))
        ]
    return made


@pytest.fixture(params=[2, 3], ids=BOTH)
def server(request):
    with Recorded({DEVICE: switch(request.param)}) as server:
        yield server


@pytest.fixture
def later():
    """A server whose switches change by and by."""
    with Recorded({DEVICE: switch(3, asynchronous=True, statechangecomplete=False)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def value(server, number):
    return one(server)["ones"][number]["value"]


def test_more_switches_than_can_be_are_not_asked_for_one_by_one(server):
    one(server)["maxswitch"] = 10**9

    async def scene(harness):
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("CONNECTION", state=State.ALERT)
        assert "it has 1000000000 switches" in " ".join(harness.notices)

    played(scene, AlpacaSwitch, server, DEVICE, connect=False)


def play(scene, server):
    return played(scene, AlpacaSwitch, server, DEVICE)


def test_each_switch_is_a_property_of_its_kind(server):
    async def scene(harness):
        await harness.expect("SWITCH_0", state=State.OK, INDI_DISABLED=True)
        await harness.expect("SWITCH_1", state=State.OK, VALUE=7.5)
        await harness.expect("SWITCH_2", state=State.OK, INDI_ENABLED=True)
        dimmer = harness.find("SWITCH_1").members["VALUE"]
        assert (dimmer.min, dimmer.max, dimmer.step) == (0, 50, 0.5)
        assert [harness.find(f"SWITCH_{number}").label for number in range(3)] == ["Power", "Dimmer", "Rain"]
        assert harness.find("SWITCH_0").perm is Permission.READ_WRITE
        assert harness.find("SWITCH_2").perm is Permission.READ_ONLY
        await harness.expect("SWITCH_DESCRIPTIONS", SWITCH_1="This is Dimmer")

    play(scene, server)


def test_what_is_set_is_set_and_read_back(server):
    async def scene(harness):
        await harness.request("SWITCH_0", INDI_ENABLED=True)
        await harness.expect("SWITCH_0", state=State.OK, INDI_ENABLED=True)
        await harness.request("SWITCH_1", VALUE=12.5)
        await harness.expect("SWITCH_1", state=State.OK, VALUE=12.5)
        one(server)["ones"][DIMMER]["value"] = 3.0
        await harness.expect("SWITCH_1", VALUE=3)

    play(scene, server)
    assert value(server, POWER) == 1


def test_what_is_refused_is_an_alert_with_the_words(server):
    one(server)["setswitch"] = Refusal(0x40B, "the fuse is blown")

    async def scene(harness):
        await harness.request("SWITCH_0", INDI_ENABLED=True)
        await harness.expect("SWITCH_0", state=State.ALERT, INDI_DISABLED=True)
        assert "the fuse is blown" in " ".join(harness.notices)

    play(scene, server)


@pytest.mark.parametrize(
    ("name", "members", "put"),
    [("SWITCH_0", {"INDI_ENABLED": True}, "setasync"), ("SWITCH_1", {"VALUE": 20}, "setasyncvalue")],
)
def test_one_that_changes_by_and_by_is_busy_until_it_is_so(later, name, members, put):
    async def scene(harness):
        await harness.request(name, **members)
        await until(later, lambda: later.count("statechangecomplete") > 2)
        await harness.expect(name, state=State.BUSY)
        one(later)["statechangecomplete"] = True
        await harness.expect(name, state=State.OK, **members)

    play(scene, later)
    assert later.count(put) == 1
    assert later.count("setswitch") == later.count("setswitchvalue") == 0


def test_a_new_wish_cancels_the_change_that_goes_on(later):
    async def scene(harness):
        await harness.request("SWITCH_1", VALUE=20)
        await until(later, lambda: later.count("statechangecomplete") > 0)
        await harness.request("SWITCH_1", VALUE=30)
        await until(later, lambda: later.count("setasyncvalue") == 2)
        one(later)["statechangecomplete"] = True
        await harness.expect("SWITCH_1", state=State.OK, VALUE=30)

    play(scene, later)
    assert later.count("cancelasync") == 1


def test_a_change_that_fails_on_its_way_is_an_alert(later):
    async def scene(harness):
        await harness.request("SWITCH_0", INDI_ENABLED=True)
        await until(later, lambda: later.count("statechangecomplete") > 0)
        one(later)["statechangecomplete"] = Refusal(0x40E, "cancelled at the panel")
        await harness.expect("SWITCH_0", state=State.ALERT)
        assert "cancelled at the panel" in " ".join(harness.notices)

    play(scene, later)


def test_switches_are_named(server):
    async def scene(harness):
        await harness.request("SWITCH_NAMES", SWITCH_0="Camera")
        await harness.expect("SWITCH_NAMES", SWITCH_0="Camera", SWITCH_1="Dimmer")
        assert harness.find("SWITCH_0").label == "Camera"

    play(scene, server)
    assert [(put["Id"], put["Name"]) for put in server.puts("setswitchname")] == [("0", "Camera")]


def test_names_that_cannot_be_changed_are_only_read_once_it_is_known(server):
    one(server)["setswitchname"] = NOT_OFFERED

    async def scene(harness):
        await harness.request("SWITCH_NAMES", SWITCH_0="Camera")
        assert harness.find("SWITCH_NAMES").perm is Permission.READ_ONLY
        await harness.expect("SWITCH_NAMES", SWITCH_0="Power")

    play(scene, server)


def test_one_that_does_not_tell_is_an_alert_and_the_others_go_on():
    old = switch(2)
    known = old["getswitchvalue"]
    old["getswitchvalue"] = lambda fields: (
        Refusal(0x500, "no answer from the relay") if old["broken"] and fields["Id"] == "0" else known(fields)
    )
    old["broken"] = False

    async def scene(harness):
        await harness.expect("SWITCH_0", state=State.OK)
        old["broken"] = True
        await harness.expect("SWITCH_0", state=State.ALERT)
        old["ones"][DIMMER]["value"] = 11.0
        await harness.expect("SWITCH_1", state=State.OK, VALUE=11)
        old["broken"] = False
        await harness.expect("SWITCH_0", state=State.OK)

    with Recorded({DEVICE: old}) as server:
        play(scene, server)


@pytest.mark.parametrize("interface", [1, 2])
def test_one_that_does_not_tell_its_range_is_on_or_off(interface):
    old = switch(interface, minswitchvalue=NOT_OFFERED, maxswitchvalue=NOT_OFFERED, switchstep=NOT_OFFERED)

    async def scene(harness):
        await harness.request("SWITCH_1", INDI_DISABLED=True)
        await harness.expect("SWITCH_1", state=State.OK, INDI_DISABLED=True)

    with Recorded({DEVICE: old}) as server:
        play(scene, server)


def test_an_idle_one_of_platform_7_is_asked_once_a_look(later):
    async def scene(harness):
        await until(later, lambda: later.count("devicestate") > 3)
        later.asked.clear()
        await until(later, lambda: later.count("devicestate") > 20)
        return {asked.member for asked in later.asked}

    assert play(scene, later) == {"devicestate"}


def test_it_comes_back_with_the_switches_that_it_has_now(server):
    async def scene(harness):
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["maxswitch"] = 2
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("SWITCH_1", VALUE=7.5)
        assert not has(harness, "SWITCH_2")

    play(scene, server)


@pytest.mark.parametrize(
    ("member", "fault", "times"),
    [("statechangecomplete", Raw(b"busy", 503), 1), ("devicestate", Refusal(0x500, "busy"), 5)],
)
def test_a_change_outlasts_a_failure_to_look_at_it(later, member, fault, times):
    made = one(later)
    good = made[member]

    async def scene(harness):
        await harness.request("SWITCH_1", VALUE=20)
        await until(later, lambda: later.count("statechangecomplete") > 0)
        faults = [fault] * times
        made[member] = lambda fields: faults.pop() if faults else good(fields) if callable(good) else good
        await until(later, lambda: not faults)
        await looks(later, "statechangecomplete", 4)
        await harness.expect("SWITCH_1", state=State.BUSY)
        made["statechangecomplete"] = True
        await harness.expect("SWITCH_1", state=State.OK, VALUE=20)

    play(scene, later)
    assert later.count("cancelasync") == 0


def test_a_change_of_which_the_server_knows_nothing_is_an_alert(later):
    one(later)["statechangecomplete"] = Raw(b"", 404)

    async def scene(harness):
        await harness.request("SWITCH_1", VALUE=20)
        await harness.expect("SWITCH_1", state=State.ALERT)

    play(scene, later)
