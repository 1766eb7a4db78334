"""What tests of the gateway share."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeRasa, fake_rasa


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    """A server that stands in for Rasa."""
    with fake_rasa() as fake:
        yield fake
