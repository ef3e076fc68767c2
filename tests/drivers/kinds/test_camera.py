"""A camera takes one picture at a time, and delivers it with all that is known of it."""

import pytest

from lightapt_drivers import RefusedError
from lightapt_drivers.kinds.exposures import Area, FrameType, Sensor
from lightapt_protocol.standard import Standard
from lightapt_protocol.vocabulary import Permission, State
from tests.drivers.kinds.cameras import (
    Gate,
    Puppet,
    begin,
    header,
    numbers,
    picture,
    played,
    played_held_up,
    ramp,
    shot,
    switches,
    texts,
)
from tests.drivers.kit.scenes import descriptors, said_of, states

MOUNT, FOCUSER, WHEEL = "Telescope Simulator", "Focuser Simulator", "Filter Simulator"
EXPOSURE, IMAGE = "CCD_EXPOSURE", "CCD1"
EOD, J2000, SITE = "EQUATORIAL_EOD_COORD", "EQUATORIAL_COORD", "GEOGRAPHIC_COORD"

# What there is.


def test_it_has_what_ekos_needs_and_reads_by_index():
    async def scene(harness, _):
        return harness.mirror.devices["Camera"]

    found = played(scene)
    for name in ("CCD_EXPOSURE", "CCD_ABORT_EXPOSURE", "CCD_FRAME", "CCD_BINNING", "CCD_INFO", "CCD_FRAME_TYPE"):
        assert tuple(found[name].members) == Standard(name).members
    assert found["CCD1"].perm is Permission.READ_ONLY
    assert [member.label for member in found["CCD_FRAME_TYPE"].members.values()] == ["Light", "Bias", "Dark", "Flat"]
    assert {"UPLOAD_MODE", "CCD_TRANSFER_FORMAT", "CCD_CAPTURE_FORMAT", "SCOPE_INFO", "FITS_HEADER"} <= found.keys()


def test_the_chip_is_told_with_the_definitions_and_so_are_the_limits_of_the_frame():
    async def scene(harness, _):
        first = said_of("CCD_FRAME", harness.said)[0]
        return harness.find("CCD_INFO"), {one.name: (one.value, one.min, one.max) for one in first.members}

    info, frame = played(scene)
    assert [member.value for member in info.members.values()] == pytest.approx([64, 48, 3.32, 3.8, 2.9, 16], abs=0.01)
    assert frame == {"X": (0, 0, 63), "Y": (0, 0, 47), "WIDTH": (64, 1, 64), "HEIGHT": (48, 1, 48)}


def test_only_a_colour_chip_has_a_pattern():
    async def scene(harness, camera):
        before = "CCD_CFA" in harness.mirror.devices["Camera"]
        camera.set_sensor(Sensor(64, 48, 3.8, 3.8, bayer="GRBG"))
        await harness.dealt_with()
        return before, [member.value for member in harness.find("CCD_CFA").members.values()]

    assert played(scene) == (False, ["0", "0", "GRBG"])


def test_what_it_lacks_is_neither_defined_nor_in_the_header():
    class Simple(Puppet):
        def __init__(self):
            super().__init__()
            self.hide(self.gain, self.offset)

    async def scene(harness, _):
        return harness.mirror.devices["Camera"].keys(), (await shot(harness)).header

    names, cards = played(scene, Simple())
    assert not {"CCD_GAIN", "CCD_OFFSET"} & names
    assert not {"GAIN", "OFFSET"} & {card.keyword for card in cards}


# Exposures.


def test_a_picture_comes_before_the_exposure_is_ok():
    async def scene(harness, camera):
        image = await shot(harness)
        await harness.expect("CCD_EXPOSURE", state=State.OK, CCD_EXPOSURE_VALUE=0)
        return image.pixels, camera.taken, harness.said

    pixels, taken, said = played(scene)
    assert (pixels == ramp((48, 64))).all()
    assert [(one.seconds, one.type, one.area, one.number) for one in taken] == [
        (0.01, FrameType.LIGHT, Area(0, 0, 64, 48), 1)
    ]
    told = [(message.name, message.state) for message in said if getattr(message, "name", "") in (IMAGE, EXPOSURE)]
    assert told[-2:] == [(IMAGE, State.OK), (EXPOSURE, State.OK)]
    assert set(states(said_of(EXPOSURE, said))[1:-1]) == {State.BUSY}


def test_a_second_exposure_is_refused_and_the_first_goes_on():
    async def scene(harness, camera):
        await begin(harness, camera)
        told = states(said_of(EXPOSURE, await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=1)))
        refused = told.index(State.ALERT)  # the first counts down before and behind that
        return told[refused : refused + 2], harness.notices, camera.stopped

    told = "Camera is busy: wait, or abort that first"
    assert played(scene, Puppet(held=True)) == ([State.ALERT, State.BUSY], [told], 0)


def test_what_fails_is_told_and_the_next_exposure_may_be_made():
    async def scene(harness, camera):
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=1)
        await harness.expect(EXPOSURE, state=State.ALERT, CCD_EXPOSURE_VALUE=0)
        camera.fails = ""
        await shot(harness)
        return harness.notices

    assert played(scene, Puppet(fails="the shutter sticks")) == ["the shutter sticks"]


def test_a_bias_frame_is_as_short_as_can_be():
    async def scene(harness, camera):
        image = await shot(harness, 5, CCD_FRAME_TYPE={"FRAME_BIAS": True})
        return image.header["EXPTIME"], image.header["IMAGETYP"], camera.taken[0].type

    assert played(scene) == (0.0, "Bias Frame", FrameType.BIAS)


# Ways to end one.


async def abort(harness):
    """Abort, and return what is left of the exposure."""
    await harness.request("CCD_ABORT_EXPOSURE", ABORT=True)
    await harness.expect("CCD_ABORT_EXPOSURE", state=State.OK, ABORT=False)
    exposure = harness.find(EXPOSURE)
    return exposure.state, exposure.number("CCD_EXPOSURE_VALUE")


def test_abort_ends_an_exposure():
    async def scene(harness, camera):
        await begin(harness, camera)
        return await abort(harness), camera.stopped

    assert played(scene, Puppet(held=True)) == ((State.IDLE, 0), 1)


def test_abort_while_a_picture_is_encoded_drops_it(monkeypatch):
    gate, before = Gate(monkeypatch), descriptors()

    async def scene(harness, camera):
        await begin(harness, camera)
        await gate.reached()
        left = await abort(harness)
        gate.open()
        return left

    assert played(scene, attaches=True) == (State.IDLE, 0)
    assert descriptors() == before


def test_abort_while_a_picture_waits_for_the_server_drops_it(tmp_path):
    before = descriptors()

    async def scene(harness, camera):
        await harness.request("UPLOAD_MODE", UPLOAD_BOTH=True)
        await harness.request("UPLOAD_SETTINGS", UPLOAD_DIR=tmp_path, UPLOAD_PREFIX="XXX")
        await shot(harness)
        await harness.expect(EXPOSURE, state=State.OK)
        await begin(harness, camera)
        await harness.expect("CCD_FILE_PATH", FILE_PATH=str(tmp_path / "002.fits"))  # it is sent next
        left = await abort(harness)
        harness.go_on()
        await harness.dealt_with()
        return left, len(said_of(IMAGE, harness.said)[1:])

    assert played_held_up(scene, Puppet()) == ((State.IDLE, 0), 1)
    assert descriptors() == before


def test_abort_without_an_exposure_does_no_harm():
    async def scene(harness, _):
        return (await abort(harness))[0]

    assert played(scene) is State.IDLE


def test_disconnecting_ends_an_exposure():
    async def scene(harness, camera):
        await begin(harness, camera)
        await harness.request("CONNECTION", DISCONNECT=True)
        stopped = camera.stopped
        await harness.connect()
        exposure = harness.find(EXPOSURE)
        return stopped, exposure.state, exposure.number("CCD_EXPOSURE_VALUE")

    assert played(scene, Puppet(held=True)) == (1, State.IDLE, 0)


def test_other_requests_are_answered_while_a_picture_is_made(monkeypatch):
    gate = Gate(monkeypatch)

    async def scene(harness, camera):
        await begin(harness, camera)
        await gate.reached()
        await harness.request("CCD_GAIN", GAIN=42)
        state = harness.find("CCD_GAIN").state, harness.find(EXPOSURE).state
        gate.open()
        await picture(harness)
        return state

    assert played(scene) == (State.OK, State.BUSY)


# Frame and binning.


def test_the_picture_is_of_the_frame_and_binned():
    async def scene(harness, camera):
        image = await shot(
            harness,
            CCD_FRAME={"X": 10, "Y": 20, "WIDTH": 31, "HEIGHT": 20},
            CCD_BINNING={"HOR_BIN": 2, "VER_BIN": 4},
        )
        wanted = ("NAXIS1", "NAXIS2", "XBINNING", "YBINNING", "XPIXSZ", "YPIXSZ", "XORGSUBF", "YORGSUBF")
        return camera.taken[0].area, [image.header[keyword] for keyword in wanted]

    assert played(scene) == (Area(10, 20, 31, 20), [15, 5, 2, 4, 7.6, 11.6, 5, 5])


def test_a_frame_that_does_not_lie_on_the_chip_is_refused():
    async def scene(harness, _):
        await harness.request("CCD_FRAME", X=40, WIDTH=30)
        await harness.expect("CCD_FRAME", state=State.ALERT, X=0, WIDTH=64)
        return harness.notices

    assert played(scene) == ["a frame of 30 by 48 at (40, 0) does not lie on the chip of 64 by 48"]


def test_a_frame_smaller_than_a_binned_pixel_makes_no_picture():
    async def scene(harness, _):
        await harness.request("CCD_FRAME", X=0, Y=0, WIDTH=3, HEIGHT=48)
        await harness.request("CCD_BINNING", HOR_BIN=4, VER_BIN=4)
        await harness.request(EXPOSURE, CCD_EXPOSURE_VALUE=1)
        await harness.expect(EXPOSURE, state=State.ALERT)
        return harness.notices

    assert played(scene) == ["the frame, 3 by 48, is smaller than a pixel binned 4 by 4"]


@pytest.mark.parametrize("binning", [0, 5, 1.5])
def test_binning_is_of_whole_pixels_and_as_the_chip_can(binning):
    async def scene(harness, _):
        await harness.request("CCD_BINNING", HOR_BIN=binning)
        await harness.expect("CCD_BINNING", state=State.ALERT, HOR_BIN=1)

    played(scene)


def test_a_reset_brings_the_whole_chip_back_unbinned():
    async def scene(harness, _):
        await harness.request("CCD_FRAME", X=10, Y=20, WIDTH=30, HEIGHT=20)
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=2)
        await harness.request("CCD_FRAME_RESET", RESET=True)
        await harness.expect("CCD_FRAME", state=State.OK, X=0, Y=0, WIDTH=64, HEIGHT=48)
        await harness.expect("CCD_BINNING", state=State.OK, HOR_BIN=1, VER_BIN=1)
        await harness.expect("CCD_FRAME_RESET", state=State.OK, RESET=False)

    played(scene)


# The header.


def test_the_header_tells_what_the_other_devices_say():
    cards = header(
        None,
        numbers(MOUNT, EOD, RA=5.5, DEC=22.0),
        numbers(MOUNT, J2000, RA=5.0, DEC=-20.5),
        numbers(MOUNT, SITE, LAT=-33.9, LONG=341.0, ELEV=1798),
        numbers(
            MOUNT,
            "TELESCOPE_INFO",
            TELESCOPE_APERTURE=80,
            TELESCOPE_FOCAL_LENGTH=480,
            GUIDER_APERTURE=50,
            GUIDER_FOCAL_LENGTH=200,
        ),
        switches(MOUNT, "TELESCOPE_PIER_SIDE", "PIER_WEST", on="PIER_EAST"),
        numbers(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=12345),
        numbers(FOCUSER, "FOCUS_TEMPERATURE", TEMPERATURE=-3.5),
        numbers(WHEEL, "FILTER_SLOT", FILTER_SLOT_VALUE=2),
        texts(WHEEL, "FILTER_NAME", FILTER_SLOT_NAME_1="L", FILTER_SLOT_NAME_2="Ha"),
        numbers("Rotator Simulator", "ABS_ROTATOR_ANGLE", ANGLE=33.5),
        CCD_GAIN={"GAIN": 42},
        CCD_OFFSET={"OFFSET": 7},
    )
    expected = {
        "RA": 75.0,
        "DEC": -20.5,
        "OBJCTRA": "05 00 00.00",
        "OBJCTDEC": "-20 30 00.0",
        "SITELAT": -33.9,
        "SITELONG": -19.0,
        "SITEELEV": 1798.0,
        "FOCALLEN": 480.0,
        "APTDIA": 80.0,
        "PIERSIDE": "EAST",
        "FOCUSPOS": 12345,
        "FOCUSTEM": -3.5,
        "FILTER": "Ha",
        "ROTATANG": 33.5,
        "TELESCOP": MOUNT,
        "INSTRUME": "Camera",
        "GAIN": 42,
        "OFFSET": 7,
        "EXPTIME": 0.01,
        "IMAGETYP": "Light Frame",
        "XPIXSZ": 3.8,
        "YPIXSZ": 2.9,
        "ROWORDER": "TOP-DOWN",
        "SWCREATE": "LightAPT",
    }
    assert {keyword: cards[keyword] for keyword in expected} == expected
    assert -90 <= cards["OBJCTALT"] <= 90
    assert 0 <= cards["OBJCTAZ"] <= 360


def test_a_mount_of_the_day_is_brought_to_j2000():
    cards = header(None, numbers(MOUNT, EOD, RA=0.0, DEC=0.0))
    # A quarter of a century of precession: 46.1" a year in right ascension, 20" in declination.
    years = float(str(cards["DATE-OBS"])[:4]) - 2000
    assert cards["RA"] == pytest.approx(360 - years * 46.1 / 3600, abs=0.03)
    assert cards["DEC"] == pytest.approx(-years * 20.04 / 3600, abs=0.03)


def test_what_is_not_known_is_not_in_the_header():
    unknown = {"RA", "DEC", "TELESCOP", "FILTER", "FOCUSPOS", "SITELAT", "FOCALLEN", "AIRMASS", "BAYERPAT", "OBJECT"}
    assert not unknown & {card.keyword for card in header()}


def test_a_device_that_is_gone_is_not_in_the_header():
    gone = f'<delProperty device="{MOUNT}"/>'
    cards = header(None, numbers(MOUNT, EOD, RA=1.0, DEC=2.0), gone)
    assert "RA" not in cards


def test_the_header_tells_how_things_were_when_the_exposure_began():
    async def scene(harness, camera):
        harness.send(numbers(MOUNT, J2000, RA=1.0, DEC=2.0))
        await begin(harness, camera)
        harness.send(numbers(MOUNT, J2000, RA=3.0, DEC=4.0))
        await harness.request("CCD_GAIN", GAIN=9)
        camera.go_on.set()
        cards = (await picture(harness)).header
        return cards["RA"], cards["GAIN"]

    assert played(scene, Puppet(held=True)) == (15.0, 0)


def test_the_cameras_own_optics_count_more_than_the_mounts():
    told = numbers(MOUNT, "TELESCOPE_INFO", TELESCOPE_APERTURE=80, TELESCOPE_FOCAL_LENGTH=480)
    cards = header(None, told, SCOPE_INFO={"FOCAL_LENGTH": 384})
    assert (cards["FOCALLEN"], cards["APTDIA"]) == (384.0, 80.0)


def test_a_driver_tells_the_pattern_and_what_else_it_knows_of_a_picture():
    camera = Puppet(bayer="BGGR", airmass=1.5)
    cards = header(camera)
    assert (cards["BAYERPAT"], cards["AIRMASS"]) == ("BGGR", 1.5)


def test_a_binning_that_the_camera_does_not_do_is_refused():
    class Square(Puppet):
        def check_binning(self, across, down):
            if across != down:
                raise RefusedError("as many across as down")

    async def scene(harness, _):
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=1)
        await harness.expect("CCD_BINNING", state=State.ALERT, HOR_BIN=1, VER_BIN=1)
        await harness.request("CCD_BINNING", HOR_BIN=2, VER_BIN=2)
        await harness.expect("CCD_BINNING", state=State.OK, HOR_BIN=2, VER_BIN=2)
        return harness.notices

    assert played(scene, Square()) == ["as many across as down"]
