"""An Alpaca cover calibrator: a dust cap where it has a cover, a light box where it has a light."""

import pytest

from lightapt_drivers import DriverInterface, State
from lightapt_drivers.alpaca.cover_calibrator import AlpacaCoverCalibrator
from tests.drivers.alpaca.movers import BOTH, acted, has, looks, members, played, until
from tests.drivers.alpaca.recorded import GARBAGE, NOT_OFFERED, Recorded, Refusal

DEVICE = "covercalibrator/0"
STATE = ["CoverState", "CalibratorState", "Brightness", "CoverMoving", "CalibratorChanging"]
CLOSED, MOVING, OPEN, COVER_ERROR = 1, 2, 3, 5
OFF, NOT_READY, READY = 1, 2, 3


def cover_calibrator(interface=1, **changes):
    values = {
        "coverstate": CLOSED,
        "calibratorstate": OFF,
        "brightness": 0,
        "maxbrightness": 100,
        "covermoving": False,
        "calibratorchanging": False,
        **changes,
    }
    made = members("covercalibrator", interface, STATE, **values)
    made.setdefault("opencover", lambda fields: made.update(coverstate=OPEN))
    made.setdefault("closecover", lambda fields: made.update(coverstate=CLOSED))
    made.setdefault("haltcover", lambda fields: made.update(coverstate=4))
    made.setdefault(
        "calibratoron", lambda fields: made.update(calibratorstate=READY, brightness=int(fields["Brightness"]))
    )
    made.setdefault("calibratoroff", lambda fields: made.update(calibratorstate=OFF, brightness=0))
    return made


@pytest.fixture(params=[1, 2], ids=BOTH)
def server(request):
    with Recorded({DEVICE: cover_calibrator(request.param)}) as server:
        yield server


@pytest.fixture
def seventh():
    with Recorded({DEVICE: cover_calibrator(2)}) as server:
        yield server


def one(server):
    return server.devices[DEVICE]


def play(scene, server):
    return played(scene, AlpacaCoverCalibrator, server, DEVICE)


# The cover.


def test_the_cover_opens_and_closes(server):
    async def scene(harness):
        await harness.expect("CAP_PARK", PARK=True)
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)
        await harness.request("CAP_PARK", PARK=True)
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)

    play(scene, server)
    assert one(server)["coverstate"] == CLOSED


def test_it_is_busy_while_the_cover_moves_and_abort_halts_it(server):
    one(server)["opencover"] = lambda fields: one(server).update(coverstate=MOVING)

    async def scene(harness):
        await harness.request("CAP_PARK", UNPARK=True)
        await until(server, lambda: one(server)["coverstate"] == MOVING)
        await harness.expect("CAP_PARK", state=State.BUSY)
        await acted(harness)
        await harness.request("CAP_ABORT", ABORT=True)
        await harness.expect("CAP_PARK", state=State.IDLE, PARK=False, UNPARK=False)

    play(scene, server)
    assert server.count("haltcover") == 1


def test_a_cover_that_cannot_be_halted_says_so_and_offers_it_no_more(seventh):
    one(seventh)["haltcover"] = Refusal(0x400, "it closes at once")

    async def scene(harness):
        await harness.request("CAP_ABORT", ABORT=True)
        assert harness.find("CAP_ABORT").state is State.ALERT
        assert [said for said in harness.notices if "it closes at once" in said] == ["it closes at once"]
        await harness.until(lambda: not has(harness, "CAP_ABORT"), "its end")

    play(scene, seventh)


def test_a_cover_that_stops_on_its_way_is_an_alert(seventh):
    one(seventh)["opencover"] = lambda fields: one(seventh).update(coverstate=4)

    async def scene(harness):
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.ALERT)
        assert "is not open" in " ".join(harness.notices)

    play(scene, seventh)


@pytest.mark.parametrize("asked", [True, False], ids=["while it opens", "by itself"])
def test_a_cover_in_error_is_an_alert(seventh, asked):
    async def scene(harness):
        if asked:
            one(seventh)["opencover"] = lambda fields: one(seventh).update(coverstate=COVER_ERROR)
            await harness.request("CAP_PARK", UNPARK=True)
        else:
            one(seventh)["coverstate"] = COVER_ERROR
        await harness.expect("CAP_PARK", state=State.ALERT)
        assert "CoverState" in " ".join(harness.notices)

    play(scene, seventh)


def test_a_cover_moved_by_other_hands_is_shown(server):
    async def scene(harness):
        one(server)["coverstate"] = OPEN
        await harness.expect("CAP_PARK", UNPARK=True)

    play(scene, server)


# The light.


def test_the_light_shines_as_bright_as_was_chosen(server):
    async def scene(harness):
        await harness.expect("FLAT_LIGHT_CONTROL", FLAT_LIGHT_OFF=True)
        assert harness.find("FLAT_LIGHT_INTENSITY").members["FLAT_LIGHT_INTENSITY_VALUE"].max == 100
        await harness.request("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=40)
        await harness.expect("FLAT_LIGHT_INTENSITY", state=State.OK, FLAT_LIGHT_INTENSITY_VALUE=40)
        assert server.count("calibratoron") == 0
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_ON=True)
        await harness.request("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=70)
        await harness.expect("FLAT_LIGHT_INTENSITY", state=State.OK, FLAT_LIGHT_INTENSITY_VALUE=70)
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_OFF=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_OFF=True)
        await harness.expect("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=70)

    play(scene, server)
    assert [put["Brightness"] for put in server.puts("calibratoron")] == ["40", "70"]
    assert one(server)["calibratorstate"] == OFF


def test_it_is_busy_until_the_light_is_steady(seventh):
    one(seventh)["calibratoron"] = lambda fields: one(seventh).update(calibratorstate=NOT_READY, brightness=100)

    async def scene(harness):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await until(seventh, lambda: one(seventh)["calibratorstate"] == NOT_READY)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.BUSY)
        one(seventh)["calibratorstate"] = READY
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_ON=True)

    play(scene, seventh)
    assert seventh.puts("calibratoron")[0]["Brightness"] == "100"


def test_what_the_light_refuses_is_an_alert_with_its_words(seventh):
    one(seventh)["calibratoron"] = Refusal(0x40B, "open the cover first")

    async def scene(harness):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT, FLAT_LIGHT_OFF=True)
        assert "open the cover first" in " ".join(harness.notices)

    play(scene, seventh)


def test_a_light_switched_by_other_hands_is_shown(server):
    async def scene(harness):
        one(server).update(calibratorstate=READY, brightness=33)
        await harness.expect("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_INTENSITY", FLAT_LIGHT_INTENSITY_VALUE=33)

    play(scene, server)


# What there is.


@pytest.mark.parametrize(
    ("changes", "there", "missing"),
    [
        ({"coverstate": 0}, ["FLAT_LIGHT_CONTROL", "FLAT_LIGHT_INTENSITY"], ["CAP_PARK", "CAP_ABORT"]),
        (
            {"calibratorstate": 0, "brightness": NOT_OFFERED, "maxbrightness": NOT_OFFERED},
            ["CAP_PARK"],
            ["FLAT_LIGHT_CONTROL", "FLAT_LIGHT_INTENSITY"],
        ),
        ({"maxbrightness": 1}, ["FLAT_LIGHT_CONTROL"], ["FLAT_LIGHT_INTENSITY"]),
    ],
    ids=["no cover", "no light", "a light that is not dimmed"],
)
def test_what_it_does_not_have_is_not_there(changes, there, missing):
    async def scene(harness):
        for name in there:
            assert has(harness, name)
        for name in missing:
            assert not has(harness, name)

    with Recorded({DEVICE: cover_calibrator(1, **changes)}) as server:
        play(scene, server)


def test_a_light_that_is_not_dimmed_is_switched(seventh):
    one(seventh)["maxbrightness"] = 1

    async def scene(harness):
        await harness.request("FLAT_LIGHT_CONTROL", FLAT_LIGHT_ON=True)
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_ON=True)

    play(scene, seventh)
    assert seventh.puts("calibratoron")[0]["Brightness"] == "1"


def test_an_idle_one_of_platform_7_is_asked_once_a_look(seventh):
    async def scene(harness):
        await until(seventh, lambda: seventh.count("devicestate") > 3)
        seventh.asked.clear()
        await until(seventh, lambda: seventh.count("devicestate") > 20)
        return {asked.member for asked in seventh.asked}

    assert play(scene, seventh) == {"devicestate"}


def test_it_comes_back_after_garbage(server):
    async def scene(harness):
        server.fault = GARBAGE
        await harness.expect("CONNECTION", state=State.ALERT)
        one(server)["coverstate"] = OPEN
        server.fault = None
        await harness.expect("CONNECTION", state=State.OK)
        await harness.expect("CAP_PARK", UNPARK=True)

    play(scene, server)


# What goes wrong.


def test_a_cover_stays_in_alert_until_its_error_is_over(server):
    async def scene(harness):
        one(server)["coverstate"] = COVER_ERROR
        await harness.expect("CAP_PARK", state=State.ALERT, PARK=False)
        await looks(server, "coverstate")
        await harness.expect("CAP_PARK", state=State.ALERT)
        one(server)["coverstate"] = CLOSED
        await harness.expect("CAP_PARK", state=State.OK, PARK=True)
        assert sum("CoverState" in notice for notice in harness.notices) == 1

    play(scene, server)


def test_a_cover_that_refuses_to_open_stays_in_alert_until_it_moves(server):
    one(server)["opencover"] = Refusal(0x500, "jammed")

    async def scene(harness):
        await harness.request("CAP_PARK", UNPARK=True)
        await harness.expect("CAP_PARK", state=State.ALERT, PARK=True)
        await looks(server, "coverstate")
        await harness.expect("CAP_PARK", state=State.ALERT, PARK=True)
        one(server)["coverstate"] = OPEN
        await harness.expect("CAP_PARK", state=State.OK, UNPARK=True)

    play(scene, server)


def test_a_light_is_in_alert_only_while_its_error_lasts(server):
    async def scene(harness):
        one(server)["calibratorstate"] = 5
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT)
        await looks(server, "calibratorstate")
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.ALERT)
        one(server)["calibratorstate"] = OFF
        await harness.expect("FLAT_LIGHT_CONTROL", state=State.OK, FLAT_LIGHT_OFF=True)
        assert sum("CalibratorState" in notice for notice in harness.notices) == 1

    play(scene, server)


@pytest.mark.parametrize(
    ("absent", "is_there"),
    [
        ("coverstate", DriverInterface.LIGHTBOX),
        ("calibratorstate", DriverInterface.DUSTCAP),
        (None, DriverInterface.LIGHTBOX | DriverInterface.DUSTCAP),
    ],
)
def test_it_says_that_it_is_what_it_has(server, absent, is_there):
    if absent:
        one(server)[absent] = 0

    async def scene(harness):
        assert int(harness.find("DRIVER_INFO").text("DRIVER_INTERFACE")) == is_there

    play(scene, server)


NAMES = {"coverstate": "CAP_PARK", "calibratorstate": "FLAT_LIGHT_CONTROL"}


@pytest.mark.parametrize("member", NAMES)
def test_a_part_that_does_not_tell_yet_how_it_is_is_there(server, member):
    told = one(server)[member]
    one(server)[member] = Refusal(0x40B, "it wakes up")
    if "state" in one(server):
        one(server)["state"] = []

    async def scene(harness):
        assert has(harness, NAMES[member])
        await harness.expect(NAMES[member], state=State.ALERT)
        assert any("it wakes up" in said for said in harness.notices)
        one(server)[member] = told
        await harness.until(lambda: harness.find(NAMES[member]).state is not State.ALERT, "its state")

    play(scene, server)


@pytest.mark.parametrize("member", NAMES)
def test_a_part_that_turns_out_not_to_be_there_goes(server, member):
    one(server)[member] = Refusal(0x40B, "it wakes up")
    if "state" in one(server):
        one(server)["state"] = []

    async def scene(harness):
        assert has(harness, NAMES[member])
        one(server)[member] = 0
        await harness.until(lambda: not has(harness, NAMES[member]), "its end")
        assert has(harness, next(name for one, name in NAMES.items() if one != member))

    play(scene, server)
