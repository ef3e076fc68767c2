"""How saved BLOBs are called."""

from datetime import UTC, datetime

import pytest

from lightapt_clients import Blob
from lightapt_clients.top.saving import file_name, save

WHEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def blob(format=".fits", device="CCD Simulator"):
    return Blob(device, "CCD1", "CCD1", format, memoryview(b"data"))


def test_a_name_tells_device_property_time_and_format():
    assert file_name(blob(), when=WHEN) == "CCD-Simulator_CCD1_20260102T030405.fits"


@pytest.mark.parametrize("format", ["", "/../../x", "..", "."])
def test_no_device_can_choose_another_folder(format):
    name = file_name(blob(format, "../../etc"), when=WHEN)
    assert "/" not in name
    assert not name.startswith(".")


def test_a_file_that_is_there_is_kept(tmp_path):
    path = save(blob(), tmp_path, when=WHEN)
    assert path.read_bytes() == b"data"
    with pytest.raises(FileExistsError):
        save(blob(), tmp_path, when=WHEN)
