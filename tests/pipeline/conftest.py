"""The engines that Rasa's stores are tested with, and a domain of two slots."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Callable

import pytest

from tests.engines import postgres, postgres_server, pytest_terminal_summary, redis, redis_server  # noqa: F401

# Rasa and what it needs are old, and warn of it when they are loaded.
with warnings.catch_warnings(record=True):
    warnings.simplefilter("ignore")
    from rasa.core.agent import Agent  # noqa: F401 it loads the most
    from rasa.shared.core.domain import Domain

    from bot.pipeline import lock_store, tracker_store
    from bot.pipeline.tracker_store import WordlessTrackerStore

# Loading Sanic has changed it, for the tests of everybody else too.
asyncio.set_event_loop_policy(None)

SECONDS_OF_PATIENCE = 30.0
Stores = Callable[[str], WordlessTrackerStore]


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """The event loop that Rasa's server has."""
    return "asyncio", {"use_uvloop": True}


LIMITS = {module: module.SECONDS_FOR_AN_OPERATION for module in (tracker_store, lock_store)}


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is busy with other tests is not an outage."""
    for module in LIMITS:
        monkeypatch.setattr(module, "SECONDS_FOR_AN_OPERATION", SECONDS_OF_PATIENCE)


@pytest.fixture
def impatient(_patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations have no more time than in service."""
    for module, seconds in LIMITS.items():
        monkeypatch.setattr(module, "SECONDS_FOR_AN_OPERATION", seconds)


@pytest.fixture
def domain() -> Domain:
    """As much of a domain as a conversation needs."""
    slots = {name: {"type": "any", "mappings": [{"type": "custom"}]} for name in ("danger", "turns")}
    with pytest.warns(UserWarning, match="auto-fill"):  # said of every domain
        return Domain.from_dict({"intents": ["inform"], "slots": slots})


@pytest.fixture
async def stores(domain: Domain) -> AsyncIterator[Stores]:
    """Makes stores of conversations, each as one assistant has it, in the database at a URL."""
    made: list[WordlessTrackerStore] = []

    def make(url: str) -> WordlessTrackerStore:
        made.append(WordlessTrackerStore(domain, url))
        return made[-1]

    yield make
    for store in made:
        store.engine.dispose()
