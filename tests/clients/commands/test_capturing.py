"""A run of pictures: whatever comes in between, a picture that was exposed is kept."""

import asyncio
import io
import threading

import numpy as np
import pytest

from lightapt_clients.commands import capture, capturing, measuring
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import ExitCode
from lightapt_protocol import fits

from ..actor import switches
from ..puppet import PATIENCE, scene
from .instruments import patience  # noqa: F401 - a fixture
from .test_capture import PICTURE, camera, saved, take
from .tool import parsed


@scene
async def test_a_picture_that_cannot_be_measured_is_saved(tmp_path):
    spectrum = bytes(fits.encode(np.arange(12, dtype=np.uint16).reshape(1, 12))).replace(
        b"NAXIS   =                    2", b"NAXIS   =                    1"
    )
    async with camera(data=spectrum) as (_, address):
        done = await take(tmp_path, "-t", "1", "--name", "a", address=address)
        assert (done.code, saved(tmp_path)) == (ExitCode.DONE, ["a.fits"])
        assert "min" not in done.err


@scene
async def test_a_fault_in_the_measuring_costs_no_picture(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(measuring, "measure", fail)
    async with camera() as (_, address):
        with pytest.raises(ZeroDivisionError):
            await take(tmp_path, "-t", "1", "--name", "{HFR}_a", address=address)
        assert saved(tmp_path) == ["a.fits"]


@scene
async def test_a_fault_in_showing_how_a_picture_comes_is_told_and_costs_no_picture(tmp_path, monkeypatch):
    def fail(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(capturing._Shown, "arrival", fail)
    large = bytes(fits.encode(np.zeros((700, 1000), dtype=np.uint16)))  # so that it comes in pieces
    async with camera(data=large) as (_, address):
        with pytest.raises(ZeroDivisionError):
            await take(tmp_path, "-t", "1", "--name", "a", address=address)
        assert saved(tmp_path) == ["a.fits"]


@scene
async def test_who_interrupts_the_measuring_has_the_picture_all_the_same(tmp_path, monkeypatch):
    began, is_over = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def measure(*_, **__):
        loop.call_soon_threadsafe(began.set)
        is_over.wait(PATIENCE)

    monkeypatch.setattr(measuring, "measure", measure)
    async with camera() as (_, address):
        running = asyncio.ensure_future(take(tmp_path, "-n", "2", "-t", "1", "--name", "a", address=address))
        await began.wait()  # the loop is free meanwhile
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        is_over.set()
        assert saved(tmp_path) == ["a.fits"]
        assert (tmp_path / "a.fits").read_bytes() == PICTURE


@pytest.mark.parametrize("on", ["", "UPLOAD_NOWHERE"])
def test_an_upload_mode_that_nobody_knows_is_left_as_it_is(on, tmp_path):
    @scene
    async def play():
        modes = switches("UPLOAD_MODE", "UPLOAD_CLIENT", "UPLOAD_LOCAL", "UPLOAD_BOTH", "UPLOAD_NOWHERE", on=on)
        async with camera(modes) as (actor, address):
            done = await take(tmp_path, "-t", "1", "--name", "a", address=address)
            assert (done.code, saved(tmp_path)) == (ExitCode.DONE, ["a.fits"])
            assert not any(name == "UPLOAD_MODE" for name, _ in actor.asked)

    play()


class Head(io.StringIO):
    """A reader that goes away after one line."""

    def write(self, text):
        if self.getvalue():
            raise BrokenPipeError
        return super().write(text)


@scene
async def test_when_the_reader_goes_away_the_run_ends_and_says_so(tmp_path):
    async with camera() as (_, address):
        out, err = Head(), io.StringIO()
        options = parsed(capture, "--dir", str(tmp_path), "-n", "4", "-t", "1", "--server", address)
        with pytest.raises(BrokenPipeError):
            await capture.run(options, Console(out, err))
        assert len(saved(tmp_path)) == 2
        assert f"whoever read the paths has gone. 2 of 4 pictures are saved in {tmp_path}." in err.getvalue()
