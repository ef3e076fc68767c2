"""Pictures become FITS files that others can read, in the form that was asked for."""

import io
import zlib
from datetime import UTC, datetime

import numpy as np
import pytest
from astropy.io import fits as astropy_fits

from lightapt_drivers import BlobBuffer, DriverError
from lightapt_drivers.kinds.exposures import Area, Exposure, FrameType, Sensor
from lightapt_drivers.kinds.pictures import Form, bayer, blank, encode, finish, name_facts, observed
from lightapt_drivers.kinds.uploads import Place
from lightapt_protocol import fits
from lightapt_protocol.fits import BayerPattern, Card, Observation, PierSide
from tests.drivers.kinds.cameras import Puppet, numbers, ramp, switches
from tests.drivers.kit.scenes import descriptors

MOUNT, FOCUSER = "Telescope Simulator", "Focuser Simulator"
CARDS = [Card("OBJECT", "M 31")]
NOISE = np.random.default_rng(1).integers(0, 2000, (60, 90)).astype(np.uint16)


def memory(size):
    return BlobBuffer(size, shared=False)


def shared(size):
    return BlobBuffer(size, shared=True)


def content(picture):
    with picture.buffer as buffer:
        return bytes(buffer.memory)


def finished(tmp_path=None, form=Form.PLAIN, pattern="IMAGE", buffer=memory):
    place = None if tmp_path is None else Place(str(tmp_path), pattern)
    return finish(NOISE, CARDS, form, buffer=buffer, place=place, facts={})


# Forms.


@pytest.mark.parametrize("pixels", [NOISE, (NOISE % 251).astype(np.uint8)], ids=["16 bits", "8 bits"])
@pytest.mark.parametrize("buffer", [memory, shared])
@pytest.mark.parametrize("form", [Form.PLAIN, Form.RICE])
def test_a_file_is_read_by_us_and_by_astropy(form, buffer, pixels):
    data = content(encode(pixels, CARDS, form, buffer))
    ours = fits.read(data)
    assert (ours.pixels == pixels).all()
    assert ours.header["OBJECT"] == "M 31"
    with astropy_fits.open(io.BytesIO(data)) as units:
        unit = units[1 if form is Form.RICE else 0]
        assert (unit.data == pixels).all()
        assert unit.header["OBJECT"] == "M 31"


@pytest.mark.parametrize("buffer", [memory, shared])
@pytest.mark.parametrize(("pixels", "depth"), [(NOISE, 12), (NOISE % 251, 8), (NOISE.astype(np.int32), 20)])
def test_a_picture_that_was_made_in_its_file_is_not_copied(buffer, pixels, depth, monkeypatch):
    plan = blank(pixels.shape, CARDS, depth=depth)
    file = buffer(plan.size)
    room = plan.room(file.memory)
    room[...] = pixels
    monkeypatch.setattr(np, "copyto", None)
    picture = encode(room, CARDS, Form.PLAIN, lambda _: file)
    assert (fits.read(content(picture)).pixels == pixels).all()


def test_zlib_is_of_the_plain_file_and_tells_its_size():
    picture = encode(NOISE, CARDS, Form.ZLIB, memory)
    plain = zlib.decompress(content(picture))
    assert picture.plain_size == len(plain)
    assert (fits.read(plain).pixels == NOISE).all()


def test_what_is_not_of_zlibs_form_is_of_the_size_that_it_is():
    assert [encode(NOISE, CARDS, form, memory).plain_size for form in (Form.PLAIN, Form.RICE)] == [None, None]


def test_compressed_is_smaller():
    pixels = np.tile(NOISE, (4, 4))
    plain, rice, packed = (encode(pixels, CARDS, form, memory).buffer.size for form in Form)
    assert max(rice, packed) < plain


@pytest.mark.parametrize(
    ("compressed", "by", "form"),
    [(False, "RICE", ".fits"), (True, "RICE", ".fits.fz"), (True, "ZLIB", ".fits.z")],
)
def test_the_form_is_what_the_properties_say(compressed, by, form):
    assert Form.of(compressed=compressed, by=by).value == form


def test_memory_is_given_back_when_pixels_cannot_be_written(monkeypatch):
    def fail(*_):
        raise OSError("no memory")

    monkeypatch.setattr(fits.Plan, "write_to", fail)
    before = descriptors()
    with pytest.raises(OSError, match="no memory"):
        encode(NOISE, CARDS, Form.PLAIN, shared)
    assert descriptors() == before


# Files.


def test_a_picture_without_a_place_is_not_saved():
    done = finished()
    assert (done.path, done.fault) == (None, None)
    done.drop()


@pytest.mark.parametrize("buffer", [memory, shared])
@pytest.mark.parametrize(
    ("form", "name"), [(Form.PLAIN, "IMAGE.fits"), (Form.RICE, "IMAGE.fits.fz"), (Form.ZLIB, "IMAGE.fits")]
)
def test_a_file_has_the_form_that_its_name_says(tmp_path, form, name, buffer):
    done = finished(tmp_path, form, buffer=buffer)
    data = (tmp_path / name).read_bytes()
    assert done.path == tmp_path / name
    assert (fits.read(data).pixels == NOISE).all()
    assert len(content(done.picture)) > 0


def test_a_picture_that_cannot_be_saved_is_there_all_the_same(tmp_path):
    (tmp_path / "file").touch()
    done = finished(tmp_path / "file")
    assert done.path is None
    assert isinstance(done.fault, DriverError)
    assert (fits.read(content(done.picture)).pixels == NOISE).all()


def test_of_a_dropped_picture_nothing_is_left(tmp_path):
    before = descriptors()
    finished(tmp_path, buffer=shared).drop()
    assert list(tmp_path.iterdir()) == []
    assert descriptors() == before


# What is known.


def exposure(**changes):
    values = {
        "seconds": 1.5,
        "type": FrameType.DARK,
        "area": Area(10, 20, 40, 30),
        "binning": (2, 5),
        "started": datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC),
        "number": 1,
    }
    return Exposure(**{**values, **changes})


def known(*told, **changes):
    camera = Puppet()
    for message in told:
        for snoop in camera.snoops.values():
            list(snoop.heard(message))
    devices = {name: getattr(camera, name) for name in ("mount", "focuser", "wheel", "rotator")}
    return observed(exposure(**changes), Sensor(64, 48, 3.8, 2.9), **devices)


def test_the_exposure_itself_is_known():
    found = known()
    assert (found.began, found.exposure) == (exposure().started, 1.5)
    assert (found.image_type, found.binning, found.pixel_size) == ("Dark Frame", (2, 5), (3.8, 2.9))
    assert found.subframe == (5, 4)


def test_a_place_overhead_is_at_the_zenith():
    when = exposure().started.timestamp()
    sidereal = mean_sidereal(when)
    found = known(
        numbers(MOUNT, "EQUATORIAL_EOD_COORD", RA=sidereal / 15, DEC=50.0),
        numbers(MOUNT, "GEOGRAPHIC_COORD", LAT=50.0, LONG=10.0, ELEV=0),
    )
    assert found.altitude == pytest.approx(90, abs=0.01)
    cards = {card.keyword: card.value for card in found.cards()}
    assert cards["AIRMASS"] == pytest.approx(1.0, abs=1e-3)


def test_a_place_west_of_the_meridian_is_in_the_west():
    sidereal = mean_sidereal(exposure().started.timestamp())
    found = known(
        numbers(MOUNT, "EQUATORIAL_EOD_COORD", RA=(sidereal / 15 - 6) % 24, DEC=0.0),
        numbers(MOUNT, "GEOGRAPHIC_COORD", LAT=50.0, LONG=10.0, ELEV=0),
    )
    assert found.azimuth == pytest.approx(270, abs=0.01)
    assert found.altitude == pytest.approx(0.48, abs=0.05)  # lifted by the air


def mean_sidereal(when):
    """Return the sidereal time at 10° east by the formula for the mean one (Meeus, chapter 12), in degrees."""
    days = when / 86400 + 2440587.5 - 2451545.0
    return (280.46061837 + 360.98564736629 * days + 10.0) % 360


@pytest.mark.parametrize(("on", "side"), [("PIER_WEST", PierSide.WEST), ("PIER_EAST", PierSide.EAST), ("ODD", None)])
def test_the_side_of_the_pier_is_one_of_two(on, side):
    assert known(switches(MOUNT, "TELESCOPE_PIER_SIDE", on=on)).pier_side is side


def test_a_length_of_nothing_is_not_known():
    found = known(numbers(MOUNT, "TELESCOPE_INFO", TELESCOPE_APERTURE=0, TELESCOPE_FOCAL_LENGTH=0))
    assert (found.focal_length, found.aperture) == (None, None)


def test_the_focusers_position_is_a_whole_number():
    found = known(numbers(FOCUSER, "ABS_FOCUS_POSITION", FOCUS_ABSOLUTE_POSITION=1234.4))
    assert found.focus_position == 1234


@pytest.mark.parametrize(("pattern", "found"), [("", None), ("GBRG", BayerPattern.GBRG)])
def test_a_pattern_is_one_of_four_or_none(pattern, found):
    assert bayer(pattern) is found


def test_file_names_can_tell_of_the_exposure():
    seen = Observation(object="M 31", filter="Ha", gain=120.0, temperature=-9.7)
    assert name_facts(exposure(), seen) == {
        "date": "2026-01-02",
        "time": "03-04-05",
        "datetime": "2026-01-02T03-04-05",
        "target": "M 31",
        "type": "Dark",
        "filter": "Ha",
        "exposure": "1.5",
        "binning": "2x5",
        "gain": "120",
        "temperature": "-10",
    }


def test_what_is_not_known_leaves_a_name_blank():
    blank = name_facts(exposure(), Observation())
    assert [blank[name] for name in ("target", "filter", "gain", "temperature")] == [""] * 4


def test_the_pixels_are_those_that_were_given():
    assert (fits.read(content(encode(ramp((48, 64)), [], Form.PLAIN, memory))).pixels == ramp((48, 64))).all()
