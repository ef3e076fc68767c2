"""What all tests share: assertions that speak, examples that may take their time, and how many tests run at once."""

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

pytest.register_assert_rewrite(
    "tests.indiserver",
    "tests.system.alpaca_hub",
    "tests.system.alpaca_types",
    "tests.system.bystanders",
    "tests.system.observer",
    "tests.system.puppets",
    "tests.system.rig",
    "tests.system.stars",
)

settings.register_profile("found here", deadline=None)
settings.register_profile("repeatable", deadline=None, derandomize=True)
# New examples are for who can look into what they find; elsewhere a commit that was good stays so.
settings.load_profile("repeatable" if os.environ.get("LIGHTAPT_CI") == "1" else "found here")


def pytest_configure() -> None:
    """Have what tests start hear Ctrl-C and a terminal's end, also where they run in the background or by nohup.

    What is ignored here would be ignored there; what is handled here is there as it is by default.
    """
    handlers = {signal.SIGINT: signal.default_int_handler, signal.SIGHUP: lambda *_: None}
    for number, handler in handlers.items():
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_xdist_auto_num_workers() -> int:
    """Return one more than there are cores: who tests real programs waits most of the time."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what is no text out of what a test has printed and logged: it could not be told to another process."""
    report = yield
    report.sections = [(title, text.encode(errors="backslashreplace").decode()) for title, text in report.sections]
    return report
