"""What tests share: one running Waymark, started when the first test needs it."""

import os
from collections.abc import Iterator
from contextlib import closing

import pytest

from waymark import model
from waymark.client import Client
from waymark.supervisor import LOOPBACK, Supervisor, free_port, serving

TEST_ENVIRONMENT = {"WAYMARK_TEST_MODE": "1", "WAYMARK_MESSAGES_A_MINUTE": "100000", "WAYMARK_ORIGINS": "*"}


@pytest.fixture(scope="session")
def trained() -> None:
    """A model of the files as they are. `make test` trains before; here it would take longer than a test may."""
    if not model.is_up_to_date():
        pytest.fail("The model is older than the files it is trained from: run `waymark train`, then the tests again.")


@pytest.fixture(scope="session")
def running(trained: None) -> Iterator[Supervisor]:
    """The whole of Waymark, as `waymark serve` starts it, in test mode."""
    with serving(LOOPBACK, free_port(), {**os.environ, **TEST_ENVIRONMENT}, print) as supervisor:
        yield supervisor


@pytest.fixture(scope="session")
def waymark(running: Supervisor) -> Iterator[Client]:
    """A client of the running Waymark."""
    with closing(Client(running.address)) as client:
        yield client
