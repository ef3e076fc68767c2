"""A camera behind the guide telescope."""

from lightapt_drivers.simulators import guidecam
from lightapt_drivers.simulators.guidecam import GuideCamera
from tests.drivers.kinds.cameras import numbers
from tests.drivers.kit.scenes import play
from tests.drivers.simulators.cameras import MOUNT, taken

SMALL = {"X": 0, "Y": 0, "WIDTH": 64, "HEIGHT": 48}
OPTICS = {"TELESCOPE_APERTURE": 80, "TELESCOPE_FOCAL_LENGTH": 480, "GUIDER_APERTURE": 60, "GUIDER_FOCAL_LENGTH": 240}


def header(*told):
    async def scene(harness):
        for message in told:
            harness.send(message)
        return (await taken(harness, CCD_FRAME=SMALL)).header

    return play(scene, GuideCamera())


def test_it_has_a_name_and_a_command_of_its_own(monkeypatch):
    found = []
    monkeypatch.setattr("lightapt_drivers.kit.program.run_devices", lambda devices: found.extend(devices) or 0)
    assert guidecam.main([]) == 0
    assert [(device.name, device.executable) for device in found] == [("Guide Simulator", "lightapt-guidecam")]


def test_it_is_behind_the_guide_telescope():
    cards = header()
    assert (cards["FOCALLEN"], cards["APTDIA"]) == (200, 50)
    cards = header(numbers(MOUNT, "TELESCOPE_INFO", **OPTICS))
    assert (cards["FOCALLEN"], cards["APTDIA"]) == (240, 60)


def test_its_pixels_are_those_of_a_guide_camera():
    cards = header()
    assert (cards["INSTRUME"], cards["XPIXSZ"]) == ("Guide Simulator", 3.75)
    assert (GuideCamera().sensor.width, GuideCamera().sensor.height) == (1280, 960)
