"""What an observer does in Ekos: connects, slews, takes pictures."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from astropy.io import fits

from tests.system.puppets import eventually

from .kstars import CAPTURE, EKOS, INDI, MOUNT, KStars

SIMULATORS = ["CCD Simulator", "Telescope Simulator"]
SUCCESS = 2  # Ekos::CommunicationStatus
_OK = 1  # IPState
_DECLINATION = 80.0
_FRAMES = 2
_ROUNDS = 4  # times the patience of `eventually`
_SEQUENCE = """\
<?xml version="1.0" encoding="UTF-8"?>
<SequenceQueue version='2.4'>
<Job>
<Exposure>1</Exposure>
<Encoding>FITS</Encoding>
<Binning><X>1</X><Y>1</Y></Binning>
<Frame><X>0</X><Y>0</Y><W>{width}</W><H>{height}</H></Frame>
<Type>{kind}</Type>
<Prefix><RawPrefix>check</RawPrefix></Prefix>
<Count>{frames}</Count>
<FITSDirectory>{folder}</FITSDirectory>
<UploadMode>0</UploadMode>
{more}
</Job>
</SequenceQueue>
"""


@contextmanager
def step(what: str) -> Generator[None]:
    """Say what is done, and then that it went well."""
    print(f"  {what}: ", end="", flush=True)
    yield
    print("ok")


def at_last(holds: Callable[[], bool], what: str) -> None:
    """Look at what takes KStars its time, until it holds."""
    for _ in range(_ROUNDS - 1):
        try:
            return eventually(holds, what)
        except AssertionError:
            continue
    return eventually(holds, what)


def observe(kstars: KStars, folder: Path) -> None:
    """Do with the simulators what an observer does."""
    connect(kstars, SIMULATORS)
    with step("the mount slews"):
        slew(kstars)
    with step("the camera takes pictures and their files are sound"):
        capture(kstars, folder)


def connect(kstars: KStars, names: list[str], *, camera: str = "CCD Simulator") -> None:
    """Start Ekos, and wait until it has these devices, a camera and a mount."""
    with step("all devices connect"):
        kstars.call(EKOS, "start")
        at_last(lambda: devices(kstars) == sorted(names), "KStars has all devices")
        at_last(lambda: kstars.get(EKOS, "indiStatus") == SUCCESS, "Ekos has connected all devices")
        eventually(lambda: kstars.get(CAPTURE, "camera") == camera, "the camera is ready")
        eventually(lambda: kstars.get(MOUNT, "canPark") is True, "the mount is ready")


def devices(kstars: KStars) -> list[str]:
    """Return the names of the devices that KStars has, sorted."""
    found = kstars.call(INDI, "getDevices")
    assert isinstance(found, list)
    return sorted(str(device) for device in found)


def slew(kstars: KStars, declination: float = _DECLINATION) -> None:
    """Slew along the hour circle, and wait until the mount has arrived."""
    right_ascension, _ = coordinates(kstars)
    assert kstars.call(MOUNT, "slew", right_ascension, declination), "KStars does not slew"
    eventually(lambda: abs(coordinates(kstars)[1] - declination) < 0.01, "the mount arrives")
    eventually(lambda: kstars.get(MOUNT, "slewStatus") == _OK, "the slew is Ok")


def coordinates(kstars: KStars) -> tuple[float, float]:
    """Hours and degrees, of date."""
    found = kstars.get(MOUNT, "equatorialCoords")
    assert isinstance(found, list)
    return float(found[0]), float(found[1])


def capture(
    kstars: KStars, folder: Path, *, size: tuple[int, int] = (1280, 1024), kind: str = "Light", more: str = ""
) -> list[Path]:
    """Take pictures into a new folder, and return their files.

    Args:
        size: Width and height.
        kind: Light or Flat.
        more: What else the sequence's job has.
    """
    folder.mkdir()
    width, height = size
    sequence = folder / "sequence.esq"
    words = {"width": width, "height": height, "kind": kind, "more": more}
    sequence.write_text(_SEQUENCE.format(frames=_FRAMES, folder=folder, **words))
    kstars.call(CAPTURE, "clearSequenceQueue")
    assert kstars.call(CAPTURE, "loadSequenceQueue", str(sequence)), "KStars does not take the sequence"
    kstars.call(CAPTURE, "start")
    at_last(lambda: kstars.call(CAPTURE, "getSequenceQueueStatus") == "Complete", "the sequence is complete")
    pictures = list(folder.rglob("*.fits"))
    assert len(pictures) == _FRAMES, f"there are {len(pictures)} pictures"
    for path in pictures:
        with fits.open(path) as picture:
            picture.verify("exception")
            assert picture[0].data.shape == (height, width)
    return pictures
