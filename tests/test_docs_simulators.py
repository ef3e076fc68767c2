"""The pages about the simulators are true: names, numbers, recipes and the picture."""

from __future__ import annotations

import inspect
import re
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lightapt_drivers import Device
from lightapt_drivers.simulators.ccd import Ccd
from lightapt_drivers.simulators.dome import DomeSimulator
from lightapt_drivers.simulators.dustcap import DustCapSimulator
from lightapt_drivers.simulators.filterwheel import FILTERS, FilterWheelSimulator
from lightapt_drivers.simulators.focuser_model import FocuserConfig
from lightapt_drivers.simulators.gps import GpsSimulator
from lightapt_drivers.simulators.guidecam import GuideCamera
from lightapt_drivers.simulators.lightbox import LightBoxSimulator
from lightapt_drivers.simulators.mount_config import MountConfig
from lightapt_drivers.simulators.mount_frames import SIDEREAL_RATE
from lightapt_drivers.simulators.rotator import RotatorSimulator
from lightapt_drivers.simulators.telescope import TelescopeSimulator
from lightapt_drivers.simulators.weather import WeatherSimulator
from lightapt_protocol.standard import Standard

from . import docs_pictures
from .docs_simulators import SIMULATORS
from .docs_snippets import ROOT, Block, Command, anchors, blocks, commands, table
from .real_programs import require
from .system.rig import LIGHTAPT_SERVER, Stage
from .test_docs import INDI_TOOLS, follow
from .test_docs_drivers import heading_of

REFERENCE = ROOT / "docs" / "reference" / "simulators.md"
RECIPES = ROOT / "docs" / "how-to" / "practise-with-the-simulators.md"
DEVICES = {name: device() for name, device in SIMULATORS.items()}
TIMES = "\N{MULTIPLICATION SIGN}"
QUICKLY = {
    "telescope": "Telescope Simulator.MOUNT_DRIVE.SLEW_SPEED;ACCELERATION=60;60",
    "dome": "Dome Simulator.DOME_STAND.AZIMUTH=60",
}
"""What makes recipes with these drivers short."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        stage.close()


def members_of(*names: str) -> dict[str, set[str]]:
    """Return the properties of simulators, and the members of each."""
    found: dict[str, set[str]] = {}
    for name in names:
        for live in DEVICES[name].vectors.values():
            found.setdefault(live.name, set()).update(member.name for member in live.definition.members)
    return found


# Names.


def test_each_simulator_has_its_place() -> None:
    assert set(SIMULATORS) <= anchors(REFERENCE)


@pytest.mark.parametrize("page", [REFERENCE, RECIPES], ids=lambda page: page.stem)
def test_properties_named_in_the_text_are_there(page: Path) -> None:
    known = members_of(*SIMULATORS)
    words = {*known, *Standard, *(member for members in known.values() for member in members), "INDIDEV", "_STAND"}
    dynamic = {"WEATHER_SAFETY", "MIN_OK", "MAX_OK", "PERC_WARN", "WEATHER_WIND_SPEED"}  # when it is connected
    for name in re.findall(r"`([A-Z][A-Z0-9_.]+)`", page.read_text(encoding="utf-8")):
        assert set(name.split(".")) <= words | dynamic, name
        prop, _, member = name.partition(".")
        assert not member or prop in dynamic or member in known[prop], name


def test_what_is_to_be_set_for_what_can_be_set() -> None:
    for wanted, (what, drivers) in table(REFERENCE, "What to set for what").items():
        for name in re.findall(r"`([A-Z_.0-9]+)`", what):
            prop, _, member = name.partition(".")
            found = members_of(*re.findall(r"`(\w+)`", drivers))
            assert prop in found, wanted
            assert not member or member in found[prop], wanted


def devices_and_properties(command: Command) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for word in command.words[1:]:
        if found := re.match(r"([\w ]+ Simulator)\.(\w+)\.([\w;]+)", word):
            yield found[1], found[2], tuple(found[3].split(";"))


@pytest.mark.parametrize("command", [one for one in commands(REFERENCE) if one.program in INDI_TOOLS], ids=str)
def test_commands_of_the_reference_name_what_is_there(command: Command) -> None:
    by_device = {device.name: name for name, device in DEVICES.items()}
    for device, prop, members in devices_and_properties(command):
        assert set(members) <= members_of(by_device[device])[prop]


# Numbers.


def numbers() -> Iterator[str]:
    """Yield phrases of the reference, made of the numbers in the code."""
    site, optics = TelescopeSimulator.mount_site, TelescopeSimulator.mount_optics
    latitude, longitude, elevation = (member.value for member in site.definition.members)
    yield f"{latitude:.0f}° N, {longitude:.0f}° E, {elevation:.0f} m"
    aperture, length, guide_aperture, guide_length = (member.value for member in optics.definition.members)
    yield f"{aperture} mm of aperture, {length} mm of focal length, and a guide telescope of {guide_aperture} mm and "
    yield f"{guide_aperture} mm and {guide_length} mm"
    mount = MountConfig()
    slow, centering, find, fast = mount.hand_rates
    slower = f"{slow / SIDEREAL_RATE:.0f} {TIMES} and {centering / SIDEREAL_RATE:.0f} {TIMES} sidereal"
    yield f"({slower}, {find:g} and {fast:g} °/s)"
    yield f"at {mount.guide_rate_dec} {TIMES} sidereal"
    for camera in (Ccd, GuideCamera):
        sensor = camera.default_sensor
        yield f"{sensor.width} {TIMES} {sensor.height} pixels of {sensor.pixel_width} µm"
    assert Ccd.default_optics == (length, aperture)
    assert GuideCamera.default_optics == (guide_length, guide_aperture)
    focuser = FocuserConfig()
    yield f"{focuser.travel:_.0f} steps of half a micrometre, {focuser.speed:_.0f} a second".replace("_", " ")
    yield f"{focuser.warmth:.0f} ± {focuser.swing:.0f} °C"
    yield ", ".join(FILTERS)
    yield f"full brightness, {LightBoxSimulator.light_steps}"
    yield f"Turns the camera, {taken_from(RotatorSimulator, 'speed')}° a second"
    yield f"the shutter takes {taken_from(DomeSimulator, 'travel')} s"
    yield f"Finds satellites {taken_from(GpsSimulator, 'search')} s after"
    yield f"Opens and closes in {taken_from(DustCapSimulator, 'travel')} s"
    assert inspect.signature(FilterWheelSimulator).parameters["pace"].default == 0.5  # half a second


def taken_from(device: type[Device], parameter: str) -> str:
    return f"{inspect.signature(device).parameters[parameter].default:g}"


def test_numbers_in_the_text_are_those_of_the_code() -> None:
    text = " ".join(REFERENCE.read_text(encoding="utf-8").split())
    for phrase in numbers():
        assert " ".join(phrase.split()) in text


def test_the_storm_of_the_recipes_is_one() -> None:
    wind = next(one for one in WeatherSimulator.weather_measures if one.name == "WEATHER_WIND_SPEED")
    warned = wind.safe_to - (wind.safe_to - wind.safe_from) * wind.warning / 100
    assert f"From {warned:.0f} km/h on it is a warning, from {wind.safe_to:.0f} on an alert" in RECIPES.read_text()


# Recipes.


def recipes() -> dict[str, list[Block]]:
    """Return the blocks of the recipes, by their headings."""
    found: dict[str, list[Block]] = {}
    for block in blocks(RECIPES, "console"):
        found.setdefault(heading_of(block), []).append(block)
    return found


@pytest.mark.system
@pytest.mark.parametrize("heading", recipes(), ids=lambda heading: heading.removeprefix("## "))
def test_a_recipe_goes_as_told(heading: str, stage: Stage) -> None:
    for tool in INDI_TOOLS:
        require(tool)
    steps = [block for block in recipes()[heading] if "sudo" not in block.text]
    (started,) = [one for one in commands(RECIPES) if one.program == "lightapt-server" and one.block in steps]
    config = str(stage.folder / "config")
    hub = stage.run(*LIGHTAPT_SERVER, *started.words[1:], "--port", "0", "-v", XDG_CONFIG_HOME=config).listening()
    before = [f"$ indi_setprop '{setting}'\n" for driver, setting in QUICKLY.items() if driver in started.words]
    steps[: steps.index(started.block) + 1] = [Block(RECIPES, 0, "console", "", text) for text in before]
    for block in steps:
        follow(block, folder=stage.folder, port=hub.port)


# The picture.


def pixels(png: bytes) -> np.ndarray:
    """Return the pixels of a PNG file as ours are: grey, its lines unfiltered."""
    chunks, place = {}, 8
    while place < len(png):
        length = int.from_bytes(png[place : place + 4])
        chunks[png[place + 4 : place + 8]] = png[place + 8 : place + 8 + length]
        place += length + 12
    width = int.from_bytes(chunks[b"IHDR"][:4])
    return np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(-1, width + 1)[:, 1:]


def test_the_picture_is_what_the_camera_takes() -> None:
    shown, taken = pixels(docs_pictures.PICTURE.read_bytes()), pixels(docs_pictures.picture())
    assert shown.shape == taken.shape
    # Another numpy, or another processor, may round differently.
    assert np.mean(np.abs(shown.astype(int) - taken) > 2) < 0.01, "run python -m tests.docs_pictures"


def test_the_picture_suits_a_page() -> None:
    png = docs_pictures.PICTURE.read_bytes()
    assert pixels(png).shape[1] <= 900
    assert len(png) < 400_000
