"""Runs a hub as a process: signals, garbage collection, exit codes."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable

from .config import ConfigError, DriverSpec, HubConfig
from .log import finish, set_up
from .reception import ListenError
from .server import HubServer
from .system import check_platform, keep_large_blocks, raise_descriptor_limit

__all__ = ["serve"]

_log = logging.getLogger(__name__)


def serve(
    config: HubConfig,
    *,
    reread: Callable[[], HubConfig] | None = None,
    complete: Callable[[DriverSpec], DriverSpec] | None = None,
) -> int:
    """Run a hub until SIGINT or SIGTERM; return the exit code.

    Args:
        config: What it shall do.
        reread: What SIGHUP asks for; without it SIGHUP (the terminal is closed) ends the hub, too.
        complete: Looks up the program of a driver that is asked for on the FIFO.
    """
    trouble = check_platform()
    if trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    import uvloop  # which Windows has not

    set_up(config)
    keep_large_blocks()
    raise_descriptor_limit()
    code = 1
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code = runner.run(_serve(config, reread, complete))
    except* (ListenError, ConfigError) as errors:
        for error in errors.exceptions:
            _log.error("%s", error)
    finally:
        finish()
    return code


async def _serve(
    config: HubConfig,
    reread: Callable[[], HubConfig] | None,
    complete: Callable[[DriverSpec], DriverSpec] | None,
) -> int:
    server = HubServer(config, complete=complete)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stop)
    loop.add_signal_handler(signal.SIGUSR1, lambda: _log.warning("%s", server.report()))
    if reread is None:
        loop.add_signal_handler(signal.SIGHUP, server.stop)
    else:
        loop.add_signal_handler(signal.SIGHUP, _update, server, reread)
    if sys.stderr.isatty():
        loop.call_soon(_say_ready, server)
    # What is there now stays: collections look at what comes after it only, and seldom.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    return await server.run()


def _say_ready(server: HubServer) -> None:
    _log.warning("ready for clients on port %d; Ctrl-C ends it", server.reception.port if server.reception else 0)


def _update(server: HubServer, reread: Callable[[], HubConfig]) -> None:
    try:
        server.update(reread())
    except ConfigError as error:
        _log.error("the configuration is not taken: %s", error)
