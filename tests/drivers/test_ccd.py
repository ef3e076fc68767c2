"""The simulated camera."""

import asyncio
import io
import threading

import pytest
from astropy.io import fits

from lightapt_drivers import picture
from lightapt_drivers.ccd import Ccd
from lightapt_protocol.messages import SetBlobVector
from lightapt_protocol.vocabulary import State
from tests.drivers.server_end import new, play

NAME = "CCD Simulator"
CONNECT = new("Switch", NAME, "CONNECTION", CONNECT="On")
DISCONNECT = new("Switch", NAME, "CONNECTION", DISCONNECT="On")
ABORT = new("Switch", NAME, "CCD_ABORT_EXPOSURE", ABORT="On")


def expose(seconds):
    return new("Number", NAME, "CCD_EXPOSURE", CCD_EXPOSURE_VALUE=seconds)


def frame(x, y, width, height):
    return new("Number", NAME, "CCD_FRAME", X=x, Y=y, WIDTH=width, HEIGHT=height)


def answers(*requests):
    """Return what is said to requests, the connection's left out."""

    async def scene(port, _):
        await port.ask(CONNECT)
        return await port.ask("".join(requests))

    return play(scene, Ccd)


def exposed(*requests, period=1.0):
    """Return what is said to requests, up to the end of the exposure."""

    async def scene(port, _):
        await port.ask(CONNECT)
        port.tell("".join(requests))
        return await port.until(name="CCD_EXPOSURE", state=State.OK)

    return play(scene, Ccd, period=period)


def image(said):
    vector = next(message for message in said if isinstance(message, SetBlobVector))
    blob = vector.members[0]
    assert (vector.name, blob.name, blob.format, blob.size) == ("CCD1", "CCD1", ".fits", len(blob.data))
    with fits.open(io.BytesIO(blob.data)) as units:
        return units[0].header, units[0].data.copy()


def test_it_has_what_clients_need_of_a_camera():
    async def scene(port, _):
        return [message.name for message in (await port.ask(CONNECT))[1:]]

    assert set(play(scene, Ccd)) == {
        "CCD_EXPOSURE",
        "CCD_ABORT_EXPOSURE",
        "CCD_FRAME",
        "CCD_BINNING",
        "CCD_INFO",
        "CCD_FRAME_TYPE",
        "UPLOAD_MODE",
        "CCD1",
    }


def test_an_exposure_counts_down_and_sends_a_picture_before_it_is_over():
    said = exposed(expose(0.05), period=0.01)
    counts = [message.members[0].value for message in said if message.name == "CCD_EXPOSURE"]
    assert counts[0] == 0.05
    assert counts == sorted(counts, reverse=True)
    assert len(counts) > 3
    assert all(message.state is State.BUSY for message in said[:-2])
    assert isinstance(said[-2], SetBlobVector)
    header, pixels = image(said)
    assert (header["INSTRUME"], header["EXPTIME"], pixels.shape) == (NAME, 0.05, (1024, 1280))


def test_a_picture_is_what_was_asked_for():
    bias = new("Switch", NAME, "CCD_FRAME_TYPE", FRAME_BIAS="On")
    binning = new("Number", NAME, "CCD_BINNING", HOR_BIN=2, VER_BIN=4)
    header, pixels = image(exposed(bias, binning, frame(10, 20, 300, 400), expose(0)))
    assert (header["IMAGETYP"], header["XBINNING"], header["YBINNING"]) == ("Bias Frame", 2, 4)
    assert pixels.shape == (100, 150)


def test_two_exposures_differ_in_their_noise():
    async def scene(port, _):
        await port.ask(CONNECT)
        said = []
        for _ in range(2):
            port.tell(expose(0))
            said.append(await port.until(name="CCD_EXPOSURE", state=State.OK))
        return said

    first, second = (image(said)[1] for said in play(scene, Ccd))
    assert (first != second).any()


def test_while_it_exposes_another_exposure_is_refused():
    refusal = answers(expose(3600), expose(1))[-1]
    assert (refusal.name, refusal.state) == ("CCD_EXPOSURE", State.ALERT)
    assert "is exposing" in refusal.message


def test_abort_ends_an_exposure():
    exposure, abort = answers(expose(3600), ABORT)[-2:]
    assert (exposure.name, exposure.state, exposure.members[0].value) == ("CCD_EXPOSURE", State.IDLE, 0.0)
    assert (abort.name, abort.state, bool(abort.members[0].value)) == ("CCD_ABORT_EXPOSURE", State.OK, False)


def test_abort_of_nothing_is_no_fault():
    assert [(message.name, message.state) for message in answers(ABORT)] == [("CCD_ABORT_EXPOSURE", State.OK)]


def test_what_is_aborted_while_it_is_read_out_sends_no_picture(monkeypatch):
    reading_out, finish = threading.Event(), threading.Event()

    def slow(*_, **__):
        reading_out.set()
        assert finish.wait(20)
        return b"picture"

    monkeypatch.setattr(picture, "fits_file", slow)

    async def scene(port, _):
        await port.ask(CONNECT + expose(0))
        await asyncio.to_thread(reading_out.wait, 20)
        said = await port.ask(ABORT)
        finish.set()
        return said + await port.ask("")

    said = play(scene, Ccd)
    assert not any(isinstance(message, SetBlobVector) for message in said)


def test_disconnecting_ends_an_exposure():
    async def scene(port, _):
        await port.ask(CONNECT + expose(3600) + DISCONNECT)
        return await port.ask(CONNECT)

    exposure = next(message for message in play(scene, Ccd) if message.name == "CCD_EXPOSURE")
    assert exposure.state is State.IDLE


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (frame(1000, 0, 300, 100), "within the chip"),
        (frame(0, 1000, 300, 100), "within the chip"),
        (frame(0, 0, 1281, 100), "WIDTH must be from 1 to 1280"),
        (new("Number", NAME, "CCD_BINNING", HOR_BIN=5), "HOR_BIN must be from 1 to 4"),
        (new("Switch", NAME, "UPLOAD_MODE", UPLOAD_LOCAL="On"), "saves no files"),
        (new("Number", NAME, "CCD_INFO", CCD_MAX_X=5), "read-only"),
        (expose(-1), "CCD_EXPOSURE_VALUE must be from 0"),
        (frame(0, 0, 1, 1) + new("Number", NAME, "CCD_BINNING", HOR_BIN=2) + expose(0), "does not fill a binned pixel"),
    ],
)
def test_what_cannot_be_is_refused(request_, words):
    refusal = answers(request_)[-1]
    assert refusal.state is State.ALERT
    assert words in refusal.message
