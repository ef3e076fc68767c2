import pytest

from tests.drivers.alpaca.simulators import simulators_served


@pytest.fixture(scope="session")
def simulators(tmp_path_factory):
    """The address of a server that runs `alpaca-simulators`; its devices are shared by all tests of a session."""
    with simulators_served(tmp_path_factory.mktemp("simulators")) as address:
        yield address
