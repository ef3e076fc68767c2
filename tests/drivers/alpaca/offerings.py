"""An offering on stage: where the bridged devices run is made up, and the servers are what the test writes down."""

from lightapt_drivers.alpaca.offering import AlpacaOffering
from lightapt_drivers.alpaca.switchyard import ChildState
from tests.drivers.kit.scenes import play

SOON = 0.02
"""Seconds between two searches."""


def entry(number, kind="Camera", name="Camera"):
    return {"DeviceName": name, "DeviceType": kind, "DeviceNumber": number, "UniqueID": f"u-{number}"}


class FakeYard:
    """Keeps who was started and stopped."""

    def __init__(self):
        self.running = {}
        self.told = {}
        self.moved = []

    def start(self, command, device, *, told):
        self.running[device] = command
        self.told[device] = told
        told(ChildState.RUNNING)

    def move(self, command, device):
        self.moved.append(device)
        self.running[device] = command

    async def stop(self, device):
        del self.running[device]
        self.told[device](ChildState.ENDED)


def played(scene, server, yard=None, **options):
    async def find():
        return [server.address]

    offering = AlpacaOffering(yard=yard or FakeYard(), find=find, search_every=SOON)
    return play(scene, offering, connect=False, **options)
