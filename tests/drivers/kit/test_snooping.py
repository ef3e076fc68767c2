"""A device follows what another says, whichever driver has that."""

import pytest

from lightapt_drivers import DefNumber, DefText, Device, NumberVector, Snooped, State, TextVector, on_snoop
from lightapt_drivers.kit.snooping import LiveSnoop, declared, members
from lightapt_protocol.members import OneNumber
from lightapt_protocol.messages import (
    DefNumberVector,
    DelProperty,
    GetProperties,
    Notice,
    SetNumberVector,
)
from lightapt_protocol.mirror import ChangeKind
from tests.drivers.kit.scenes import play, said_of

DEFINED, UPDATED, DELETED = ChangeKind.DEFINED, ChangeKind.UPDATED, ChangeKind.DELETED


class Camera(Device):
    """A camera that wants to know where it looks."""

    mount = Snooped("ACTIVE_TELESCOPE", "COORD", "PIER", device="Mount", label="Telescope")
    wheel = Snooped("ACTIVE_FILTER", device="Wheel")

    def __init__(self, name="Camera"):
        super().__init__(name)
        self.heard = []

    @on_snoop(mount, "COORD")
    async def moved(self, change):
        self.heard.append((change.name, change.kind))

    @on_snoop(wheel)
    async def turned(self, change):
        self.heard.append((change.device, change.kind))


class Mount(Device):
    """A mount in the same driver."""

    coordinates = NumberVector("COORD", DefNumber("RA", 0.0), always=True)
    pier = TextVector("PIER", DefText("SIDE", "east"))


def definition(device, value=1.0, name="COORD"):
    return DefNumberVector(device, name, members=(DefNumber("RA", value),))


def update(device, value, name="COORD"):
    return SetNumberVector(device, name, state=State.OK, members=(OneNumber("RA", value),))


def questions(messages):
    return [message for message in messages if isinstance(message, GetProperties)]


def with_camera(scene, *others, **options):
    camera = Camera()
    return play(lambda harness: scene(harness, camera), camera, *others, **options)


# The declaration.


def test_the_devices_snooped_on_are_members_of_active_devices():
    assert members(Camera) == [
        DefText("ACTIVE_TELESCOPE", "Mount", label="Telescope"),
        DefText("ACTIVE_FILTER", "Wheel", label="ACTIVE_FILTER"),
    ]


def test_a_subclass_may_snoop_on_another():
    class Sub(Camera):
        mount = Snooped("ACTIVE_TELESCOPE", device="EQMod")

    assert [(snooped.member, snooped.device) for snooped in declared(Sub).values()] == [
        ("ACTIVE_TELESCOPE", "EQMod"),
        ("ACTIVE_FILTER", "Wheel"),
    ]


def test_who_snoops_on_nobody_has_no_active_devices():
    async def scene(harness):
        return harness.mirror.find("Mount", "ACTIVE_DEVICES")

    assert play(scene, Mount()) is None


def test_on_a_class_it_is_the_declaration_and_on_a_device_what_is_known():
    assert isinstance(Camera.mount, Snooped)
    assert isinstance(Camera().mount, LiveSnoop)


# What is asked, and heard.


def test_at_the_start_it_asks_for_what_it_wants_to_know():
    async def scene(harness, _):
        return questions(harness.said)

    assert with_camera(scene, connect=False) == [
        GetProperties("Mount", "COORD"),
        GetProperties("Mount", "PIER"),
        GetProperties("Wheel"),
    ]


def test_what_is_heard_is_known_and_told_to_the_method():
    async def scene(harness, camera):
        for message in (definition("Mount"), update("Mount", 5.0), DelProperty("Mount", "COORD")):
            harness.send(message)
        await harness.dealt_with()
        return camera.heard, camera.mount.find("COORD")

    assert with_camera(scene) == ([("COORD", DEFINED), ("COORD", UPDATED), ("COORD", DELETED)], None)


def test_what_is_known_can_be_looked_up_at_any_time():
    async def scene(harness, camera):
        assert camera.mount.find("COORD") is None
        harness.send(definition("Mount", 5.0))
        await harness.dealt_with()
        return camera.mount.find("COORD").number("RA")

    assert with_camera(scene) == 5.0


def test_a_method_hears_of_the_properties_it_named_and_the_rest_is_known_all_the_same():
    async def scene(harness, camera):
        harness.send(definition("Mount", name="PIER"))
        await harness.dealt_with()
        return camera.heard, camera.mount.find("PIER") is not None

    assert with_camera(scene) == ([], True)


@pytest.mark.parametrize(
    "message",
    [definition("Mount", name="OTHER"), definition("Another"), Notice("Mount", "hello"), GetProperties("Mount")],
)
def test_what_was_not_asked_for_is_not_kept(message):
    async def scene(harness, camera):
        harness.send(message)
        await harness.dealt_with()
        return camera.heard, [camera.mount.find("OTHER"), camera.mount.find("COORD")]

    assert with_camera(scene) == ([], [None, None])


def test_a_device_that_dies_is_forgotten():
    async def scene(harness, camera):
        harness.send(definition("Wheel"))
        harness.send(DelProperty("Wheel"))
        await harness.dealt_with()
        return camera.heard, camera.wheel.find("COORD")

    assert with_camera(scene) == ([("Wheel", DEFINED), ("Wheel", DELETED)], None)


def test_a_mistake_in_such_a_method_costs_only_itself():
    class Clumsy(Camera):
        async def moved(self, change):
            raise ZeroDivisionError

    camera = Clumsy()

    async def scene(harness):
        harness.send(definition("Mount"))
        harness.send(definition("Wheel"))
        await harness.dealt_with()
        return camera.heard, [words for words in harness.notices if "mistake" in words]

    heard, told = play(scene, camera)
    assert (heard, len(told)) == ([("Wheel", DEFINED)], 1)


def test_pictures_pass_by():
    class Display(Device):
        camera = Snooped("ACTIVE_CCD", "CCD1", device="Camera")
        seen = None

        @on_snoop(camera)
        async def look(self, change):
            if change.blobs:
                self.seen = bytes(change.blobs[0].data)

    display = Display()

    async def scene(harness):
        harness.send(
            '<defBLOBVector device="Camera" name="CCD1" state="Idle" perm="ro"><defBLOB name="A"/></defBLOBVector>'
        )
        one = '<oneBLOB name="A" size="1" format=".x">eA==</oneBLOB>'
        harness.send(f'<setBLOBVector device="Camera" name="CCD1" state="Ok">{one}</setBLOBVector>')
        await harness.dealt_with()

    play(scene, display)
    assert display.seen == b"x"


# Another device.


def test_clients_say_whom_it_snoops_on():
    async def scene(harness, camera):
        harness.send(definition("Mount"))
        said = await harness.request("ACTIVE_DEVICES", ACTIVE_TELESCOPE="EQMod")
        assert camera.mount.find("COORD") is None
        for message in (definition("EQMod", 7.0), update("Mount", 5.0)):
            harness.send(message)
        await harness.dealt_with()
        return said, camera.mount.find("COORD").number("RA"), camera.mount.device

    said, ra, device = with_camera(scene)
    assert questions(said) == [GetProperties("EQMod", "COORD"), GetProperties("EQMod", "PIER")]
    assert said_of("ACTIVE_DEVICES", said)[0].state is State.OK
    assert (ra, device) == (7.0, "EQMod")


def test_the_same_again_asks_nothing_and_forgets_nothing():
    async def scene(harness, camera):
        harness.send(definition("Mount"))
        said = await harness.request("ACTIVE_DEVICES", ACTIVE_TELESCOPE="Mount")
        return questions(said), camera.mount.find("COORD") is not None

    assert with_camera(scene) == ([], True)


def test_nobody_can_be_snooped_on_as_well():
    async def scene(harness, camera):
        harness.send(definition("Wheel"))
        said = await harness.request("ACTIVE_DEVICES", ACTIVE_FILTER="")
        harness.send(update("Wheel", 5.0))
        await harness.dealt_with()
        return questions(said), camera.wheel.find("COORD"), camera.heard

    assert with_camera(scene) == ([], None, [("Wheel", DEFINED)])


# Siblings in one driver: no server need carry what they say to one another.


def test_a_sibling_is_heard():
    mount = Mount()

    async def scene(harness, camera):
        await harness.request("COORD", device="Mount", RA=5.0)
        await harness.dealt_with()
        return camera.heard, camera.mount.find("COORD").number("RA")

    heard, ra = with_camera(scene, mount)
    assert (heard[-1], ra) == (("COORD", UPDATED), 5.0)
    assert DEFINED in [kind for _, kind in heard]


def test_a_sibling_is_known_when_it_is_turned_to():
    async def scene(harness, camera):
        await harness.request("ACTIVE_DEVICES", ACTIVE_TELESCOPE="Second")
        await harness.dealt_with()
        return camera.mount.find("COORD") is not None

    assert with_camera(scene, Mount("Second"))


def test_a_sibling_that_goes_is_forgotten():
    mount = Mount()

    async def scene(harness, camera):
        await harness.driver.remove(mount)
        await harness.dealt_with()
        return camera.heard[-1], camera.mount.find("COORD")

    assert with_camera(scene, mount) == (("COORD", DELETED), None)
