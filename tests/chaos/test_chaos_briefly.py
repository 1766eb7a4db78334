"""The short form: gateways with a Redis, or a file, and one Rasa. What several assistants add is tried at length."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests import fakes
from tests.chaos.cluster import OF_THE_ASSISTANT, Cluster, Gateway, can_stand_in_for_disks, environment, kept_in, started
from tests.chaos.faults import BY_GATEWAYS, BY_THE_GATEWAYS_DISK, live_through
from tests.chaos.load import Load
from tests.chaos.tally import Heard, broken_promises, show, strange
from tests.engines import Engine
from tests.fakes import FakeRasa, fake_rasa
from tests.webhook.channels.phones import provider
from waymark.supervisor import Supervisor

MESSAGES, MEANWHILE = 30, 15  # of each fault; of these, while it lasts
PEOPLE, PHONES, MOST_SECONDS_OF_THOUGHT = 8, 4, 0.5
NO_STRACE = "NO STRACE: it is missing, or may not look at other processes; slow and full disks are not tried."


@pytest.fixture
def cluster(running: Supervisor, redis: Engine) -> Iterator[Cluster]:
    """Two gateways in front of the Rasa that all tests share."""
    database = running._environment["WAYMARK_DATABASE_URL"]
    with provider() as twilio:
        known = {name: running._environment[name] for name in OF_THE_ASSISTANT}
        told = environment(twilio, WAYMARK_DATABASE_URL=database, WAYMARK_STORE_URL=redis.url, **known)
        machines = [Gateway(told) for _ in range(2)]
        load = Load([machine.address for machine in machines], twilio, PEOPLE, PHONES, MOST_SECONDS_OF_THOUGHT)
        with started(machines):
            yield Cluster(machines, load, lambda: kept_in(database), redis)


@pytest.fixture
def one_machine(tmp_path: Path) -> Iterator[Cluster]:
    """A gateway that keeps everything in a file, in front of a Rasa that says what it hears."""
    if not can_stand_in_for_disks():
        pytest.skip(NO_STRACE)
    with fake_rasa() as rasa, provider() as twilio:
        rasa.answer = repeat
        rasa_says = {
            "WAYMARK_ASSISTANT_URL": rasa.url,
            "WAYMARK_ASSISTANT_TOKEN": "t",
            "WAYMARK_ACTIONS_URL": f"{rasa.url}/webhook",
        }
        machine = Gateway(environment(twilio, WAYMARK_STATE=str(tmp_path), **rasa_says))
        with started([machine]):
            yield Cluster(
                [machine], Load([machine.address], twilio, PEOPLE, PHONES, MOST_SECONDS_OF_THOUGHT), lambda: heard(rasa)
            )


async def repeat(message: dict[str, Any]) -> fakes.Response:
    """Answer with the person's own words."""
    return fakes.JSONResponse([{"text": message.get("text"), "language": "en", "buttons": [], "custom": {}}])


def heard(rasa: FakeRasa) -> list[Heard]:
    """What a real Rasa would have kept: of a message that comes again, the last turn."""
    said = [(message["sender"], message["message_id"]) for message in rasa.heard if "message_id" in message]
    by_name = groupby(sorted(said, key=lambda pair: pair[0]))
    return [one for one, _ in by_name]


def held(cluster: Cluster, faults: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """Live through faults, print what people notice, and make sure that every promise was kept."""
    counted = live_through(cluster, faults, MESSAGES, MEANWHILE)
    with capsys.disabled():
        print()
        show(counted)
    assert broken_promises(counted) == []
    assert strange(cluster.load.messages) == []


def test_gateways_that_share_a_redis(cluster: Cluster, capsys: pytest.CaptureFixture[str]):
    """Whatever breaks, everybody is answered, once and in their order. How long they wait is printed."""
    held(cluster, BY_GATEWAYS, capsys)


def test_a_gateway_with_a_file(one_machine: Cluster, capsys: pytest.CaptureFixture[str]):
    """The same on a disk that is slow or full."""
    held(one_machine, BY_THE_GATEWAYS_DISK, capsys)
