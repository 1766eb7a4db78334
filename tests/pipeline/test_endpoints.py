"""Rasa finds our stores through `endpoints.yml`, with the environment that `waymark serve` makes."""

import pytest
from rasa.core.lock_store import LockStore
from rasa.core.tracker_store import TrackerStore
from rasa.utils.endpoints import read_endpoint_config

from bot.content import PROJECT_FOLDER, read_yaml
from bot.pipeline.lock_store import ConversationLocks
from bot.pipeline.tracker_store import WordlessTrackerStore
from waymark.supervisor import LOOPBACK, Supervisor, free_port

# Rasa's checker of YAML is old.
pytestmark = pytest.mark.filterwarnings(r"ignore:the load_module\(\) method:DeprecationWarning")

ENDPOINTS = str(PROJECT_FOLDER / "endpoints.yml")
DOMAIN = PROJECT_FOLDER / "domain.yml"
SEVERAL = {
    "WAYMARK_DATABASE_URL": "postgresql://waymark:a%24b%3Ac@database.example:5433/conversations",
    "WAYMARK_STORE_URL": "rediss://:secret@redis.example:6380/3",
    "WAYMARK_SECRETS": "s" * 32,
    "WAYMARK_ASSISTANT_TOKEN": "t" * 32,
}


@pytest.fixture
def environment(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of Rasa on a machine that is configured as the case says."""
    supervisor = Supervisor(LOOPBACK, free_port(), request.param, print)
    supervisor.stop()  # it was never started
    for name, value in supervisor._environment.items():
        monkeypatch.setenv(name, value)


def stores() -> tuple[WordlessTrackerStore, ConversationLocks]:
    """What Rasa makes of the file."""
    trackers = TrackerStore.create(read_endpoint_config(ENDPOINTS, "tracker_store"))
    locks = LockStore.create(read_endpoint_config(ENDPOINTS, "lock_store"))
    assert isinstance(trackers, WordlessTrackerStore)
    assert isinstance(locks, ConversationLocks)
    return trackers, locks


@pytest.mark.parametrize("environment", [{}], indirect=True)
@pytest.mark.usefixtures("environment")
def test_one_machine_needs_nothing():
    """Without settings the conversations stand in a file that ends with the program, and locks in the assistant."""
    trackers, locks = stores()
    assert trackers.engine.url.drivername == "sqlite"
    assert trackers.engine.url.database.endswith("/conversations.db")
    assert locks._line is None


@pytest.mark.parametrize("environment", [SEVERAL], indirect=True)
@pytest.mark.usefixtures("environment")
def test_several_machines_share_what_the_settings_name():
    """The addresses come through as they were written, passwords with odd characters too."""
    trackers, locks = stores()
    url = trackers.engine.url
    assert (url.host, url.port, url.database, url.password) == ("database.example", 5433, "conversations", "a$b:c")
    assert locks._line is not None
    options = locks._line._redis.connection_pool.connection_kwargs
    assert (options["host"], options["port"], options["db"], options["password"]) == ("redis.example", 6380, 3, "secret")


@pytest.mark.parametrize("environment", [{}], indirect=True)
@pytest.mark.usefixtures("environment")
def test_the_domain_goes_to_those_who_read_it():
    """It is the largest part of a request. A form's action cannot do without it: rasa-sdk looks up the form's slots there."""
    assert read_endpoint_config(ENDPOINTS, "action_endpoint").kwargs["enable_selective_domain"] is True
    actions = read_yaml(DOMAIN)["actions"]
    told = {name for entry in actions if isinstance(entry, dict) for name, options in entry.items() if options["send_domain"]}
    assert told == {f"validate_{form}" for form in read_yaml(DOMAIN)["forms"]}
