"""`lightapt record` keeps what a server says until it is ended, and says what it has kept."""

import argparse
import asyncio
import io
import json
import os
import signal

import pytest

from lightapt_clients.commands import record
from lightapt_clients.commands.console import Console
from lightapt_clients.commands.exits import CommandError, ExitCode
from lightapt_clients.errors import DisconnectedError
from lightapt_protocol.messages import EnableBlob, GetProperties
from lightapt_protocol.recording import BlobChoice, Recording
from tests.clients.puppet import COORD, LONG, later, puppet, scene


class Screen(io.StringIO):
    def isatty(self):
        return True


def options(*words):
    parser = argparse.ArgumentParser(add_help=False)
    record.add_arguments(parser)
    return parser.parse_args([str(word) for word in words])


def console(*, is_json=False, err=None):
    return Console(io.StringIO(), err or io.StringIO(), is_json=is_json)


def over():
    """End a recording of LONG seconds."""
    later(LONG)


async def recorded(server, path, *words, ends=over, shown=None):
    """Run the command beside a server that says something; return the exit code and what was printed."""
    shown = shown or console(is_json="--json" in words)
    running = asyncio.ensure_future(record.run(options(path, "--server", server.address, *words), shown))
    end = await server.accept()
    await end.expect(GetProperties)
    await end.say(COORD)
    await end.sync()
    ends()
    return await running, shown._out.getvalue()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_is_ended_by_a_signal_and_says_what_it_has(number, tmp_path):
    @scene
    async def play():
        async with puppet() as server:
            path = tmp_path / "night.indi"
            code, said = await recorded(server, path, ends=lambda: os.kill(os.getpid(), number))
            assert code is ExitCode.DONE
            recording = Recording([path.read_bytes()])
            assert len(list(recording)) == 2
            assert recording.is_whole
            assert recording.header.server == str(server.address)
            assert recording.header.blobs is BlobChoice.HEADERS
            assert said == f"{path}: 1 messages, {path.stat().st_size} bytes\n"

    play()


@scene
async def test_it_ends_after_its_time_and_speaks_json(tmp_path):
    async with puppet() as server:
        path = tmp_path / "night.indi"
        code, said = await recorded(server, path, "--for", str(LONG), "--json")
        assert code is ExitCode.DONE
        result = json.loads(said)
        assert (result["file"], result["messages"], result["written"]) == (str(path), 1, path.stat().st_size)


@scene
async def test_a_person_sees_how_far_it_is(tmp_path):
    async with puppet() as server:
        screen = Screen()
        shown = console(err=screen)
        await recorded(server, tmp_path / "night.indi", "--for", str(LONG), shown=shown)
        assert "messages" in screen.getvalue()


@scene
async def test_devices_and_pictures_are_asked_for_as_chosen(tmp_path):
    async with puppet() as server:
        words = (
            tmp_path / "night.indi",
            "--server",
            server.address,
            "--device",
            "Mount",
            "--blobs",
            "all",
            "--for",
            LONG,
        )
        running = asyncio.ensure_future(record.run(options(*words), console()))
        end = await server.accept()
        assert await end.next() == GetProperties("Mount")
        assert (await end.expect(EnableBlob)).device == "Mount"
        over()
        await running
        header = Recording([(tmp_path / "night.indi").read_bytes()]).header
        assert header.devices == ("Mount",)
        assert header.blobs is BlobChoice.ALL


@scene
async def test_a_file_that_is_there_is_not_touched_and_the_server_is_left(tmp_path):
    path = tmp_path / "night.indi"
    path.write_bytes(b"precious")
    async with puppet() as server:
        with pytest.raises(CommandError, match="is there already") as raised:
            await record.run(options(path, "--server", server.address), console())
        assert raised.value.code is ExitCode.TROUBLE
        await (await server.accept()).expect_end()
    assert path.read_bytes() == b"precious"


@scene
async def test_without_a_server_no_file_is_made(tmp_path):
    async with puppet() as server:
        words = (tmp_path / "night.indi", "--server", server.address)
        server.stop_listening()
        with pytest.raises(DisconnectedError):
            await record.run(options(*words), console())
        server.listen_again()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "size"), [("100M", 100_000_000), ("1.5G", 1_500_000_000), ("2kB", 2000), ("1000", 1000), ("1MiB", 10**6)]
)
def test_sizes_are_read(text, size):
    assert options("file", "--rotate", text).rotate == size


@pytest.mark.parametrize("text", ["", "10", "-5M", "many", "1X"])
def test_what_is_no_size_is_refused(text, capsys):
    with pytest.raises(SystemExit):
        options("file", f"--rotate={text}")
    assert "is no size" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "text"), [(5, "5 bytes"), (4321, "4.3 kB"), (2_000_000, "2.0 MB"), (10**10, "10.0 GB")]
)
def test_sizes_are_told_in_words(count, text):
    assert record._bytes(count) == text


def test_time_is_told_as_a_clock():
    assert record._clock(3725.9) == "1:02:05"


@scene
async def test_a_device_that_is_not_there_is_told_early_and_at_the_end(tmp_path, monkeypatch):
    monkeypatch.setattr(record, "_SOON", 0.0)
    async with puppet() as server:
        err = io.StringIO()
        words = ("--device", "Mount", "--device", "Nope", "--for", str(LONG))
        await recorded(server, tmp_path / "night.indi", *words, shown=console(err=err))
        assert "is there yet; waiting\n" in err.getvalue()
        assert err.getvalue().endswith("lightapt: nothing has come of 'Nope'\n")
