"""Decorators say when a method is called; a subclass overrides it as any other method."""

import asyncio

import pytest

from lightapt_drivers.kit.handlers import (
    Handlers,
    OnNew,
    OnSnoop,
    Poll,
    WhileBusy,
    every,
    on_connect,
    on_disconnect,
    on_new,
    on_snoop,
    operation,
)
from lightapt_drivers.kit.snooping import Snooped
from lightapt_drivers.kit.vectors import NumberVector
from lightapt_protocol.members import DefNumber

LEVEL = NumberVector("LEVEL", DefNumber("VALUE", 0.0))
OTHER = NumberVector("OTHER", DefNumber("VALUE", 0.0))
MOUNT = Snooped("ACTIVE_TELESCOPE", "RA", device="Mount")


class Base:
    def __init__(self):
        self.called = []

    @on_new(LEVEL)
    async def level(self, wanted):
        self.called.append("base's level")

    @on_connect
    async def find(self):
        self.called.append("base's find")

    @on_disconnect
    async def leave(self):
        self.called.append("base's leave")

    @every(1.0)
    async def look(self):
        self.called.append("base's look")


def call(methods, *arguments):
    async def all_of_them():
        for method in methods:
            await method(*arguments)

    asyncio.run(all_of_them())


def called(device, methods, *arguments):
    """Return what is called by these methods of it."""
    device.called.clear()
    call(methods, *arguments)
    return device.called


def level_of(device):
    role, method = Handlers(device).new["LEVEL"]
    return role, called(device, [method], {})


# The decorators.


@pytest.mark.parametrize(
    ("decorator", "role"),
    [
        (on_new(LEVEL), OnNew("LEVEL")),
        (operation(LEVEL), OnNew("LEVEL", lane="LEVEL", while_busy=WhileBusy.REPLACE)),
        (operation(LEVEL, lane=OTHER), OnNew("LEVEL", lane="OTHER")),
        (operation(LEVEL, while_busy=WhileBusy.REFUSE), OnNew("LEVEL", lane="LEVEL", while_busy=WhileBusy.REFUSE)),
    ],
)
def test_a_decorator_says_when_the_method_is_called(decorator, role):
    class Device:
        @decorator
        async def method(self, wanted):
            """Do nothing."""

    assert Handlers(Device()).new["LEVEL"][0] == role


def test_a_decorated_method_is_called_as_any_other():
    device = Base()
    asyncio.run(device.find())
    assert device.called == ["base's find"]


def test_polls_and_snoops_say_what_of():
    class Device:
        @every()
        async def poll(self):
            """Do nothing."""

        @every(5.0, always=True)
        async def always(self):
            """Do nothing."""

        @on_snoop(MOUNT, "RA", "DEC")
        async def some(self, change):
            """Do nothing."""

        @on_snoop(MOUNT)
        async def all_of_it(self, change):
            """Do nothing."""

    handlers = Handlers(Device())
    assert [role for role, _ in handlers.polls] == [Poll(None, always=False), Poll(5.0, always=True)]
    assert [role for role, _ in handlers.snoops] == [
        OnSnoop("ACTIVE_TELESCOPE", ("RA", "DEC")),
        OnSnoop("ACTIVE_TELESCOPE", ()),
    ]


def test_one_method_may_be_called_for_several_things():
    class Device:
        @on_new(LEVEL)
        @operation(OTHER)
        async def method(self, wanted):
            """Do nothing."""

    handlers = Handlers(Device()).new
    assert (handlers["LEVEL"][0].lane, handlers["OTHER"][0].lane) == ("", "OTHER")


# Subclasses.


def test_a_method_overridden_without_decoration_takes_the_place_of_the_base_s():
    class Sub(Base):
        async def level(self, wanted):
            self.called.append("sub's level")

    assert level_of(Sub()) == (OnNew("LEVEL"), ["sub's level"])


def test_a_method_overridden_with_decoration_is_called_as_its_own_says():
    class Sub(Base):
        @operation(LEVEL)
        async def level(self, wanted):
            self.called.append("sub's level")

    assert level_of(Sub()) == (OnNew("LEVEL", lane="LEVEL"), ["sub's level"])


def test_another_method_for_the_same_property_takes_the_place_of_the_base_s():
    class Sub(Base):
        @on_new(LEVEL)
        async def another(self, wanted):
            self.called.append("another")

    assert level_of(Sub())[1] == ["another"]


def test_the_same_decoration_again_changes_nothing():
    class Sub(Base):
        @every(1.0)
        async def look(self):
            self.called.append("sub's look")

        @on_connect
        async def find(self):
            self.called.append("sub's find")

    device = Sub()
    handlers = Handlers(device)
    assert called(device, [method for _, method in handlers.polls]) == ["sub's look"]
    assert called(device, handlers.connect) == ["sub's find"]


def test_a_method_decorated_anew_is_called_only_as_its_own_decoration_says():
    class Sub(Base):
        @every(5.0)
        async def look(self):
            """Look more seldom."""

        @on_new(OTHER)
        async def level(self, wanted):
            """Take another property."""

    handlers = Handlers(Sub())
    assert [role for role, _ in handlers.polls] == [Poll(5.0, always=False)]
    assert list(handlers.new) == ["OTHER"]


def test_a_base_class_connects_first_and_lets_go_last():
    class Sub(Base):
        @on_connect
        async def ask(self):
            self.called.append("sub's ask")

        @on_disconnect
        async def stop(self):
            self.called.append("sub's stop")

    device = Sub()
    handlers = Handlers(device)
    assert called(device, handlers.connect) == ["base's find", "sub's ask"]
    assert called(device, handlers.disconnect) == ["sub's stop", "base's leave"]


def test_an_overridden_method_keeps_its_place():
    class Sub(Base):
        @on_connect
        async def ask(self):
            self.called.append("sub's ask")

        async def find(self):
            self.called.append("sub's find")

    device = Sub()
    assert called(device, Handlers(device).connect) == ["sub's find", "sub's ask"]


def test_mixins_are_all_heard():
    class Left(Base):
        @on_connect
        async def left(self):
            self.called.append("left")

    class Right(Base):
        @on_connect
        async def right(self):
            self.called.append("right")

    class Both(Left, Right):
        """A device that is two things."""

    device = Both()
    assert called(device, Handlers(device).connect) == ["base's find", "right", "left"]


def test_mixins_whose_methods_would_hide_one_another_are_refused():
    class Left:
        @on_new(LEVEL)
        async def method(self, wanted):
            """Do nothing."""

    class Right:
        @on_new(OTHER)
        async def method(self, wanted):
            """Do nothing."""

    class Both(Left, Right):
        """A device that is two things."""

    with pytest.raises(TypeError, match=r"Both cannot have both Left\.method and Right\.method"):
        Handlers(Both())


# Lanes.


def test_what_has_no_operation_has_a_lane_of_its_own_name():
    assert Handlers(Base()).lane("LEVEL") == "LEVEL"
    assert Handlers(Base()).lane("NOBODY_S") == "NOBODY_S"


def test_an_operation_may_share_another_s_lane():
    class Device:
        @operation(LEVEL, lane=OTHER)
        async def method(self, wanted):
            """Do nothing."""

    assert Handlers(Device()).lane("LEVEL") == "OTHER"


def test_what_is_decorated_must_be_async():
    with pytest.raises(TypeError, match="must be an async method"):

        @every(1.0)
        def poll(self):
            pass
