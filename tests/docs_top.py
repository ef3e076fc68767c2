"""The picture of `lightapt top`: `python -m tests.docs_top` takes it anew, of an observatory that it serves itself."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from typing import Final

from lightapt_clients import Client, connect
from lightapt_clients.top.app import TopApp

from .docs_snippets import ROOT
from .system.rig import LIGHTAPT_SERVER, Server

__all__ = ["PICTURE", "picture"]

PICTURE: Final = ROOT / "docs" / "top.svg"
_DRIVERS: Final = ("telescope", "ccd", "focuser", "filterwheel")
_SIZE: Final = (100, 28)
_SECONDS: Final = 20.0
"""In which there is something to see."""
_NAME: Final = "localhost:7624"


async def picture(address: str, *, seconds: float = _SECONDS) -> str:
    """Return the picture, as an SVG file, of a hub with the simulated observatory."""
    async with connect(address) as indi:
        app = TopApp(indi)
        async with app.run_test(size=_SIZE) as pilot:
            await (await indi.device("CCD Simulator")).connect()
            await (await indi.device("Telescope Simulator")).connect()
            await _exercise(indi, seconds)
            await pilot.pause()
            return _anonymous(app.export_screenshot(title="lightapt top"), address)


async def _exercise(indi: Client, seconds: float) -> None:
    """Let the camera take pictures for a while."""
    exposure = (await indi.device("CCD Simulator"))["CCD_EXPOSURE"]
    async with asyncio.timeout(60):
        began = asyncio.get_running_loop().time()
        while asyncio.get_running_loop().time() - began < seconds:
            await exposure.ready()
            await exposure.set(CCD_EXPOSURE_VALUE=2.0)


def _anonymous(svg: str, address: str) -> str:
    """Return the picture with the usual port instead of this one's, and without anything from elsewhere."""
    drawn = svg.replace(address, _NAME)
    return re.sub(r"(?s)@font-face \{.*?\}|<!--.*?-->", "", drawn)


def main() -> None:
    """Take the picture anew."""
    with tempfile.TemporaryDirectory() as folder:
        words = [word for driver in _DRIVERS for word in ("--driver", driver)]
        server = Server(
            [*LIGHTAPT_SERVER, "--port", "0", "-v", "--self-device", *words], environment={"XDG_CONFIG_HOME": folder}
        ).listening()
        try:
            PICTURE.write_text(asyncio.run(picture(f"127.0.0.1:{server.port}")), encoding="utf-8")
        finally:
            server.close()


if __name__ == "__main__":
    sys.exit(main())
