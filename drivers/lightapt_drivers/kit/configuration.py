"""A device's saved configuration: a file of the requests that bring it back, as libindi's files are.

The file is replaced in one step: whoever reads it, at whatever moment the writer dies, finds the old one or the new.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from lightapt_protocol.errors import ProtocolError
from lightapt_protocol.messages import AnyRequest, Request
from lightapt_protocol.parser import parse
from lightapt_protocol.writer import write

from .errors import DriverError

__all__ = ["BrokenFileError", "ConfigurationFile", "folder"]

_UNSAFE: Final = re.compile(r"[^\w .+-]")
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes; a larger file is no configuration."""
_NOT_XML: Final = (ElementTree.ParseError, LookupError, ValueError, RecursionError)
"""What the parser raises for what is no XML: LookupError where the encoding is unknown, ValueError where it cannot be
used, and RecursionError where nothing but elements within elements was found."""


class BrokenFileError(DriverError):
    """What is in the file is no configuration: nothing is lost by saving anew."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} {problem}: purge it, or save anew")


def folder(environment: Mapping[str, str]) -> Path:
    """Return where devices keep their configuration: the user's, by the XDG Base Directory Specification."""
    base = environment.get("XDG_CONFIG_HOME", "")
    home = Path(base) if base.startswith("/") else Path.home() / ".config"
    return home / "lightapt" / "devices"


class ConfigurationFile:
    """The file of one device.

    Attributes:
        path: Where it is; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of(cls, device: str, *, within: Path) -> ConfigurationFile:
        """Return the file of a device of this name."""
        return cls(within / f"{_UNSAFE.sub('_', device)}.xml")

    def load(self) -> list[AnyRequest] | None:
        """Return what was saved, in its order; None where nothing was.

        Raises:
            DriverError: The file cannot be read.
            BrokenFileError: It is no configuration.
        """
        try:
            with self.path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise DriverError(f"the configuration cannot be read: {error}") from error
        return self._parsed(data)

    def save(self, requests: Iterable[AnyRequest], *, durable: bool = True) -> None:
        """Replace the file by these requests.

        Args:
            requests: What it is to hold.
            durable: Wait until the disk has it, so that not even a power cut brings the old file back.

        Raises:
            DriverError: It cannot be written; the old one is still there.
        """
        data = b"<INDIDriver>\n" + b"".join(map(write, requests)) + b"</INDIDriver>\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self.path, data, durable=durable)
        except OSError as error:
            raise DriverError(f"the configuration cannot be saved: {error}") from error

    def purge(self) -> None:
        """Remove the file, if there is one.

        Raises:
            DriverError: It cannot be removed.
        """
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise DriverError(f"the configuration cannot be removed: {error}") from error

    def _parsed(self, data: bytes) -> list[AnyRequest]:
        if len(data) > _LARGEST:
            raise BrokenFileError(self.path, "is too large to be a configuration")
        try:
            messages = [parse(ElementTree.tostring(child)) for child in ElementTree.fromstring(data)]
        except (ProtocolError, *_NOT_XML) as error:
            raise BrokenFileError(self.path, f"is no configuration ({error})") from error
        if strange := next((one for one in messages if not isinstance(one, Request)), None):
            raise BrokenFileError(self.path, f"is no configuration (a {type(strange).__name__} is no setting)")
        return [one for one in messages if isinstance(one, Request)]


def _replace(path: Path, data: bytes, *, durable: bool) -> None:
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    if durable:
        _sync_folder(path.parent)


def _sync_folder(path: Path) -> None:
    """Have the new name itself on the disk: a power cut must not bring the old file back."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
