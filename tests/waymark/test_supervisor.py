"""What `waymark serve` tells its programs of the machines around it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from waymark.supervisor import LOOPBACK, OF_RASA, SHARED, CannotStart, Supervisor, free_port

ALL = {name: f"{name} of at least thirty-two characters" for name in SHARED}


@contextmanager
def environment_of(given: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
    """What the programs of a machine would be told."""
    supervisor = Supervisor(LOOPBACK, free_port(), given, print)
    yield supervisor._environment
    supervisor.stop()


def test_one_machine_makes_everything_itself():
    """Each start has its own token and its own file; nothing is shared."""
    with environment_of({}) as one, environment_of({}) as other:
        for name in ("WAYMARK_ASSISTANT_TOKEN", "WAYMARK_DATABASE_URL"):
            assert one[name] != other[name]
        assert one["WAYMARK_DATABASE_URL"].startswith("sqlite:////")
        assert one["WAYMARK_STORE_URL"] == ""


def test_a_token_alone_is_not_used():
    """Conversations of an earlier start, which Rasa has forgotten, must not be found again."""
    with environment_of({"WAYMARK_ASSISTANT_TOKEN": "one from before"}) as told:
        assert told["WAYMARK_ASSISTANT_TOKEN"] != "one from before"


def test_several_machines_use_what_they_are_given():
    """All of them find each other's conversations."""
    with environment_of(ALL) as told:
        assert {name: told[name] for name in SHARED} == ALL


@pytest.mark.parametrize("missing", SHARED)
def test_what_is_shared_in_part_is_not_begun(missing: str):
    """A machine that could not read what the others keep would lose conversations; it says what is missing."""
    with pytest.raises(CannotStart, match=missing), environment_of({**ALL, missing: ""}):
        pass


def test_rasa_and_the_actions_know_no_secret_of_the_gateway():
    """Who broke into Rasa would find the way to its database, and no key to what the gateway keeps."""
    supervisor = Supervisor(LOOPBACK, free_port(), {**ALL, "WAYMARK_TWILIO_TOKEN": "t", "HOME": "/"}, print)
    told = {name: program.environment(supervisor._environment) for name, program in supervisor.programs.items()}
    supervisor.stop()
    ours = {name: {key for key in environment if key.startswith("WAYMARK_")} for name, environment in told.items()}
    assert ours["actions"] == set()
    assert ours["assistant"] == {*OF_RASA}
    assert ours["gateway"] >= {*SHARED, "WAYMARK_TWILIO_TOKEN"}
    assert all(environment["HOME"] == "/" for environment in told.values())


def test_the_gateway_goes_first(running: Supervisor):
    """On a machine with too much to do the safe reply waits for nobody who reads messages."""
    processes = {name: program.process for name, program in running.programs.items()}
    niceness = {name: os.getpriority(os.PRIO_PROCESS, process.pid) for name, process in processes.items() if process}
    assert niceness["gateway"] < niceness["assistant"] == niceness["actions"]
