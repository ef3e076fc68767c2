"""Drivers and a server of the indipy family, to be imported, or run:

    python indipy_peer.py driver camera
    python indipy_peer.py server 7700 --driver camera --remote 127.0.0.1:7624 --blobs

This file imports nothing of LightAPT: it is what a user of those packages would write.
"""

import argparse
import asyncio

import indipydriver as indi

PICTURE = bytes(range(256))
"""What pictures are made of."""


def number(name, *members, perm="rw"):
    """A number vector."""
    return indi.NumberVector(name, name, "Main", perm, "Idle", [indi.NumberMember(m, format="%g") for m in members])


class Thermostat(indi.IPyDriver):
    """Does what it is told: a target of 20 is answered by a target of 20, and at 666 it breaks."""

    def __init__(self, device="Thermostat"):
        super().__init__(indi.Device(device, [number("TARGET", "T")]))
        self.device = device

    async def rxevent(self, event):
        if not isinstance(event, indi.newNumberVector):
            return
        if float(event["T"]) == 666:
            raise ValueError("too hot")
        event.vector["T"] = event["T"]
        await event.vector.send_setVector(state="Ok")


class Camera(indi.IPyDriver):
    """Sends a picture of as many bytes as EXPOSE says, and tells how large one is that it gets."""

    def __init__(self):
        vectors = [
            number("EXPOSE", "SIZE"),
            number("RECEIVED", "SIZE", perm="ro"),
            indi.BLOBVector("CCD1", "CCD1", "Main", "ro", "Idle", [indi.BLOBMember("CCD1", blobformat=".bin")]),
            indi.BLOBVector("UPLOAD", "UPLOAD", "Main", "wo", "Idle", [indi.BLOBMember("U")]),
        ]
        super().__init__(indi.Device("Camera", vectors))

    async def rxevent(self, event):
        if isinstance(event, indi.newBLOBVector):
            vector = self["Camera"]["RECEIVED"]
            vector["SIZE"] = len(event["U"])
            await vector.send_setVector(state="Ok")
        elif isinstance(event, indi.newNumberVector):
            await self.expose(int(float(event["SIZE"])))

    async def expose(self, size):
        vector = self["Camera"]["CCD1"]
        vector.set_blobsize("CCD1", size)
        vector["CCD1"] = (PICTURE * (size // 256 + 1))[:size]
        await vector.send_setVectorMembers(state="Ok", members=["CCD1"])


class Watcher(indi.IPyDriver):
    """Watches the thermostat, and repeats what it sees."""

    def __init__(self):
        super().__init__(indi.Device("Watcher", [number("SEEN", "T", perm="ro")]))

    async def hardware(self):
        await self.send_getProperties("Thermostat", "TARGET")

    async def snoopevent(self, event):
        if getattr(event, "vectorname", None) == "TARGET" and "T" in getattr(event, "data", {}):
            vector = self["Watcher"]["SEEN"]
            vector["T"] = event["T"]
            await vector.send_setVector(state="Ok")


DRIVERS = {"thermostat": Thermostat, "camera": Camera, "watcher": Watcher}


def main():
    parser = argparse.ArgumentParser()
    roles = parser.add_subparsers(dest="role", required=True)
    driver = roles.add_parser("driver")
    driver.add_argument("name", choices=DRIVERS)
    server = roles.add_parser("server")
    server.add_argument("port", type=int)
    server.add_argument("--driver", action="append", default=[], choices=DRIVERS)
    server.add_argument("--program", action="append", default=[])
    server.add_argument("--remote", action="append", default=[])
    server.add_argument("--blobs", action="store_true")
    options = parser.parse_args()
    asyncio.run((run_driver if options.role == "driver" else run_server)(options))


async def run_driver(options):
    await DRIVERS[options.name]().asyncrun()


async def run_server(options):
    from indipyserver import IPyServer

    server = IPyServer(*(DRIVERS[name]() for name in options.driver), host="127.0.0.1", port=options.port)
    for program in options.program:
        server.add_exdriver(program)
    for remote in options.remote:
        host, port = remote.split(":")
        server.add_remote(host, int(port), blob_enable=options.blobs)
    await server.asyncrun()


if __name__ == "__main__":
    main()
