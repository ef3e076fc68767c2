"""CONFIG_PROCESS saves, loads, resets and purges what a device remembers; it comes back by itself."""

import pytest

from lightapt_drivers import (
    ButtonVector,
    DefNumber,
    DefSwitch,
    DefText,
    Device,
    DriverError,
    NumberVector,
    Snooped,
    State,
    SwitchVector,
    TextVector,
    on_connect,
    on_new,
    operation,
)
from lightapt_drivers.kit.configuration import ConfigurationFile
from lightapt_protocol.messages import GetProperties
from tests.drivers.kit.scenes import play, said_of

OK, ALERT = State.OK, State.ALERT


class Thing(Device):
    """A thing with a memory."""

    site = NumberVector("SITE", DefNumber("LAT", 0.0, min=-90, max=90), always=True, saved=True)
    level = NumberVector("LEVEL", DefNumber("VALUE", 3.0, max=10.0), saved=True)
    mode = SwitchVector("MODE", DefSwitch("FAST"), DefSwitch("SLOW"), saved=True)
    names = TextVector("NAMES", DefText("ONE", "Red"), DefText("TWO", "Green"), saved=True)
    unsaved = NumberVector("UNSAVED", DefNumber("VALUE", 3.0))
    push = ButtonVector("PUSH", DefSwitch("GO"))
    mount = Snooped("ACTIVE_TELESCOPE", device="Telescope Simulator")

    def __init__(self, name="Thing"):
        super().__init__(name)
        self.done = []

    @on_connect
    async def open(self):
        self.done.append("open")

    @on_new(level)
    async def set_level(self, wanted):
        self.done.append(f"level {wanted.value:g}")

    @on_new(site)
    async def set_site(self, wanted):
        self.done.append(f"site {wanted.value:g}")

    @on_new(push)
    async def go(self, wanted):
        self.done.append("pushed")


def configure(harness, what):
    return harness.request("CONFIG_PROCESS", **{f"CONFIG_{what}": True})


async def set_all(harness):
    await harness.request("SITE", LAT=-33.3)
    await harness.request("LEVEL", VALUE=7)
    await harness.request("MODE", FAST=True)
    await harness.request("NAMES", TWO="Grün")
    await harness.request("UNSAVED", VALUE=7)


def saved(folder, then=set_all):
    """Have a thing save its settings."""

    async def scene(harness):
        await then(harness)
        return await configure(harness, "SAVE")

    return play(scene, Thing(), folder=folder)


def after(folder, scene=None, *, thing=None, connect=True):
    """Return a thing's properties after a scene, in a life of its own."""

    async def look(harness):
        if scene is not None:
            await scene(harness)
        await harness.dealt_with()
        return harness.mirror.devices["Thing"], harness.notices

    return play(look, thing or Thing(), folder=folder, connect=connect)


def put(folder, *requests):
    """Write a configuration by hand."""
    (folder / "Thing.xml").write_text(f"<INDIDriver>{''.join(requests)}</INDIDriver>")


def number(name, value, *, device="Thing", member="VALUE"):
    one = f'<oneNumber name="{member}">{value}</oneNumber>'
    return f'<newNumberVector device="{device}" name="{name}">{one}</newNumberVector>'


def switch(name, member):
    one = f'<oneSwitch name="{member}">On</oneSwitch>'
    return f'<newSwitchVector device="Thing" name="{name}">{one}</newSwitchVector>'


def test_to_save_is_ok_and_says_where(tmp_path):
    notice, answer = saved(tmp_path)
    assert notice.message == f"[INFO] the configuration is saved in {tmp_path / 'Thing.xml'}"
    assert (answer.name, answer.state, [bool(one.value) for one in answer.members]) == (
        "CONFIG_PROCESS",
        OK,
        [False] * 4,
    )


def test_what_was_saved_comes_back_at_the_start_and_at_the_connection(tmp_path):
    saved(tmp_path)
    thing = Thing()
    properties, _ = after(tmp_path, thing=thing)
    assert (properties["SITE"].number("LAT"), properties["LEVEL"].number("VALUE")) == (-33.3, 7)
    assert (properties["MODE"].switches_on(), properties["NAMES"].text("TWO")) == (["FAST"], "Grün")
    assert properties["UNSAVED"].number("VALUE") == 3
    assert thing.done == ["site -33.3", "open", "level 7"]


def test_what_needs_no_connection_is_back_without_one(tmp_path):
    saved(tmp_path)
    properties, _ = after(tmp_path, connect=False)
    assert (properties["SITE"].number("LAT"), properties["SITE"].state) == (-33.3, OK)


def test_what_was_saved_is_what_the_first_definition_says(tmp_path):
    saved(tmp_path)

    async def scene(harness):
        return said_of("SITE", harness.said)[0].members[0].value

    assert play(scene, Thing(), folder=tmp_path, connect=False) == -33.3


def test_every_device_remembers_debug_polling_and_whom_it_snoops_on(tmp_path):
    async def scene(harness):
        await harness.request("DEBUG", ENABLE=True)
        await harness.request("ACTIVE_DEVICES", ACTIVE_TELESCOPE="EQMod")

    saved(tmp_path, scene)
    thing = Thing()
    properties, _ = after(tmp_path, thing=thing, connect=False)
    assert properties["DEBUG"].is_on("ENABLE")
    assert (properties["ACTIVE_DEVICES"].text("ACTIVE_TELESCOPE"), thing.mount.device) == ("EQMod", "EQMod")


def test_a_setting_that_takes_its_time_is_brought_back_as_well(tmp_path):
    class Slow(Thing):
        @operation(Thing.level)
        async def set_level(self, wanted):
            self.level.set(VALUE=wanted.value)

    saved(tmp_path)

    async def scene(harness):
        await harness.expect("LEVEL", state=OK, VALUE=7)

    after(tmp_path, scene, thing=Slow())


def test_to_load_brings_back_what_was_saved(tmp_path):
    saved(tmp_path)

    async def scene(harness):
        await harness.request("LEVEL", VALUE=1)
        await harness.request("SITE", LAT=1)
        await configure(harness, "LOAD")
        await harness.expect("LEVEL", VALUE=7)
        await harness.expect("SITE", LAT=-33.3)
        assert harness.find("CONFIG_PROCESS").state is OK

    after(tmp_path, scene)


def test_to_load_what_was_never_saved_is_no_fault(tmp_path):
    async def scene(harness):
        await configure(harness, "LOAD")

    properties, _ = after(tmp_path, scene)
    assert properties["CONFIG_PROCESS"].state is OK


def test_default_is_what_was_declared_and_stays_saved_otherwise(tmp_path):
    saved(tmp_path)

    async def scene(harness):
        await harness.request("ACTIVE_DEVICES", ACTIVE_TELESCOPE="EQMod")
        await configure(harness, "DEFAULT")

    properties, _ = after(tmp_path, scene)
    assert (properties["SITE"].number("LAT"), properties["LEVEL"].number("VALUE")) == (0, 3)
    assert properties["ACTIVE_DEVICES"].text("ACTIVE_TELESCOPE") == "Telescope Simulator"
    assert after(tmp_path)[0]["LEVEL"].number("VALUE") == 7


def test_default_leaves_what_cannot_be_had_as_it_is(tmp_path):
    """Of the declared modes none is on, which no client may ask for."""

    async def scene(harness):
        await harness.request("MODE", FAST=True)
        await configure(harness, "DEFAULT")

    assert after(tmp_path, scene)[0]["MODE"].switches_on() == ["FAST"]


def test_what_is_purged_does_not_come_back(tmp_path):
    saved(tmp_path)

    async def scene(harness):
        await configure(harness, "PURGE")

    assert after(tmp_path, scene)[0]["LEVEL"].number("VALUE") == 7
    assert after(tmp_path)[0]["LEVEL"].number("VALUE") == 3


def test_to_save_before_the_connection_keeps_what_needs_one(tmp_path):
    saved(tmp_path)

    async def scene(harness):
        await harness.request("SITE", LAT=50)
        await configure(harness, "SAVE")

    after(tmp_path, scene, connect=False)
    properties, _ = after(tmp_path)
    assert (properties["SITE"].number("LAT"), properties["LEVEL"].number("VALUE")) == (50, 7)


def test_a_device_may_remember_something_at_once(tmp_path):
    saved(tmp_path)
    thing = Thing()

    async def scene(harness):
        await harness.request("UNSAVED", VALUE=5)
        await harness.request("LEVEL", VALUE=1)
        thing.remember(thing.unsaved)

    after(tmp_path, scene, thing=thing)
    properties, _ = after(tmp_path)
    assert (properties["UNSAVED"].number("VALUE"), properties["LEVEL"].number("VALUE")) == (5, 7)


def test_without_a_file_nothing_is_kept_and_one_is_told():
    thing = Thing()

    async def scene(harness):
        thing.remember(thing.level)
        (answer,) = await configure(harness, "SAVE")
        return answer.state, answer.message

    assert play(scene, thing) == (ALERT, "Thing keeps no configuration")


# Files that are not as they should be.


def test_a_broken_file_is_told_at_the_connection_and_the_device_lives(tmp_path):
    (tmp_path / "Thing.xml").write_text("<INDIDriver>")
    properties, notices = after(tmp_path)
    assert properties["CONFIG_PROCESS"].state is ALERT
    assert any("is no configuration" in words for words in notices)
    assert properties["LEVEL"].number("VALUE") == 3


@pytest.mark.parametrize("way", ["SAVE", "PURGE"])
def test_a_broken_file_can_be_saved_over_or_purged(tmp_path, way):
    (tmp_path / "Thing.xml").write_text("<INDIDriver>")

    async def scene(harness):
        await harness.request("LEVEL", VALUE=7)
        await configure(harness, way)
        await harness.expect("CONFIG_PROCESS", state=OK)

    after(tmp_path, scene)
    properties, notices = after(tmp_path)
    assert properties["LEVEL"].number("VALUE") == (7 if way == "SAVE" else 3)
    assert not any("is no configuration" in words for words in notices)


def test_a_file_that_cannot_be_read_is_not_saved_over(tmp_path):
    (tmp_path / "Thing.xml").mkdir()
    thing = Thing()

    async def scene(harness):
        (answer,) = await configure(harness, "SAVE")
        with pytest.raises(DriverError, match="cannot be read"):
            thing.remember(thing.level)
        return answer.state, answer.message

    state, words = play(scene, thing, folder=tmp_path)
    assert (state, "the configuration cannot be read" in words) == (ALERT, True)


def test_a_file_of_another_device_serves_too(tmp_path):
    put(tmp_path, number("LEVEL", 7, device="Another"))
    assert after(tmp_path)[0]["LEVEL"].number("VALUE") == 7


def test_unknown_properties_are_passed_over_and_kept(tmp_path):
    put(tmp_path, number("FOREIGN", 7), number("LEVEL", 7))

    async def scene(harness):
        await configure(harness, "SAVE")

    properties, notices = after(tmp_path, scene)
    assert properties["LEVEL"].number("VALUE") == 7
    assert [words for words in notices if "FOREIGN" in words] == []
    assert "FOREIGN" in [request.name for request in ConfigurationFile(tmp_path / "Thing.xml").load()]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (number("LEVEL", 11), "VALUE must be from 0 to 10, not 11"),
        (number("LEVEL", 1, member="NONE"), "LEVEL has no member NONE"),
        (switch("LEVEL", "VALUE"), "LEVEL is a number property, not switch"),
    ],
)
def test_what_cannot_be_any_more_is_refused_in_words_and_the_rest_comes_back(tmp_path, request_, words):
    put(tmp_path, request_, switch("MODE", "SLOW"))
    properties, notices = after(tmp_path)
    assert words in notices
    assert (properties["LEVEL"].state, properties["LEVEL"].number("VALUE")) == (ALERT, 3)
    assert properties["MODE"].switches_on() == ["SLOW"]


def test_buttons_are_not_pushed_by_a_file(tmp_path):
    put(tmp_path, switch("PUSH", "GO"), switch("CONFIG_PROCESS", "CONFIG_PURGE"), switch("CONNECTION", "CONNECT"))
    thing = Thing()
    properties, _ = after(tmp_path, thing=thing, connect=False)
    assert not properties["CONNECTION"].is_on("CONNECT")
    after(tmp_path, thing=Thing())
    assert thing.done == []
    assert (tmp_path / "Thing.xml").exists()


def test_two_devices_keep_their_own(tmp_path):
    async def scene(harness):
        await harness.request("SITE", LAT=1)
        await configure(harness, "SAVE")
        await harness.request("SITE", device="Second", LAT=2)
        await harness.request("CONFIG_PROCESS", device="Second", CONFIG_SAVE=True)

    play(scene, Thing(), Thing("Second"), folder=tmp_path)

    async def look(harness):
        harness.send(GetProperties())
        await harness.dealt_with()
        return [harness.find("SITE", device=device).number("LAT") for device in ("Thing", "Second")]

    assert play(look, Thing(), Thing("Second"), folder=tmp_path, connect=False) == [1, 2]


def test_loading_leaves_alone_what_was_remembered(tmp_path):
    put(tmp_path, number("UNSAVED", 7), number("LEVEL", 7))

    async def load(harness):
        await harness.request("UNSAVED", VALUE=4)
        await configure(harness, "LOAD")

    properties, _ = after(tmp_path, load)
    assert (properties["UNSAVED"].number("VALUE"), properties["LEVEL"].number("VALUE")) == (4, 7)


def test_a_broken_file_is_told_at_the_start_too(tmp_path, caplog):
    put(tmp_path, "<nonsense/>")
    after(tmp_path, connect=False)
    assert "is no configuration" in caplog.text
