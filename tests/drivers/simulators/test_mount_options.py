"""The options of the simulated mount are properties."""

import pytest

from lightapt_drivers.simulators.mount_config import MountConfig, NorthPulse
from lightapt_drivers.simulators.mount_geometry import MountKind
from lightapt_drivers.simulators.mount_limits import Limits, MeridianAction
from lightapt_drivers.simulators.mount_options import MountOptions
from lightapt_drivers.simulators.mount_pointing_errors import PointingErrors
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play

UNUSUAL = MountConfig(
    kind=MountKind.FORK,
    speed=3.0,
    acceleration=1.5,
    north_pulse=NorthPulse.MECHANICAL,
    flip_after=5.0,
    limits=Limits(lowest_altitude=10.0, past_meridian=None, at_meridian=MeridianAction.WARN),
    errors=PointingErrors(
        periodic_amplitude=12.0, periodic_period=600.0, polar_azimuth=3.0, polar_altitude=-4.0, backlash=9.0
    ),
)


class Options(MountOptions):
    """Keeps the configuration that its properties say."""

    device_name = "Options"

    def __init__(self):
        super().__init__()
        self.configs = []

    def options_changed(self):
        self.configs.append(self.with_options(MountConfig()))


def chosen(*requests, connect=True):
    """The configuration after these requests."""

    async def scene(harness):
        for name, members in requests:
            await harness.request(name, **members)
            await harness.expect(name, state=State.OK, **members)
        return options.configs[-1]

    options = Options()
    return play(scene, options, connect=connect)


def test_as_declared_they_are_those_of_a_new_mount():
    assert Options().with_options(MountConfig()) == MountConfig()


@pytest.mark.parametrize("config", [MountConfig(), UNUSUAL])
def test_what_a_configuration_says_the_properties_say(config):
    options = Options()
    options.show_options(config)
    assert options.with_options(MountConfig()) == config


@pytest.mark.parametrize(
    ("name", "members", "config"),
    [
        ("MOUNT_TYPE", {"EQ_FORK": True}, MountConfig(kind=MountKind.FORK)),
        ("MOUNT_ERRORS", {"POLAR_AZIMUTH": -20}, MountConfig(errors=PointingErrors(polar_azimuth=-20.0))),
        ("MOUNT_LIMITS", {"LOWEST_ALTITUDE": 15}, MountConfig(limits=Limits(lowest_altitude=15.0))),
        ("MERIDIAN_ACTION", {"WARN": True}, MountConfig(limits=Limits(at_meridian=MeridianAction.WARN))),
        ("MOUNT_DRIVE", {"SLEW_SPEED": 2.5}, MountConfig(speed=2.5)),
        ("NORTH_PULSE", {"MECHANICAL": True}, MountConfig(north_pulse=NorthPulse.MECHANICAL)),
    ],
)
def test_a_change_is_told_to_the_mount(name, members, config):
    assert chosen((name, members)) == config


def test_they_can_be_changed_before_the_mount_is_connected():
    assert chosen(("MOUNT_TYPE", {"EQ_FORK": True}), connect=False).kind is MountKind.FORK


def test_what_a_configuration_holds_besides_is_kept():
    options = Options()
    config = MountConfig(guide_rate_ra=0.25, errors=PointingErrors(periodic_phase=45.0))
    assert options.with_options(config) == config


def test_they_outlast_the_driver_once_saved(tmp_path):
    async def choose(harness):
        await harness.request("MOUNT_ERRORS", PERIODIC_AMPLITUDE=7)
        await harness.request("CONFIG_PROCESS", CONFIG_SAVE=True)

    async def find(harness):
        await harness.expect("MOUNT_ERRORS", state=State.OK, PERIODIC_AMPLITUDE=7)

    play(choose, Options(), folder=tmp_path)
    play(find, Options(), folder=tmp_path)
