"""The command: what it can do, and how it says what is in the way."""

import socket

import pytest
from typer.testing import CliRunner

from waymark import supervisor
from waymark.cli import app
from waymark.supervisor import LOOPBACK, CannotStart

COMMANDS = (
    "serve",
    "train",
    "chat",
    "sms-simulate",
    "evaluate",
    "report",
    "bench",
    "bench-nlu",
    "check",
    "content",
    "review",
    "insight",
    "language",
    "slack-manifest",
    "teams-package",
    "secret",
    "import-postcodes",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str):
    """`--help` says what a command does."""
    shown = CliRunner().invoke(app, [command, "--help"])
    assert shown.exit_code == 0
    assert "Usage" in shown.output


def test_a_busy_port_is_one_clear_line():
    """The line names the address and what to do."""
    with socket.socket() as taken:
        taken.bind((LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"{port} cannot be used .* PORT="):
            supervisor.check_port(LOOPBACK, port)


def test_content_is_checked():
    """`waymark check` loads every content file."""
    assert CliRunner().invoke(app, ["check"]).exit_code == 0
