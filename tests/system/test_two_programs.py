"""Two programs ask one device for different things at the same moment: each is told what became of its own."""

import asyncio

import pytest

from lightapt_clients import AbortedError, AlertError, connect

from .puppets import PATIENCE
from .test_client_library import in_time, served

pytestmark = pytest.mark.system


@pytest.fixture
def observatory(tmp_path):
    with served("hub", tmp_path) as observatory:
        yield observatory


@pytest.mark.parametrize("programs", ["two programs", "one program"])
def test_a_picture_is_of_the_time_that_was_asked_for_or_there_is_none(observatory, programs):
    async def scene():
        async with (
            connect(observatory.address, patience=PATIENCE) as one,
            connect(observatory.address, patience=PATIENCE) as other,
        ):
            first = await one.camera(timeout=PATIENCE)
            second = first if programs == "one program" else await other.camera(timeout=PATIENCE)
            await first.connect()
            asked = {0.2: first.expose(0.2), 1.5: second.expose(1.5)}
            got = dict(zip(asked, await asyncio.gather(*asked.values(), return_exceptions=True), strict=True))
            taken = {seconds: one for seconds, one in got.items() if not isinstance(one, AlertError)}
            assert taken
            for seconds, blob in taken.items():
                assert blob.image().header["EXPTIME"] == pytest.approx(seconds, abs=0.01)

    in_time(scene())


def test_a_mount_that_is_sent_to_two_places_is_at_one_and_the_other_program_is_told(observatory):
    async def scene():
        async with (
            connect(observatory.address, patience=PATIENCE) as one,
            connect(observatory.address, patience=PATIENCE) as other,
        ):
            first, second = await one.mount(timeout=PATIENCE), await other.mount(timeout=PATIENCE)
            await first.connect()
            await second.connect()
            await first.unpark()
            ra, dec = first.position.ra, first.position.dec
            asked = [first.goto(ra, dec - 3, timeout=PATIENCE), second.goto(ra, dec - 6, timeout=PATIENCE)]
            got = await asyncio.gather(*asked, return_exceptions=True)
            assert [type(one) for one in got].count(AbortedError) <= 1
            arrived = dec - 3 if isinstance(got[1], AbortedError) else dec - 6
            assert None in got
            assert first.position.dec == pytest.approx(arrived, abs=0.05)

    in_time(scene())
