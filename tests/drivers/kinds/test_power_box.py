"""A power box switches what a client names, and tells what it draws."""

import pytest

from lightapt_drivers import DefNumber, DriverInterface, HardwareError, LinkLostError, on_connect
from lightapt_drivers.kinds.power_box import PowerBox, PowerBoxCan, PowerLayout, PowerReading
from lightapt_protocol.vocabulary import State
from tests.drivers.kit.scenes import play

LAYOUT = PowerLayout(power=3, dew=2, variable=1, usb=2, volts=(3, 12))
ALL = PowerBoxCan.SENSE | PowerBoxCan.SENSE_EACH | PowerBoxCan.AUTO_DEW | PowerBoxCan.PROTECT | PowerBoxCan.LEDS


class Puppet(PowerBox):
    """A power box that notes what it is told; what is in `broken` fails."""

    device_name = "Box"
    power_pause = 0.0

    def __init__(self, layout=LAYOUT, can=ALL, *, reading=None, broken=()):
        super().__init__()
        self.layout = layout
        self.can = can
        self.reading = reading
        self.broken = broken
        self.done = []

    @on_connect
    async def _say_what_it_has(self):
        self.declare_power_box(self.layout, self.can)

    async def switch_power(self, channel, *, on):
        self.does(f"power {channel} {'on' if on else 'off'}")

    async def heat_dew(self, channel, per_cent):
        self.does(f"dew {channel} {per_cent:g}")

    async def set_auto_dew(self, channel, *, on):
        self.does(f"auto {channel} {'on' if on else 'off'}")

    async def set_variable(self, channel, volts):
        self.does(f"variable {channel} {volts:g}")

    async def switch_usb(self, port, *, on):
        self.does(f"usb {port} {'on' if on else 'off'}")

    async def protect_power(self, volts):
        self.does(f"protect {volts:g}")

    async def switch_leds(self, *, on):
        self.does(f"leds {'on' if on else 'off'}")

    async def read_power(self):
        return self.reading

    def does(self, what):
        if what in self.broken:
            raise HardwareError(f"{what} does not work")
        self.done.append(what)


def played(scene, layout=LAYOUT, can=ALL, folder=None, **options):
    box = Puppet(layout, can, **options)
    return play(lambda harness: scene(harness, box), box, folder=folder)


def properties(layout, can):
    beginnings = ("POWER", "DEW", "AUTO_DEW", "VARIABLE", "USB", "OVER", "LED")

    async def scene(harness, _):
        return {name for name in harness.mirror.devices["Box"] if name.startswith(beginnings)}

    return played(scene, layout, can)


POWER = {"POWER_CHANNELS", "POWER_LABELS", "POWER_CYCLE", "POWER_OFF_DISCONNECT"}
DEW = {"DEW_CHANNELS", "DEW_DUTY_CYCLES", "DEW_LABELS"}


@pytest.mark.parametrize(
    ("layout", "can", "expected"),
    [
        (PowerLayout(), PowerBoxCan(0), set()),
        (PowerLayout(power=2), PowerBoxCan(0), POWER),
        (PowerLayout(power=2), PowerBoxCan.SENSE_EACH, POWER | {"POWER_CURRENTS"}),
        (PowerLayout(dew=2), PowerBoxCan(0), DEW),
        (
            PowerLayout(dew=2),
            PowerBoxCan.SENSE_EACH | PowerBoxCan.AUTO_DEW,
            DEW | {"DEW_CURRENTS", "AUTO_DEW_CONTROL"},
        ),
        (PowerLayout(variable=1), PowerBoxCan(0), {"VARIABLE_CHANNELS", "VARIABLE_VOLTAGES", "VARIABLE_LABELS"}),
        (PowerLayout(usb=1), PowerBoxCan(0), {"USB_PORTS", "USB_LABELS"}),
        (
            PowerLayout(),
            PowerBoxCan.SENSE | PowerBoxCan.PROTECT | PowerBoxCan.LEDS,
            {"POWER_SENSORS", "OVER_VOLTAGE_PROTECTION", "LED_CONTROL"},
        ),
    ],
)
def test_it_has_what_its_hardware_has_and_can(layout, can, expected):
    assert properties(layout, can) == expected


def test_clients_see_a_power_interface():
    async def scene(harness, _):
        return int(harness.find("DRIVER_INFO").text("DRIVER_INTERFACE"))

    assert played(scene) == DriverInterface.POWER | DriverInterface.AUX


# Outlets.


def test_only_what_changes_is_switched():
    async def scene(harness, box):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True, POWER_CHANNEL_3=True)
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True, POWER_CHANNEL_2=True)
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_3=False)
        await harness.expect(
            "POWER_CHANNELS", state=State.OK, POWER_CHANNEL_1=True, POWER_CHANNEL_2=True, POWER_CHANNEL_3=False
        )
        return box.done

    assert played(scene) == ["power 1 on", "power 3 on", "power 2 on", "power 3 off"]


def test_what_fails_is_as_it_was_and_what_went_before_is_done():
    async def scene(harness, _):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True, POWER_CHANNEL_2=True, POWER_CHANNEL_3=True)
        await harness.expect(
            "POWER_CHANNELS", state=State.ALERT, POWER_CHANNEL_1=True, POWER_CHANNEL_2=False, POWER_CHANNEL_3=False
        )
        assert "power 2 on does not work" in harness.notices

    played(scene, broken=["power 2 on"])


def test_what_the_box_says_of_its_channels_is_told():
    async def scene(harness, box):
        box.power_is(2, on=True)
        box.usb_is(1, on=True)
        box.variable_is(1, 9.5)
        box.dew_is(2, 40)
        box.auto_dew_is(2, on=True)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_1=False, POWER_CHANNEL_2=True)
        await harness.expect("USB_PORTS", USB_PORT_1=True, USB_PORT_2=False)
        await harness.expect("VARIABLE_CHANNELS", VAR_CHANNEL_1=True)
        await harness.expect("VARIABLE_VOLTAGES", VAR_CHANNEL_1=9.5)
        await harness.expect("DEW_CHANNELS", DEW_CHANNEL_2=True)
        await harness.expect("DEW_DUTY_CYCLES", DEW_CHANNEL_2=40)
        await harness.expect("AUTO_DEW_CONTROL", DEW_CHANNEL_2=True)
        box.dew_is(2, 0)
        await harness.expect("DEW_CHANNELS", DEW_CHANNEL_2=False)
        await harness.expect("DEW_DUTY_CYCLES", DEW_CHANNEL_2=40)

    played(scene)


def test_power_is_cycled_where_it_was_on():
    async def scene(harness, box):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_2=True)
        await harness.request("POWER_CYCLE", POWER_CYCLE_Toggle=True)
        await harness.expect("POWER_CYCLE", state=State.OK, POWER_CYCLE_Toggle=False)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_1=False, POWER_CHANNEL_2=True)
        return box.done

    assert played(scene) == ["power 2 on", "power 2 off", "power 2 on"]


class Slow(Puppet):
    power_pause = 1000.0


def test_while_power_is_cycled_nothing_else_switches_it():
    box = Slow()

    async def scene(harness):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_2=True)
        await harness.request("POWER_CYCLE", POWER_CYCLE_Toggle=True)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_2=False)
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True)
        await harness.expect("POWER_CHANNELS", state=State.ALERT, POWER_CHANNEL_1=False)
        await harness.request("CONNECTION", DISCONNECT=True)
        return box.done

    assert play(scene, box) == ["power 2 on", "power 2 off", "power 2 on"]


@pytest.mark.parametrize(("choice", "expected"), [("INDI_ENABLED", ["power 1 off"]), ("INDI_DISABLED", [])])
def test_it_switches_off_on_disconnecting_if_that_is_wished(choice, expected):
    async def scene(harness, box):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True)
        await harness.request("POWER_OFF_DISCONNECT", **{choice: True})
        await harness.request("CONNECTION", DISCONNECT=True)
        return box.done[1:]

    assert played(scene) == expected


class Lost(Puppet):
    """A box that is lost when it is told to be, and not found again."""

    reconnect_after = (1000.0,)
    polling_period = Puppet.polling_period.but(DefNumber("PERIOD_MS", 10, min=1, max=1000))

    async def read_power(self):
        if self.reading is None:
            raise LinkLostError("the cable is out")
        return self.reading


def test_a_box_that_is_lost_is_not_switched_off():
    box = Lost(reading=PowerReading())

    async def scene(harness):
        await harness.request("POWER_OFF_DISCONNECT", INDI_ENABLED=True)
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_1=True)
        box.reading = None
        await harness.expect("CONNECTION", state=State.ALERT)
        for _ in range(5):
            await harness.dealt_with()
        return list(box.done)

    assert play(scene, box) == ["power 1 on"]


def test_it_protects_and_shows_lamps():
    async def scene(harness, box):
        await harness.request("OVER_VOLTAGE_PROTECTION", OVERVOLTAGE=14.4)
        await harness.expect("OVER_VOLTAGE_PROTECTION", state=State.OK, OVERVOLTAGE=14.4)
        await harness.request("LED_CONTROL", INDI_DISABLED=True)
        await harness.expect("LED_CONTROL", state=State.OK, INDI_DISABLED=True)
        return box.done

    assert played(scene) == ["protect 14.4", "leds off"]


def test_usb_ports_are_switched():
    async def scene(harness, box):
        await harness.request("USB_PORTS", USB_PORT_2=True)
        await harness.expect("USB_PORTS", state=State.OK, USB_PORT_2=True)
        return box.done

    assert played(scene) == ["usb 2 on"]


# Heaters and chosen voltages.


def test_a_heater_heats_as_strongly_as_it_is_set_while_it_is_on():
    async def scene(harness, box):
        await harness.request("DEW_DUTY_CYCLES", DEW_CHANNEL_2=60)
        await harness.expect("DEW_DUTY_CYCLES", state=State.OK, DEW_CHANNEL_2=60)
        await harness.request("DEW_CHANNELS", DEW_CHANNEL_2=True)
        await harness.request("DEW_DUTY_CYCLES", DEW_CHANNEL_2=30)
        await harness.request("DEW_CHANNELS", DEW_CHANNEL_2=False)
        return box.done

    assert played(scene) == ["dew 2 60", "dew 2 30", "dew 2 0"]


def test_a_heater_that_heats_by_itself_is_not_set_by_hand():
    async def scene(harness, box):
        await harness.request("DEW_DUTY_CYCLES", DEW_CHANNEL_1=20)
        await harness.request("AUTO_DEW_CONTROL", DEW_CHANNEL_1=True)
        await harness.request("DEW_DUTY_CYCLES", DEW_CHANNEL_1=60)
        await harness.expect("DEW_DUTY_CYCLES", state=State.ALERT, DEW_CHANNEL_1=20)
        await harness.request("DEW_CHANNELS", DEW_CHANNEL_1=True)
        await harness.expect("DEW_CHANNELS", state=State.ALERT, DEW_CHANNEL_1=False)
        assert "Channel 1 heats as the dew point asks: turn that off first (AUTO_DEW_CONTROL)" in harness.notices
        await harness.request("DEW_CHANNELS", DEW_CHANNEL_2=True)
        await harness.expect("DEW_CHANNELS", state=State.OK, DEW_CHANNEL_2=True)
        await harness.request("AUTO_DEW_CONTROL", DEW_CHANNEL_1=False)
        return box.done

    assert played(scene) == ["auto 1 on", "dew 2 0", "auto 1 off", "dew 1 0"]


def test_a_voltage_is_given_while_the_outlet_is_on():
    async def scene(harness, box):
        await harness.request("VARIABLE_VOLTAGES", VAR_CHANNEL_1=7.5)
        await harness.request("VARIABLE_CHANNELS", VAR_CHANNEL_1=True)
        await harness.request("VARIABLE_VOLTAGES", VAR_CHANNEL_1=9)
        await harness.request("VARIABLE_VOLTAGES", VAR_CHANNEL_1=13)
        await harness.expect("VARIABLE_VOLTAGES", state=State.ALERT, VAR_CHANNEL_1=9)
        await harness.request("VARIABLE_CHANNELS", VAR_CHANNEL_1=False)
        return box.done

    assert played(scene) == ["variable 1 7.5", "variable 1 9", "variable 1 0"]


# Names.


def labels(harness, name):
    return [member.label for member in harness.find(name).members.values()]


def test_channels_have_the_names_that_a_client_gives_them(tmp_path):
    async def scene(harness, _):
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_2=True)
        await harness.request("POWER_LABELS", POWER_CHANNEL_2="Camera")
        await harness.expect("POWER_LABELS", state=State.OK, POWER_CHANNEL_2="Camera")
        assert labels(harness, "POWER_CHANNELS") == ["Channel 1", "Camera", "Channel 3"]
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_2=True)
        await harness.request("DEW_LABELS", DEW_CHANNEL_1="Guide scope")
        await harness.request("USB_LABELS", USB_PORT_2="Wheel")
        await harness.request("VARIABLE_LABELS", VAR_CHANNEL_1="Fan")

    async def later(harness, _):
        await harness.expect("USB_LABELS", USB_PORT_2="Wheel")
        await harness.expect("VARIABLE_LABELS", VAR_CHANNEL_1="Fan")
        return [
            labels(harness, name)
            for name in ("POWER_CURRENTS", "DEW_DUTY_CYCLES", "AUTO_DEW_CONTROL", "USB_PORTS", "VARIABLE_VOLTAGES")
        ]

    played(scene, folder=tmp_path)
    assert played(later, folder=tmp_path) == [
        ["Channel 1 (A)", "Camera (A)", "Channel 3 (A)"],
        ["Guide scope (%)", "Channel 2 (%)"],
        ["Guide scope", "Channel 2"],
        ["Port 1", "Wheel"],
        ["Fan (V)"],
    ]


def test_a_channel_needs_a_name():
    async def scene(harness, _):
        await harness.request("POWER_LABELS", POWER_CHANNEL_2=" ")
        await harness.expect("POWER_LABELS", state=State.ALERT, POWER_CHANNEL_2="Channel 2")
        assert "POWER_CHANNEL_2 needs a name" in harness.notices

    played(scene)


def test_names_and_switches_hold_while_it_is_disconnected():
    async def scene(harness, _):
        await harness.request("POWER_LABELS", POWER_CHANNEL_2="Camera")
        await harness.request("POWER_CHANNELS", POWER_CHANNEL_2=True)
        await harness.request("CONNECTION", DISCONNECT=True)
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("POWER_CHANNELS", POWER_CHANNEL_2=True)
        assert labels(harness, "POWER_CHANNELS")[1] == "Camera"

    played(scene)


# Sensors.


def test_it_tells_what_it_measures():
    reading = PowerReading(12.5, 2.0, (0.5, 1.0, 0.0), (0.25, 0.0))

    async def scene(harness, _):
        await harness.expect("POWER_SENSORS", state=State.OK, SENSOR_VOLTAGE=12.5, SENSOR_CURRENT=2, SENSOR_POWER=25)
        await harness.expect("POWER_CURRENTS", state=State.OK, POWER_CHANNEL_2=1)
        await harness.expect("DEW_CURRENTS", state=State.OK, DEW_CHANNEL_1=0.25)

    played(scene, reading=reading)
