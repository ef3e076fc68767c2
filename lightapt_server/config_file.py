"""The configuration file: TOML to `HubConfig`.

Each error is one line that names the file, the key and what was expected.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, cast

from lightapt_protocol.limits import Limits
from lightapt_server.config import (
    COUNT,
    MEGABYTES,
    MEGABYTES_OR_OFF,
    PORT,
    POSITIVE,
    SECONDS,
    SECONDS_OR_OFF,
    VERBOSITY,
    ConfigError,
    DriverSpec,
    HubConfig,
    RemoteSpec,
    RemoteWordError,
    nearest,
    parse_remote,
)

__all__ = ["ConfigFileError", "load"]


class ConfigFileError(ConfigError):
    """A configuration file cannot be read, or says something it may not.

    Attributes:
        path: The file.
        key: The key in question, as `driver[1].name`; empty when the file as a whole is at fault.
        problem: What is wrong with it.
    """

    def __init__(self, path: Path, problem: str, *, key: str = "") -> None:
        super().__init__(": ".join(part for part in (str(path), key, problem) if part))
        self.path = path
        self.key = key
        self.problem = problem


# Readers of TOML values: each returns what goes into the configuration, or raises ValueError with
# what it expected.

_Reader = Callable[[object], object]


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")  # noqa: TRY004 - one kind of error for all readers
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("a text that is not empty")
    return value


def _path(value: object) -> Path:
    return Path(os.path.expanduser(_text(value)))


def _texts(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    if not all(isinstance(item, str) and "\0" not in item for item in items):
        raise ValueError("a text or a list of texts")
    return tuple(str(item) for item in items)


def _hosts(value: object) -> tuple[str, ...]:
    hosts = _texts(value)
    if not hosts or not all(hosts):
        raise ValueError("at least one address")
    return hosts


def _variables(value: object) -> tuple[tuple[str, str], ...]:
    if isinstance(value, dict):
        pairs = tuple(cast("dict[str, object]", value).items())
        if all(isinstance(text, str) and _is_variable(name, text) for name, text in pairs):
            return tuple((name, str(text)) for name, text in pairs)
    raise ValueError('a table of texts, as in { INDIDEV = "Main Camera" }')


def _is_variable(name: str, text: str) -> bool:
    return bool(name) and "=" not in name and "\0" not in name + text


# TOML key → field of the configuration and reader of its value.
_SETTINGS: dict[str, tuple[str, _Reader]] = {
    "port": ("port", PORT.read),
    "host": ("hosts", _hosts),
    "unix": ("unix", _text),
    "fifo": ("fifo", _path),
    "max-connections": ("max_connections", POSITIVE.read),
    "keepalive": ("keepalive", SECONDS_OR_OFF.read),
    "max-behind": ("max_behind", MEGABYTES.read),
    "spool": ("spool", MEGABYTES_OR_OFF.read),
    "stream-behind": ("stream_behind", MEGABYTES_OR_OFF.read),
    "restarts": ("restarts", COUNT.read),
    "restart-window": ("restart_window", SECONDS.read),
    "backoff-first": ("backoff_first", SECONDS.read),
    "backoff-limit": ("backoff_limit", SECONDS.read),
    "hang-timeout": ("hang_timeout", SECONDS_OR_OFF.read),
    "hang-restart": ("hang_restart", _flag),
    "self-device": ("self_device", _flag),
    "verbose": ("verbosity", VERBOSITY.read),
    "log-device": ("log_devices", _texts),
    "log-directory": ("log_directory", _path),
}
_LIMITS: dict[str, tuple[str, _Reader]] = {
    "control-size": ("control_size", MEGABYTES.read),
    "blob-size": ("blob_size", MEGABYTES.read),
    "depth": ("depth", POSITIVE.read),
}
_DRIVER: dict[str, tuple[str, _Reader]] = {
    "name": ("name", _text),
    "label": ("label", _text),
    "arguments": ("arguments", _texts),
    "environment": ("environment", _variables),
    "pipes": ("pipes", _flag),
    "restart": ("restart", _flag),
}
_REMOTE: dict[str, tuple[str, _Reader]] = {"address": ("address", _text)}
_TABLES = ("driver", "remote", "limits")


def load(path: Path, *, resolve: Callable[[str], DriverSpec]) -> HubConfig:
    """The configuration that a TOML file describes.

    Args:
        path: The file.
        resolve: Says what a driver word means, as `Catalog.resolve` does.

    Raises:
        ConfigFileError: The file cannot be read, or something in it is not understood.
    """
    return _FileReader(path, resolve=resolve).config(_parsed(path))


def _parsed(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigFileError(path, error.strerror or str(error)) from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise ConfigFileError(path, f"not a TOML file: {error}") from error


class _FileReader:
    """Turns the tables of one file into a configuration, naming file and key in each error."""

    def __init__(self, path: Path, *, resolve: Callable[[str], DriverSpec]) -> None:
        self._path = path
        self._resolve = resolve

    def config(self, document: dict[str, object]) -> HubConfig:
        settings = {key: value for key, value in document.items() if key not in _TABLES}
        return HubConfig(
            **self._values(settings, _SETTINGS, also=_TABLES),
            limits=Limits(**self._values(self._table(document.get("limits", {}), "limits"), _LIMITS, "limits")),
            drivers=tuple(self._driver(*item) for item in self._tables(document, "driver")),
            remotes=tuple(self._remote(*item) for item in self._tables(document, "remote")),
        )

    def _driver(self, table: dict[str, object], where: str) -> DriverSpec:
        values = self._values(table, _DRIVER, where)
        name = self._needed(values, "name", where)
        try:
            spec = self._resolve(name)
        except ConfigError as error:
            self._fail(str(error), f"{where}.name", error)
        return replace(
            spec,
            argv=spec.argv + values.get("arguments", ()),
            label=values.get("label", spec.label),
            environment=spec.environment + values.get("environment", ()),
            pipes=values.get("pipes", spec.pipes),
            restart=values.get("restart", spec.restart),
        )

    def _remote(self, table: dict[str, object], where: str) -> RemoteSpec:
        address = self._needed(self._values(table, _REMOTE, where), "address", where)
        try:
            return parse_remote(address)
        except RemoteWordError as error:
            self._fail(str(error), f"{where}.address", error)

    def _values(
        self,
        table: dict[str, object],
        settings: Mapping[str, tuple[str, _Reader]],
        where: str = "",
        *,
        also: tuple[str, ...] = (),
    ) -> dict[str, Any]:
        """Field → value of each key in a table; `also` are keys that are known but read elsewhere."""
        values: dict[str, Any] = {}
        for key, value in table.items():
            place = f"{where}.{key}" if where else key
            if key not in settings:
                self._unknown(key, place, (*settings, *also))
            name, read = settings[key]
            try:
                values[name] = read(value)
            except ValueError as error:
                self._fail(f"expected {error}, found {_shown(value)}", place, error)
        return values

    def _tables(self, document: dict[str, object], key: str) -> Iterable[tuple[dict[str, object], str]]:
        """Each `[[key]]` table with its name for error lines, counted from 1."""
        tables = document.get(key, [])
        if not isinstance(tables, list):
            self._fail(f"expected tables that begin with [[{key}]], found {_shown(tables)}", key)
        for number, table in enumerate(cast("list[object]", tables), start=1):
            where = f"{key}[{number}]"
            yield self._table(table, where), where

    def _table(self, value: object, where: str) -> dict[str, object]:
        if not isinstance(value, dict):
            self._fail(f"expected a table, found {_shown(value)}", where)
        return cast("dict[str, object]", value)

    def _needed(self, values: dict[str, Any], key: str, where: str) -> str:
        if key not in values:
            self._fail(f'the key "{key}" is missing', where)
        return str(values[key])

    def _unknown(self, key: str, place: str, known: tuple[str, ...]) -> NoReturn:
        near = nearest(key, known)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known here: {', '.join(sorted(known))}"
        self._fail(f"unknown key; {hint}", place)

    def _fail(self, problem: str, key: str, cause: Exception | None = None) -> NoReturn:
        raise ConfigFileError(self._path, problem, key=key) from cause


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case dict():
            return "a table"
        case list():
            return "a list"
        case _:
            return str(value)
