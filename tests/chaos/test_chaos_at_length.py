"""The long form, `make chaos`: two whole machines, a Redis, a PostgreSQL, and everything that can break in them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.clock import Clock
from tests.chaos.cluster import Cluster, can_stand_in_for_disks, environment, kept_in, started
from tests.chaos.faults import BY_ASSISTANTS, BY_DISKS, BY_ENGINES, BY_GATEWAYS, BY_OTHERS, clock_jumps, live_through
from tests.chaos.load import Load
from tests.chaos.tally import broken_promises, show, silences, strange
from tests.engines import Engine
from tests.webhook.channels.phones import provider
from waymark.supervisor import LOOPBACK, Supervisor, free_port

pytestmark = [
    pytest.mark.skipif(os.environ.get("CHAOS") != "1", reason="takes a quarter of an hour: `make chaos`"),
    pytest.mark.timeout(3600),
]
MESSAGES, MEANWHILE = 5000, 60  # in all; of each fault, while it lasts
PEOPLE, PHONES, MOST_SECONDS_OF_THOUGHT = 24, 8, 4.0
SECONDS_A_CLOCK_IS_OFF = 90


@pytest.fixture
def clock_of_one(tmp_path: Path) -> Clock:
    """The clock of the second machine."""
    return Clock(tmp_path / "clock")


@pytest.fixture
def cluster(trained: None, redis: Engine, postgres: Engine, clock_of_one: Clock) -> Iterator[Cluster]:
    """Two machines, as `waymark serve` starts them."""
    with provider() as twilio:
        shared = environment(twilio, WAYMARK_DATABASE_URL=postgres.url, WAYMARK_STORE_URL=redis.url)
        machines = [Supervisor(LOOPBACK, free_port(), shared, print) for _ in range(2)]
        clock_of_one.give_to(machines[1])
        load = Load([machine.address for machine in machines], twilio, PEOPLE, PHONES, MOST_SECONDS_OF_THOUGHT)
        with started(machines):
            yield Cluster(machines, load, lambda: kept_in(postgres.url), redis, postgres)


def test_whatever_breaks_nobody_is_left_alone(cluster: Cluster, clock_of_one: Clock, capsys: pytest.CaptureFixture[str]):
    """Nothing is lost, doubled or out of order, and nobody on the web waits for longer than two seconds."""
    faults = {
        **BY_GATEWAYS,
        **BY_ENGINES,
        **BY_ASSISTANTS,
        **BY_OTHERS,
        "clock of one ahead": clock_jumps(clock_of_one, SECONDS_A_CLOCK_IS_OFF),
        "clock of one behind": clock_jumps(clock_of_one, -SECONDS_A_CLOCK_IS_OFF),
    }
    if can_stand_in_for_disks():
        faults |= BY_DISKS
    counted = live_through(cluster, faults, MESSAGES // len(faults) + 1, MEANWHILE)
    with capsys.disabled():
        print()
        show(counted)
    assert broken_promises(counted) == []
    assert strange(cluster.load.messages) == []
    assert silences(counted) == []
